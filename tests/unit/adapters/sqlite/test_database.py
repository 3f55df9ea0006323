"""A SQLite file keeps the contract of databases that can be backed up, and what SQLite overlooks is found."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace

import pytest

from coprra.adapters.sqlite.database import SqliteDatabase
from coprra.adapters.sqlite.examination import fingerprint
from coprra.domain.backups.blob import StoreFull
from coprra.domain.backups.manifest import Kind
from coprra.domain.backups.ports import Database
from coprra.domain.backups.snapshot import SnapshotFailed, TargetRefused
from coprra.testing.contracts.backup_databases import InstantBackupDatabaseContract, copied, receive

SCHEMA = """
PRAGMA journal_mode=WAL;
CREATE TABLE shops (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
CREATE TABLE "odd ""name" (a TEXT, b BLOB, PRIMARY KEY (b, a)) WITHOUT ROWID;
CREATE TABLE prices (shop INTEGER REFERENCES shops (id), cents);
CREATE INDEX by_shop ON prices (shop);
CREATE VIEW cheap AS SELECT * FROM prices WHERE cents < 100;
INSERT INTO shops (name) VALUES ('konzum'), (CAST(x'ff00' AS TEXT));
INSERT INTO "odd ""name" VALUES ('1', x'00'), ('1', 1.5), ('1', 1);
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "source" / "žaba.sqlite"
    path.parent.mkdir()
    execute(path, f"{SCHEMA} INSERT INTO prices VALUES {', '.join(['(1, 7)'] * 5000)};")
    return path


@pytest.fixture
def database(path: Path) -> SqliteDatabase:
    return SqliteDatabase(path, {"no price below zero": "SELECT count(*) FROM prices WHERE cents < 0"})


def execute(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def faults(database: SqliteDatabase) -> tuple[str, ...]:
    content, _ = copied(database)
    with database.scratch() as target:
        receive(target, content)
        return target.faults()


class TestSqliteDatabase(InstantBackupDatabaseContract):
    """A file with a write-ahead log."""

    @pytest.fixture(autouse=True)
    def _places(self, path: Path, tmp_path: Path) -> None:
        self.path, self.folder = path, tmp_path

    def make_database(self) -> Database:
        """With every sort of table and value."""
        return SqliteDatabase(self.path, {})

    def change(self) -> None:
        """One value of many."""
        execute(self.path, "UPDATE prices SET cents = 8 WHERE rowid = 2500")

    def new_place(self) -> str:
        """A file beside others."""
        return str(self.folder / "restored.sqlite")


def test_a_restored_file_is_a_database_with_its_log_behind_it(
    database: SqliteDatabase, path: Path, tmp_path: Path
) -> None:
    content, taken = copied(database)
    with database.target(str(tmp_path / "new.sqlite")) as target:
        receive(target, content)
        target.keep()
    with closing(sqlite3.connect(tmp_path / "new.sqlite")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert taken.differences(fingerprint(connection)) == ()
    assert (tmp_path / "new.sqlite").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".coprra")] == []
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(".coprra")] == []


