"""Pin: a transaction of the source that sees what a backup holds, and that this is so."""

from dataclasses import replace
from types import TracebackType
from typing import Self

import pymysql

from coprra.adapters.mariadb.address import Address, said_by
from coprra.adapters.mariadb.examination import Definitions, definitions, fingerprint, rows_of
from coprra.adapters.mariadb.family import Family
from coprra.adapters.mariadb.inventory import Inventory, inventory
from coprra.domain.backups.fingerprint import Fingerprint
from coprra.domain.backups.snapshot import DefinitionsChanged, SnapshotFailed

_LOCK_WAIT_TIMEOUT = 1205
PATIENCE_SECONDS = 60
"""Whoever wants to commit waits as long as we do, so it is not for long."""
_CHANGED = frozenset({1146, 1305, 1356, 1412})
"""A table, routine or view that was there is not, or not as it was when the transaction began."""


class Pin:
    """Two connections, made before they are needed: whoever waits for a lock must not wait for them as well.

    A context manager. Raises everywhere: SnapshotFailed.
    """

    def __init__(self, address: Address, family: Family) -> None:
        self.family = family
        self._reader = address.connect()
        self._other = address.connect()
        self._before = self._defined()
        self._stocked = self._counted()
        self._pinned = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in (self._reader, self._other):
            try:
                connection.close()
            except pymysql.Error:
                # The server is gone, and with it the connection.
                continue

    def set_under_foreign_lock(self) -> None:
        """Begin the transaction while somebody else keeps everybody from committing, and see that they still do.

        Of this server's backup locks there is one: where it can't be had after the transaction has begun, it was held
        all the while.
        """
        self._begin()
        try:
            rows_of(self._other, "SET SESSION lock_wait_timeout = 0")
            rows_of(self._other, "BACKUP STAGE START")
        except pymysql.Error as error:
            if error.args[:1] != (_LOCK_WAIT_TIMEOUT,):
                raise SnapshotFailed(f"The lock of the backup can't be examined: {said_by(error)}.") from error
        else:
            # Whoever has it by accident gives it back by going.
            self._other.close()
            raise SnapshotFailed("The lock of the backup was gone before its rows could be fingerprinted; try again.")

    def hold_commits(self) -> None:
        """Let nobody commit until `release_commits`, and begin the transaction then."""
        try:
            for stage in ("START", "BLOCK_COMMIT"):
                rows_of(self._other, f"BACKUP STAGE {stage}")
        except pymysql.Error as error:
            raise SnapshotFailed(f"Commits can't be held: {said_by(error)}.") from error
        self._begin()

    def release_commits(self) -> None:
        """Undo `hold_commits`."""
        try:
            rows_of(self._other, "BACKUP STAGE END")
        except pymysql.Error as error:
            raise SnapshotFailed(f"The connection that held commits broke: {said_by(error)}.") from error

    @property
    def is_set(self) -> bool:
        """Whether the transaction has begun."""
        return self._pinned

    def log_position(self) -> dict[str, str]:
        """Where the transaction stands in the binary log: file, position and GTID; nothing where there is none."""
        try:
            found = {
                str(name).lower(): str(value)
                for name, value in rows_of(self._reader, "SHOW STATUS LIKE 'binlog_snapshot_%'")
            }
            file, position = found.get("binlog_snapshot_file", ""), found.get("binlog_snapshot_position", "")
            if not file:
                return {}
            ((gtid,),) = rows_of(self._reader, f"SELECT BINLOG_GTID_POS('{file}', {int(position)})")
        except pymysql.Error as error:
            raise SnapshotFailed(f"The position in the binary log can't be read: {said_by(error)}.") from error
        return {"binlog_file": file, "binlog_position": position, "gtid": str(gtid or "")}

    def fingerprint(self) -> Fingerprint:
        """Of what the transaction sees. Raises: DefinitionsChanged when that is of other tables than before."""
        try:
            taken = fingerprint(self._reader, self._before)
        except pymysql.Error as error:
            raise _failed(error) from error
        if self._defined() != self._before:
            raise DefinitionsChanged("Definitions of tables were changed during the backup; nothing was stored.")
        return taken

    def fingerprint_of_server(self) -> Fingerprint:
        """With what the server has beside it. Of that no transaction tells, so only what has stayed is counted."""
        taken = self.fingerprint()
        stayed = dict(self._stocked.items() & self._counted().items())
        return replace(taken, objects={**taken.objects, **stayed})

    def _begin(self) -> None:
        try:
            rows_of(self._reader, "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            rows_of(self._reader, "START TRANSACTION WITH CONSISTENT SNAPSHOT")
        except pymysql.Error as error:
            raise SnapshotFailed(f"No transaction can be begun to fingerprint: {said_by(error)}.") from error
        self._pinned = True

    def _defined(self) -> Definitions:
        try:
            rows_of(self._other, f"SET SESSION lock_wait_timeout = {PATIENCE_SECONDS}")
            return definitions(self._other, self.family.objects)
        except pymysql.Error as error:
            raise _failed(error) from error

    def _counted(self) -> Inventory:
        try:
            return inventory(self._other, self.family.counts)
        except pymysql.Error as error:
            raise _failed(error) from error


def _failed(error: pymysql.Error) -> SnapshotFailed:
    if error.args and error.args[0] in _CHANGED:
        return DefinitionsChanged(f"Tables were changed during the backup; nothing was stored: {said_by(error)}.")
    return SnapshotFailed(f"The tables can't be fingerprinted: {said_by(error)}.")
