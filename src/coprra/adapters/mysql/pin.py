"""Pin of a MySQL: commits are held by the lock that both families know, and the server says where its log stands.

Source: https://dev.mysql.com/doc/refman/8.4/en/flush.html#flush-tables-with-read-lock;
https://dev.mysql.com/doc/refman/8.4/en/show-binary-log-status.html
"""

from typing import Any

import pymysql

from coprra.adapters.mariadb.address import said_by
from coprra.adapters.mariadb.examination import rows_of
from coprra.adapters.mariadb.pin import Pin
from coprra.domain.backups.snapshot import SnapshotFailed

_SYNTAX_ERROR = 1064


class MySqlPin(Pin):
    """Its transaction does not know where it stands in the binary log; nobody commits until that was asked."""

    def hold_commits(self) -> None:
        """See `Pin.hold_commits`."""
        try:
            # Without the lock first: whoever runs a long statement then keeps fewer others waiting.
            rows_of(self._other, "FLUSH NO_WRITE_TO_BINLOG TABLES")
            rows_of(self._other, "FLUSH TABLES WITH READ LOCK")
        except pymysql.Error as error:
            raise SnapshotFailed(f"Commits can't be held: {said_by(error)}.") from error
        self._begin()

    def release_commits(self) -> None:
        """See `Pin.release_commits`."""
        try:
            rows_of(self._other, "UNLOCK TABLES")
        except pymysql.Error as error:
            raise SnapshotFailed(f"The connection that held commits broke: {said_by(error)}.") from error

    def log_position(self) -> dict[str, str]:
        """Where the binary log stands now: file, position and GTIDs; nothing where there is none.

        To be asked while commits are held.
        """
        try:
            found = self._log_status()
        except pymysql.Error as error:
            raise SnapshotFailed(f"The position in the binary log can't be read: {said_by(error)}.") from error
        if not found:
            return {}
        ((file, position, _, _, *gtids),) = found
        return {"binlog_file": str(file), "binlog_position": str(position), "gtid": without_breaks("".join(gtids))}

    def _log_status(self) -> list[tuple[Any, ...]]:
        """Since 8.2 the question has another name, and since 8.4 that one alone."""
        try:
            return rows_of(self._reader, "SHOW BINARY LOG STATUS")
        except pymysql.Error as error:
            if error.args[:1] != (_SYNTAX_ERROR,):
                raise
            return rows_of(self._reader, "SHOW MASTER STATUS")


def without_breaks(gtids: str) -> str:
    """A set of GTIDs in one line; the server breaks it after each of its members."""
    return "".join(gtids.split())
