"""What the room needs: the store of sessions, tickets and tokens."""

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from coprra.domain.mfa.ports import MfaReads, MfaUnitOfWork
from coprra.domain.sessions.session import Session
from coprra.domain.sessions.ticket import Ticket
from coprra.domain.sessions.token import Family, Token
from coprra.domain.users.user import User, UserId


class SuccessorSeals(Protocol):
    """Seals what a used refresh token was exchanged for under the used token itself, so that nobody else reads it."""

    @abstractmethod
    def seal(self, used: str, successor: str) -> str:
        """As a text that tells nothing without the used token."""

    @abstractmethod
    def open(self, used: str, sealed: str) -> str:
        """The successor. Raises: Unavailable when it was sealed under another one."""


@dataclass(frozen=True, slots=True)
class SessionHolder:
    """A session, whose it is, and whether they have a second factor."""

    session: Session
    user: User
    second_factor: bool


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """A token, its family, whose it is, and whether they have a second factor."""

    token: Token
    family: Family
    user: User
    second_factor: bool


class SessionReads(Protocol):
    """Asks for sessions."""

    @abstractmethod
    def holder(self, digest: str) -> SessionHolder | None:
        """By the digest of the cookie, alive or not, in one read. None: there is none."""

    @abstractmethod
    def alive(self, user: UserId, now: datetime) -> Sequence[Session]:
        """The user's, the one that was seen last first."""


class Sessions(SessionReads, Protocol):
    """Changes sessions, within one unit of work."""

    @abstractmethod
    def add(self, session: Session) -> None:
        """A new one."""

    @abstractmethod
    def see(self, session: Session) -> None:
        """Remember when it was last used, and thus how long it lasts; nothing else of it, and nothing once revoked."""

    @abstractmethod
    def ended(self, at: datetime, *, limit: int) -> Sequence[Session]:
        """Some that time has ended and nobody has revoked, those of one user together."""

    @abstractmethod
    def revoke(self, id: str, at: datetime) -> bool:
        """Whether it was not revoked before."""

    @abstractmethod
    def prune(self, before: datetime) -> int:
        """Remove those that ended before; returns how many."""


class TicketReads(Protocol):
    """Asks for tickets."""

    @abstractmethod
    def find(self, digest: str) -> Ticket | None:
        """None: there is none."""


class Tickets(TicketReads, Protocol):
    """Changes tickets, within one unit of work."""

    @abstractmethod
    def add(self, ticket: Ticket) -> None:
        """A new one."""

    @abstractmethod
    def attempt(self, digest: str, at: datetime, *, most: int) -> bool:
        """Count a try; whether the ticket was good and had one left."""

    @abstractmethod
    def consume(self, digest: str, at: datetime) -> bool:
        """Whether it was good, and is used now; of all who try at once one is told so."""

    @abstractmethod
    def prune(self, before: datetime) -> int:
        """Remove those that ended before; returns how many."""


class TokenReads(Protocol):
    """Asks for tokens."""

    @abstractmethod
    def holder(self, id: str) -> TokenHolder | None:
        """By the token's id, alive or not, in one read. None: there is none."""

    @abstractmethod
    def families(self, user: UserId, now: datetime) -> Sequence[Family]:
        """The user's that are alive, the newest first."""


class Tokens(TokenReads, Protocol):
    """Changes tokens, within one unit of work."""

    @abstractmethod
    def found(self, family: Family) -> None:
        """A new family."""

    @abstractmethod
    def add(self, token: Token) -> None:
        """A new token of a family that is there."""

    @abstractmethod
    def exchange(self, id: str, at: datetime, successor: str | None) -> bool:
        """Whether a refresh token was good (unused, not revoked, its family neither), and is used now.

        Of all who try at once one is told so. successor: sealed, for a grace.
        """

    @abstractmethod
    def revoke_access(self, family: str, at: datetime) -> None:
        """The access tokens of a family are good for nothing from here on."""

    @abstractmethod
    def ended(self, at: datetime, *, limit: int) -> Sequence[Family]:
        """Some families that time has ended and nobody has revoked, those of one user together."""

    @abstractmethod
    def revoke(self, family: str, at: datetime) -> bool:
        """The whole family is good for nothing from here on; whether it was before."""

    @abstractmethod
    def forget_successors(self, before: datetime) -> int:
        """Remove what is sealed of refresh tokens that were used before; returns of how many."""

    @abstractmethod
    def prune(self, before: datetime) -> int:
        """Remove tokens that expired, and families that ended or were revoked before; returns how many tokens."""


class SessionsUnitOfWork(MfaUnitOfWork, Protocol):
    """One atomic change of the room."""

    @property
    @abstractmethod
    def sessions(self) -> Sessions:
        """The sessions of this unit of work."""

    @property
    @abstractmethod
    def tickets(self) -> Tickets:
        """The tickets of this unit of work."""

    @property
    @abstractmethod
    def tokens(self) -> Tokens:
        """The tokens of this unit of work."""


class OpenSessionsUnitOfWork(Protocol):
    """Opens units of work: ``with unit_of_work() as uow: … uow.commit()``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[SessionsUnitOfWork]:
        """A new unit of work. Raises: Unavailable."""


class SessionsReads(MfaReads, Protocol):
    """A read-only look at what lets people in, without a lock."""

    @property
    @abstractmethod
    def sessions(self) -> SessionReads:
        """The sessions."""

    @property
    @abstractmethod
    def tickets(self) -> TicketReads:
        """The tickets."""

    @property
    @abstractmethod
    def tokens(self) -> TokenReads:
        """The tokens."""


class OpenSessionsReads(Protocol):
    """Opens looks: ``with reads() as look``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[SessionsReads]:
        """A new look, released when the block ends. Raises: Unavailable."""
