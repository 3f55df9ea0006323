"""What the room tells after a commit. No event ever holds a secret."""

from dataclasses import dataclass
from typing import ClassVar

from coprra.domain.kernel.events import Event
from coprra.domain.limits.origin import Origin
from coprra.domain.users.role import Role
from coprra.domain.users.user import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvent(Event):
    """Something about an account. user: whose; None where nobody is known by that name. origin: of the request."""

    kind: ClassVar[str] = "account"
    """Stable and machine-readable: what a log of events calls it."""
    user: UserId | None
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRegistered(AccountEvent):
    """Somebody made an account, or an operator made it for them."""

    kind = "account.register"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailVerified(AccountEvent):
    """The mailbox of an account was proved for the first time."""

    kind = "account.verify"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDisabled(AccountEvent):
    """The account can't be signed in to any more."""

    kind = "account.disable"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEnabled(AccountEvent):
    """The account can be signed in to again."""

    kind = "account.enable"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDeleted(AccountEvent):
    """The account and what belonged to it are gone."""

    kind = "account.delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChanged(AccountEvent):
    """The account may do other things than before."""

    kind = "account.role"
    before: Role
    after: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class NameChanged(AccountEvent):
    """Whose account it is wants to be called otherwise."""

    kind = "account.name"


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageChanged(AccountEvent):
    """Whose account it is wants to be written to in another language."""

    kind = "account.language"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(AccountEvent):
    """The account has another password, given by somebody who knew the one before, or by an operator."""

    kind = "password.change"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordMistaken(AccountEvent):
    """A password was wrong, of somebody who is in the account or was sent a link to it."""

    kind = "password.fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordResetRequested(AccountEvent):
    """Somebody forgot a password, or says so."""

    kind = "password.reset.request"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset(AccountEvent):
    """The account has another password, given by somebody who reads its mailbox."""

    kind = "password.reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChangeRequested(AccountEvent):
    """Somebody wants another address for the account."""

    kind = "email.change.request"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChanged(AccountEvent):
    """The account has another address."""

    kind = "email.change"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachCheckFailed(AccountEvent):
    """Whether a password is known from a breach could not be asked; it was taken."""

    kind = "password.breach_check_failed"
