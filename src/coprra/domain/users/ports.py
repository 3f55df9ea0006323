"""What the room needs: somebody to hash passwords and to know bad ones, and the store of accounts."""

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from coprra.domain.kernel.errors import Unavailable
from coprra.domain.kernel.ports import UnitOfWork
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.identity import Method
from coprra.domain.users.inquiry import Inquiry
from coprra.domain.users.letter import Letter
from coprra.domain.users.link import Link, LinkPurpose
from coprra.domain.users.role import Role
from coprra.domain.users.user import User, UserId


class Overloaded(Unavailable):
    """More passwords wait to be compared than the machine can take; the same call may work in a moment."""

    code = "overloaded"


class Hasher(Protocol):
    """Hashes passwords so that guessing them costs much."""

    @abstractmethod
    def hash(self, password: str) -> str:
        """As a text that tells how it was made; another one each time. Raises: Overloaded."""

    @abstractmethod
    def verify(self, stored: str | None, password: str) -> bool:
        """Whether that is the password. None: it is not, and as much work is done to say so.

        A stored hash that is none, or that would take too much memory or time, is never the hash of anything.

        Raises: Overloaded.
        """

    @abstractmethod
    def is_outdated(self, stored: str) -> bool:
        """Whether it was made in another way than `hash` does now."""


class CommonPasswords(Protocol):
    """Passwords that many people have."""

    @abstractmethod
    def hold(self, password: str) -> bool:
        """Whether it is one of them, whatever its case."""


class BreachedPasswords(Protocol):
    """Passwords that are known from breaches."""

    @abstractmethod
    def hold(self, password: str) -> bool:
        """Whether it is one of them; the answer comes within a second. Raises: Unavailable."""


class UserReads(Protocol):
    """Asks for accounts."""

    @abstractmethod
    def find(self, id: UserId) -> User | None:
        """None: there is none."""

    @abstractmethod
    def find_by_email(self, email: EmailAddress) -> User | None:
        """By the canonical spelling. None: there is none."""

    @abstractmethod
    def page(self, *, after: UserId | None, limit: int, role: Role | None = None) -> Sequence[User]:
        """By id, those that come after one."""


class Users(UserReads, Protocol):
    """Changes accounts, within one unit of work."""

    @abstractmethod
    def hold(self, id: UserId) -> User | None:
        """The account, as it is now; until the unit of work ends nobody else changes it or what belongs to it."""

    @abstractmethod
    def add(self, user: User) -> None:
        """Raises: EmailTaken."""

    @abstractmethod
    def save(self, user: User) -> None:
        """Store a changed account; its version counts up. Raises: UserChanged when it was changed since; EmailTaken."""

    @abstractmethod
    def remove(self, id: UserId) -> None:
        """The account, and all that belongs to it: links, sessions, tokens, second factor."""


class LinkReads(Protocol):
    """Asks for links that were sent."""

    @abstractmethod
    def find(self, digest: str) -> Link | None:
        """One that was not used. None: there is none, or it was used, or a newer one was issued."""


class Links(LinkReads, Protocol):
    """Changes links, within one unit of work."""

    @abstractmethod
    def issue(self, link: Link) -> None:
        """Remember it; older ones of the same user and purpose are good for nothing from here on."""

    @abstractmethod
    def consume(self, digest: str, at: datetime) -> bool:
        """Whether it was still unused, and is used now; of all who try at once one is told so."""

    @abstractmethod
    def revoke(self, user: UserId, purpose: LinkPurpose) -> None:
        """Make all of that purpose good for nothing."""

    @abstractmethod
    def prune(self, before: datetime) -> int:
        """Remove those that expired before; returns how many."""


class Grants(Protocol):
    """What lets in without a password: sessions, tokens, half a sign-in, links to another password or address."""

    @abstractmethod
    def lives(self, session: str | None, family: str | None, at: datetime) -> bool:
        """Whether each that is named is there, not revoked, and not past its ends; one of them has to be named."""

    @abstractmethod
    def revoke_all(self, user: UserId, at: datetime, *, keep: str | None = None) -> None:
        """Good for nothing from here on. keep: the id of a session that stays."""

    @abstractmethod
    def strengthen(self, session: str, digest: str, method: Method | None, at: datetime) -> bool:
        """Give a session that is not revoked another secret, and a fresh proof; whether there was such a session.

        digest: of the new secret; method: what was shown beside those before.
        """


class Outbox(Protocol):
    """Letters that go out after the commit, each at least once, whatever happens to the process.

    Until then whoever keeps them keeps their secrets sealed.
    """

    @property
    @abstractmethod
    def carries(self) -> bool:
        """Whether letters go out at all."""

    @abstractmethod
    def post(self, letter: Letter) -> None:
        """Send it when the unit of work has committed. Raises: Unavailable where none goes out."""

    @abstractmethod
    def ask(self, inquiry: Inquiry) -> None:
        """Have it answered after the commit, by its number, see `AnswerByMail`; as `post` in every other way."""

    @abstractmethod
    def take(self, number: int) -> Inquiry | None:
        """An inquiry, which is gone with the commit. None: it was answered."""


class UsersUnitOfWork(UnitOfWork, Protocol):
    """One atomic change of the users room."""

    @property
    @abstractmethod
    def users(self) -> Users:
        """The accounts of this unit of work."""

    @property
    @abstractmethod
    def links(self) -> Links:
        """The links of this unit of work."""

    @property
    @abstractmethod
    def grants(self) -> Grants:
        """What lets people in, in this unit of work."""

    @property
    @abstractmethod
    def outbox(self) -> Outbox:
        """The letters of this unit of work."""


class OpenUsersUnitOfWork(Protocol):
    """Opens units of work: ``with unit_of_work() as uow: … uow.commit()``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[UsersUnitOfWork]:
        """A new unit of work. Raises: Unavailable."""


class UsersReads(Protocol):
    """A read-only look at accounts, without a lock."""

    @property
    @abstractmethod
    def users(self) -> UserReads:
        """The accounts."""

    @property
    @abstractmethod
    def links(self) -> LinkReads:
        """The links that were sent."""


class OpenUsersReads(Protocol):
    """Opens looks: ``with reads() as look``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[UsersReads]:
        """A new look, released when the block ends. Raises: Unavailable."""
