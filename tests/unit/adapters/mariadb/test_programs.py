"""What MariaDB's programs say becomes one line, without what it may repeat of the data."""

import pytest

from coprra.adapters.mariadb.programs import Child, Failed, failure, program, running, series, version_of
from coprra.domain.backups.snapshot import MissingProgram


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (
            "[00] 2026-11-23 17:16:47 cd to /data\n[00] FATAL ERROR: 2026-11-23 17:16:47 Can't open it\n[00] bye",
            "it: FATAL ERROR: Can't open it",
        ),
        (
            "INSERT INTO users VALUES ('secret')\nERROR 1064 (42000) at line 1: no\n",
            "it: ERROR 1064 (42000) at line 1: no",
        ),
        ("", "it: it ended without a word"),
    ],
)
def test_a_failure_is_told_by_its_error(said: str, line: str) -> None:
    told = failure("it", said.encode())
    assert isinstance(told, Failed)
    assert str(told) == line


def test_what_is_missing_or_says_no_version_is_named() -> None:
    with pytest.raises(MissingProgram, match="no mariadb-nonsense on this machine"):
        program("mariadb-nonsense")
    with pytest.raises(MissingProgram, match="does not say"):
        version_of("cat")
    assert series(version_of("mariadb-backup")) == series(version_of("mariadbd"))


def test_a_program_that_ends_too_early_says_why() -> None:
    with pytest.raises(Failed, match="head"), running("head", "--nonsense", reads=True) as child:
        write_until_it_breaks(child)


def write_until_it_breaks(child: Child) -> None:
    while True:
        child.write(bytes(100_000))
