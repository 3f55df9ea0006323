"""The SQL store: snapshots to read, units of work to write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from coprra.adapters.sql.audit import SqlAuditReads, SqlTrail
from coprra.adapters.sql.compaction import SqlCompaction
from coprra.adapters.sql.complete_lists import CompleteLists
from coprra.adapters.sql.decisions import SqlDecisions
from coprra.adapters.sql.editions import SqlEditions
from coprra.adapters.sql.engine import domain_errors
from coprra.adapters.sql.jobs import SqlJobs
from coprra.adapters.sql.kept_offers import SqlKeptOffers
from coprra.adapters.sql.lists import SqlLists
from coprra.adapters.sql.mapping import SqlMapping
from coprra.adapters.sql.outbox import SqlOutbox
from coprra.adapters.sql.rates import SqlRateBook
from coprra.adapters.sql.reads import SqlReads
from coprra.adapters.sql.refreshing import SqlBestPrices
from coprra.adapters.sql.vault import SqlVault
from coprra.domain.audit.ports import AuditReads, Trail
from coprra.domain.exchange.ports import RateBook, RatesUnitOfWork
from coprra.domain.jobs.ports import JobReads, Jobs
from coprra.domain.kernel.events import Event
from coprra.domain.keys.ports import KeysUnitOfWork, Vault
from coprra.domain.mail.ports import MailUnitOfWork, Outbox
from coprra.domain.prices.ports import (
    BestPrices,
    BestPricesUnitOfWork,
    Compaction,
    CompactionUnitOfWork,
    Decisions,
    DecisionsUnitOfWork,
    Lists,
    PricesUnitOfWork,
)
from coprra.domain.products.ports import Mapping, MappingUnitOfWork

Publish = Callable[[Event], None]


class SqlStore:
    """Shared by threads; each snapshot and unit of work has a connection of its own."""

    def __init__(self, engine: Engine, publish: Publish = lambda _: None) -> None:
        self._engine = engine
        self._publish = publish
        self._complete_lists = CompleteLists()
        self.editions = SqlEditions(engine)
        self.kept_offers = SqlKeptOffers(engine, self._complete_lists)

    @contextmanager
    def reads(self) -> Iterator[SqlReads]:
        """A snapshot."""
        with domain_errors():
            connection = self._engine.connect()
        try:
            yield SqlReads(connection, self._complete_lists)
        finally:
            connection.close()

    @contextmanager
    def job_reads(self) -> Iterator[JobReads]:
        """A snapshot of the jobs."""
        with domain_errors(), self._engine.connect() as connection:
            yield SqlJobs(connection)

    @contextmanager
    def audit_reads(self) -> Iterator[AuditReads]:
        """A snapshot of the audit trail."""
        with domain_errors(), self._engine.connect() as connection:
            yield SqlAuditReads(connection)

    def unit_of_work(self) -> "SqlUnitOfWork":
        """A unit of work."""
        return SqlUnitOfWork(self._engine, self._publish)


class SqlUnitOfWork(
    PricesUnitOfWork,
    DecisionsUnitOfWork,
    MappingUnitOfWork,
    RatesUnitOfWork,
    BestPricesUnitOfWork,
    MailUnitOfWork,
    KeysUnitOfWork,
    CompactionUnitOfWork,
):
    """One transaction, and the temporary tables that lead up to it."""

    _connection: Connection
    _lists: SqlLists
    _rate_book: SqlRateBook

    def __init__(self, engine: Engine, publish: Publish) -> None:
        self._engine = engine
        self._publish = publish
        self._events: list[Event] = []

    @property
    def lists(self) -> Lists:
        """See `PricesUnitOfWork.lists`."""
        return self._lists

    @property
    def rate_book(self) -> RateBook:
        """See `RatesUnitOfWork.rate_book`."""
        return self._rate_book

    @property
    def decisions(self) -> Decisions:
        """See `DecisionsUnitOfWork.decisions`."""
        return SqlDecisions(self._connection)

    @property
    def mapping(self) -> Mapping:
        """See `MappingUnitOfWork.mapping`."""
        return SqlMapping(self._connection)

    @property
    def best_prices(self) -> BestPrices:
        """See `BestPricesUnitOfWork.best_prices`."""
        return SqlBestPrices(self._connection)

    @property
    def jobs(self) -> Jobs:
        """See `JobsUnitOfWork.jobs`."""
        return SqlJobs(self._connection)

    @property
    def outbox(self) -> Outbox:
        """See `MailUnitOfWork.outbox`."""
        return SqlOutbox(self._connection)

    @property
    def vault(self) -> Vault:
        """See `KeysUnitOfWork.vault`."""
        return SqlVault(self._connection)

    @property
    def trail(self) -> Trail:
        """See `AuditUnitOfWork.trail`."""
        return SqlTrail(self._connection)

    @property
    def compaction(self) -> Compaction:
        """See `CompactionUnitOfWork.compaction`."""
        return SqlCompaction(self._connection)

    def __enter__(self) -> Self:
        with domain_errors():
            self._connection = self._engine.connect()
        self._lists = SqlLists(self._connection)
        self._rate_book = SqlRateBook(self._connection)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._connection.rollback()
            self._lists.close()
        except DBAPIError:
            # The staging area goes with its connection. What was committed stays, and what failed has said why.
            self._connection.invalidate()
        finally:
            self._connection.close()

    def commit(self) -> None:
        """See `UnitOfWork.commit`."""
        with domain_errors():
            self._connection.commit()
        events, self._events = self._events, []
        for event in events:
            self._publish(event)

    def record(self, event: Event) -> None:
        """See `UnitOfWork.record`."""
        self._events.append(event)
