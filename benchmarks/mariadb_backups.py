"""Backups of MariaDB: what they take beside the bare pipeline of the same programs, and beside a dump."""

import os
import shlex
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.benchmark import Benchmark, Comparison, Sample, Stopwatch
from benchmarks.engines import ROOMY, computed_by, migrate
from benchmarks.ledgers import POINTS, fill_ledger
from coprra.adapters.filesystem.blobs import FileBlobStore
from coprra.adapters.mariadb.address import Address, read_address
from coprra.adapters.mariadb.database import MariaDbDatabase
from coprra.adapters.mariadb.examination import definitions, fingerprint, rows_of
from coprra.adapters.mariadb.family import MARIADB
from coprra.adapters.sql.engine import make_engine
from coprra.adapters.system.clock import SystemClock
from coprra.adapters.system.randomness import SystemRandomness
from coprra.backups import Backups
from coprra.domain.backups.manifest import Kind
from coprra.domain.backups.repository import in_silence
from coprra.domain.kernel.actor import Actor
from coprra.testing.backups import OPS, POLICY, make_repository
from coprra.testing.mariadb import PrivateMariaDb, create_database

_BY = Actor.operator("benchmark")
_DATABASE = "coprra"
_OURS, _BARE, _DUMP = "coprra", "mariadb-backup, zstd and age", "mariadb-dump"

_Computed = Callable[[], float]
"""Seconds that a server and the programs that were waited for have computed so far."""


def _prepare(folder: Path, rows: int) -> None:
    with PrivateMariaDb(folder / "server", ROOMY, kept=True) as server:
        url = create_database(server.url("mysql"), _DATABASE)
        migrate(url)
        engine = make_engine(url)
        fill_ledger(engine, max(rows // POINTS, 1))
        engine.dispose()


@contextmanager
def _server(folder: Path) -> Iterator[tuple[Address, _Computed]]:
    """The one that was prepared, which has read its rows since it was started."""
    with PrivateMariaDb(folder / "server", ROOMY, kept=True) as server:
        address = read_address(server.url(_DATABASE))
        _fingerprint(address)
        yield address, partial(_computed, server.pid)


def _back_up(folder: Path, watch: Stopwatch) -> None:
    """Streamed, packed, sealed, fingerprinted, signed and read again; and brought back, before it is looked at."""
    with _server(folder) as (address, computed), TemporaryDirectory(dir=folder) as own:
        repository = make_repository(FileBlobStore(Path(own)), SystemClock())
        database = MariaDbDatabase(address, {})
        backups = Backups.of(repository, database, SystemRandomness())
        with watch.step("backup", computed):
            manifest = backups.run_backup(by=_BY)
        assert manifest is not None
        with watch.step("fingerprint", computed):
            _fingerprint(address)
        watch.samples["copy"] = _without(watch.samples["backup"], watch.samples["fingerprint"])
        os.sync()
        with database.scratch() as target, watch.step("restore", computed), target.receive(Kind.FULL) as sink:
            repository.open_into(repository.history().named(manifest.id), sink, in_silence)


def _without(whole: Sample, part: Sample) -> Sample:
    return Sample(whole.rows, whole.seconds - part.seconds, whole.cpu - part.cpu)


def _fingerprint(address: Address) -> None:
    with closing(address.connect()) as connection:
        defined = definitions(connection, MARIADB.objects)
        rows_of(connection, "START TRANSACTION WITH CONSISTENT SNAPSHOT")
        fingerprint(connection, defined)


def _pipe(folder: Path, watch: Stopwatch) -> None:
    """The server's files through the programs into a file, and back, ready to be started on; nothing is looked at."""
    with (
        _server(folder) as (address, computed),
        TemporaryDirectory(dir=folder) as own,
        address.option_file() as options,
    ):
        sealed, key, back = (shlex.quote(str(Path(own, name))) for name in ("sealed", "key", "back"))
        Path(own, "key").write_text(f"{OPS}\n")
        Path(own, "back").mkdir()
        with watch.step("backup", computed):
            _run(
                f"mariadb-backup --defaults-file={options} --backup --stream=mbstream --target-dir={shlex.quote(own)}"
                f" | zstd -q -3 | age -r {POLICY.recipients[0]} > {sealed}"
            )
        os.sync()
        with watch.step("restore", computed):
            _run(
                f"age -d -i {key} {sealed} | zstd -q -d | mbstream -x -C {back};"
                f" mariadb-backup --prepare --target-dir={back}"
            )


def _dump(folder: Path, watch: Stopwatch) -> None:
    with _server(folder) as (address, computed), address.option_file() as options, watch.step("dump", computed):
        _run(f"mariadb-dump --defaults-file={options} --single-transaction {_DATABASE} > /dev/null")


def _run(pipeline: str) -> None:
    subprocess.run(["bash", "-euo", "pipefail", "-c", pipeline], check=True, capture_output=True)


def _computed(pid: int) -> float:
    times = os.times()
    return computed_by(pid) + times.children_user + times.children_system


MARIADB_BACKUPS = Benchmark(
    name="backups_mariadb",
    title="Backups of MariaDB",
    prepare=_prepare,
    contenders={_OURS: _back_up, _BARE: _pipe, _DUMP: _dump},
    comparisons=(
        Comparison("backup with its fingerprint, to the programs alone", (_OURS, "backup"), (_BARE, "backup"), 0.8),
        Comparison("backup without it, to the programs alone", (_OURS, "copy"), (_BARE, "backup"), 0.8),
        Comparison("restore before its proof, to the programs alone", (_OURS, "restore"), (_BARE, "restore"), 0.8),
        Comparison("fingerprint, to a dump", (_OURS, "fingerprint"), (_DUMP, "dump"), 3.3),
    ),
)
"""Prices of a ledger, as rows."""
