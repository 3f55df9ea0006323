"""A full disk is told from everything else that MariaDB's programs say."""

import subprocess

import pytest

from coprra.adapters.mariadb.full_disk import ended_where_full, log_in_memory, tells_of_full_disk
from coprra.adapters.mariadb.programs import failure
from coprra.domain.backups.blob import StoreFull


@pytest.mark.parametrize(
    "said",
    [
        "/usr/bin/mbstream: Error writing file './ibdata1' (Errcode: 28 \"No space left on device\")",
        "[ERROR] InnoDB: preallocating 67108864 bytes for file ./ib_logfile101 failed with error 28",
        "[ERROR] InnoDB: Could not set the file size of './ibtmp1'. Probably out of disk space",
        "only 4096 were written. Operating system error number 28. Check that your OS and file system support files",
        "[Warning] mariadbd: Disk is full writing './mysql/help_topic.MAI' (Errcode: 28). Waiting for someone",
        "ERROR 1021 (HY000) at line 3: Disk full (./a/b.MAI); waiting for someone to free some space... (errno: 28)",
        "ERROR 1114 (HY000) at line 7584: The table 'prices' is full",
        "Error writing file (OS errno 122 - Disk quota exceeded)",
    ],
)
def test_its_words_are_known(said: str) -> None:
    assert isinstance(failure("it", said.encode()), StoreFull)


@pytest.mark.parametrize(
    "said",
    [
        "Operating system error number 2. Check also that the disk is not full or a disk quota exceeded.",
        "ERROR 1286 (42000) at line 28: Unknown storage engine",
        "Can't open file (errno: 280)",
    ],
)
def test_other_words_are_not_taken_for_it(said: str) -> None:
    assert not tells_of_full_disk(said.encode())


def test_who_waits_for_room_is_ended_with_all_that_it_has_started() -> None:
    with (
        log_in_memory() as log,
        subprocess.Popen(
            ["sh", "-c", "echo Disk is full >&2; cat | cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            process_group=0,
        ) as process,
        ended_where_full(process, log),
    ):
        assert process.stdout is not None
        assert process.stdout.read() == b""
        assert process.wait() < 0
