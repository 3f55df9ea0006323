"""What goes wrong with a backup of a MySQL is found, and nothing of it is taken for a backup."""

import re
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pymysql
import pytest

from coprra.adapters.filesystem.blobs import FileBlobStore
from coprra.adapters.mariadb.address import connected, read_address
from coprra.adapters.mariadb.examination import rows_of
from coprra.adapters.mariadb.family import Family
from coprra.adapters.mariadb.scratch_server import scratch_server
from coprra.adapters.mysql import physical
from coprra.adapters.mysql.database import MySqlDatabase
from coprra.adapters.mysql.pin import MySqlPin
from coprra.adapters.system.clock import SystemClock
from coprra.adapters.system.randomness import SystemRandomness
from coprra.backups import Backups
from coprra.bootstrap.backups import build_backups, set_up_backups
from coprra.domain.backups.entry import Taken
from coprra.domain.backups.manifest import Kind
from coprra.domain.backups.snapshot import InstantMissed, MissingProgram, SnapshotFailed
from coprra.settings import Settings
from coprra.testing.backups import make_repository
from coprra.testing.builders import TESTER

Fault = Callable[[str], None]
_NOBODY_WAITS = "SET SESSION lock_wait_timeout = 0"


def copy(database: MySqlDatabase, kind: Kind = Kind.FULL) -> bytes:
    """All of it, if nothing was wrong."""
    content = BytesIO()
    with database.snapshot(kind, None) as snapshot:
        while chunk := snapshot.read(2**20):
            content.write(chunk)
        snapshot.end()
    return content.getvalue()


@pytest.mark.parametrize(
    ("fault", "error", "why"),
    [
        ("late", InstantMissed, r"^Commits went on after the copy, at binlog\.\d+ 1\d+; nothing was stored\.$"),
        ("forgets", InstantMissed, "does not say where the binary log stood"),
        ("silent", SnapshotFailed, "does not say, in words that are known, when its backup ends"),
        ("breaks", SnapshotFailed, r"^MySQL was not copied: xtrabackup: \[ERROR\] Something went wrong\.\.$"),
    ],
)
def test_a_copy_that_is_not_proved_to_be_of_the_same_instant_is_no_backup(
    database: MySqlDatabase, will: Fault, fault: str, error: type[Exception], why: str
) -> None:
    will(fault)
    with pytest.raises(error, match=why):
        copy(database)


def test_what_has_missed_its_instant_is_tried_once_more(database: MySqlDatabase, will: Fault, tmp_path: Path) -> None:
    repository = make_repository(FileBlobStore(tmp_path / "store"), SystemClock())
    will("late")
    taken = Backups.of(repository, database, SystemRandomness()).run_backup(Kind.FULL, by=TESTER)
    (entry,) = repository.journal.read()
    assert isinstance(entry.body, Taken)
    assert entry.body.manifest == taken


def test_commits_are_not_held_for_longer_than_a_minute(
    database: MySqlDatabase, change: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(physical, "PATIENCE_SECONDS", 0)
    with pytest.raises(SnapshotFailed, match="nobody can commit meanwhile; it was ended"):
        copy(database)
    change("INSERT INTO shops (name) VALUES ('later')")


def test_nobody_commits_while_the_position_is_read_and_a_new_log_does_not_matter(
    url: str, family: Family, change: Callable[..., None]
) -> None:
    address = read_address(url)
    with MySqlPin(address, family) as pin:
        pin.hold_commits()
        before = pin.log_position()
        change("FLUSH NO_WRITE_TO_BINLOG BINARY LOGS")
        with pytest.raises(pymysql.OperationalError, match="timeout"):
            change(_NOBODY_WAITS, "INSERT INTO shops (name) VALUES ('new')")
        after = pin.log_position()
        pin.release_commits()
        change(_NOBODY_WAITS, "INSERT INTO shops (name) VALUES ('new')")
        assert pin.fingerprint().tables["shops"].rows == 3
    assert after["binlog_file"] > before["binlog_file"]


def test_files_of_a_server_without_a_binary_log_are_not_copied(new_mariadb: Callable[[], str], family: Family) -> None:
    database = MySqlDatabase(read_address(new_mariadb()), {}, family)
    with pytest.raises(SnapshotFailed, match="no binary log"), database.snapshot(Kind.FULL, None):
        raise AssertionError("it was copied")


def test_xtrabackup_of_another_series_copies_nothing(database: MySqlDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XTRABACKUP_VERSION", "8.0.35")
    with pytest.raises(MissingProgram, match=r"xtrabackup is of MySQL 8\.0\.35"), database.snapshot(Kind.FULL, None):
        raise AssertionError("it was copied")


@pytest.mark.usefixtures("own_programs")
def test_programs_of_mariadb_are_not_taken_for_those_of_mysql(database: MySqlDatabase, family: Family) -> None:
    for name in ("mysqldump", "mysqld"):
        with pytest.raises(MissingProgram, match=f"{name} does not say which version of MySQL it is of"):
            family.version_of(name)
    with pytest.raises(MissingProgram, match=r"There is no xtrabackup .* Percona"), database.snapshot(Kind.FULL, None):
        raise AssertionError("it was copied")
    with database.scratch() as target, pytest.raises(MissingProgram), target.receive(Kind.DUMP):
        raise AssertionError("it was begun")


def test_which_family_it_is_says_the_server_or_what_is_installed(url: str, tmp_path: Path) -> None:
    nobody_answers = re.sub(r":\d+/", ":1/", url)
    found = []
    for number, there in enumerate((url, nobody_answers)):
        for scheme in ("mysql+pymysql", "mariadb"):
            folder = tmp_path / f"{number}{scheme}"
            folder.mkdir()
            settings = Settings(database_url=there.replace("mariadb", scheme), backups=folder / "backups.toml")
            set_up_backups(settings, cluster="test", store=f"file://{folder}", lock_days=0)
            found.append(build_backups(settings).run_backup.database.engine)
    assert found == ["mariadb", "mariadb", "mysql", "mariadb"]


def test_a_server_of_the_other_family_is_named(url: str) -> None:
    with pytest.raises(SnapshotFailed, match=r"-MariaDB.* is no MySQL; .* mariadb://"):
        MySqlDatabase(read_address(url), {}).snapshot(Kind.FULL, None).__enter__()


def test_nobody_gets_into_a_server_that_was_restored_from_a_dump_until_somebody_opens_it(
    database: MySqlDatabase, family: Family, tmp_path: Path
) -> None:
    where = tmp_path / "new"
    with database.target(str(where)) as target:
        with target.receive(Kind.DUMP) as sink:
            sink.write(copy(database, Kind.DUMP))
        target.keep()
    with scratch_server(where, family) as address, pytest.raises(pymysql.OperationalError, match="locked"):
        connected(address)
    with (
        scratch_server(where, family, "--no-defaults", "--skip-grant-tables") as address,
        closing(connected(address)) as connection,
    ):
        assert re.fullmatch(r"\d", str(rows_of(connection, "SELECT 1")[0][0]))
