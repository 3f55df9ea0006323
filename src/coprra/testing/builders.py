"""Builders: chains, rows and whole lists in one line, for tests."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, Protocol

from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.article import Article
from coprra.domain.prices.chain import Branch, BranchId, Chain, Channel
from coprra.domain.prices.correct_price import Amendment, CorrectedPrice, CorrectPrice
from coprra.domain.prices.decision import Decision
from coprra.domain.prices.import_feed import ImportFeed, ImportReport
from coprra.domain.prices.list_run import ListRow, ListRun, RowProblem, Standing, precedence_of
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.observation import NO_CLAIMS, Availability, Claims, Special, Terms
from coprra.domain.prices.ports import (
    BestPricesUnitOfWork,
    CompactionUnitOfWork,
    DecisionsUnitOfWork,
    Feed,
    Feeds,
    KeptOffers,
    PriceReads,
    PricesUnitOfWork,
    Profile,
)
from coprra.domain.prices.reading import Known, Reading
from coprra.domain.prices.record_price import RecordedPrice, RecordPrice
from coprra.domain.products.gtin import Gtin, read_gtin
from coprra.domain.products.ports import MappingUnitOfWork

TESTER = Actor.operator("tester")
DAY_ZERO = datetime(2025, 12, 1, tzinfo=UTC)
LONG_AFTER = datetime(2030, 1, 1, tzinfo=UTC)


class StoreUnitOfWork(
    PricesUnitOfWork, DecisionsUnitOfWork, MappingUnitOfWork, BestPricesUnitOfWork, CompactionUnitOfWork, Protocol
):
    """Every change that a store can make."""


class Store(Protocol):
    """What a contract examines: a store that opens snapshots and units of work."""

    def reads(self) -> AbstractContextManager[PriceReads]:
        """A snapshot."""

    def unit_of_work(self) -> AbstractContextManager[StoreUnitOfWork]:
        """A unit of work."""


class KeepingStore(Store, Protocol):
    """A store that may keep offers."""

    @property
    def kept_offers(self) -> KeptOffers:
        """What it keeps."""


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
    brand: str | None = None,
    category: str | None = None,
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
    article = Article(chain, sku, title or f"Article {sku}", brand, category, gtins=tuple(sorted(gtins)))
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
    standing: Standing | None = None

    @property
    def exported(self) -> ListRun | None:
        """See `Feed.exported`."""
        return None

    @property
    def alone(self) -> bool:
        """See `Feed.alone`."""
        return True

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
class ListOfHistory(PriceList):
    """A list of a file with several. whole: the list itself, of which `rows_` may be only what is new in it."""

    whole: PriceList = PriceList(())

    @property
    def alone(self) -> bool:
        """See `Feed.alone`."""
        return False

    @property
    def sha256(self) -> str:
        """See `Feed.sha256`."""
        return self.whole.sha256


def a_history(*lists: PriceList) -> tuple[ListOfHistory, ...]:
    """The lists as one file has them: in the order of time, each saying only what is new in it wherever it may.

    lists: without an article that stands in one of them twice.
    """
    history: list[ListOfHistory] = []
    before: PriceList | None = None
    for one in sorted(lists, key=_moment):
        rows, standing = one.rows_, None
        if before and before.branch == one.branch and before.complete and one.complete:
            rows, standing = _news(before, one)
        history.append(ListOfHistory(rows, one.at, one.complete, one.branch, one.chain, one.source, standing, one))
        before = one
    return tuple(history)


def _moment(prices: PriceList) -> tuple[str, str, int]:
    return str(prices.branch), str(prices.at), precedence_of(prices.sha256)


def _news(before: PriceList, after: PriceList) -> tuple[tuple[ListRow, ...], Standing]:
    known = {row.sku: row.state for row in before.rows_}
    new = [row for row in after.rows_ if known.get(row.sku) != row.state]
    lines = count(1_000_000)
    gone = [
        ListRow(next(lines), row.sku, availability=Availability.NOT_LISTED)
        for row in before.rows_
        if row.sku not in {row.sku for row in after.rows_}
    ]
    left_out = [row for row in after.rows_ if row not in new]
    return (*new, *gone), Standing(len(left_out), sum(row.terms is None for row in left_out))


class OneFile(Feeds):
    """Feeds that know a single file, whatever it is called."""

    def __init__(self, *lists: Feed) -> None:
        self._lists = lists

    def profiles(self) -> tuple[Profile, ...]:
        """See `Feeds.profiles`."""
        return (self._lists[0].profile,)

    @contextmanager
    def open(self, source: str, *, profile: str | None = None) -> Iterator[Iterator[Feed]]:
        """See `Feeds.open`."""
        yield iter(self._lists)


def importer(store: Store, feed: Feed, now: datetime = LONG_AFTER) -> ImportFeed:
    """The use case, set up to import that list into that store."""
    return ImportFeed(StoppedClock(now), OneFile(feed), store.unit_of_work)


def import_list(store: Store, feed: Feed, *, force: bool = True, dry_run: bool = False) -> ImportReport:
    """Import a list; forced, because tests make lists that shrink."""
    return importer(store, feed)(feed.source, by=TESTER, force=force, dry_run=dry_run)


def import_history(store: Store, lists: Sequence[Feed], *, force: bool = True, dry_run: bool = False) -> ImportReport:
    """Import a file of several lists; forced, because tests make lists that shrink."""
    importing = ImportFeed(StoppedClock(LONG_AFTER), OneFile(*lists), store.unit_of_work)
    return importing(lists[0].source, by=TESTER, force=force, dry_run=dry_run)


def decide(store: Store, listing: ListingId, decision: Decision) -> None:
    """Append a decision as it is, whether or not the ledger has such a price."""
    with store.unit_of_work() as uow:
        uow.decisions.lock()
        uow.decisions.decide(listing, decision)
        uow.commit()


def record(store: Store, listing: ListingId, price: str, now: datetime = LONG_AFTER, **seen: Any) -> RecordedPrice:
    """Record a price that the tester saw. seen: see `RecordPrice`."""
    return RecordPrice(StoppedClock(now), store.unit_of_work)(listing, price=Decimal(price), by=TESTER, **seen)


def correct(
    store: Store, listing: ListingId, amendment: Amendment, at: datetime, now: datetime = LONG_AFTER
) -> CorrectedPrice:
    """Correct what lists said of an instant."""
    use_case = CorrectPrice(StoppedClock(now), store.unit_of_work)
    return use_case(listing, amendment, since=at, through=at, by=TESTER)


MakeStore = Callable[[], Store]
