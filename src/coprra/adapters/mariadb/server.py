"""Server: which one is to be backed up, and whether it can be."""

import platform
from dataclasses import dataclass

import pymysql

from coprra.adapters.mariadb.address import Address, said_by
from coprra.adapters.mariadb.examination import rows_of
from coprra.domain.backups.snapshot import SnapshotFailed

# When it was started, which stays the same: both are of the instant at which the statement began.
_SERVER = """
SELECT VERSION(), @@hostname, @@datadir,
       CAST(UNIX_TIMESTAMP() - (SELECT variable_value FROM information_schema.global_status
                                WHERE variable_name = 'UPTIME') AS INTEGER),
       (SELECT SUM(file_size) FROM information_schema.innodb_sys_tablespaces WHERE name <> 'innodb_temporary'),
       (SELECT SUM(data_length) FROM information_schema.tables WHERE table_schema = DATABASE())
"""
_OTHER_ENGINES = """
SELECT table_name, engine FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_type <> 'VIEW' AND engine <> 'InnoDB'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """place: machine and folder of data. started: when, in seconds since 1970.

    size: of all its tables, in bytes; rows_size: of the rows of the one database.
    """

    place: str
    started: int
    version: str
    size: int
    rows_size: int

    @property
    def position(self) -> dict[str, str]:
        """Whose history it is that logs and increments go on with: whoever restores a server starts it anew."""
        return {"server": self.place, "started": str(self.started)}


def examined(address: Address) -> Server:
    """The one at that address. Raises: SnapshotFailed for one that can't be backed up from here."""
    connection = address.connect()
    try:
        ((version, machine, folder, started, size, rows_size),) = rows_of(connection, _SERVER)
        others = rows_of(connection, _OTHER_ENGINES)
    except pymysql.Error as error:
        raise SnapshotFailed(f"MariaDB at {address.place} can't be examined: {said_by(error)}.") from error
    finally:
        connection.close()
    if "MariaDB" not in str(version):
        raise SnapshotFailed("This server is no MariaDB; MySQL is not backed up.")
    if machine != platform.node():
        raise SnapshotFailed(f"The server runs on {machine}, and only there it can be backed up.")
    if others:
        raise SnapshotFailed(f"Table {others[0][0]} is of {others[0][1]}; only InnoDB keeps what a transaction sees.")
    return Server(
        place=f"{machine}:{folder}",
        started=int(started),
        version=str(version),
        size=int(size),
        rows_size=int(rows_size or 0),
    )
