"""A SQLite database, copied in one step from a read transaction.

Source: https://www.sqlite.org/backup.html: a copy in several steps begins anew whenever another process writes.
"""

import platform
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import gettempdir

from coprra.adapters.filesystem.disk import DISK_FULL
from coprra.adapters.filesystem.private_folder import private_folder
from coprra.adapters.sqlite.examination import fingerprint
from coprra.adapters.sqlite.target import ScratchSqliteTarget, SqliteTarget
from coprra.domain.backups.blob import StoreFull
from coprra.domain.backups.fingerprint import Fingerprint
from coprra.domain.backups.manifest import Kind, Manifest
from coprra.domain.backups.ports import Database, Snapshot, Source, Target
from coprra.domain.backups.snapshot import SnapshotFailed, TargetRefused

_BUSY_SECONDS = 60


class SqliteDatabase(Database):
    """A file. While a backup runs its copy lies beside it, in a folder that nobody else may look into.

    invariants: by name, queries that count what breaks a rule of the application.
    """

    def __init__(self, path: Path, invariants: Mapping[str, str]) -> None:
        self._path = path
        self._invariants = invariants

    @property
    def engine(self) -> str:
        """See `Database.engine`."""
        return "sqlite"

    @property
    def source(self) -> str:
        """See `Database.source`."""
        return f"{platform.node()}:{self._path}"

    @property
    def kinds(self) -> frozenset[Kind]:
        """See `Database.kinds`; each one is whole."""
        return frozenset({Kind.FULL})

    def continued(self, manifests: Iterable[Manifest]) -> Manifest | None:
        """See `Database.continued`; there are no increments."""
        return None

    @contextmanager
    def snapshot(self, kind: Kind, parent: Manifest | None) -> Iterator[Snapshot]:
        """See `Database.snapshot`; fingerprint and copy are of one read transaction."""
        if not self._path.is_file():
            raise SnapshotFailed(f"There is no database {self._path.name} to back up.")
        with ExitStack() as held:
            with _said():
                self._require_room()
                copy = held.enter_context(private_folder(self._path.parent, "backup")) / "copy"
                taken = self._copied(copy)
                file = held.enter_context(copy.open("rb"))
            yield _FileSnapshot(file, copy.stat().st_size, taken)

    def scratch(self) -> Target:
        """See `Database.scratch`."""
        folder = self._path.parent if self._path.parent.is_dir() else Path(gettempdir())
        return ScratchSqliteTarget(folder, self._path, self._invariants)

    def target(self, where: str) -> Target:
        """See `Database.target`: the path of a file that is not there yet."""
        path = Path(where)
        if not path.name or not path.parent.is_dir():
            raise TargetRefused(f"{where!r} names no file in a folder that exists.")
        return SqliteTarget(path.absolute(), self._path, self._invariants)

    def _copied(self, copy: Path) -> Fingerprint:
        uri = f"{self._path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)) as source:
            source.execute("BEGIN")
            taken = fingerprint(source)
            with closing(sqlite3.connect(copy)) as whole:
                source.backup(whole, pages=-1)
        return taken

    def _require_room(self) -> None:
        """For the copy, and as much again for what others write meanwhile."""
        needed = 2 * self._path.stat().st_size
        free = shutil.disk_usage(self._path.parent).free
        if free < needed:
            raise StoreFull(f"The disk of the database has {free:,} bytes free, and {needed:,} are needed.")


@contextmanager
def _said() -> Iterator[None]:
    """What SQLite and the system say, in the domain's words."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
            raise StoreFull("The disk of the database has no room for its copy.") from error
        raise SnapshotFailed(f"The database can't be copied: {error}.") from error
    except OSError as error:
        if error.errno in DISK_FULL:
            raise StoreFull("The disk of the database has no room for its copy.") from error
        raise SnapshotFailed(f"The database can't be copied beside itself: {error.strerror}.") from error


class _FileSnapshot(Snapshot):
    def __init__(self, file: Source, size: int, taken: Fingerprint) -> None:
        self._file = file
        self._size = size
        self._taken = taken

    def read(self, size: int = -1, /) -> bytes:
        return self._file.read(size)

    @property
    def size(self) -> int:
        return self._size

    @property
    def fingerprint(self) -> Fingerprint:
        return self._taken

    @property
    def versions(self) -> Mapping[str, str]:
        return {"sqlite": sqlite3.sqlite_version}

    @property
    def position(self) -> Mapping[str, str]:
        return {}

    def is_as(self, manifest: Manifest) -> bool:
        return not manifest.fingerprint.differences(self._taken)

    def end(self) -> None:
        """A file that was read is whole."""
