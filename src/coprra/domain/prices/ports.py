"""What the prices room needs: feeds to read, a ledger to write, and a snapshot to ask."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from coprra.domain.kernel.ports import UnitOfWork
from coprra.domain.prices.chain import Branch, Chain
from coprra.domain.prices.list_run import Changes, ListRow, ListRun, RowProblem
from coprra.domain.prices.reading import Reading
from coprra.domain.prices.series import Series
from coprra.domain.products.ports import ProductReads
from coprra.domain.products.product import ProductId


@dataclass(frozen=True, slots=True)
class Profile:
    """How one chain's lists are read. source: "shipped" or where the user's own stands; title: for people."""

    name: str
    title: str
    chain: Chain
    format: str
    source: str


class Feed(Protocol):
    """One open price list. Opening it has read it once to its end: it is whole, and its digest is known."""

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
    def sha256(self) -> str:
        """Of the uncompressed bytes, hex."""

    @property
    @abstractmethod
    def size(self) -> int:
        """Uncompressed bytes."""

    @property
    @abstractmethod
    def position(self) -> int:
        """Uncompressed bytes that `rows` has consumed so far."""

    @abstractmethod
    def rows(self) -> Iterator[ListRow]:
        """The rows, streamed: memory does not grow with the file. A bad row is a row with problems.

        Raises: Unreadable when the file as a whole breaks its format.
        """

    @abstractmethod
    def raw_rows(self) -> Iterator[tuple[tuple[str, ...], ListRow]]:
        """The same rows, each after the texts of all `reading.columns`; none for a line that can't be taken apart.

        Slower than `rows`: for people who look. Raises: as `rows`.
        """


class Feeds(Protocol):
    """Reads price lists by profile."""

    @abstractmethod
    def profiles(self) -> tuple[Profile, ...]:
        """All that are known, by name. Raises: Invalid for a user's profile with mistakes, naming file and key."""

    @abstractmethod
    def open(self, source: str, *, profile: str | None = None) -> AbstractContextManager[Feed]:
        """Open a list (a path; ``.gz`` as it is).

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
        """How many different skus are staged."""

    @abstractmethod
    def lock(self, run: ListRun) -> None:
        """From here to the end of the unit of work nobody else publishes a list of this branch.

        Waits for another import that publishes now. Raises: Unavailable when that takes too long.
        """

    @abstractmethod
    def rows_before(self, run: ListRun) -> int | None:
        """How many articles the branch's newest complete list before this one carried; None without one."""

    @abstractmethod
    def publish(self, run: ListRun) -> Changes:
        """Append what the staged rows change (see `ledger.additions`), list the products, and count."""


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


@dataclass(frozen=True, slots=True)
class KnownChain:
    """A chain, its branches by code, and when each was last listed (aware, UTC), up to the instant asked about."""

    chain: Chain
    branches: tuple[tuple[Branch, datetime], ...]


class PriceReads(ProductReads, Protocol):
    """A read-only snapshot of the ledger and the catalogue."""

    @abstractmethod
    def series(self, product: ProductId, as_of: datetime) -> tuple[Series, ...]:
        """Every listing that was ever sold as the product up to as_of, by chain, branch and sku.

        A listing that is sold as another article now is not among them.
        """

    @abstractmethod
    def chains(self, as_of: datetime) -> tuple[KnownChain, ...]:
        """By code, those with a list at or before as_of."""


class OpenPriceReads(Protocol):
    """Opens snapshots: ``with reads() as snapshot``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[PriceReads]:
        """A new snapshot, released when the block ends. Raises: Unavailable."""


class Watch(Protocol):
    """Follows an import while it runs: a progress bar, a report."""

    @abstractmethod
    def progress(self, done: int, size: int, rows: int) -> None:
        """Now and then: bytes read, bytes in all, rows read."""

    @abstractmethod
    def problem(self, problem: RowProblem) -> None:
        """For each problem of a row, in the order of the file."""
