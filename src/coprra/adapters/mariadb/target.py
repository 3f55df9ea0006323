"""Where a server is restored to: a folder of data that is not there yet, or is empty."""

import os
import platform
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir
from types import TracebackType
from typing import Self

import pymysql

from coprra.adapters.filesystem.disk import DISK_FULL
from coprra.adapters.filesystem.private_folder import private_folder
from coprra.adapters.mariadb.address import Address, Connection, connected, said_by
from coprra.adapters.mariadb.backup_notes import noted
from coprra.adapters.mariadb.dump import LAST, is_whole
from coprra.adapters.mariadb.examination import definitions, faults, fingerprint, rows_of
from coprra.adapters.mariadb.family import MARIADB, Family
from coprra.adapters.mariadb.full_disk import tells_of_full_disk
from coprra.adapters.mariadb.inventory import inventory
from coprra.adapters.mariadb.programs import Child, Failed, run, running
from coprra.adapters.mariadb.scratch_server import install, scratch_server
from coprra.domain.backups.blob import StoreFull
from coprra.domain.backups.damage import Mismatch
from coprra.domain.backups.fingerprint import Fingerprint
from coprra.domain.backups.manifest import Kind
from coprra.domain.backups.ports import Sink, Target
from coprra.domain.backups.snapshot import TargetRefused

_OF_A_SERVER = ("ibdata1", "aria_log_control")


class MariaDbTarget(Target):
    """A folder. Until it is kept everything lies in another one beside it, which only its owner may look into."""

    def __init__(self, path: Path, database: str, invariants: Mapping[str, str], family: Family = MARIADB) -> None:
        self._family = family
        self._path = path
        self._database = database
        self._invariants = invariants
        self._held = ExitStack()
        self._folder: Path | None = None
        self._server = ExitStack()
        self._connection: Connection | None = None
        self._url: str | None = None

    @property
    def name(self) -> str:
        """See `Target.name`; with the machine, for a folder of that name is on many."""
        return f"{platform.node()}:{self._path}"

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
        # How its server ended is of no account: all of it is thrown away.
        with self._held, suppress(Failed):
            self._stop()

    @property
    def free(self) -> int | None:
        """See `Target.free`."""
        return shutil.disk_usage(self._path.parent).free

    def receive(self, kind: Kind) -> AbstractContextManager[Sink]:
        """See `Target.receive`."""
        return self._receive_dump() if kind is Kind.DUMP else self._receive_files(kind)

    @contextmanager
    def _receive_dump(self) -> Iterator[Sink]:
        """It is read by a new and empty server of our own. Who asks it by its socket may do everything."""
        data = self._own / "data"
        with _mismatches():
            install(data, self._family)
            with scratch_server(data, self._family) as address, address.option_file() as options:
                client = self._family.programs.client
                with running(client, f"--defaults-file={options}", "--max-allowed-packet=1G", reads=True) as child:
                    sink = _DumpSink(child)
                    yield sink
                    child.end()
                if not is_whole(sink.last):
                    raise Failed("the dump ends before it is whole")
                self._leave(address)

    @contextmanager
    def _receive_files(self, kind: Kind) -> Iterator[Sink]:
        """What is incremental is laid over what came before, and is then gone."""
        whole = self._own / "backup"
        into = whole if kind is Kind.FULL else self._own / "increment"
        into.mkdir(mode=0o700)
        with _mismatches(), running(self._family.programs.unpack, "-x", "-C", str(into), reads=True) as child:
            yield _ChildSink(child)
            child.end()
        _refuse_what_does_not_suit(into, self._family)
        over = [] if into is whole else [f"--incremental-dir={into}"]
        with _mismatches():
            run(self._family.programs.copy, *self._family.restoring.lay, f"--target-dir={whole}", *over)
        if over:
            shutil.rmtree(into)

    def fingerprint(self) -> Fingerprint:
        """See `Target.fingerprint`; with what the server has beside the database, whether it was backed up or not."""
        with _mismatches():
            connection = self._started()
            defined = definitions(connection, self._family.objects)
            rows_of(connection, "START TRANSACTION")
            found = fingerprint(connection, defined)
            return replace(found, objects={**found.objects, **inventory(connection, self._family.counts)})

    def faults(self) -> tuple[str, ...]:
        """See `Target.faults`."""
        with _mismatches():
            return tuple(faults(self._started(), self._invariants))

    def keep(self) -> None:
        """See `Target.keep`; the server that looked at it has ended before."""
        data = self._own / "data"
        with _mismatches():
            self._stop()
            self._move_into(data)
        self._refuse_what_is_there()
        try:
            # Where there is a folder with something in it, it fails.
            data.rename(self._path)
        except OSError as error:
            raise TargetRefused(f"{self._path} can't be made: {error.strerror}.") from error

    @property
    def url(self) -> str | None:
        """See `Target.url`: through the socket of the server that looks at it."""
        with _mismatches():
            self._started()
        return self._url

    @property
    def _own(self) -> Path:
        if self._folder is None:
            raise ValueError("The target is not held.")
        return self._folder

    def _started(self) -> Connection:
        """A connection to the server that runs on what was restored. Raises: Failed, pymysql.Error."""
        if self._connection is None:
            data = self._own / "data"
            self._move_into(data)
            options = (*self._settings(), "--skip-grant-tables")
            address = self._server.enter_context(scratch_server(data, self._family, *options))
            address = replace(address, database=self._database)
            self._url = address.url(self._family.engine)
            self._connection = connected(address)
            self._server.callback(self._connection.close)
        return self._connection

    def _move_into(self, data: Path) -> None:
        if not data.exists():
            source = f"--target-dir={self._own / 'backup'}"
            program, finish = self._family.programs.copy, self._family.restoring.finish
            if finish is not None:
                run(program, *finish, source)
            run(program, "--no-defaults", "--move-back", source, f"--datadir={data}", *self._kept_settings())
            data.chmod(0o700)

    def _settings(self) -> list[str]:
        """What the server is told first: how the one was set whose files they are."""
        if self._family.restoring.settings is None and self._told_settings.exists():
            return [f"--defaults-file={self._told_settings}"]
        return ["--no-defaults", *self._kept_settings()]

    def _kept_settings(self) -> list[str]:
        kept = self._family.restoring.settings
        if kept is None or not self._told_settings.exists():
            return []
        told = re.findall(r"^(\w+)=(.*)$", self._told_settings.read_text("utf-8", "replace"), re.MULTILINE)
        return [f"--{name}={value}" for name, value in told if name in kept]

    @property
    def _told_settings(self) -> Path:
        return self._own / "backup" / "backup-my.cnf"

    def _leave(self, address: Address) -> None:
        if self._family.restoring.leave is not None:
            with closing(connected(address)) as connection:
                rows_of(connection, self._family.restoring.leave)

    def _stop(self) -> None:
        self._connection = None
        self._server.close()

    def _refuse_what_is_there(self) -> None:
        path = self._path
        if os.path.lexists(path) and (path.is_symlink() or not path.is_dir() or any(path.iterdir())):
            raise TargetRefused(f"{path} is not empty; nothing is ever restored over something.")
        for parent in path.parents:
            if any(os.path.lexists(parent / name) for name in _OF_A_SERVER):
                raise TargetRefused(f"{parent} holds the data of a server; restore to another place.")


