"""Lock words: what mariadb-backup says when it keeps others from committing, which depends on its version."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LockWords:
    """nearly: it will soon hold the lock; locked: it holds it, and nobody commits; unlocked: it has given it back."""

    nearly: bytes
    locked: bytes
    unlocked: bytes


IN_ONE_GO = LockWords(
    nearly=b"Acquiring BACKUP LOCKS",
    locked=b"Starting to backup non-InnoDB tables and files",
    unlocked=b"All tables unlocked",
)
"""It says nothing of the lock itself, but what it does first under it.

Source: https://github.com/MariaDB/server, in extra/mariabackup `lock_tables` and `unlock_all` of backup_mysql.cc, and
`backup_start` of backup_copy.cc.
"""
STAGE_BY_STAGE = LockWords(
    nearly=b"Acquired locks for BACKUP STAGE BLOCK_DDL",
    locked=b"Acquired locks for BACKUP STAGE BLOCK_COMMIT",
    unlocked=b"All tables unlocked",
)
"""The words of before may then be said without that lock. Source: mariadb-backup 10.11.19."""

_STAGED_SINCE = {(10, 11): 8, (11, 0): 6, (11, 1): 5, (11, 2): 4, (11, 4): 2}
"""The first of each series.

Source: https://jira.mariadb.org/browse/MDEV-32932;
https://mariadb.com/docs/server/server-usage/backup-and-restore/mariadb-backup/mariadb-backup-and-backup-stage-commands
"""


def lock_words(version: str) -> LockWords:
    """Of a mariadb-backup of that version, such as 10.11.19. Of one that is newer than all of these: the newest."""
    major, minor, patch = (int(number) for number in version.split("."))
    since = _STAGED_SINCE.get((major, minor))
    staged = (major, minor) > max(_STAGED_SINCE) if since is None else patch >= since
    return STAGE_BY_STAGE if staged else IN_ONE_GO
