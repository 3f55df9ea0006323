"""What databases do each in their own way, and coprra needs from every one of them."""

from abc import ABC, abstractmethod
from collections.abc import Hashable
from contextlib import AbstractContextManager
from typing import ClassVar

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError

from coprra.domain.kernel.errors import CoprraError

WAIT_SECONDS = 30
"""How long a writer waits for another process to finish publishing."""

NOT_SET_UP = "The database is not set up for this version; run `coprra db upgrade`."
DISK_FULL = "The disk is full. Nothing was changed; make room and try again."
BUSY = "Another process is writing to the database; try again when it is done."


class Dialect(ABC):
    """One kind of database: SQLite, MariaDB. has_server: another program answers, and has to be waited for."""

    has_server: ClassVar[bool]

    @abstractmethod
    def make_engine(self, url: URL) -> Engine:
        """An engine for that URL; connects when it is first used. Raises: Invalid, SQLAlchemyError, ImportError."""

    @abstractmethod
    def exists(self, engine: Engine) -> bool:
        """Whether there is something to connect to; to ask makes nothing."""

    @abstractmethod
    def identity(self, engine: Engine) -> Hashable:
        """What tells the database from one that was put in its place meanwhile; the same for one that can't be."""

    @abstractmethod
    def make_home(self, engine: Engine) -> None:
        """Make what the database stands in, where that is ours to make. Raises: Unavailable."""

    @abstractmethod
    def begin_writing(self, connection: Connection) -> None:
        """End the connection's transaction, and begin one that holds the database's only pen from its start.

        It sees everything that was committed before. The pen goes back with the transaction's end, and with the
        connection's.
        """

    @abstractmethod
    def join_writing(self, connection: Connection) -> None:
        """Go on in a transaction that can write, the connection's own where it is one.

        For what stands beside prices, and needs no pen: where the database lets them, several write at once.
        """

    @abstractmethod
    def begin_changing(self, connection: Connection) -> None:
        """Begin a transaction whose every read sees what is committed by then, and that rows can be held in.

        It does not wait for whoever publishes prices, where the database can tell rows apart.
        """

    @abstractmethod
    def upgrading(self, connection: Connection) -> AbstractContextManager[None]:
        """Nobody else upgrades the database until the block ends; the block commits. Raises: Unavailable."""

    @abstractmethod
    def translated(self, error: DBAPIError) -> CoprraError | None:
        """The error in the domain's words, without SQL, paths or addresses; None when it says nothing special."""
