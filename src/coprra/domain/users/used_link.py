"""Using a link: what every use case that is begun by one does first."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.users.link import Link, LinkPurpose, invalid_link
from coprra.domain.users.ports import UsersUnitOfWork
from coprra.domain.users.secret import digest_of
from coprra.domain.users.user import User


@dataclass(frozen=True, slots=True)
class UsedLink:
    """A link that was good, and whose it is; the unit of work holds the account."""

    link: Link
    user: User


def use_link(uow: UsersUnitOfWork, secret: str, purpose: LinkPurpose, now: datetime) -> UsedLink:
    """Use it up; it takes effect with the commit. Raises: InvalidMailLink."""
    found = look_up_link(uow, secret, purpose, now)
    user = uow.users.hold(found.user.id)
    if user is None or not _serves(found.link, user) or not uow.links.consume(found.link.digest, now):
        raise invalid_link()
    return UsedLink(found.link, user)


def look_up_link(uow: UsersUnitOfWork, secret: str, purpose: LinkPurpose, now: datetime) -> UsedLink:
    """What it would be used for; it is not used up, and nothing is held. Raises: InvalidMailLink."""
    link = uow.links.find(digest_of(secret))
    if link is None or not link.is_good(purpose, now):
        raise invalid_link()
    user = uow.users.find(link.user)
    if user is None or not _serves(link, user):
        raise invalid_link()
    return UsedLink(link, user)


def _serves(link: Link, user: User) -> bool:
    """A link belongs to the address that it was sent to: the account's own, but for one that proves a new one."""
    own = link.purpose is LinkPurpose.CHANGE_EMAIL or link.address == user.email
    return own and user.disabled_at is None
