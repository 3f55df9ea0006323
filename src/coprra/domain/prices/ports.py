"""What the prices room needs: feeds to read, a ledger and decisions to write, and a snapshot to ask."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from coprra.domain.exchange.ports import RateReads
from coprra.domain.kernel.ports import UnitOfWork
from coprra.domain.prices.article import Article
from coprra.domain.prices.best_price import BestPrice
from coprra.domain.prices.chain import Branch, BranchId, Chain
from coprra.domain.prices.claim_check import ClaimCheck
from coprra.domain.prices.decision import Decision
from coprra.domain.prices.edition import Edition
from coprra.domain.prices.landed_price import Order
from coprra.domain.prices.list_run import Base, Changes, ListRow, ListRun, RowProblem, Standing, WrittenList
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.observation import Moment, Observation
from coprra.domain.prices.offer import Offer
from coprra.domain.prices.reading import Reading
from coprra.domain.prices.series import Series
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.move import Move
from coprra.domain.products.ports import MappingUnitOfWork, ProductReads
from coprra.domain.products.product import Product, ProductId


@dataclass(frozen=True, slots=True)
class Profile:
    """How one chain's lists are read. source: "shipped" or where the user's own stands; title: for people.

    chain: None for a form that many shops use, until a profile of the shop's own says who it is.
    """

    name: str
    title: str
    chain: Chain | None
    format: str
    source: str


class Feed(Protocol):
    """One price list of an open file, which was read once to its end: it is whole, and the list's digest is known."""

    @property
    @abstractmethod
    def source(self) -> str:
        """The file's name, without folders."""

    @property
    @abstractmethod
    def profile(self) -> Profile:
        """How it is read: as asked for, or found from its name and first lines."""

    @property
    @abstractmethod
    def chain(self) -> Chain:
        """Whose list it is. Raises: UnknownShop where the profile does not say."""

    @property
    @abstractmethod
    def reading(self) -> Reading:
        """Which columns are taken for what, and from what profile, branch and date are known."""

    @property
    @abstractmethod
    def branch(self) -> Branch | None:
        """Whose list it is, from its name, its content or the `branches.toml` beside it; None: not to be told."""

    @abstractmethod
    def branch_named(self, code: str) -> Branch:
        """The chain's branch of that code or alias, with what `branches.toml` knows of it. Raises: InvalidChain."""

    @property
    @abstractmethod
    def listed_at(self) -> date | datetime | None:
        """The list's own date: a date or naive datetime in the branch's local time; None: not to be told."""

    @property
    @abstractmethod
    def complete(self) -> bool:
        """Whether the list carries everything that the branch sells."""

    @property
    @abstractmethod
    def alone(self) -> bool:
        """Whether the file is one list and no more, so that a caller may know its date better than the file."""

    @property
    @abstractmethod
    def exported(self) -> ListRun | None:
        """The run as the store knew it from which the list was exported; None for every other list.

        It was judged there, and is taken as it was.
        """

    @property
    @abstractmethod
    def sha256(self) -> str:
        """Of the list's content, hex: the file's uncompressed bytes where it is one list and no more."""

    @property
    @abstractmethod
    def size(self) -> int:
        """Uncompressed bytes of the file."""

    @property
    @abstractmethod
    def position(self) -> int:
        """Uncompressed bytes of the file that were consumed so far."""

    @abstractmethod
    def rows(self) -> Iterator[ListRow]:
        """The rows, streamed: memory does not grow with the file. A bad row is a row with problems.

        Where something is `standing`, only the articles of which the list says something else than the complete list
        before it in the file: each once, and those that it does not carry any more as absences.

        Raises: Unreadable when the file as a whole breaks its format.
        """

    @property
    @abstractmethod
    def standing(self) -> Standing | None:
        """What the list carries besides `rows`, once those were read to their end; None: `rows` are the whole list.

        Only of a complete list, when a complete one of the same branch stands before it in the file.
        """

    @abstractmethod
    def raw_rows(self) -> Iterator[tuple[tuple[str, ...], ListRow]]:
        """The same as `rows`, each after the texts of all `reading.columns`: several in one column as a list of them.

        No texts for a line that can't be taken apart, and for what no line of the file says of the list's own day.
        Slower than `rows`: for people who look. Raises: as `rows`.
        """


class Feeds(Protocol):
    """Reads price lists by profile."""

    @abstractmethod
    def profiles(self) -> tuple[Profile, ...]:
        """All that are known, by name. Raises: Invalid for a user's profile with mistakes, naming file and key."""

    @abstractmethod
    def open(self, source: str, *, profile: str | None = None) -> AbstractContextManager[Iterator[Feed]]:
        """Open a file (a path; ``.gz`` as it is): its lists, at least one, those of one branch in the order of time.

        Nearly every file is one list. Taking the next list is the end of the one before.

        Raises: Unreadable when it is cut, binary, a bomb or not there; Invalid when no profile or several fit.
        """


