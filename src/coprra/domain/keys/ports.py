"""What the keys room needs: a ring of keys, and whatever is sealed with them."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from coprra.domain.audit.ports import AuditUnitOfWork


class KeyRing(Protocol):
    """The keys of this process."""

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The newest first, which seals; the others only open. Empty without any."""

    @abstractmethod
    def reseal(self, purpose: str, owner: str, sealed: str) -> str:
        """The same secret, sealed with the newest key. Raises: Unavailable when it can't be opened."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """One envelope in a store. place: what holds it, such as ``outbox.sealed``; row: its key there."""

    place: str
    row: int
    purpose: str
    owner: str
    sealed: str = field(repr=False)


class Vault(Protocol):
    """Every envelope of a store, within one unit of work. Whatever keeps envelopes is known to it."""

    @property
    @abstractmethod
    def places(self) -> tuple[str, ...]:
        """What holds envelopes; keyed digests stay as they are."""

    @abstractmethod
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """How many envelopes and keyed digests each place holds, by the name of their key; every place is there."""

    @abstractmethod
    def others(self, place: str, key: str, *, after: int | None, limit: int) -> Sequence[Sealed]:
        """Envelopes that another key has sealed, by row; after: only rows behind that one."""

    @abstractmethod
    def replace(self, old: Sealed, sealed: str) -> bool:
        """Put another envelope in its place, if it is there unchanged; False if it is not."""


class KeysUnitOfWork(AuditUnitOfWork, Protocol):
    """One atomic change of envelopes, with what the audit trail tells of it."""

    @property
    @abstractmethod
    def vault(self) -> Vault:
        """The envelopes of this unit of work."""


class OpenKeysUnitOfWork(Protocol):
    """Opens units of work: ``with unit_of_work() as uow: … uow.commit()``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[KeysUnitOfWork]:
        """A new unit of work. Raises: Unavailable."""
