"""Backups of a MariaDB server: what they hold is what their fingerprint says, whatever goes on meanwhile."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from coprra.adapters.filesystem.blobs import FileBlobStore
from coprra.adapters.mariadb.address import read_address
from coprra.adapters.mariadb.database import MariaDbDatabase
from coprra.adapters.mariadb.family import MARIADB
from coprra.adapters.mariadb.pin import Pin
from coprra.adapters.system.clock import SystemClock
from coprra.adapters.system.randomness import SystemRandomness
from coprra.backups import Backups
from coprra.domain.backups.fingerprint import Fingerprint
from coprra.domain.backups.level import Level
from coprra.domain.backups.manifest import Kind, Manifest
from coprra.testing.backups import make_repository
from coprra.testing.builders import TESTER
from coprra.testing.contracts.backup_databases import copied, receive

Change = Callable[..., None]
Writing = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Place:
    """A database and the folder of its backups."""

    backups: Backups
    folder: Path

    def run(self, kind: Kind = Kind.FULL) -> Manifest:
        manifest = self.backups.run_backup(kind, by=TESTER)
        assert manifest is not None
        return manifest


@pytest.fixture
def place(backup_url: str, tmp_path: Path) -> Place:
    database = MariaDbDatabase(read_address(backup_url), {})
    repository = make_repository(FileBlobStore(tmp_path / "store"), SystemClock())
    return Place(Backups.of(repository, database, SystemRandomness()), tmp_path)


def test_increments_taken_while_somebody_writes_come_back_row_by_row(
    place: Place, writing: Writing, change: Change
) -> None:
    with writing():
        full = place.run()
        first = place.run(Kind.INCREMENTAL)
    change("CREATE TABLE more (id INT PRIMARY KEY) ENGINE=InnoDB", "INSERT INTO more VALUES (1)")
    second = place.run(Kind.INCREMENTAL)
    assert [(one.kind, one.parent) for one in (full, first, second)] == [
        (Kind.FULL, None),
        (Kind.INCREMENTAL, full.id),
        (Kind.INCREMENTAL, first.id),
    ]
    assert first.position["from_lsn"] == full.position["to_lsn"]
    assert [sequence(first) > sequence(full), sequence(second) > sequence(first)] == [True, True]
    assert full.fingerprint.objects.items() >= {"event": 1, "routine": 1, "table": 2, "trigger": 1, "view": 1}.items()
    database = place.backups.run_backup.database
    restarted = replace(second, position={**second.position, "started": "1"})
    assert database.continued([restarted, second]) is second
    assert database.continued([restarted]) is None
    verdict = place.backups.verify_backups(Level.L2, by=TESTER)
    assert verdict.good
    assert verdict.examined == (full.id, first.id, second.id)


def sequence(manifest: Manifest) -> int:
    """The number of the last transaction that is in it."""
    return int(manifest.position["gtid"].rpartition("-")[2])


def test_a_dump_taken_while_somebody_writes_comes_back_row_by_row(place: Place, writing: Writing) -> None:
    with writing():
        dump = place.run(Kind.DUMP)
    assert dump.position["gtid"]
    verdict = place.backups.verify_backups(Level.L2, by=TESTER)
    assert (verdict.good, verdict.examined) == (True, (dump.id,))
    assert "user" not in dump.fingerprint.objects
    assert place.run(Kind.INCREMENTAL).kind is Kind.FULL


def test_what_a_server_has_beside_the_database_is_counted_and_compared(
    backup_url: str, change: Change, tmp_path: Path
) -> None:
    """Where that can be: not of what comes and goes while it is copied, and not by who may not see it."""
    name = backup_url.rpartition("/")[2]
    content, before = copied(MariaDbDatabase(read_address(backup_url), {}))
    change(f"CREATE USER another_{name}", f"CREATE ROLE role_{name}", f"CREATE DATABASE other_{name}")
    change(f"CREATE TABLE other_{name}.things (id INT PRIMARY KEY) ENGINE=InnoDB")
    after = fingerprinted(backup_url)
    more = {kind: after.objects[kind] - before.objects[kind] for kind in ("user", "role", "database")}
    assert more == {"user": 1, "role": 1, "database": 1}
    with MariaDbDatabase(read_address(backup_url), {}).target(str(tmp_path / "restored")) as target:
        receive(target, content)
        found = target.fingerprint()
    assert before.differences(found) == ()
    assert [said.split(":")[0] for said in after.differences(found)] == ["objects differ"] * 3
    meanwhile = fingerprinted(backup_url, lambda: change(f"DROP USER another_{name}"))
    assert after.objects.keys() - meanwhile.objects.keys() == {"user"}
    change(f"DROP DATABASE other_{name}", "REVOKE SELECT (host) ON mysql.global_priv FROM backup@'127.0.0.1'")
    assert fingerprinted(backup_url).objects.keys() & more.keys() == {"database"}


def fingerprinted(url: str, meanwhile: Callable[[], None] = lambda: None) -> Fingerprint:
    """As a backup of files is, without copying any."""
    with Pin(read_address(url), MARIADB) as pin:
        pin.hold_commits()
        pin.release_commits()
        meanwhile()
        return pin.fingerprint_of_server()


def test_nobody_who_commits_waits_for_a_slow_store(place: Place, url: str) -> None:
    """Whenever we have read something and do something else, the server lets everybody commit."""
    database = place.backups.run_backup.database
    with (
        closing(read_address(url).connect()) as connection,
        connection.cursor() as cursor,
        database.snapshot(Kind.FULL, None) as snapshot,
    ):
        cursor.execute("SET SESSION lock_wait_timeout = 0")
        commits = 0
        while snapshot.read(100_000):
            commits += cursor.execute("INSERT INTO shops (name) VALUES ('new')")
        snapshot.end()
    assert 3 < snapshot.fingerprint.tables["shops"].rows <= 3 + commits


STRANGE = (
    "CREATE TABLE `a-b ``ž'' \" .x` (`sel-ect` INT PRIMARY KEY, `from` VARCHAR(20))",
    "INSERT INTO `a-b ``ž'' \" .x` VALUES (1, 'ž'), (2, NULL)",
    "CREATE TABLE computed (a INT, twice INT AS (a * 2) VIRTUAL, kept INT AS (a * 3) PERSISTENT, i INT INVISIBLE)",
    "INSERT INTO computed (a, i) VALUES (1, 2), (NULL, NULL)",
    "CREATE TABLE parted (a INT) PARTITION BY HASH (a) PARTITIONS 3",
    "INSERT INTO parted SELECT seq FROM seq_1_to_30",
    "CREATE TABLE versioned (a INT PRIMARY KEY, b INT) WITH SYSTEM VERSIONING",
    "INSERT INTO versioned VALUES (1, 1), (2, 2)",
    "UPDATE versioned SET b = 3",
    "CREATE SEQUENCE numbers START WITH 100",
    "CREATE TABLE numbered (a INT DEFAULT NEXTVAL(numbers))",
    "INSERT INTO numbered VALUES (DEFAULT), (DEFAULT)",
    "CREATE TABLE nothing (a INT)",
    "CREATE TABLE without_key (a INT, b LONGBLOB, c JSON, d DECIMAL(30, 10), e BIT(9), f TIMESTAMP(6) NULL)",
    "INSERT INTO without_key VALUES (1, x'00ff27', '{}', 1.5, b'101', NOW(6)), (1, x'00ff27', '{}', 1.5, b'101', NULL)",
)


@pytest.mark.parametrize("kind", [Kind.FULL, Kind.DUMP])
def test_strange_tables_come_back_row_by_row(place: Place, change: Change, kind: Kind) -> None:
    change(*STRANGE)
    taken = place.run(kind)
    assert taken.fingerprint.tables["parted"].rows == 30
    verdict = place.backups.verify_backups(Level.L2, by=TESTER)
    assert (verdict.mismatch, verdict.examined) == (None, (taken.id,))