class Drafts(Protocol):
    """Helps with writing feed profiles."""

    @abstractmethod
    def schema(self) -> str:
        """The JSON Schema of profiles, which editors check and complete them by."""

    @abstractmethod
    def draft(self, source: str) -> str:
        """The beginning of a profile for that list (a path): what was seen stated, what was guessed marked.

        Raises: Unreadable.
        """


class Archive(Protocol):
    """Writes lists down in coprra's own form, which `Feeds` reads."""

    @abstractmethod
    def lines(self, as_of: datetime, lists: Iterator[WrittenList]) -> Iterator[str]:
        """The lines, with their ends, streamed. lists: those of one branch after each other, by moment."""


@dataclass(frozen=True, slots=True)
class DecidedPrice:
    """What a person decided, and about which listing."""

    listing: ListingId
    decision: Decision


class DecisionArchive(Protocol):
    """Writes down what persons decided, in coprra's own form, and reads it."""

    @abstractmethod
    def lines(self, decisions: Iterator[DecidedPrice], moves: Iterator[Move]) -> Iterator[str]:
        """The lines, with their ends, streamed. moves: the earliest first."""

    @abstractmethod
    def open(self, source: str) -> AbstractContextManager[Iterator[DecidedPrice | Move]]:
        """Open such a file (a path; ``.gz`` as it is): what `lines` was given, in that order.

        Raises: Unreadable, now or while it is read, for what `lines` never writes.
        """


class Lists(Protocol):
    """Writes price lists into the ledger, within one unit of work: stage first, then lock, judge and publish."""

    @abstractmethod
    def find(self, run: ListRun) -> bool:
        """Whether this very list (branch, instant and content) is published already."""

    @abstractmethod
    def stage(self, rows: Iterable[ListRow]) -> None:
        """Take rows that have a sku into a staging area that nobody else sees and that dies with the unit of work."""

    @abstractmethod
    def repeated(self) -> Iterator[tuple[ListRow, ...]]:
        """The staged rows of each sku that was staged more than once, by line."""

    @abstractmethod
    def replace(self, row: ListRow) -> None:
        """Let one row stand for all staged rows of its sku."""

    @abstractmethod
    def staged(self) -> int:
        """How many different skus are staged, absences not counted."""

    @abstractmethod
    def lock(self, run: ListRun) -> None:
        """From here to the end of the unit of work nobody else publishes a list of this branch.

        Waits for another import that publishes now. Raises: Unavailable when that takes too long.
        """

    @abstractmethod
    def rows_before(self, run: ListRun) -> int | None:
        """How many articles the branch's newest complete list before this one carried; None without one."""

    @abstractmethod
    def publish(self, run: ListRun, *, base: Base | None = None) -> Changes:
        """Append what the staged rows change (see `ledger.additions`), list the products, and count.

        base: says of every article that is not staged what this complete list says of it; without one, what is not
        staged is what the list does not carry. Afterwards nothing is staged.

        Raises: MissingBase when the base is not published before this list, and as a complete one.
        """


class PricesUnitOfWork(UnitOfWork, Protocol):
    """One atomic change of the prices room."""

    @property
    @abstractmethod
    def lists(self) -> Lists:
        """The lists of this unit of work."""


class OpenPricesUnitOfWork(Protocol):
    """Opens units of work: ``with unit_of_work() as uow: … uow.commit()``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[PricesUnitOfWork]:
        """A new unit of work. Raises: Unavailable."""


class Decisions(Protocol):
    """Writes what persons decide, within one unit of work: lock first, then look, then write."""

    @abstractmethod
    def lock(self) -> None:
        """From here to the end of the unit of work nobody else changes the store, and what is read here is the newest.

        Waits for an import that publishes now. Raises: Unavailable when that takes too long.
        """

    @abstractmethod
    def series(self, listing: ListingId, as_of: datetime) -> Series:
        """All that was seen and decided of a listing up to as_of; without observations where nothing was ever seen.

        Raises: UnknownBranch when no list of the branch was ever read.
        """

    @abstractmethod
    def decide(self, listing: ListingId, decision: Decision) -> None:
        """Append a decision; nothing is ever changed or removed. Raises: UnknownListing when nothing was seen of it."""

    @abstractmethod
    def article(self, chain: str, sku: str) -> Article | None:
        """What a branch of the chain last began to sell under that number; None when none ever did.

        Of several at one instant, by precedence and then by branch; to see it again is no beginning.
        """

    @abstractmethod
    def taken(self, branch: BranchId, moment: Moment) -> bool:
        """Whether a list or person has spoken of the branch at that very moment."""

    @abstractmethod
    def append(self, run: ListRun, sku: str, added: Sequence[Observation]) -> None:
        """Append what a person's word about one listing adds (see `ledger.additions`), and list its products.

        run: a partial list of that one row, of a branch that is known, at a moment that is not taken. added: at its
        moment what the person says; at another one what the complete list of that moment had confirmed.
        """


class DecisionsUnitOfWork(UnitOfWork, Protocol):
    """One atomic change by what persons decide."""

    @property
    @abstractmethod
    def decisions(self) -> Decisions:
        """The decisions of this unit of work."""


class OpenDecisionsUnitOfWork(Protocol):
    """Opens units of work: ``with unit_of_work() as uow: … uow.commit()``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[DecisionsUnitOfWork]:
        """A new unit of work. Raises: Unavailable."""


