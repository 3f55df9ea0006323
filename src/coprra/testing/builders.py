"""Builders: chains, rows and whole lists in one line, for tests."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.article import Article
from coprra.domain.prices.chain import Branch, BranchId, Chain, Channel
from coprra.domain.prices.import_feed import ImportFeed, ImportReport
from coprra.domain.prices.list_run import ListRow, RowProblem
from coprra.domain.prices.observation import NO_CLAIMS, Availability, Claims, Special, Terms
from coprra.domain.prices.ports import Feed, Feeds, PriceReads, PricesUnitOfWork, Profile
from coprra.domain.prices.reading import Known, Reading
from coprra.domain.products.gtin import Gtin, read_gtin

TESTER = Actor.operator("tester")
DAY_ZERO = datetime(2025, 12, 1, tzinfo=UTC)
LONG_AFTER = datetime(2030, 1, 1, tzinfo=UTC)


class Store(Protocol):
    """What a contract examines: a store that opens snapshots and units of work."""

    def reads(self) -> AbstractContextManager[PriceReads]:
        """A snapshot."""

    def unit_of_work(self) -> AbstractContextManager[PricesUnitOfWork]:
        """A unit of work."""


def day(number: float) -> datetime:
    """The instant that many days after 2025-12-01T00:00Z."""
    return DAY_ZERO + timedelta(days=number)


def a_chain(code: str = "konzum", **changes: object) -> Chain:
    """A Croatian chain in euro, its prices believed for 7 days."""
    return replace(Chain(code, code.title(), "HR", Currency("EUR")), **changes)  # type: ignore[arg-type]  # fields by name


def a_branch(chain: str = "konzum", code: str = "0613", **changes: object) -> Branch:
    """A branch in UTC, so that days are easy to count."""
    return replace(Branch(BranchId(chain, code), "UTC", Channel.IN_STORE), **changes)  # type: ignore[arg-type]  # fields by name


def gtin_of(number: int) -> Gtin:
    """The valid GTIN-13 that belongs to a number below 10⁸."""
    body = f"3850{number:08}"
    digits = [int(digit) for digit in body]
    check = -sum(digit * (3 if index % 2 else 1) for index, digit in enumerate(digits)) % 10
    return read_gtin(f"{body}{check}").gtin


def a_row(
    sku: str = "1",
    price: str | None = "2.00",
    *,
    special: str | None = None,
    gtins: Sequence[Gtin] = (),
    title: str | None = None,
    chain: str = "konzum",
    line: int = 2,
    currency: str = "EUR",
    period: tuple[datetime | None, datetime | None] = (None, None),
    availability: Availability = Availability.IN_STOCK,
    claims: Claims = NO_CLAIMS,
    **terms: object,
) -> ListRow:
    """A row of a list; without price and special one that could not be read."""
    if price is None and special is None:
        problem = RowProblem(line, "price", "x", "invalid_price", "The price is no number.")
        return ListRow(line, sku, problems=(problem,))
    offer = Special(Money.of(special, currency), *period) if special else None
    asked = Terms(Money.of(price, currency) if price else None, offer, **terms)  # type: ignore[arg-type]  # fields by name
    article = Article(chain, sku, title or f"Article {sku}", gtins=tuple(sorted(gtins)))
    return ListRow(line, sku, article, asked, availability, claims)


@dataclass(frozen=True)
class PriceList(Feed):
    """A price list out of thin air: a `Feed` whose rows are given."""

    rows_: tuple[ListRow, ...]
    at: date | datetime | None = DAY_ZERO
    complete: bool = True
    branch: Branch | None = a_branch()
    chain: Chain = a_chain()
    source: str = "list.csv"

    @property
    def profile(self) -> Profile:
        """See `Feed.profile`."""
        return Profile("test", "Test", self.chain, "test", "shipped")

    @property
    def reading(self) -> Reading:
        """See `Feed.reading`."""
        return Reading(Known.ASKED, Known.ASKED, Known.ASKED, (), ())

    @property
    def listed_at(self) -> date | datetime | None:
        """See `Feed.listed_at`."""
        return self.at

    @property
    def sha256(self) -> str:
        """See `Feed.sha256`."""
        return hashlib.sha256(repr((self.rows_, self.complete)).encode()).hexdigest()

    @property
    def size(self) -> int:
        """See `Feed.size`."""
        return len(self.rows_)

    @property
    def position(self) -> int:
        """See `Feed.position`."""
        return len(self.rows_)

    def branch_named(self, code: str) -> Branch:
        """See `Feed.branch_named`."""
        return a_branch(self.chain.code, code)

    def rows(self) -> Iterator[ListRow]:
        """See `Feed.rows`."""
        return iter(self.rows_)

    def raw_rows(self) -> Iterator[tuple[tuple[str, ...], ListRow]]:
        """See `Feed.raw_rows`."""
        return (((), row) for row in self.rows_)


@dataclass(frozen=True)
class OneFeed(Feeds):
    """Feeds that know a single list."""

    feed: Feed

    def profiles(self) -> tuple[Profile, ...]:
        """See `Feeds.profiles`."""
        return (self.feed.profile,)

    @contextmanager
    def open(self, source: str, *, profile: str | None = None) -> Iterator[Feed]:
        """See `Feeds.open`."""
        yield self.feed


def importer(store: Store, feed: Feed, now: datetime = LONG_AFTER) -> ImportFeed:
    """The use case, set up to import that list into that store."""
    return ImportFeed(StoppedClock(now), OneFeed(feed), store.unit_of_work)


def import_list(store: Store, feed: Feed, *, force: bool = True, dry_run: bool = False) -> ImportReport:
    """Import a list; forced, because tests make lists that shrink."""
    return importer(store, feed)(feed.source, by=TESTER, force=force, dry_run=dry_run)


MakeStore = Callable[[], Store]
