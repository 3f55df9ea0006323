"""What a memory store holds: one state after each commit, never changed once it is shared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from coprra.domain.audit.entry import Entry
from coprra.domain.exchange.ports import RateImport
from coprra.domain.exchange.revision import Stated
from coprra.domain.jobs.job import Job
from coprra.domain.kernel.money import Currency
from coprra.domain.mail.ports import Posted
from coprra.domain.prices.article import Article
from coprra.domain.prices.chain import Branch, BranchId, Chain
from coprra.domain.prices.decision import Decision
from coprra.domain.prices.list_run import ListRun
from coprra.domain.prices.observation import Observation
from coprra.domain.products.move import Move
from coprra.domain.products.product import Product, ProductId, ProductKey

ListingKey = tuple[BranchId, str]


@dataclass(slots=True)
class State:
    """Everything that is stored. A snapshot is a reference to it; a change works on a `copy`."""

    revision: int = 0
    chains: dict[str, Chain] = field(default_factory=dict)
    branches: dict[BranchId, Branch] = field(default_factory=dict)
    runs: dict[BranchId, tuple[ListRun, ...]] = field(default_factory=dict)
    """By branch, sorted by moment."""
    observations: dict[ListingKey, tuple[Observation, ...]] = field(default_factory=dict)
    """By listing, sorted by moment."""
    keys: dict[ProductKey, ProductId] = field(default_factory=dict)
    products: dict[ProductId, Product] = field(default_factory=dict)
    articles: dict[ProductId, frozenset[Article]] = field(default_factory=dict)
    """Every article that was ever sold as the product."""
    rates: dict[date, Mapping[Currency, Stated]] = field(default_factory=dict)
    """What is believed of each day."""
    rate_imports: dict[str, RateImport] = field(default_factory=dict)
    """By the file's digest."""
    decisions: dict[ListingKey, tuple[Decision, ...]] = field(default_factory=dict)
    """By listing, sorted by their order."""
    moves: tuple[Move, ...] = ()
    """In the order in which they were made."""

    jobs: dict[int, Job] = field(default_factory=dict)
    last_job: int = 0
    schedule: dict[str, datetime] = field(default_factory=dict)
    """When each kind of job comes due next."""

    audit: tuple[Entry, ...] = ()
    """The audit trail, by number."""

    outbox: dict[int, Posted] = field(default_factory=dict)
    last_letter: int = 0

    def copy(self) -> "State":
        """A state to change; the values are immutable, so the containers are all that is copied."""
        return State(
            self.revision,
            dict(self.chains),
            dict(self.branches),
            dict(self.runs),
            dict(self.observations),
            dict(self.keys),
            dict(self.products),
            dict(self.articles),
            dict(self.rates),
            dict(self.rate_imports),
            dict(self.decisions),
            self.moves,
            dict(self.jobs),
            self.last_job,
            dict(self.schedule),
            self.audit,
            dict(self.outbox),
            self.last_letter,
        )
