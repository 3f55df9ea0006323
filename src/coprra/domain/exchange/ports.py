"""What the exchange room needs: files to read, a book to write, and a snapshot to ask."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from coprra.domain.exchange.rate import Publication
from coprra.domain.exchange.revision import Stated
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.money import Currency
from coprra.domain.kernel.ports import UnitOfWork
from coprra.domain.kernel.text import plain_text

SOURCE_LENGTH = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class RateImport:
    """One import of one file. sha256: of the unpacked content, hex; source: the file's name; newest: its newest day.

    Raises: InvalidText for a file name that no database can hold.
    """

    sha256: str
    source: str
    newest: date
    imported_at: datetime
    imported_by: Actor

    def __post_init__(self) -> None:
        plain_text("file name", self.source, SOURCE_LENGTH)


class RateFile(Protocol):
    """One open file of rates. Opening it has read it once to its end: it is whole, and understood throughout."""

    @property
    @abstractmethod
    def source(self) -> str:
        """The file's name, without folders."""

    @property
    @abstractmethod
    def sha256(self) -> str:
        """Of the unpacked bytes, hex."""

    @property
    @abstractmethod
    def newest(self) -> date:
        """The newest day in it."""

    @abstractmethod
    def publications(self) -> Iterator[Publication]:
        """Each day once, in the file's order."""


class RateFiles(Protocol):
    """Reads files of exchange rates."""

    @abstractmethod
    def open(self, source: str) -> AbstractContextManager[RateFile]:
        """Open a file (a path). Raises: Unreadable when it is not there, cut, no such file, or holds one bad rate."""


class RateBook(Protocol):
    """Writes rates, within one unit of work. What it is told of a day and currency takes the place of what was said."""

    @abstractmethod
    def lock(self) -> None:
        """From here to the end of the unit of work nobody else writes rates. Raises: Unavailable after a long wait."""

    @abstractmethod
    def find(self, sha256: str) -> bool:
        """Whether this very file was imported before."""

    @abstractmethod
    def begin(self, run: RateImport) -> None:
        """Record the import that everything which is added from here on belongs to."""

    @abstractmethod
    def believed(self, first: date, last: date) -> Mapping[date, Mapping[Currency, Stated]]:
        """What is believed of each day that anything was said of, from first to last, both included."""

    @abstractmethod
    def add(self, publications: Iterable[Publication]) -> None:
        """Append rates; those that they take the place of stay as evidence, and are believed no more."""


class RatesUnitOfWork(UnitOfWork, Protocol):
    """One atomic change of the exchange room."""

    @property
    @abstractmethod
    def rate_book(self) -> RateBook:
        """The book of this unit of work."""


class OpenRatesUnitOfWork(Protocol):
    """Opens units of work: ``with unit_of_work() as uow: … uow.commit()``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[RatesUnitOfWork]:
        """A new unit of work. Raises: Unavailable."""


class RateReads(Protocol):
    """A read-only snapshot of the rates. It may lag behind the newest commit, and states its revision."""

    @property
    @abstractmethod
    def revision(self) -> int:
        """Counts commits; equal revisions give equal answers."""

    @abstractmethod
    def publication(self, day: date) -> Publication | None:
        """The rates of that day, or of the last day before it that has any; None when there is none."""


class OpenRateReads(Protocol):
    """Opens snapshots: ``with reads() as snapshot``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[RateReads]:
        """A new snapshot, released when the block ends. Raises: Unavailable."""
