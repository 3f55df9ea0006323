"""Family: servers that are asked alike; what they are called, their programs, and what each must be told otherwise."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from coprra.adapters.mariadb.programs import OF_MARIADB, series, version_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """Their names. version: finds in what one says of itself, as its first group, of which version it is.

    suits: whether the program of that name and version may handle what a server of that version wrote.
    """

    version: re.Pattern[str]
    suits: Callable[[str, str, str], bool]
    server: str
    client: str
    dump: str
    copy: str
    unpack: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dumping:
    """Options of the program that dumps, by the server's version.

    position: those that let it say its own place in the binary log.
    """

    options: Callable[[str], tuple[str, ...]]
    position: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """How files become a server again.

    install: the command for an empty one in the folder ``{data}`` of the account ``{account}``; owner: who may then do
    everything on it; leave: a statement after which nobody may who was not asked for a password.

    serve: options with which nothing on it wakes up. lay: those that put files in order, one backup after the other;
    finish: those with which that ends, where it does not end of itself. settings: what the server must be told of the
    one that wrote the files; None: all that they say.
    """

    install: tuple[str, ...]
    owner: str
    leave: str | None = None
    serve: tuple[str, ...]
    lay: tuple[str, ...]
    finish: tuple[str, ...] | None = None
    settings: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """engine: as manifests and URLs say it; title: as people do.

    recognised: finds something in the version of each of its servers, and of no other.

    about: asks for machine, folder of data, the second in which the server was started, bytes of all tables, and bytes
    of the rows of the one database. objects: by kind, asks for the name of each that holds no rows, and all that makes
    it what it is but who has defined it. counts: by kind, asks how many there are on the whole server.
    """

    engine: str
    title: str
    recognised: re.Pattern[str]
    about: str
    objects: Mapping[str, str]
    counts: Mapping[str, str]
    programs: Programs
    dumping: Dumping
    restoring: Restoring

    def version_of(self, name: str) -> str:
        """Such as 10.11.19. Raises: MissingProgram, for a program of another family as well."""
        return version_of(name, self.programs.version, self.title)


def _of_one_series(_name: str, has: str, version: str) -> bool:
    return series(has) == series(version)


def _with_history(version: str) -> tuple[str, ...]:
    """Of tables that keep one. Without it such a dump is found to lack it."""
    knows = [int(number) for number in series(version).split(".")] >= [10, 11]
    return ("--dump-history",) if knows else ()


# When it was started stays the same: both are of the instant at which the statement began.
_ABOUT = """
SELECT @@hostname, @@datadir,
       CAST(UNIX_TIMESTAMP() - (SELECT variable_value FROM information_schema.global_status
                                WHERE variable_name = 'UPTIME') AS INTEGER),
       (SELECT SUM(file_size) FROM information_schema.innodb_sys_tablespaces WHERE name <> 'innodb_temporary'),
       (SELECT SUM(data_length) FROM information_schema.tables WHERE table_schema = DATABASE())
"""

VIEWS_AND_TRIGGERS = {
    "view": "SELECT table_name, view_definition FROM information_schema.views WHERE table_schema = DATABASE()",
    "trigger": (
        "SELECT trigger_name, CONCAT_WS(' ', action_timing, event_manipulation, event_object_table, action_order,"
        " action_statement) FROM information_schema.triggers WHERE trigger_schema = DATABASE()"
    ),
}
"""For `Family.objects`: what all families ask alike."""

# Routines and events as they are stored: a server that knows no users shows them nowhere else.
_ROUTINES_AND_EVENTS = {
    "routine": (
        "SELECT CONCAT(type, ' ', name), CONCAT_WS(' ', CONVERT(param_list USING utf8mb4), CONVERT(returns USING"
        " utf8mb4), CONVERT(body_utf8 USING utf8mb4)) FROM mysql.proc WHERE db = DATABASE()"
    ),
    "event": (
        "SELECT name, CONCAT_WS(' ', execute_at, interval_value, interval_field, CONVERT(body_utf8 USING utf8mb4))"
        " FROM mysql.event WHERE db = DATABASE()"
    ),
}

# Roles are users without a host. Databases are counted where all of them are told: the names of their tables.
_COUNTS = {
    "user": "SELECT COUNT(host) FROM mysql.global_priv WHERE host <> ''",
    "role": "SELECT COUNT(host) FROM mysql.global_priv WHERE host = ''",
    "database": (
        "SELECT COUNT(DISTINCT SUBSTRING_INDEX(name, '/', 1)) FROM information_schema.innodb_sys_tables"
        " WHERE name LIKE '%/%'"
    ),
}

MARIADB = Family(
    engine="mariadb",
    title="MariaDB",
    recognised=re.compile("MariaDB"),
    about=_ABOUT,
    objects=VIEWS_AND_TRIGGERS | _ROUTINES_AND_EVENTS,
    counts=_COUNTS,
    programs=Programs(
        version=OF_MARIADB,
        suits=_of_one_series,
        server="mariadbd",
        client="mariadb",
        dump="mariadb-dump",
        copy="mariadb-backup",
        unpack="mbstream",
    ),
    dumping=Dumping(options=_with_history, position=("--master-data=2", "--gtid")),
    restoring=Restoring(
        install=(
            "mariadb-install-db",
            "--no-defaults",
            "--datadir={data}",
            "--user={account}",
            "--auth-root-authentication-method=socket",
            "--auth-root-socket-user={account}",
            "--skip-test-db",
            "--skip-name-resolve",
        ),
        owner="{account}",
        serve=("--skip-slave-start",),
        lay=("--prepare",),
    ),
)
