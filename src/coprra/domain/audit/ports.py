"""What the audit room needs: a trail to write, a snapshot to ask, and a place for anchors elsewhere."""

from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from coprra.domain.audit.entry import Entry, Head, Record
from coprra.domain.kernel.ports import UnitOfWork


class Trail(Protocol):
    """Writes to the audit trail, within the unit of work of what it tells of."""

    @abstractmethod
    def append(self, record: Record) -> Entry:
        """Add an entry to the chain's end: it is there exactly if everything else of the unit of work is.

        From here to the end of the unit of work nobody else appends, so it is what a unit of work does last. It makes
        no other edition. Raises: Unavailable, and then nothing of the unit of work may be committed.
        """


class AuditReads(Protocol):
    """A read-only snapshot of the audit trail."""

    @abstractmethod
    def head(self) -> Head:
        """What the store says of the chain's end."""

    @abstractmethod
    def entries(self) -> Iterator[Entry]:
        """Every entry, by number, as it is stored, without holding all of them in memory."""

    @abstractmethod
    def latest(self, *, events: Collection[str], actor: str | None, limit: int) -> tuple[Entry, ...]:
        """The latest entries, the latest first; of no events: of every one; actor: None for everybody's."""


class AuditUnitOfWork(UnitOfWork, Protocol):
    """One atomic change, and what the audit trail tells of it."""

    @property
    @abstractmethod
    def trail(self) -> Trail:
        """The audit trail of this unit of work."""


class OpenAuditUnitOfWork(Protocol):
    """Opens units of work: ``with unit_of_work() as uow: … uow.commit()``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[AuditUnitOfWork]:
        """A new unit of work. Raises: Unavailable."""


class OpenAuditReads(Protocol):
    """Opens snapshots: ``with reads() as snapshot``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[AuditReads]:
        """A new snapshot, released when the block ends. Raises: Unavailable."""


class Anchors(Protocol):
    """Where heads of the chain are written down outside the database, so that a cut tail is noticed."""

    @abstractmethod
    def add(self, head: Head, at: datetime) -> None:
        """Write a head down, for good when this returns. Raises: Unavailable."""

    @abstractmethod
    def latest(self) -> Head | None:
        """The head that was written down last; None where none ever was. Raises: Unavailable, Unreadable."""

    @abstractmethod
    def all(self) -> Mapping[int, str]:
        """The hashes that were written down, by number; empty where none ever was. Raises: Unavailable, Unreadable."""
