"""Back a server up and restore it while its disk is full at one step after the other; tell how each ended, as JSON.

Run by test_full_disk.py with the database's URL and a small disk of its own.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from coprra.adapters.mariadb.address import read_address
from coprra.adapters.mariadb.database import MariaDbDatabase
from coprra.adapters.memory.blobs import MemoryBlobStore
from coprra.adapters.system.clock import SystemClock
from coprra.adapters.system.randomness import SystemRandomness
from coprra.backups import Backups
from coprra.domain.backups.manifest import Kind
from coprra.domain.kernel.errors import CoprraError
from coprra.testing.backups import make_repository
from coprra.testing.builders import TESTER
from coprra.testing.contracts.backup_databases import receive

LITTLE = 1_000_000
ROUTINES = b"USE mysql;\n" + b"".join(
    b"CREATE PROCEDURE p%d() SELECT '%s';\n" % (number, 60_000 * b"x") for number in range(40)
)
"""Of which the server writes the text into a table of its own, and waits where it can't."""


@contextmanager
def filled(disk: Path, free: int) -> Iterator[None]:
    """But for so many bytes."""
    ballast = disk / "ballast"
    size = shutil.disk_usage(disk).free - free
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)
    try:
        yield
    finally:
        ballast.unlink()


def ending(deed: Callable[[], object]) -> list[str]:
    try:
        deed()
    except CoprraError as error:
        return [error.code, error.message]
    return ["done", ""]


def outcomes(url: str, disk: Path) -> dict[str, object]:
    database = MariaDbDatabase(read_address(url), {})
    repository = make_repository(MemoryBlobStore(SystemClock()), SystemClock())
    backups = Backups.of(repository, database, SystemRandomness())
    where = str(disk / "new")
    told: dict[str, object] = {}

    (disk / "tmp").mkdir()
    tempfile.tempdir = str(disk / "tmp")
    with filled(disk, 0):
        told["backup"] = ending(lambda: backups.run_backup(by=TESTER))
    with database.snapshot(Kind.FULL, None) as snapshot, filled(disk, 0):
        snapshot.read()
        told["late"] = ending(snapshot.end)
    told["stored"] = [blob.key for blob in repository.store.list("v1/test/data")]

    manifest = backups.run_backup(by=TESTER)
    assert manifest is not None
    with database.snapshot(Kind.FULL, None) as snapshot:
        content = snapshot.read()
    with filled(disk, LITTLE):
        plan = backups.restore_backup.plan(where)
        told["preflight"] = ending(lambda: backups.restore_backup(plan, where, yes_i_mean=plan.target))
        with database.scratch() as target:
            told["files"] = ending(lambda: receive(target, content))
    for free in (0, LITTLE):
        with database.scratch() as target:
            receive(target, content)
            with filled(disk, free):
                told[f"server, {free} free"] = ending(target.fingerprint)

    def read_dump(dump: bytes) -> None:
        with database.target(where) as target, ExitStack() as full, target.receive(Kind.DUMP) as sink:
            full.enter_context(filled(disk, 0))
            sink.write(dump)

    with database.snapshot(Kind.DUMP, None) as snapshot:
        told["dump"] = ending(lambda: read_dump(snapshot.read()))
    told["waiting"] = ending(lambda: read_dump(ROUTINES))
    told["left"] = [path.name for path in disk.rglob("*") if path.name != "tmp"]
    return told


if __name__ == "__main__":
    sys.stdout.write(json.dumps(outcomes(sys.argv[1], Path(sys.argv[2]))))