class ScratchMariaDbTarget(MariaDbTarget):
    """In the folder for temporary files, which TMPDIR names."""

    def __init__(self, database: str, invariants: Mapping[str, str], family: Family = MARIADB) -> None:
        super().__init__(Path(gettempdir()) / "coprra-scratch", database, invariants, family)

    @property
    def name(self) -> str:
        """See `Target.name`."""
        return "scratch"

    def keep(self) -> None:
        """See `Database.scratch`."""
        raise TargetRefused("What is restored to be looked at is not kept.")

    def _refuse_what_is_there(self) -> None:
        """It never gets the name."""


class _ChildSink(Sink):
    def __init__(self, child: Child) -> None:
        self._child = child

    def write(self, content: bytes, /) -> int:
        self._child.write(content)
        return len(content)


class _DumpSink(_ChildSink):
    last = b""

    def write(self, content: bytes, /) -> int:
        self.last = (self.last + content[-LAST:])[-LAST:]
        return super().write(content)


@contextmanager
def _mismatches() -> Iterator[None]:
    try:
        yield
    except Failed as error:
        raise Mismatch(f"What was backed up can't be restored: {error}.") from error
    except pymysql.Error as error:
        if tells_of_full_disk(said_by(error).encode()):
            raise StoreFull("The disk to restore to is full; nothing of it was kept.") from error
        raise Mismatch(f"What was restored can't be read as a database: {said_by(error)}.") from error
    except OSError as error:
        if error.errno in DISK_FULL:
            raise StoreFull("The disk to restore to is full; nothing of it was kept.") from error
        raise


def _refuse_what_does_not_suit(folder: Path, family: Family) -> None:
    """Only programs of the series that wrote the files bring them back."""
    told = re.search(r"^server_version = (\S+)$", noted(folder, "info"), re.MULTILINE)
    if told is None:
        raise Mismatch("What was backed up can't be restored: it does not say of which version it is.")
    for needed in (family.programs.copy, family.programs.server):
        has = family.version_of(needed)
        if not family.programs.suits(needed, has, told[1]):
            raise TargetRefused(f"It is of {family.title} {told[1]}, and {needed} here is of {has}.")
