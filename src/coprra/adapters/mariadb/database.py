"""A MariaDB server on this machine, and one database of it that is proved."""

import platform
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from coprra.adapters.mariadb.address import Address
from coprra.adapters.mariadb.dump import dump_snapshot
from coprra.adapters.mariadb.family import MARIADB, Family
from coprra.adapters.mariadb.physical import physical_snapshot
from coprra.adapters.mariadb.pin import Pin
from coprra.adapters.mariadb.server import Server, examined
from coprra.adapters.mariadb.target import MariaDbTarget, ScratchMariaDbTarget
from coprra.domain.backups.manifest import Kind, Manifest
from coprra.domain.backups.ports import Database, Snapshot, Target
from coprra.domain.backups.snapshot import MissingProgram, TargetRefused


class MariaDbDatabase(Database):
    """Whole and incremental backups are of the server with everything on it; what is proved is the one database.

    invariants: by name, queries that count what breaks a rule of the application.
    """

    def __init__(self, address: Address, invariants: Mapping[str, str], family: Family = MARIADB) -> None:
        self._address = address
        self._invariants = invariants
        self._family = family

    @property
    def engine(self) -> str:
        """See `Database.engine`."""
        return self._family.engine

    @property
    def source(self) -> str:
        """See `Database.source`."""
        return f"{platform.node()}:{self._address.place}"

    @property
    def kinds(self) -> frozenset[Kind]:
        """See `Database.kinds`."""
        return frozenset(Kind)

    def continued(self, manifests: Iterable[Manifest]) -> Manifest | None:
        """See `Database.continued`: if it is of this server, which has not been started since.

        Whoever restores a server starts it, and then its history goes on elsewhere than increments believe.
        """
        history = examined(self._address, self._family).position.items()
        return next(
            (
                manifest
                for manifest in manifests
                if manifest.engine == self.engine and "to_lsn" in manifest.position
                if history <= manifest.position.items()
            ),
            None,
        )

    @contextmanager
    def snapshot(self, kind: Kind, parent: Manifest | None) -> Iterator[Snapshot]:
        """See `Database.snapshot`."""
        server = examined(self._address, self._family)
        from_lsn = parent.position["to_lsn"] if parent and kind is Kind.INCREMENTAL else None
        with self._pin() as pin:
            if kind is Kind.DUMP:
                with dump_snapshot(self._address, server, pin) as snapshot:
                    yield snapshot
            else:
                self._refuse_what_does_not_suit(server)
                with self._copied(server, pin, from_lsn) as snapshot:
                    yield snapshot

    def scratch(self) -> Target:
        """See `Database.scratch`."""
        return ScratchMariaDbTarget(self._address.database, self._invariants, self._family)

    def target(self, where: str) -> Target:
        """See `Database.target`: the path of a folder of data that is not there yet, or is empty."""
        path = Path(where)
        if not path.name or not path.parent.is_dir():
            raise TargetRefused(f"{where!r} names no folder in a folder that exists.")
        return MariaDbTarget(path.absolute(), self._address.database, self._invariants, self._family)

    def _pin(self) -> Pin:
        """Of the source. Raises: SnapshotFailed."""
        return Pin(self._address, self._family)

    def _copied(self, server: Server, pin: Pin, from_lsn: str | None) -> AbstractContextManager[Snapshot]:
        """Its files. Raises: SnapshotFailed, MissingProgram."""
        return physical_snapshot(self._address, server, pin, from_lsn)

    def _refuse_what_does_not_suit(self, server: Server) -> None:
        family, name = self._family, self._family.programs.copy
        has = family.version_of(name)
        if not family.programs.suits(name, has, server.version):
            raise MissingProgram(
                f"{name} is of {family.title} {has}, and the server of {server.version}; it must be of the server's "
                "series, and new enough for it."
            )
