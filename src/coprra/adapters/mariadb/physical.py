"""Physical backups: the server's files by a program of its own, as a stream that never lies on a disk.

Their instant is that of their end. The transaction that is fingerprinted begins while nobody can commit any more: what
the program says is read before what it sends, and while the transaction begins nothing of what it sends is read, so
that it can't go on.

`MariaDbSnapshot` does so under the lock that ``mariadb-backup`` takes itself.

Source: https://mariadb.com/kb/en/backup-stage/; https://mariadb.com/kb/en/mariadb-backup-overview/
"""

import fcntl
import os
import re
import selectors
import subprocess
from abc import abstractmethod
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from time import monotonic
from typing import IO

from coprra.adapters.filesystem.disk import DISK_FULL, write_through
from coprra.adapters.filesystem.private_folder import private_folder
from coprra.adapters.mariadb.address import Address
from coprra.adapters.mariadb.backup_notes import noted
from coprra.adapters.mariadb.lock_words import lock_words
from coprra.adapters.mariadb.pin import Pin
from coprra.adapters.mariadb.programs import bound, failure
from coprra.adapters.mariadb.server import Server
from coprra.domain.backups.blob import StoreFull
from coprra.domain.backups.fingerprint import Fingerprint
from coprra.domain.backups.manifest import Manifest
from coprra.domain.backups.ports import Snapshot
from coprra.domain.backups.snapshot import SnapshotFailed

_DONE = b"completed OK!"

_CHUNK = 65_536
_NARROW = 4_096
"""Of a pipe: what is written under the lock is more, so that its writer waits until it is read."""
_AHEAD_NEARLY = 8 * 2**20
AHEAD_LOCKED = 16 * 2**20
"""What is read under the lock, and shortly before, however slow the store is: nobody can commit until it is."""
_LINES = 40


@dataclass(frozen=True, slots=True)
class Copying:
    """A program that copies files. ends: of its two outputs; folder: where it leaves word of what it did."""

    process: "subprocess.Popen[bytes]"
    ends: selectors.BaseSelector
    folder: Path


@contextmanager
def copying(address: Address, program: str, *options: str, from_lsn: str | None) -> Iterator[Copying]:
    """All files, or what changed after that log sequence number. Raises: SnapshotFailed, MissingProgram, StoreFull."""
    with ExitStack() as held, address.option_file() as file:
        folder = _own_folder(held)
        command = bound(
            program,
            f"--defaults-file={file}",
            "--backup",
            *options,
            f"--target-dir={folder}",
            f"--extra-lsndir={folder}",
            *([f"--incremental-lsn={from_lsn}"] if from_lsn else []),
        )
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
        ) as process:
            try:
                with selectors.DefaultSelector() as ends:
                    yield Copying(process, ends, folder)
            finally:
                if process.poll() is None:
                    process.kill()


@contextmanager
def physical_snapshot(address: Address, server: Server, pin: Pin, from_lsn: str | None) -> Iterator[Snapshot]:
    """Of a MariaDB. from_lsn: what changed after it; None: all. Raises: SnapshotFailed, MissingProgram."""
    with copying(address, pin.family.programs.copy, "--stream=mbstream", from_lsn=from_lsn) as copied:
        yield MariaDbSnapshot(copied, server, pin)


