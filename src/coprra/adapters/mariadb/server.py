"""Server: which one is to be backed up, and whether it can be."""

import platform
from dataclasses import dataclass

import pymysql

from coprra.adapters.mariadb.address import Address, said_by
from coprra.adapters.mariadb.examination import rows_of
from coprra.adapters.mariadb.family import Family
from coprra.domain.backups.snapshot import SnapshotFailed

_OTHER_ENGINES = """
SELECT table_name, engine FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_type <> 'VIEW' AND engine <> 'InnoDB'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """folder: of its data; place: with its machine. started: when, in seconds since 1970.

    size: of all its tables, in bytes; rows_size: of the rows of the one database.
    """

    place: str
    folder: str
    started: int
    version: str
    size: int
    rows_size: int

    @property
    def position(self) -> dict[str, str]:
        """Whose history it is that logs and increments go on with: whoever restores a server starts it anew."""
        return {"server": self.place, "started": str(self.started)}


def examined(address: Address, family: Family) -> Server:
    """The one at that address. Raises: SnapshotFailed for one that can't be backed up from here."""
    connection = address.connect()
    try:
        ((version,),) = rows_of(connection, "SELECT VERSION()")
        if not family.recognised.search(str(version)):
            raise SnapshotFailed(
                f"{version} is no {family.title}; COPRRA_DATABASE_URL begins with mariadb:// or with mysql://, as the "
                "server is."
            )
        ((machine, folder, started, size, rows_size),) = rows_of(connection, family.about)
        others = rows_of(connection, _OTHER_ENGINES)
    except pymysql.Error as error:
        raise SnapshotFailed(f"{family.title} at {address.place} can't be examined: {said_by(error)}.") from error
    finally:
        connection.close()
    if started is None:
        raise SnapshotFailed(f"{family.title} at {address.place} does not say when it was started.")
    if machine != platform.node():
        raise SnapshotFailed(f"The server runs on {machine}, and only there it can be backed up.")
    if others:
        raise SnapshotFailed(f"Table {others[0][0]} is of {others[0][1]}; only InnoDB keeps what a transaction sees.")
    return Server(
        place=f"{machine}:{folder}",
        folder=str(folder),
        started=int(started),
        version=str(version),
        size=int(size),
        rows_size=int(rows_size or 0),
    )