def test_a_fingerprint_is_the_same_in_every_version_of_python() -> None:
    """Another one would find every older backup changed."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE words (word)")
        values = ["ž\N{GRINNING FACE}", "ž", "", 7, -(2**62), 1.5, float("inf"), None, b"\x00\xff"]
        connection.executemany("INSERT INTO words VALUES (?)", [(value,) for value in values])
        state = fingerprint(connection).tables["words"]
    written = b"".join(
        b"(\1\0\0\0" + value
        for value in (
            b"u\6\0\0\0\xc5\xbe\xf0\x9f\x98\x80",
            b"u\2\0\0\0\xc5\xbe",
            b"u\0\0\0\0",
            b"i\7\0\0\0",
            b"l\xfb\xff\xff\xff\0\0\0\0\0\0\0\0\4\0",
            b"g\0\0\0\0\0\0\xf8?",
            b"g\0\0\0\0\0\0\xf0\x7f",
            b"N",
            b"s\2\0\0\0\0\xff",
        )
    )
    assert state.checksum == hashlib.sha256(b"[\x09\0\0\0" + written).hexdigest()


STRANGE = """
CREATE TABLE "sel-ect ž" ("from", twice AS ("from" || "from"), kept AS ("from" || 1) STORED);
INSERT INTO "sel-ect ž" VALUES ('ä'), (NULL), (x'00'), (1.5), (9e999), (-0.0);
CREATE TABLE rowids (id INTEGER PRIMARY KEY AUTOINCREMENT, rowid TEXT);
INSERT INTO rowids VALUES (7, 'b'), (9, 'a'), (8, 'a');
CREATE VIEW broken AS SELECT * FROM gone;
CREATE TABLE empty (a);
CREATE TABLE exact (a INTEGER, b ANY) STRICT;
INSERT INTO exact VALUES (1, '1'), (2, 1);
CREATE TRIGGER never AFTER INSERT ON empty BEGIN DELETE FROM empty; END;
CREATE TABLE large (a BLOB);
INSERT INTO large VALUES (zeroblob(2000000));
CREATE VIRTUAL TABLE words USING fts5(word);
INSERT INTO words VALUES ('hello');
PRAGMA user_version = 77;
"""
FORMS = ("page_size", "auto_vacuum", "encoding", "user_version")


@pytest.mark.parametrize(
    "pragma", ["page_size=512", "page_size=65536", "auto_vacuum=1", "encoding='UTF-16le'", "journal_mode=TRUNCATE"]
)
def test_strange_tables_in_files_of_every_form_come_back(tmp_path: Path, pragma: str) -> None:
    source, where = tmp_path / "strange.sqlite", tmp_path / "restored.sqlite"
    execute(source, f"PRAGMA {pragma}; {STRANGE}")
    database = SqliteDatabase(source, {})
    content, taken = copied(database)
    with database.target(str(where)) as target:
        receive(target, content)
        assert (taken.differences(target.fingerprint()), target.faults()) == ((), ())
        target.keep()
    with closing(sqlite3.connect(source)) as before, closing(sqlite3.connect(where)) as after:
        assert list(after.iterdump()) == list(before.iterdump())
        forms = [[one.execute(f"PRAGMA {name}").fetchone() for name in FORMS] for one in (before, after)]
    assert forms[0] == forms[1]
    assert forms[0][-1] == (77,)


def test_texts_that_are_no_utf_8_are_digested_as_well() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript("CREATE TABLE words (word); INSERT INTO words VALUES ('ž'), (CAST(x'ff00' AS TEXT))")
        before = fingerprint(connection)
        connection.execute("UPDATE words SET word = CAST(x'fe00' AS TEXT) WHERE rowid = 2")
        assert fingerprint(connection).differences(before)
        connection.execute("UPDATE words SET word = 'x' WHERE rowid = 2")
        assert fingerprint(connection).tables["words"].rows == before.tables["words"].rows


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE prices SET cents = 7.0 WHERE rowid = 9",
        "UPDATE prices SET cents = '7x' WHERE rowid = 9",
        "UPDATE prices SET cents = NULL WHERE rowid = 9",
        "UPDATE shops SET name = CAST(x'fe00' AS TEXT) WHERE id = 2",
        'UPDATE "odd ""name" SET a = 2 WHERE b = 1',
        "DELETE FROM prices WHERE rowid = 5000",
        "DELETE FROM shops WHERE id = 2; INSERT INTO shops (name) VALUES (CAST(x'ff00' AS TEXT))",
        "DROP INDEX by_shop",
        "CREATE TABLE another (a)",
    ],
)
def test_a_fingerprint_sees_every_change(database: SqliteDatabase, path: Path, change: str) -> None:
    _, before = copied(database)
    execute(path, change)
    assert before.differences(copied(database)[1]) != ()


def test_writers_neither_stop_a_backup_nor_get_into_it(database: SqliteDatabase, path: Path) -> None:
    """In several steps such a copy begins anew with each write, and may never end."""
    over, writing = Event(), Event()

    def write() -> None:
        with closing(sqlite3.connect(path, timeout=60)) as connection:
            while not over.is_set():
                connection.execute("UPDATE prices SET cents = cents + 1")
                connection.commit()
                writing.set()

    writer = Thread(target=write)
    writer.start()
    try:
        writing.wait()
        for _ in range(3):
            content, taken = copied(database)
            with database.scratch() as target:
                receive(target, content)
                assert taken.differences(target.fingerprint()) == ()
    finally:
        over.set()
        writer.join()


def test_orphans_and_broken_rules_are_named(database: SqliteDatabase, path: Path) -> None:
    """Neither hinders a backup, and SQLite's own check of integrity finds neither."""
    execute(path, "INSERT INTO prices VALUES (99, 5), (98, -5)")
    assert faults(database) == ("2 orphans of shops in table prices", "no price below zero: 1 rows break it")


def test_a_changed_page_is_found_by_the_fingerprint_where_integrity_is_said_to_be_fine(
    database: SqliteDatabase,
) -> None:
    content, taken = copied(database)
    at = content.index(b"konzum")
    changed = content[:at] + b"konzun" + content[at + 6 :]
    with database.scratch() as target:
        receive(target, changed)
        assert target.faults() == ()
        assert taken.differences(target.fingerprint()) == ("table shops has other content in its 2 rows",)


def test_a_torn_page_is_named(database: SqliteDatabase) -> None:
    content, _ = copied(database)
    with database.scratch() as target:
        receive(target, content[:8192] + bytes(4096) + content[12288:])
        assert target.faults()[0].startswith("integrity:")


def in_place(database: SqliteDatabase, path: Path) -> Callable[[], object]:
    return database.target(str(path)).__enter__


def test_nothing_is_restored_over_the_source_nor_beside_an_old_log(
    database: SqliteDatabase, path: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.sqlite"
    link.symlink_to(path)
    for place in (path, link):
        with pytest.raises(TargetRefused, match="is the database that is backed up"):
            in_place(database, place)()
    for suffix in ("", "-wal", "-shm", "-journal"):
        beside = tmp_path / f"other.sqlite{suffix}"
        beside.write_bytes(b"")
        with pytest.raises(TargetRefused, match="nothing is ever restored over something"):
            in_place(database, tmp_path / "other.sqlite")()
        beside.unlink()
    with pytest.raises(TargetRefused, match="names no file"):
        database.target(str(tmp_path / "nowhere" / "a.sqlite"))


def test_a_disk_without_room_for_a_copy_is_told_before_anything_is_copied(
    database: SqliteDatabase, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=path.stat().st_size))
    with pytest.raises(StoreFull, match="bytes free"):
        copied(database)
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(".coprra")] == []


def test_what_is_not_there_or_no_database_is_not_backed_up(database: SqliteDatabase, path: Path) -> None:
    assert database.kinds == {Kind.FULL}
    path.write_bytes(b"not a database at all, but long enough to be taken for one at first sight" * 20)
    with pytest.raises(SnapshotFailed, match="not a database"):
        copied(database)
    path.unlink()
    with pytest.raises(SnapshotFailed, match="no database žaba"):
        copied(database)
    assert not path.exists()