class PhysicalSnapshot(Snapshot):
    """What such a program sends. A subclass knows its words, and what is to be done when they are said."""

    def __init__(self, copied: Copying, server: Server, pin: Pin) -> None:
        self._process = copied.process
        self._folder = copied.folder
        self._server = server
        self._pin = pin
        self._family = pin.family
        self._position = server.position
        self._version = self._family.version_of(self._family.programs.copy)
        self._sent, self._said = _file(self._process.stdout), _file(self._process.stderr)
        self._open = copied.ends
        self._open.register(self._said, selectors.EVENT_READ)
        self._open.register(self._sent, selectors.EVENT_READ)
        self._ready = _Queue()
        self._line = b""
        self._lines: deque[bytes] = deque(maxlen=_LINES)
        self._wide = True
        self._near = False
        self._ahead = 1
        self._until: float | None = None
        self._taken: Fingerprint | None = None

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(_CHUNK), b""))
        while self._open.get_map() and self._ready.size < self._ahead:
            self._go_on()
        return self._ready.take(size)

    @property
    def size(self) -> int:
        return self._server.size

    @property
    def fingerprint(self) -> Fingerprint:
        if self._taken is None:
            raise ValueError("The snapshot was not read to its end.")
        return self._taken

    @property
    def versions(self) -> Mapping[str, str]:
        return {self._family.engine: self._server.version, self._family.programs.copy: self._version}

    @property
    def position(self) -> Mapping[str, str]:
        return self._position

    def is_as(self, manifest: Manifest) -> bool:
        return False

    def end(self) -> None:
        """Its exit code, its last word, the place of the lock, and its own record: each of them must be as it was."""
        program = self._family.programs.copy
        if self._process.wait() or not any(_DONE in line for line in self._lines):
            said, title = failure(program, b"\n".join(self._lines)), self._family.title
            raise said if isinstance(said, StoreFull) else SnapshotFailed(f"{title} was not copied: {said}.")
        if not self._pin.is_set:
            raise SnapshotFailed(f"This {program} does not say, in words that are known, when its backup ends.")
        self._position |= self._checkpoints() | self._logged()
        self._taken = self._pin.fingerprint_of_server()

    @abstractmethod
    def _hear(self, line: bytes) -> None:
        """Do what is to be done when the program says that. Raises: SnapshotFailed."""

    @abstractmethod
    def _logged(self) -> dict[str, str]:
        """The position in the binary log, the same by the program's word and by the transaction's.

        Raises: SnapshotFailed.
        """

    def _told_position(self) -> re.Match[str] | None:
        """File and place, as the program wrote them down, and what follows; None where it knows of no binary log."""
        return re.search(r"^binlog_pos = filename '(.*?)', position '(\d+)'(.*)$", self._record("info"), re.MULTILINE)

    def _go_on(self) -> None:
        """Listen, and only where nothing is said, take what is sent."""
        left = None if self._until is None else self._until - monotonic()
        ready = {key.fileobj for key, _ in self._open.select(left)} if left is None or left > 0 else set()
        if not ready:
            raise SnapshotFailed("The copy does not come to its end, and nobody can commit meanwhile; it was ended.")
        if self._said in ready:
            self._listen()
        else:
            self._take()

    def _listen(self) -> None:
        said = os.read(self._said, _CHUNK)
        if not said:
            self._open.unregister(self._said)
        *lines, self._line = (self._line + said).split(b"\n")
        for line in lines:
            self._lines.append(line)
            self._hear(line)

    def _take(self) -> None:
        if self._near and self._wide:
            # While there is more in it than that it fails, and is tried again.
            self._wide = not self._resize(_NARROW)
        sent = os.read(self._sent, _CHUNK)
        if not sent:
            self._open.unregister(self._sent)
        self._ready.put(sent)

    def _resize(self, size: int) -> bool:
        """Whether the pipe of what is sent holds no more than that, now."""
        try:
            fcntl.fcntl(self._sent, fcntl.F_SETPIPE_SZ, size)
        except OSError:
            return False
        return True

    def _checkpoints(self) -> dict[str, str]:
        found = dict(re.findall(r"^(from_lsn|to_lsn|last_lsn) = (\d+)$", self._record("checkpoints"), re.MULTILINE))
        if len(found) < 3:
            _require_room(self._folder)
            raise SnapshotFailed(
                f"{self._family.programs.copy} did not say where its backup begins and ends; nothing was stored."
            )
        return found

    def _record(self, name: str) -> str:
        """What the program notes of its work."""
        said = noted(self._folder, name)
        if not said:
            _require_room(self._folder)
            raise SnapshotFailed(f"{self._family.programs.copy} left no {name} behind; nothing was stored.")
        return said


class MariaDbSnapshot(PhysicalSnapshot):
    """Of ``mariadb-backup``."""

    def __init__(self, copied: Copying, server: Server, pin: Pin) -> None:
        super().__init__(copied, server, pin)
        self._words = lock_words(self._version)

    def _hear(self, line: bytes) -> None:
        if self._words.nearly in line:
            self._near = True
            self._ahead = _AHEAD_NEARLY
        elif self._words.locked in line:
            self._pin.set_under_foreign_lock()
            self._ahead = AHEAD_LOCKED
            # Nobody commits until the rest is through, so it must not trickle.
            self._near = False
            self._resize(_CHUNK)
        elif self._words.unlocked in line:
            self._ahead = 1

    def _logged(self) -> dict[str, str]:
        """Nothing where there is no log."""
        position = self._pin.log_position()
        told = self._told_position()
        if told and (told[1], told[2]) != (position.get("binlog_file"), position.get("binlog_position")):
            raise SnapshotFailed("The fingerprint is of another instant than the backup; nothing was stored.")
        return position


class _Queue:
    """Bytes in the order in which they came, and how many there are; what was taken is in memory no longer."""

    def __init__(self) -> None:
        self._chunks: deque[bytes] = deque()
        self.size = 0

    def put(self, chunk: bytes) -> None:
        self._chunks.append(chunk)
        self.size += len(chunk)

    def take(self, most: int) -> bytes:
        if not self._chunks:
            return b""
        chunk = self._chunks.popleft()
        if len(chunk) > most:
            self._chunks.appendleft(chunk[most:])
        taken = chunk[:most]
        self.size -= len(taken)
        return taken


def _own_folder(held: ExitStack) -> Path:
    """For what the program says of its backup."""
    with _written():
        folder = held.enter_context(private_folder(Path(gettempdir()), "backup"))
    _require_room(folder)
    return folder


def _require_room(folder: Path) -> None:
    """Where there is none for its files, the program leaves empty ones and says that all went well."""
    with _written():
        write_through(folder / "room", bytes(_CHUNK))
        (folder / "room").unlink()


@contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in DISK_FULL:
            raise StoreFull("The disk for temporary files, which TMPDIR names, is full; nothing was stored.") from error
        raise SnapshotFailed(f"The folder for temporary files can't be used: {error.strerror}.") from error


def _file(pipe: IO[bytes] | None) -> int:
    assert pipe is not None  # noqa: S101 - as it was asked for
    return pipe.fileno()
