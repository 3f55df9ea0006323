"""Dumps: the rows as statements by the server's own program, which other versions read as well.

Nobody commits while its transaction and the one that is fingerprinted begin, so both see the same.
"""

import re
import select
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from coprra.adapters.mariadb.address import Address
from coprra.adapters.mariadb.pin import PATIENCE_SECONDS, Pin
from coprra.adapters.mariadb.programs import Child, Failed, running
from coprra.adapters.mariadb.server import Server
from coprra.domain.backups.fingerprint import Fingerprint
from coprra.domain.backups.manifest import Manifest
from coprra.domain.backups.ports import Snapshot
from coprra.domain.backups.snapshot import SnapshotFailed

_BEGUN = b"\n-- Current Database:"
"""What it writes first after its transaction has begun."""
_POSITION = re.compile(rb"^-- CHANGE MASTER TO MASTER_LOG_FILE='(.*?)', MASTER_LOG_POS=(\d+)", re.MULTILINE)
_TRAILER = b"\n-- Dump completed"
LAST = 200
"""Bytes of a dump in which its last line is."""
_CHUNK = 65_536


def is_whole(last: bytes) -> bool:
    """Whether a dump that ends so was not cut off, be it between two statements."""
    return _TRAILER in last[-LAST:]


@contextmanager
def dump_snapshot(address: Address, server: Server, pin: Pin) -> Iterator[Snapshot]:
    """Of the one database. Raises: SnapshotFailed, MissingProgram."""
    family = pin.family
    versions = {family.engine: server.version, family.programs.dump: family.version_of(family.programs.dump)}
    with address.option_file() as options:
        pin.hold_commits()
        position = pin.log_position()
        with running(
            family.programs.dump,
            f"--defaults-file={options}",
            "--single-transaction",
            "--quick",
            "--routines",
            "--events",
            "--triggers",
            "--hex-blob",
            # Where a default asks a sequence for a number, a locked table could not be filled.
            "--skip-add-locks",
            "--default-character-set=utf8mb4",
            *family.dumping.options(server.version),
            *(family.dumping.position if position else ()),
            "--databases",
            address.database,
            writes=True,
        ) as child:
            head = _head(child)
            pin.release_commits()
            yield _DumpSnapshot(child, head, pin, server=server, versions=versions, position=position)


class _DumpSnapshot(Snapshot):
    def __init__(
        self,
        child: Child,
        head: bytes,
        pin: Pin,
        *,
        server: Server,
        versions: Mapping[str, str],
        position: Mapping[str, str],
    ) -> None:
        self._child = child
        self._family = pin.family
        self._head = head
        self._server = server
        self._pin = pin
        self._versions = versions
        self._position = position
        self._told = _POSITION.search(head)
        self._pending = head
        self._last = b""
        self._taken: Fingerprint | None = None

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(_CHUNK), b""))
        if not self._pending:
            self._pending = self._child.read(_CHUNK)
        content, self._pending = self._pending[:size], self._pending[size:]
        self._last = (self._last + content[-LAST:])[-LAST:]
        return content

    @property
    def size(self) -> int:
        return self._server.rows_size

    @property
    def fingerprint(self) -> Fingerprint:
        if self._taken is None:
            raise ValueError("The snapshot was not read to its end.")
        return self._taken

    @property
    def versions(self) -> Mapping[str, str]:
        return self._versions

    @property
    def position(self) -> Mapping[str, str]:
        return self._server.position | dict(self._position)

    def is_as(self, manifest: Manifest) -> bool:
        return False

    def end(self) -> None:
        """Its exit code, its last line and the position that it names itself: each must be as it was."""
        try:
            self._child.end()
        except Failed as error:
            raise SnapshotFailed(f"The rows were not dumped: {error}.") from error
        if not is_whole(self._last):
            raise SnapshotFailed(f"The rows were not dumped: {self._family.programs.dump} did not come to its end.")
        told = (self._told[1].decode(), self._told[2].decode()) if self._told else None
        is_asked = self._position and self._family.dumping.position
        if is_asked and told != (self._position["binlog_file"], self._position["binlog_position"]):
            raise SnapshotFailed("The fingerprint is of another instant than the dump; nothing was stored.")
        self._taken = self._pin.fingerprint()


def _head(child: Child) -> bytes:
    """What it writes until its transaction has begun, and a bit more; all, where it ends before."""
    head = b""
    while _BEGUN not in head:
        if not select.select([child.output], [], [], PATIENCE_SECONDS)[0]:
            raise SnapshotFailed("The dump does not begin, and nobody can commit meanwhile; it was ended.")
        read = child.read(_CHUNK)
        if not read:
            break
        head += read
    return head
