"""What goes wrong with a backup of MariaDB is found, and nothing of it is taken for a backup."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pymysql
import pytest

from coprra.adapters.filesystem.blobs import FileBlobStore
from coprra.adapters.mariadb import family as family_module
from coprra.adapters.mariadb.address import read_address
from coprra.adapters.mariadb.database import MariaDbDatabase
from coprra.adapters.mariadb.family import MARIADB
from coprra.adapters.mariadb.pin import Pin
from coprra.adapters.system.clock import SystemClock
from coprra.adapters.system.randomness import SystemRandomness
from coprra.backups import Backups
from coprra.domain.backups.damage import Mismatch
from coprra.domain.backups.entry import Failed
from coprra.domain.backups.level import Level
from coprra.domain.backups.manifest import Kind
from coprra.domain.backups.ports import Target
from coprra.domain.backups.snapshot import DefinitionsChanged, MissingProgram, SnapshotFailed, TargetRefused
from coprra.testing.backups import make_repository
from coprra.testing.builders import TESTER
from coprra.testing.contracts.backup_databases import copied
from coprra.testing.mariadb import FAST, PrivateMariaDb

Change = Callable[..., None]


@pytest.fixture
def database(backup_url: str) -> MariaDbDatabase:
    return MariaDbDatabase(
        read_address(backup_url), {"no price below zero": "SELECT COUNT(*) FROM prices WHERE cents < 0"}
    )


def receive(target: Target, content: bytes, kind: Kind = Kind.FULL) -> None:
    with target.receive(kind) as sink:
        sink.write(content)


ROWS, INDEX = 3, 4
"""The first pages of a small table's rows, and of its first index."""


def damage(file: Path, page: int) -> None:
    """Four bytes of it."""
    with file.open("r+b") as content:
        content.seek(page * 16_384 + 8_000)
        content.write(b"\xff\x00\xff\x00")


def test_who_takes_backups_changes_nothing(backup_url: str) -> None:
    with closing(read_address(backup_url).connect()) as connection, connection.cursor() as cursor:
        for statement in ("DELETE FROM prices", "DROP TABLE prices", "PURGE BINARY LOGS BEFORE NOW()"):
            with pytest.raises(pymysql.OperationalError, match="denied"):
                cursor.execute(statement)


def test_orphans_and_broken_rules_are_named_although_their_backup_is_what_was_copied(
    database: MariaDbDatabase, change: Change, tmp_path: Path
) -> None:
    """The server's own check of the table says that all is well."""
    change("SET foreign_key_checks = 0", "INSERT INTO prices (shop, cents) VALUES (99, 5), (98, -5)")
    repository = make_repository(FileBlobStore(tmp_path), SystemClock())
    backups = Backups.of(repository, database, SystemRandomness())
    backups.run_backup(by=TESTER)
    mismatch = backups.verify_backups(Level.L2, by=TESTER).mismatch
    assert mismatch is not None
    assert "2 orphans of shops in table prices; no price below zero: 1 rows break it." in mismatch.message


