"""Where a SQLite database is restored to: a file that is not there yet."""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from coprra.adapters.filesystem.disk import DISK_FULL
from coprra.adapters.filesystem.private_folder import private_folder
from coprra.adapters.sqlite.examination import faults, fingerprint
from coprra.domain.backups.blob import StoreFull
from coprra.domain.backups.damage import Mismatch
from coprra.domain.backups.fingerprint import Fingerprint
from coprra.domain.backups.manifest import Kind
from coprra.domain.backups.ports import Sink, Target
from coprra.domain.backups.snapshot import TargetRefused

_BESIDE = ("", "-wal", "-shm", "-journal")
"""A log that lies beside a restored file would be taken for its own, and ruin it."""


class SqliteTarget(Target):
    """A file. Until it is kept it has another name, in a folder of its own beside it."""

    def __init__(self, path: Path, source: Path, invariants: Mapping[str, str]) -> None:
        self._path = path
        self._source = source
        self._invariants = invariants
        self._held = ExitStack()
        self._folder: Path | None = None

    @property
    def name(self) -> str:
        """See `Target.name`."""
        return self._path.name

    def __enter__(self) -> Self:
        """See `Target.__enter__`."""
        self._refuse_what_is_there()
        try:
            self._folder = self._held.enter_context(private_folder(self._path.parent, "restore"))
        except OSError as error:
            if error.errno in DISK_FULL:
                raise StoreFull(f"The disk of {self._path.parent} is full; nothing was restored.") from error
            raise TargetRefused(f"{self._path.parent} can't be restored to: {error.strerror}.") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """See `Target.__exit__`."""
        self._held.close()

    @property
    def free(self) -> int | None:
        """See `Target.free`."""
        return shutil.disk_usage(self._path.parent).free

    @contextmanager
    def receive(self, kind: Kind) -> Iterator[Sink]:
        """See `Target.receive`; every backup is a whole file."""
        if kind is not Kind.FULL:
            raise Mismatch(f"SQLite has no backups that are {kind}.")
        with _no_room(), os.fdopen(os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield _FileSink(file)
            with _no_room():
                file.flush()
                os.fsync(file.fileno())

    def fingerprint(self) -> Fingerprint:
        """See `Target.fingerprint`."""
        try:
            with closing(self._opened()) as connection:
                return fingerprint(connection)
        except sqlite3.Error as error:
            raise Mismatch(f"What was restored can't be read as a database: {error}.") from error

    def faults(self) -> tuple[str, ...]:
        """See `Target.faults`."""
        try:
            with closing(self._opened()) as connection:
                return tuple(faults(connection, self._invariants))
        except sqlite3.Error as error:
            return (f"integrity: {error}",)

    def keep(self) -> None:
        """See `Target.keep`."""
        self._refuse_what_is_there()
        try:
            # Unlike a rename, it never replaces what somebody else has put there meanwhile.
            os.link(self._file, self._path)
        except OSError as error:
            raise TargetRefused(f"{self._path} can't be made: {error.strerror}.") from error

    @property
    def url(self) -> str | None:
        """See `Target.url`."""
        return f"sqlite:///{self._file}"

    @property
    def _file(self) -> Path:
        if self._folder is None:
            raise ValueError("The target is not held.")
        return self._folder / "restored"

    def _opened(self) -> sqlite3.Connection:
        """Nobody else has it, so nothing is to be locked or written, not even to look into it."""
        return sqlite3.connect(f"{self._file.as_uri()}?mode=ro&immutable=1", uri=True)

    def _refuse_what_is_there(self) -> None:
        with suppress(OSError):
            if self._path.samefile(self._source):
                raise TargetRefused(f"{self._path} is the database that is backed up; restore to another place.")
        for suffix in _BESIDE:
            beside = self._path.with_name(self._path.name + suffix)
            if os.path.lexists(beside):
                raise TargetRefused(f"{beside} exists; nothing is ever restored over something.")


class ScratchSqliteTarget(SqliteTarget):
    """In a folder that is gone afterwards."""

    def __init__(self, parent: Path, source: Path, invariants: Mapping[str, str]) -> None:
        super().__init__(parent / "scratch", source, invariants)

    @property
    def name(self) -> str:
        """See `Target.name`."""
        return "scratch"

    def keep(self) -> None:
        """See `Database.scratch`."""
        raise TargetRefused("What is restored to be looked at is not kept.")


class _FileSink(Sink):
    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, content: bytes, /) -> int:
        with _no_room():
            return self._file.write(content)


@contextmanager
def _no_room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in DISK_FULL:
            raise StoreFull("The disk to restore to is full; nothing of it was kept.") from error
        raise
