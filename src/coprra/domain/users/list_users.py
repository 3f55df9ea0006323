"""List accounts, and show one."""

from collections.abc import Sequence
from dataclasses import dataclass

from coprra.domain.users.email import EmailAddress
from coprra.domain.users.held import unknown_user
from coprra.domain.users.ports import OpenUsersReads
from coprra.domain.users.role import Role
from coprra.domain.users.user import User, UserId

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class ListUsers:
    """Use case: accounts by id, a page at a time."""

    reads: OpenUsersReads

    def __call__(
        self, *, after: UserId | None = None, limit: int = MOST_LISTED, role: Role | None = None
    ) -> Sequence[User]:
        """At most 100. Raises: Unavailable."""
        with self.reads() as look:
            return look.users.page(after=after, limit=min(limit, MOST_LISTED), role=role)


@dataclass(frozen=True, slots=True)
class ShowUser:
    """Use case: one account, by its id or its address."""

    reads: OpenUsersReads

    def __call__(self, who: str) -> User:
        """Raises: UnknownUser, InvalidUserId, InvalidEmail, Unavailable."""
        with self.reads() as look:
            user = look.users.find_by_email(EmailAddress.read(who)) if "@" in who else look.users.find(UserId(who))
        if user is None:
            raise unknown_user()
        return user