def test_what_was_cut_or_changed_or_is_of_another_version_is_not_restored(
    database: MariaDbDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, _ = copied(database)
    with database.scratch() as target, pytest.raises(Mismatch, match=r"mbstream|mariadb-backup"):
        receive(target, content[: len(content) // 2])
    monkeypatch.setattr(family_module, "version_of", lambda *_: "11.4.2")
    with database.scratch() as target, pytest.raises(TargetRefused, match=r"of MariaDB 10.*11\.4\.2"):
        receive(target, content)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("page", [ROWS, INDEX])
def test_a_damaged_page_of_what_was_restored_is_found(
    database: MariaDbDatabase, backup_url: str, tmp_path: Path, page: int
) -> None:
    """Whoever only reads the rows reads no index."""
    content, _ = copied(database)
    with database.target(str(tmp_path / "damaged")) as target:
        receive(target, content)
        (file,) = tmp_path.glob(f".coprra-restore-*/backup/{backup_url.rpartition('/')[2]}/prices.ibd")
        damage(file, page)
        if page == ROWS:
            with pytest.raises(Mismatch, match="can't be read"):
                target.fingerprint()
        else:
            assert any("integrity of prices" in fault for fault in target.faults())


def test_what_looks_at_a_restored_server_wakes_nothing_up_and_is_reached_by_nobody(database: MariaDbDatabase) -> None:
    """Its events would delete rows, and its replication would fetch some."""
    content, _ = copied(database)
    with database.scratch() as target:
        receive(target, content)
        assert target.url is not None
        with closing(read_address(target.url).connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT @@event_scheduler, @@skip_networking, @@log_bin")
            assert cursor.fetchall() in ((("OFF", 1, 0),), (("DISABLED", 1, 0),))
            cursor.execute("SHOW ALL SLAVES STATUS")
            assert cursor.fetchall() == ()


def test_a_dump_that_was_cut_between_two_statements_is_not_restored(database: MariaDbDatabase) -> None:
    """The client that reads it would say that all went well."""
    with database.snapshot(Kind.DUMP, None) as snapshot:
        whole = snapshot.read()
        snapshot.end()
    cut = whole[: whole.rindex(b"\n-- Table structure") + 1]
    with database.scratch() as target, pytest.raises(Mismatch, match="ends before it is whole"):
        receive(target, cut, Kind.DUMP)


def test_tables_that_are_changed_meanwhile_are_noticed(database: MariaDbDatabase, change: Change) -> None:
    with database.snapshot(Kind.FULL, None) as snapshot:
        snapshot.read()
        change("ALTER TABLE prices ADD COLUMN unit INT")
        with pytest.raises(DefinitionsChanged):
            snapshot.end()


def test_what_was_read_when_others_could_commit_is_not_believed(backup_url: str) -> None:
    with Pin(read_address(backup_url), MARIADB) as pin, pytest.raises(SnapshotFailed, match="was gone before"):
        pin.set_under_foreign_lock()
    take_the_lock(backup_url)


def test_a_program_of_another_series_copies_nothing(database: MariaDbDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family_module, "version_of", lambda *_: "10.6.25")
    with pytest.raises(MissingProgram, match=r"of MariaDB 10\.6\.25"), database.snapshot(Kind.FULL, None):
        raise AssertionError("it was copied")


def test_a_table_whose_rows_no_transaction_pins_is_refused(database: MariaDbDatabase, change: Change) -> None:
    change("CREATE TABLE counters (n INT) ENGINE=Aria")
    with pytest.raises(SnapshotFailed, match="Table counters is of Aria"), database.snapshot(Kind.FULL, None):
        raise AssertionError("it was copied")


def test_nothing_is_restored_into_a_server_or_over_anything(
    database: MariaDbDatabase, server: PrivateMariaDb, tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    for where, why in (
        (server.data, "not empty"),
        (server.data / "new", "holds the data of a server"),
        (tmp_path / "full", "not empty"),
        (tmp_path / "link", "not empty"),
    ):
        with pytest.raises(TargetRefused, match=why), database.target(str(where)):
            raise AssertionError("it was begun")
    with pytest.raises(TargetRefused, match="names no folder"):
        database.target(str(tmp_path / "nowhere/new"))


def test_a_damaged_page_ends_the_backup_and_leaves_nothing_but_the_reason(
    database: MariaDbDatabase, backup_url: str, tmp_path: Path
) -> None:
    """The program that copies them compares each page, also those that nobody asks for."""
    content, _ = copied(database)
    (tmp_path / "server").mkdir()
    with database.target(str(tmp_path / "server/data")) as target:
        receive(target, content)
        target.keep()
    name = backup_url.rpartition("/")[2]
    damage(tmp_path / "server/data" / name / "prices.ibd", INDEX)
    with PrivateMariaDb(tmp_path / "server", FAST, kept=True) as damaged:
        broken = MariaDbDatabase(read_address(damaged.url(name)), {})
        repository = make_repository(FileBlobStore(tmp_path / "store"), SystemClock())
        with pytest.raises(SnapshotFailed, match="prices"):
            Backups.of(repository, broken, SystemRandomness()).run_backup(by=TESTER)
    (entry,) = repository.journal.read()
    assert isinstance(entry.body, Failed)
    assert list(repository.store.list("v1/test/data")) == []


KILLED = """
import os, sys
from coprra.adapters.mariadb.address import read_address
from coprra.adapters.mariadb.database import MariaDbDatabase
from coprra.domain.backups.manifest import Kind
from coprra.testing.contracts.backup_databases import copied, receive

database = MariaDbDatabase(read_address(os.environ["URL"]), {})
content, _ = copied(database)
with database.target(os.environ["WHERE"]) as target, database.scratch():
    receive(target, content)
    target.fingerprint()
    with database.snapshot(Kind.FULL, None) as snapshot:
        snapshot.read(1)
        print("half", flush=True)
        sys.stdin.read()
"""


def test_what_was_killed_holds_nothing_and_is_swept_up_after(
    database: MariaDbDatabase, backup_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup, a restore and the server that looks at it: their programs end with whoever runs them."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    where = str(tmp_path / "restored")
    with subprocess.Popen(
        [sys.executable, "-c", KILLED],
        env=os.environ | {"URL": backup_url, "WHERE": where, "TMPDIR": str(tmp_path / "tmp")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        (pid,) = tmp_path.glob("tmp/.coprra-server-*/pid")
        server = os.pidfd_open(int(pid.read_text()))
        process.send_signal(signal.SIGKILL)
    assert select.select([server], [], [], 60)[0], "the server that looked at what was restored lives on"
    os.close(server)
    take_the_lock(backup_url)
    assert purposes(tmp_path) == ["restore", "backup", "restore", "server"]
    with database.target(where), database.scratch():
        assert purposes(tmp_path) == ["restore", "restore"]
    assert purposes(tmp_path) == []


def purposes(folder: Path) -> list[str]:
    """Of what is not done yet, or was left: at its place, and among temporary files."""
    return [path.name.split("-")[1] for at in (folder, folder / "tmp") for path in sorted(at.glob(".coprra-*"))]


def take_the_lock(url: str) -> None:
    """As the next backup would."""
    with closing(read_address(url).connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SET SESSION lock_wait_timeout = 60")
        cursor.execute("BACKUP STAGE START")
        cursor.execute("BACKUP STAGE END")
