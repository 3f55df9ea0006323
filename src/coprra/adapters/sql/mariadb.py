"""MariaDB, and MySQL, which SQLAlchemy takes for the same: a server that several machines may share."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, func, select
from sqlalchemy.dialects.mysql.base import MySQLDDLCompiler
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import DropTable

from coprra.adapters.sql.dialect import BUSY, DISK_FULL, NOT_SET_UP, WAIT_SECONDS, Dialect
from coprra.adapters.sql.tables import store
from coprra.domain.kernel.errors import Conflict, CoprraError, Invalid, Unavailable

_IDLE_SECONDS = 600
"""When the server ends a silent connection. It holds no pen for a machine that is gone without a word any longer."""

_SESSION = {
    "sql_mode": "'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
    "time_zone": "'+00:00'",
    "foreign_key_checks": "1",
    "unique_checks": "1",
    "innodb_lock_wait_timeout": str(WAIT_SECONDS),
    "lock_wait_timeout": str(WAIT_SECONDS),
    "wait_timeout": str(_IDLE_SECONDS),
}

_UNREACHABLE = "The database server can't be reached; look whether it runs, and at the address in COPRRA_DATABASE_URL."
_GONE = "The connection to the database server broke. What was not finished is undone; try again."
_TOO_MANY = "The database server has no connection left for coprra; try again, or raise its max_connections."
_DENIED = "The database server refuses the user or the password in COPRRA_DATABASE_URL."
_NO_RIGHT = "The user in COPRRA_DATABASE_URL lacks a right on the database; docs/operations.md lists those it needs."
_UNKNOWN = "The database named in COPRRA_DATABASE_URL does not exist on its server; create it, or look at its name."
_READ_ONLY = "The database can't be written: its server is read-only."
_DAMAGED = "A table of the database is damaged. Restore it from a backup."
_DISK = "The disk of the database server failed to read or write. Nothing was changed."
_STOPPED = "The database server stopped the statement. Nothing was changed; try again."
_TOO_LONG = "A statement was too long for the database server; raise its max_allowed_packet."

# Source: MariaDB's error codes, https://mariadb.com/kb/en/mariadb-error-code-reference/
_REASONS = MappingProxyType(
    dict.fromkeys((2002, 2003, 2004, 2005, 2012, 2026, 1129, 1130), _UNREACHABLE)
    | dict.fromkeys((0, 2006, 2013, 2014, 2055, 1053, 1077, 1079, 1080), _GONE)
    | dict.fromkeys((1152, 1158, 1159, 1160, 1161, 1927, 4031), _GONE)
    | dict.fromkeys((1040, 1203, 1226), _TOO_MANY)
    | dict.fromkeys((1045, 1251, 1275, 1524, 1698, 1820, 1862, 2059, 4151), _DENIED)
    | dict.fromkeys((1044, 1142, 1143, 1227, 1370), _NO_RIGHT)
    | dict.fromkeys((1046, 1049), _UNKNOWN)
    | dict.fromkeys((1205,), BUSY)
    | dict.fromkeys((1021, 1114), DISK_FULL)
    | dict.fromkeys((1223, 1290, 1792, 1836, 3100), _READ_ONLY)
    | dict.fromkeys((1034, 1035, 1194, 1195, 1712, 1877, 1932), _DAMAGED)
    | dict.fromkeys((2, 3, 1023, 1024, 1026, 1811, 1878), _DISK)
    | dict.fromkeys((1028, 1317, 1969, 3024), _STOPPED)
    | dict.fromkeys((1153, 1301), _TOO_LONG)
    | dict.fromkeys((1054, 1109, 1146), NOT_SET_UP)
)

_OVERTAKEN = frozenset({1020, 1213})
"""The row was changed since it was read; a deadlock. InnoDB has undone the whole transaction."""

_NO_SPACE = ("errno: 28", "error 28 ", "No space left on device")


class MariaDb(Dialect):
    """See `Dialect`; InnoDB at REPEATABLE READ, where the first read of a transaction is what fixes its snapshot."""

    has_server = True

    def make_engine(self, url: URL) -> Engine:
        """See `Dialect.make_engine`; without a driver in the URL it is PyMySQL."""
        driver = url.get_driver_name() if "+" in url.drivername else "pymysql"
        engine = create_engine(
            # One name for both, so that what tables and migrations say for "mysql" holds however the URL begins.
            url.set(drivername=f"mysql+{driver}"),
            isolation_level="REPEATABLE READ",
            connect_args=_connect_args(driver),
            pool_size=8,
            max_overflow=8,
            pool_timeout=WAIT_SECONDS,
            pool_recycle=_IDLE_SECONDS // 2,
            pool_pre_ping=True,
            pool_use_lifo=True,
            hide_parameters=True,
        )
        engine.dialect.ddl_compiler = _DdlCompiler

        @event.listens_for(engine, "do_connect")
        def _connect(dialect: Any, _: ConnectionPoolEntry, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
            try:
                return dialect.loaded_dbapi.connect(*arguments, **options)
            except TypeError as error:
                raise Invalid("COPRRA_DATABASE_URL has an option after its ? that the driver does not know.") from error
            except RuntimeError as error:
                raise Unavailable(f"The driver can't sign in to the database server: {error}") from error

        @event.listens_for(engine, "connect")
        def _configure(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
            cursor = connection.cursor()
            cursor.execute(f"SET NAMES utf8mb4 COLLATE {_collation(engine.dialect)}")
            cursor.execute("SET " + ", ".join(f"SESSION {name} = {value}" for name, value in _SESSION.items()))
            cursor.close()

        return engine

    def exists(self, engine: Engine) -> bool:
        """See `Dialect.exists`; to connect makes nothing."""
        return True

    def identity(self, engine: Engine) -> None:
        """See `Dialect.identity`; a server's database is put back through the server."""

    def make_home(self, engine: Engine) -> None:
        """See `Dialect.make_home`: databases and their rights are the server's operator's to make."""

    def begin_writing(self, connection: Connection) -> None:
        """See `Dialect.begin_writing`; the pen is the one row of `store`.

        A locking read comes first, because it waits and yet fixes no snapshot.
        """
        connection.commit()
        connection.execute(select(store.c.revision).with_for_update())

    def join_writing(self, connection: Connection) -> None:
        """See `Dialect.join_writing`; every transaction can, and rows are locked when they are written."""

    def begin_changing(self, connection: Connection) -> None:
        """See `Dialect.begin_changing`; with a snapshot a held row would be the newest, and what belongs to it old."""
        connection.execution_options(isolation_level="READ COMMITTED")

    @contextmanager
    def upgrading(self, connection: Connection) -> Iterator[None]:
        """See `Dialect.upgrading`; every statement about tables commits, so that no row lock would hold."""
        name = func.concat("coprra ", func.md5(func.database()))
        if connection.execute(select(func.get_lock(name, WAIT_SECONDS))).scalar() != 1:
            raise Unavailable("Another process is upgrading the database; try again when it is done.")
        try:
            yield
        finally:
            # The lock ends with the connection, whatever has become of it.
            connection.invalidate()

    def translated(self, error: DBAPIError) -> CoprraError | None:
        """See `Dialect.translated`."""
        code = _code(error)
        if any(words in str(error.orig) for words in _NO_SPACE):
            return Unavailable(DISK_FULL)
        if code in _OVERTAKEN:
            return Conflict("Somebody else changed the database at the same time. Nothing was changed; try again.")
        reason = _REASONS.get(code, _GONE if error.connection_invalidated else "")
        return Unavailable(reason) if reason else None


