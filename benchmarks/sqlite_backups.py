"""Backups of SQLite: what they take beside the same programs without proofs, and beside a dump."""

import os
import shlex
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from benchmarks.benchmark import Benchmark, Comparison, Stopwatch
from benchmarks.ledgers import POINTS, fill_ledger
from coprra.adapters.filesystem.blobs import FileBlobStore
from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.invariants import INVARIANTS
from coprra.adapters.sql.schema import SqlSchema
from coprra.adapters.sqlite.database import SqliteDatabase
from coprra.adapters.sqlite.examination import fingerprint
from coprra.adapters.system.clock import SystemClock
from coprra.adapters.system.randomness import SystemRandomness
from coprra.backups import Backups
from coprra.domain.kernel.actor import Actor
from coprra.testing.backups import OPS, POLICY, make_repository

_BY = Actor.operator("benchmark")
_DATABASE = "coprra.sqlite"
_OURS, _BARE, _DUMP = "coprra", "zstd and age", "iterdump"


def _prepare(folder: Path, rows: int) -> None:
    engine = make_engine(f"sqlite:///{folder / _DATABASE}")
    SqlSchema(engine).upgrade()
    fill_ledger(engine, max(rows // POINTS, 1))
    engine.dispose()


def _back_up(folder: Path, watch: Stopwatch) -> None:
    """Fingerprint, copy, packed, sealed, signed and read again; and back, compared row by row."""
    own = folder / "ours"
    own.mkdir(exist_ok=True)
    store, restored = own / f"store-{os.getpid()}", own / f"restored-{os.getpid()}.sqlite"
    repository = make_repository(FileBlobStore(store), SystemClock())
    database = SqliteDatabase(folder / _DATABASE, INVARIANTS)
    backups = Backups.of(repository, database, SystemRandomness())
    with watch.step("backup"):
        backups.run_backup(by=_BY)
    plan = backups.restore_backup.plan(str(restored))
    with watch.step("restore"):
        backups.restore_backup(plan, str(restored), yes_i_mean=restored.name)
    with closing(sqlite3.connect(folder / _DATABASE)) as connection, watch.step("fingerprint"):
        fingerprint(connection)


def _pipe(folder: Path, watch: Stopwatch) -> None:
    """SQLite's own copy through the programs into a file, and back; nothing is looked at."""
    copy, sealed, key, back = (folder / f"{name}-{os.getpid()}" for name in ("copy", "sealed", "key", "back"))
    key.write_text(f"{OPS}\n")
    with watch.step("backup", _computed_by_programs):
        with closing(sqlite3.connect(folder / _DATABASE)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        _run(f"zstd -3 -q -c {_quoted(copy)} | age -r {POLICY.recipients[0]} > {_quoted(sealed)}")
    with watch.step("restore", _computed_by_programs):
        _run(f"age -d -i {_quoted(key)} {_quoted(sealed)} | zstd -d -q -c > {_quoted(back)}")
    assert back.stat().st_size == copy.stat().st_size


def _dump(folder: Path, watch: Stopwatch) -> None:
    with closing(sqlite3.connect(folder / _DATABASE)) as connection, watch.step("dump"):
        for _ in connection.iterdump():
            pass


def _run(pipe: str) -> None:
    subprocess.run(["bash", "-euo", "pipefail", "-c", pipe], check=True)


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))


def _computed_by_programs() -> float:
    times = os.times()
    return times.children_user + times.children_system


SQLITE_BACKUPS = Benchmark(
    name="backups_sqlite",
    title="Backups of SQLite",
    prepare=_prepare,
    contenders={_OURS: _back_up, _BARE: _pipe, _DUMP: _dump},
    comparisons=(
        Comparison("backup, to zstd and age alone", (_OURS, "backup"), (_BARE, "backup"), 0.8),
        Comparison("restore with its proof, to age and zstd alone", (_OURS, "restore"), (_BARE, "restore"), 0.8),
        Comparison("fingerprint, to a dump", (_OURS, "fingerprint"), (_DUMP, "dump"), 3.3),
    ),
)
"""Prices of a ledger, as rows; the goals are those of databases that digest their rows themselves."""
