"""The engine: one database, safe for several processes, and its errors in the domain's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from coprra.adapters.sql.dialect import Dialect
from coprra.adapters.sql.mariadb import MariaDb
from coprra.adapters.sql.sqlite import Sqlite
from coprra.domain.kernel.errors import CoprraError, Invalid, Unavailable

_DIALECTS: dict[str, Dialect] = {"sqlite": Sqlite(), "mysql": MariaDb()}
_DIALECTS["mariadb"] = _DIALECTS["mysql"]


def make_engine(url: str) -> Engine:
    """An engine for that URL; connects only when it is first used. Raises: Invalid for a URL that is none."""
    try:
        parsed = make_url(url)
        return _DIALECTS[parsed.get_backend_name()].make_engine(parsed)
    except ModuleNotFoundError as error:
        raise Invalid(
            "COPRRA_DATABASE_URL names a driver that is not installed; leave it out (mariadb://…), or install it."
        ) from error
    except (SQLAlchemyError, LookupError, ValueError) as error:
        raise Invalid("COPRRA_DATABASE_URL is no URL that SQLAlchemy understands.") from error


def dialect_of(engine: Engine) -> Dialect:
    """What is special about the engine's database."""
    return _DIALECTS[engine.dialect.name]


def begin_writing(connection: Connection) -> None:
    """See `Dialect.begin_writing`."""
    dialect_of(connection.engine).begin_writing(connection)


def join_writing(connection: Connection) -> None:
    """See `Dialect.join_writing`."""
    dialect_of(connection.engine).join_writing(connection)


def begin_changing(connection: Connection) -> None:
    """See `Dialect.begin_changing`."""
    dialect_of(connection.engine).begin_changing(connection)


@contextmanager
def domain_errors() -> Iterator[None]:
    """Say what the database says in the domain's words, without SQL or paths."""
    try:
        yield
    except DBAPIError as error:
        raise _translated(error) from error
    except PoolTimeoutError as error:
        raise Unavailable("All connections to the database are in use; try again in a moment.") from error


def _translated(error: DBAPIError) -> CoprraError:
    for dialect in _DIALECTS.values():
        if said := dialect.translated(error):
            return said
    return Unavailable("The database refused the statement; this is a fault of coprra, please report it.")
