"""Using a link: what every use case that is begun by one does first."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.ports import Macs
from coprra.domain.limits.origin import Origin
from coprra.domain.limits.ports import Limiter
from coprra.domain.users.link import Link, LinkPurpose, invalid_link
from coprra.domain.users.lockout import link_buckets
from coprra.domain.users.ports import OpenUsersReads, UsersReads, UsersUnitOfWork
from coprra.domain.users.secret import digest_of
from coprra.domain.users.user import User


@dataclass(frozen=True, slots=True)
class UsedLink:
    """What a link is, and whose."""

    link: Link
    user: User


@dataclass(frozen=True, slots=True)
class LinkRecognition:
    """Recognizes links without holding anything: whoever shows rubbish keeps nobody from writing.

    strangers: counts every link of a network, good ones too, before anything is looked up.
    """

    macs: Macs
    strangers: Limiter
    reads: OpenUsersReads

    def __call__(self, secret: str, purpose: LinkPurpose, now: datetime, origin: Origin) -> UsedLink:
        """What it would be used for; it is not used up, see `use_link`. Raises: LimitExceeded, InvalidMailLink."""
        self.strangers.consume(*link_buckets(self.macs, origin), at=now)
        with self.reads() as look:
            return _look_up(look, secret, purpose, now)


def use_link(uow: UsersUnitOfWork, secret: str, purpose: LinkPurpose, now: datetime) -> UsedLink:
    """Use it up, with the account held; it takes effect with the commit. Raises: InvalidMailLink."""
    found = _look_up(uow, secret, purpose, now)
    user = uow.users.hold(found.user.id)
    if user is None or not _serves(found.link, user) or not uow.links.consume(found.link.digest, now):
        raise invalid_link()
    return UsedLink(found.link, user)


def _look_up(look: UsersReads, secret: str, purpose: LinkPurpose, now: datetime) -> UsedLink:
    link = look.links.find(digest_of(secret))
    if link is None or not link.is_good(purpose, now):
        raise invalid_link()
    user = look.users.find(link.user)
    if user is None or not _serves(link, user):
        raise invalid_link()
    return UsedLink(link, user)


def _serves(link: Link, user: User) -> bool:
    """A link belongs to the address that it was sent to: the account's own, but for one that proves a new one."""
    own = link.purpose is LinkPurpose.CHANGE_EMAIL or link.address == user.email
    return own and user.disabled_at is None
