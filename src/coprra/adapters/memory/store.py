"""The memory store: snapshots to read, units of work to write."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

from coprra.adapters.memory.audit import MemoryAuditReads, MemoryTrail
from coprra.adapters.memory.compaction import MemoryCompaction
from coprra.adapters.memory.decisions import MemoryDecisions
from coprra.adapters.memory.editions import MemoryEditions
from coprra.adapters.memory.jobs import MemoryJobs
from coprra.adapters.memory.lists import MemoryLists
from coprra.adapters.memory.mail import MemoryOutbox, MemoryVault
from coprra.adapters.memory.mapping import MemoryMapping
from coprra.adapters.memory.rates import MemoryRateBook
from coprra.adapters.memory.reads import MemoryReads
from coprra.adapters.memory.state import State
from coprra.domain.audit.ports import AuditReads, Trail
from coprra.domain.exchange.ports import RateBook, RatesUnitOfWork
from coprra.domain.jobs.ports import JobReads, Jobs
from coprra.domain.kernel.errors import Unavailable
from coprra.domain.kernel.events import Event
from coprra.domain.kernel.ports import Schema
from coprra.domain.keys.ports import KeysUnitOfWork, Vault
from coprra.domain.mail.ports import MailUnitOfWork, Outbox
from coprra.domain.prices.ports import (
    NOTHING_KEPT,
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
from coprra.domain.products.product import ProductId

Publish = Callable[[Event], None]


class MemoryStore:
    """Shared by threads. publish: called for each event after its commit; patience: seconds to wait for a writer."""

    def __init__(self, publish: Publish = lambda _: None, *, patience: float = 30) -> None:
        self._state = State()
        self._writing = threading.Lock()
        self._publish = publish
        self._patience = patience
        self.editions = MemoryEditions(lambda: self._state)
        self.kept_offers = NOTHING_KEPT

    @contextmanager
    def reads(self) -> Iterator[MemoryReads]:
        """A snapshot."""
        yield MemoryReads(self._state)

    @contextmanager
    def job_reads(self) -> Iterator[JobReads]:
        """A snapshot of the jobs."""
        state = self._state
        yield MemoryJobs(lambda: state, lambda: state)

    @contextmanager
    def audit_reads(self) -> Iterator[AuditReads]:
        """A snapshot of the audit trail."""
        yield MemoryAuditReads(self._state)

    def unit_of_work(self) -> "MemoryUnitOfWork":
        """A unit of work; it holds the store's only pen from its first change to its end."""
        return MemoryUnitOfWork(self)


class MemoryUnitOfWork(
    PricesUnitOfWork,
    DecisionsUnitOfWork,
    MappingUnitOfWork,
    RatesUnitOfWork,
    BestPricesUnitOfWork,
    MailUnitOfWork,
    KeysUnitOfWork,
    CompactionUnitOfWork,
):
    """Changes a copy, and puts it in place at the commit."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._copy: State | None = None
        self._makes_edition = False
        self._events: list[Event] = []
        self._lists = MemoryLists(self._changing, self._shown)
        self._rate_book = MemoryRateBook(self._changing)
        self._decisions = MemoryDecisions(self._changing)
        self._mapping = MemoryMapping(self._changing)
        self._jobs = MemoryJobs(self._changing_beside, self._shown)

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
        return self._decisions

    @property
    def mapping(self) -> Mapping:
        """See `MappingUnitOfWork.mapping`."""
        return self._mapping

    @property
    def best_prices(self) -> BestPrices:
        """See `BestPricesUnitOfWork.best_prices`."""
        return MemoryBestPrices()

    @property
    def jobs(self) -> Jobs:
        """See `JobsUnitOfWork.jobs`."""
        return self._jobs

    @property
    def outbox(self) -> Outbox:
        """See `MailUnitOfWork.outbox`."""
        return MemoryOutbox(self._changing_beside, self._shown)

    @property
    def vault(self) -> Vault:
        """See `KeysUnitOfWork.vault`."""
        return MemoryVault(self._changing_beside, self._shown)

    @property
    def trail(self) -> Trail:
        """See `AuditUnitOfWork.trail`."""
        return MemoryTrail(self._changing_beside)

    @property
    def compaction(self) -> Compaction:
        """See `CompactionUnitOfWork.compaction`."""
        return MemoryCompaction(self._changing, self._shown)

    def _shown(self) -> State:
        return self._copy or self._store._state

    def _changing(self) -> State:
        self._makes_edition = True
        return self._changing_beside()

    def _changing_beside(self) -> State:
        """For what no answer is made from."""
        if self._copy is None:
            if not self._store._writing.acquire(timeout=self._store._patience):
                raise Unavailable("Somebody else is changing the store; try again when that is done.")
            self._copy = self._store._state.copy()
        return self._copy

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._copy is not None:
            self._copy = None
            self._store._writing.release()

    def commit(self) -> None:
        """See `UnitOfWork.commit`."""
        if self._copy is not None:
            self._copy.revision += self._makes_edition
            self._store._state = self._copy
            self._copy = None
            self._store._writing.release()
        events, self._events = self._events, []
        for event in events:
            self._store._publish(event)

    def record(self, event: Event) -> None:
        """See `UnitOfWork.record`."""
        self._events.append(event)


class MemoryBestPrices(BestPrices):
    """Compares anew each time."""

    def refresh(self, as_of: datetime, *, after: ProductId | None, limit: int) -> ProductId | None:
        """See `BestPrices.refresh`; there is nothing to keep."""
        return None


class MemorySchema(Schema):
    """Dictionaries have the newest shape from birth."""

    def current(self) -> str | None:
        """See `Schema.current`."""
        return "memory"

    def newest(self) -> str:
        """See `Schema.newest`."""
        return "memory"

    def upgrade(self) -> None:
        """See `Schema.upgrade`."""
