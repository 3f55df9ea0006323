"""Physical backups of MySQL: its files by Percona XtraBackup, held still from outside.

XtraBackup keeps nobody from committing. At its end it asks the server, in one question, where InnoDB's log and the
binary log stand, and copies InnoDB's log up to there at least; so its instant lies somewhere after the files that are
no tables of InnoDB, which it copies last, and nobody else sees it. The transaction that is fingerprinted must begin at
that very instant. So:

1. When it says that those files come now, nothing of what it sends is read, and it can't go on for long; we hold all
   commits (``FLUSH TABLES WITH READ LOCK``) and begin the transaction.
2. It goes on, starts a new binary log, asks its question, writes down the answer and gives back its own locks. All the
   while nobody commits, so wherever its copy of InnoDB's log ends, it holds what the transaction sees.
3. When it says that its locks are gone, or has ended, we ask the server for its position ourselves, and only then let
   commits go on.

Both answers must be the same: file, position and, where there are any, GTIDs. Had it asked before we held commits and
had anybody committed in between, they would differ, for commits are what moves the position; then nothing is stored,
and it is tried once more. Without a binary log nothing could be compared, and such a server is refused before anything
is copied. What is committed without being logged (``sql_log_bin = 0``) does not move the position: in the moment before
(1) it could be in the copy and not in the fingerprint, and restoring would say so.

If it does not come to its end within a minute of the wish to hold commits, it is ended, and they go on.

Source: https://dev.mysql.com/doc/refman/8.4/en/performance-schema-log-status-table.html;
https://docs.percona.com/percona-xtrabackup/8.4/how-xtrabackup-works.html; and XtraBackup's own source, backup_copy.cc.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from coprra.adapters.mariadb.address import Address
from coprra.adapters.mariadb.physical import AHEAD_LOCKED, Copying, PhysicalSnapshot, copying
from coprra.adapters.mariadb.pin import PATIENCE_SECONDS, Pin
from coprra.adapters.mariadb.server import Server
from coprra.adapters.mysql.pin import without_breaks
from coprra.domain.backups.ports import Snapshot
from coprra.domain.backups.snapshot import InstantMissed, SnapshotFailed

_NEARLY_DONE = b"Starting to backup non-InnoDB tables and files"
_UNLOCKED = b"All tables unlocked"
_GTIDS = re.compile(r"GTID of the last change '(.*?)'")
_OPTIONS = (
    "--stream=xbstream",
    # Tables are not changed meanwhile.
    "--lock-ddl=ON",
    # It would ask its makers over the network whether it is new enough.
    "--loose-no-version-check",
)


@contextmanager
def xtrabackup_snapshot(address: Address, server: Server, pin: Pin, from_lsn: str | None) -> Iterator[Snapshot]:
    """from_lsn: what changed after it; None: all. Raises: SnapshotFailed, MissingProgram."""
    if not pin.log_position():
        raise SnapshotFailed(
            "This server has no binary log, by which alone a copy of its files can be compared with its rows; set "
            "log_bin, or take dumps (`coprra backups run --dump`)."
        )
    program, folder = pin.family.programs.copy, f"--datadir={server.folder}"
    with copying(address, program, *_OPTIONS, folder, from_lsn=from_lsn) as copied:
        yield XtraBackupSnapshot(copied, server, pin)


class XtraBackupSnapshot(PhysicalSnapshot):
    """Of ``xtrabackup``. Raises everywhere: InstantMissed, too."""

    def __init__(self, copied: Copying, server: Server, pin: Pin) -> None:
        super().__init__(copied, server, pin)
        self._ours: dict[str, str] = {}

    def end(self) -> None:
        """See `Snapshot.end`."""
        self._let_go()
        super().end()

    def _hear(self, line: bytes) -> None:
        if _NEARLY_DONE in line and not self._pin.is_set:
            self._until = monotonic() + PATIENCE_SECONDS
            self._pin.hold_commits()
            self._ahead = AHEAD_LOCKED
        elif _UNLOCKED in line:
            self._let_go()

    def _let_go(self) -> None:
        if self._until is not None:
            self._ours = self._pin.log_position()
            self._pin.release_commits()
            self._until = None
            self._ahead = 1

    def _logged(self) -> dict[str, str]:
        told = self._told_position()
        if told is None:
            raise InstantMissed("XtraBackup does not say where the binary log stood; nothing was stored.")
        theirs = {"binlog_file": told[1], "binlog_position": told[2]}
        gtids = _GTIDS.search(told[3])
        # It is silent about GTIDs where the server gives none of its own.
        if gtids:
            theirs["gtid"] = without_breaks(gtids[1])
        if self._ours != self._ours | theirs:
            raise InstantMissed(f"Commits went on after the copy, at {told[1]} {told[2]}; nothing was stored.")
        return self._ours
