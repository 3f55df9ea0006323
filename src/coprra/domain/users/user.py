"""User: somebody with an account."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from coprra.domain.kernel.base62 import drawn_text
from coprra.domain.kernel.errors import Conflict, Invalid, NotFound
from coprra.domain.kernel.ports import Randomness
from coprra.domain.kernel.text import plain_text
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.language import Language
from coprra.domain.users.role import Role

NAME_LENGTH = 100


class InvalidUserId(Invalid):
    """A text that is no user's id."""

    code = "invalid_user_id"


class UnknownUser(NotFound):
    """There is no such account."""

    code = "unknown_user"


class EmailTaken(Conflict):
    """Another account has this address. Never told to strangers."""

    code = "email_taken"


class UserChanged(Conflict):
    """Somebody else changed the account since it was read."""

    code = "user_changed"


@dataclass(frozen=True, slots=True, order=True)
class UserId:
    """A user's public name: ``u_`` and 22 letters or digits."""

    value: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"u_[0-9A-Za-z]{22}", self.value):
            raise InvalidUserId("A user's id is u_ and 22 letters or digits; `coprra users list` names them.")

    @classmethod
    def draw(cls, randomness: Randomness) -> "UserId":
        """A new one."""
        return cls("u_" + drawn_text(randomness.draw(24), 22))

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody with an account. Instants are aware, UTC; None: it has not happened.

    name: how they want to be called, at most 100 characters. password_version: counts passwords, so that what was begun
    with an older one can be refused. email_since: from when on the address is what it is. language: of letters.
    version: counts changes; whoever stores a user with an old one has missed one.

    Raises: InvalidText for a name that is empty, longer or holds control characters.
    """

    id: UserId
    email: EmailAddress
    name: str
    role: Role
    password_hash: str = field(repr=False)
    created_at: datetime
    email_since: datetime
    language: Language = Language.ENGLISH
    email_verified_at: datetime | None = None
    disabled_at: datetime | None = None
    password_version: int = 1
    version: int = 1

    def __post_init__(self) -> None:
        plain_text("name", self.name, NAME_LENGTH)
        if self.role is Role.GUEST:
            raise Invalid("A guest has no account; give the role user, moderator or admin.")

    @property
    def may_enter(self) -> bool:
        """Whether this account can be signed in to at all."""
        return self.email_verified_at is not None and self.disabled_at is None

    def with_password(self, password_hash: str) -> "User":
        """With another password."""
        return replace(self, password_hash=password_hash, password_version=self.password_version + 1)

    def with_email(self, email: EmailAddress, now: datetime) -> "User":
        """With another address, which has just been proved."""
        return replace(self, email=email, email_since=now, email_verified_at=now)