class BestPrices(Protocol):
    """Best prices that are kept, within one unit of work, so that `PriceReads.best_prices` need not compare.

    Nothing depends on them but how fast that is. Whatever changes an answer removes, in its own unit of work, what is
    kept.
    """

    @abstractmethod
    def refresh(self, as_of: datetime, *, after: ProductId | None, limit: int) -> ProductId | None:
        """Work out and keep those that will not hold for another day from as_of on, of at most so many products.

        Products are taken by id, those after the one that an earlier call returned; None when none is left.

        Raises: Unavailable.
        """


class BestPricesUnitOfWork(UnitOfWork, Protocol):
    """One atomic change of the best prices that are kept."""

    @property
    @abstractmethod
    def best_prices(self) -> BestPrices:
        """The best prices of this unit of work."""


class OpenBestPricesUnitOfWork(Protocol):
    """Opens units of work: ``with unit_of_work() as uow: … uow.commit()``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[BestPricesUnitOfWork]:
        """A new unit of work. Raises: Unavailable."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """An observation that no answer needs (see `ledger.repeats`). size: bytes of its contents, about."""

    sku: str
    moment: Moment
    size: int


class Compaction(Protocol):
    """Makes the ledger smaller, within units of work: look first, then let go in others."""

    @abstractmethod
    def repeats(self, branch: BranchId, before: datetime) -> Iterator[Repeat]:
        """Those of the branch that were observed before that instant, the ones of a listing by moment.

        Streamed, and nothing is held while the caller works: what others commit meanwhile may or may not be seen.
        """

    @abstractmethod
    def let_go(self, branch: BranchId, repeats: Sequence[Repeat]) -> tuple[Repeat, ...]:
        """Remove those that are repeats still, now that nobody else changes the store; returns them.

        Raises: Unavailable when waiting for another change takes too long.
        """


class CompactionUnitOfWork(UnitOfWork, Protocol):
    """One atomic step of making the ledger smaller."""

    @property
    @abstractmethod
    def compaction(self) -> Compaction:
        """The compaction of this unit of work."""


class OpenCompactionUnitOfWork(Protocol):
    """Opens units of work: ``with unit_of_work() as uow: … uow.commit()``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[CompactionUnitOfWork]:
        """A new unit of work. Raises: Unavailable."""


class KnowledgeUnitOfWork(DecisionsUnitOfWork, MappingUnitOfWork, Protocol):
    """One atomic change of what persons know better: about prices, and about what is the same."""


class OpenKnowledgeUnitOfWork(Protocol):
    """Opens units of work: ``with unit_of_work() as uow: … uow.commit()``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[KnowledgeUnitOfWork]:
        """A new unit of work. Raises: Unavailable."""


@dataclass(frozen=True, slots=True)
class KnownChain:
    """A chain, its branches by code, and when each was last listed (aware, UTC), up to the instant asked about."""

    chain: Chain
    branches: tuple[tuple[Branch, datetime], ...]


@dataclass(frozen=True, slots=True)
class SoldSeries:
    """A listing's series, and the first of the products that it was last sold as."""

    product: ProductId
    series: Series


