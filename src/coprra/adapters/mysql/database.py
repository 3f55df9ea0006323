"""A MySQL server on this machine, and one database of it that is proved."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

from coprra.adapters.mariadb.address import Address
from coprra.adapters.mariadb.database import MariaDbDatabase
from coprra.adapters.mariadb.family import Family
from coprra.adapters.mariadb.pin import Pin
from coprra.adapters.mariadb.server import Server
from coprra.adapters.mysql.family import MYSQL
from coprra.adapters.mysql.physical import xtrabackup_snapshot
from coprra.adapters.mysql.pin import MySqlPin
from coprra.domain.backups.ports import Snapshot


class MySqlDatabase(MariaDbDatabase):
    """As MariaDB, but for the programs, how commits are held, and how the copy of files is pinned."""

    def __init__(self, address: Address, invariants: Mapping[str, str], family: Family = MYSQL) -> None:
        super().__init__(address, invariants, family)

    def _pin(self) -> Pin:
        return MySqlPin(self._address, self._family)

    def _copied(self, server: Server, pin: Pin, from_lsn: str | None) -> AbstractContextManager[Snapshot]:
        return xtrabackup_snapshot(self._address, server, pin, from_lsn)
