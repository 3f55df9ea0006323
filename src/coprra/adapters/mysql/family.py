"""The family of MySQL and Percona Server, whose files Percona XtraBackup copies."""

import re
from contextlib import closing

import pymysql

from coprra.adapters.mariadb.address import Address, connected
from coprra.adapters.mariadb.examination import rows_of
from coprra.adapters.mariadb.family import VIEWS_AND_TRIGGERS, Dumping, Family, Programs, Restoring
from coprra.domain.backups.snapshot import MissingProgram

_NUMBERS = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_FORWARD = (8, 0, 34)
"""From here on XtraBackup copies later servers of its own series as well."""


def suits(name: str, has: str, version: str) -> bool:
    """Whether it is of the server's series, and not older than the server; see `Programs`.

    Source: https://docs.percona.com/percona-xtrabackup/8.0/server-backup-version-comparison.html
    """
    ours, theirs = _numbers(has), _numbers(version)
    if ours[:2] != theirs[:2]:
        return False
    return ours >= theirs or (name == MYSQL.programs.copy and ours >= _FORWARD)


def _numbers(version: str) -> tuple[int, ...]:
    """Raises: ValueError."""
    found = _NUMBERS.match(version)
    if found is None:
        raise ValueError(f"{version!r} is no version of MySQL.")
    return tuple(int(number) for number in found.groups())


# Who reads a dump does not want its GTIDs, and the program's questions about histograms fail on older servers.
_DUMPING = ("--no-tablespaces", "--loose-set-gtid-purged=OFF", "--loose-column-statistics=0")

# When it was started stays the same: both are of the instant at which the statement began.
_ABOUT = """
SELECT @@hostname, @@datadir,
       CAST(UNIX_TIMESTAMP() - (SELECT variable_value FROM performance_schema.global_status
                                WHERE variable_name = 'Uptime') AS SIGNED),
       (SELECT SUM(file_size) FROM information_schema.innodb_tablespaces WHERE name <> 'innodb_temporary'),
       (SELECT SUM(data_length) FROM information_schema.tables WHERE table_schema = DATABASE())
"""

_ROUTINES_AND_EVENTS = {
    "routine": (
        "SELECT CONCAT(r.routine_type, ' ', r.routine_name), CONCAT_WS(' ',"
        " (SELECT GROUP_CONCAT(CONCAT_WS(' ', p.parameter_mode, p.parameter_name, p.dtd_identifier)"
        " ORDER BY p.ordinal_position) FROM information_schema.parameters p"
        " WHERE p.specific_schema = r.routine_schema AND p.specific_name = r.specific_name"
        " AND p.routine_type = r.routine_type), r.routine_definition)"
        " FROM information_schema.routines r WHERE r.routine_schema = DATABASE()"
    ),
    "event": (
        "SELECT event_name, CONCAT_WS(' ', execute_at, interval_value, interval_field, event_definition)"
        " FROM information_schema.events WHERE event_schema = DATABASE()"
    ),
}

# Roles are users, too.
_COUNTS = {
    "user": "SELECT COUNT(host) FROM mysql.user",
    "database": (
        "SELECT COUNT(DISTINCT SUBSTRING_INDEX(name, '/', 1)) FROM information_schema.innodb_tables"
        " WHERE name LIKE '%/%'"
    ),
}

MYSQL = Family(
    engine="mysql",
    title="MySQL",
    recognised=re.compile(r"\A(?!.*MariaDB)"),
    about=_ABOUT,
    objects=VIEWS_AND_TRIGGERS | _ROUTINES_AND_EVENTS,
    counts=_COUNTS,
    programs=Programs(
        # MariaDB's programs have the same names on many machines, and do not do.
        version=re.compile(r"\A(?!.*MariaDB).*?\b(?:version|Ver|Distrib) (\d+\.\d+\.\d+)", re.DOTALL),
        suits=suits,
        server="mysqld",
        client="mysql",
        dump="mysqldump",
        copy="xtrabackup",
        unpack="xbstream",
    ),
    dumping=Dumping(options=lambda _version: _DUMPING),
    restoring=Restoring(
        install=(
            "mysqld",
            "--no-defaults",
            "--initialize-insecure",
            "--datadir={data}",
            "--user={account}",
            "--secure-file-priv=NULL",
        ),
        owner="root",
        leave="ALTER USER root@localhost ACCOUNT LOCK",
        # Older versions know one of the two about replication, newer ones the other.
        serve=(
            "--loose-skip-replica-start",
            "--loose-skip-slave-start",
            "--loose-mysqlx=OFF",
            "--secure-file-priv=NULL",
        ),
        lay=("--prepare", "--apply-log-only"),
        finish=("--prepare",),
        # Of the other lines that it writes down, mysqld refuses some.
        settings=frozenset({"innodb_data_file_path", "innodb_page_size"}),
    ),
)


def is_mysql(address: Address) -> bool:
    """Whether MySQL answers there; where nothing does, whether what is installed here is MySQL's."""
    try:
        with closing(connected(address)) as connection:
            ((version,),) = rows_of(connection, "SELECT VERSION()")
            return bool(MYSQL.recognised.search(str(version)))
    except pymysql.Error:
        try:
            return bool(MYSQL.version_of(MYSQL.programs.server))
        except MissingProgram:
            return False