class PriceReads(ProductReads, RateReads, Protocol):
    """A read-only snapshot of the ledger, the catalogue and the exchange rates."""

    @abstractmethod
    def series(self, product: ProductId, as_of: datetime) -> tuple[Series, ...]:
        """Every listing that was ever sold as the product up to as_of, by chain, branch and sku.

        A listing that is sold as another article now is not among them.
        """

    @abstractmethod
    def best_prices(self, products: Sequence[ProductId], as_of: datetime) -> Mapping[ProductId, BestPrice]:
        """Of each of the products, what `CompareOffers` ranks first as of that instant, see `BestPrice.of`.

        valid_until may be earlier than the comparison's, and is never later.
        """

    @abstractmethod
    def spread_beyond(self, factor: int, products: Sequence[ProductId], as_of: datetime) -> frozenset[ProductId]:
        """Those of the products (at most 1,000) whose prices lie further apart than that.

        Of all prices and special prices in one currency that lists up to as_of state for the listings that were ever
        sold as the product, the dearest is more than `factor` times the cheapest.
        """

    @abstractmethod
    def series_of_branch(self, branch: BranchId, as_of: datetime) -> Iterator[SoldSeries]:
        """Every listing of the branch of which an article was read up to as_of, by sku; none for an unknown branch.

        Streamed: memory does not grow with the branch. To be read while the snapshot is open.
        """

    @abstractmethod
    def runs(self, branch: BranchId, as_of: datetime) -> tuple[ListRun, ...]:
        """What was published of the branch, lists and persons' words, of instants up to as_of, by moment.

        Chain and branch as they are known now. None for an unknown branch.
        """

    @abstractmethod
    def ledger(self, branch: BranchId, as_of: datetime) -> Iterator[tuple[str, Observation]]:
        """Every observation of the branch up to as_of with its sku, by moment, then sku; none for an unknown branch.

        Streamed: memory does not grow with the branch. To be read while the snapshot is open.
        """

    @abstractmethod
    def decisions(self) -> Iterator[DecidedPrice]:
        """All that persons ever decided about prices, by listing, then in their `order`."""

    @abstractmethod
    def chains(self, as_of: datetime) -> tuple[KnownChain, ...]:
        """By code, those with a list at or before as_of."""


class OpenPriceReads(Protocol):
    """Opens snapshots: ``with reads() as snapshot``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[PriceReads]:
        """A new snapshot, released when the block ends. Raises: Unavailable."""


@dataclass(frozen=True, slots=True)
class KeptComparison:
    """A product, what `offers_of` says of it, and the revision of the snapshot that both are from."""

    product: Product
    offers: Sequence[Offer]
    revision: int


class KeptOffers(Protocol):
    """Offers that were worked out ahead. It may keep any of them or none: what is not kept is worked out when asked."""

    @abstractmethod
    def find(self, reference: ProductId | Gtin, as_of: datetime, order: Order) -> KeptComparison | None:
        """What a snapshot that is opened now would say; None where that is not kept, nor for an unknown product.

        Raises: Unavailable.
        """


class NothingKept(KeptOffers):
    """Of a store that works everything out when it is asked."""

    def find(self, reference: ProductId | Gtin, as_of: datetime, order: Order) -> None:
        """See `KeptOffers.find`."""


NOTHING_KEPT = NothingKept()


class Editions(Protocol):
    """Tells which state a store is in, by one cheap read and whoever changed it."""

    @abstractmethod
    def newest(self, as_of: datetime) -> Edition:
        """The edition for that instant (aware, UTC); every commit that ended before the call is in it.

        Raises: Unavailable.
        """


class ClaimWatch(Protocol):
    """Follows a check of claims while it runs: a progress bar, a report."""

    @abstractmethod
    def branch(self, branch: Branch, number: int, of: int) -> None:
        """The claims of a branch come next; number: from 1, of so many."""

    @abstractmethod
    def claim(self, sold: SoldSeries, check: ClaimCheck) -> None:
        """For each claim, in the order in which they come."""


class CompactionWatch(Protocol):
    """Follows a compaction while it runs."""

    @abstractmethod
    def branch(self, branch: Branch, number: int, of: int) -> None:
        """The repeats of a branch come next; number: from 1, of so many."""

    @abstractmethod
    def let_go(self, repeats: int) -> None:
        """So many more were found; they are gone for good, unless it is a trial."""


class ExportWatch(Protocol):
    """Follows an export while it runs."""

    @abstractmethod
    def branch(self, branch: Branch, number: int, of: int) -> None:
        """The lists or offers of a branch come next; number: from 1, of so many."""

    @abstractmethod
    def written(self, run: ListRun) -> None:
        """For each list that was written."""


class Watch(Protocol):
    """Follows an import while it runs: a progress bar, a report."""

    @abstractmethod
    def progress(self, done: int, size: int, rows: int) -> None:
        """Now and then: bytes read, bytes in all, rows read."""

    @abstractmethod
    def problem(self, problem: RowProblem) -> None:
        """For each problem of a row, in the order of the file."""

    @abstractmethod
    def taken(self) -> None:
        """For each list of the file, as soon as the ledger holds it, by this import or an earlier one."""