def _code(error: DBAPIError) -> int:
    """The server's or the driver's number for it; -1 for an error of another database."""
    arguments = error.orig.args if error.orig else ()
    return arguments[0] if arguments and isinstance(arguments[0], int) else -1


def _connect_args(driver: str) -> dict[str, Any]:
    """local_infile: or a server that is not what it says it is could ask for files of this machine."""
    options: dict[str, Any] = {"connect_timeout": 10, "local_infile": False}
    return options if driver == "mariadbconnector" else {**options, "charset": "utf8mb4"}


def _collation(dialect: Any) -> str:
    """Compares by code point, which is the order of bytes in UTF-8, and blanks at the end too: all as SQLite does."""
    return "utf8mb4_nopad_bin" if dialect.is_mariadb else "utf8mb4_0900_bin"


class _DdlCompiler(MySQLDDLCompiler):
    """Makes every table alike, whatever the defaults of server and database are."""

    def post_create_table(self, table: Table) -> str:
        said = super().post_create_table(table)
        return f"{said} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE={_collation(self.dialect)}"

    def visit_drop_table(self, drop: DropTable, **kw: Any) -> str:
        said = str(super().visit_drop_table(drop, **kw))  # type: ignore[no-untyped-call]  # SQLAlchemy's own
        # Without the word the statement would commit, need the right to drop tables, and take one that is no staging.
        temporary = "TEMPORARY" in drop.element._prefixes
        return said.replace("DROP TABLE", "DROP TEMPORARY TABLE", 1) if temporary else said
