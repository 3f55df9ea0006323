"""Links: what is sent to a mailbox to prove that somebody reads it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from coprra.domain.kernel.errors import Unauthenticated
from coprra.domain.kernel.ports import Randomness
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.secret import digest_of, draw_secret
from coprra.domain.users.user import User, UserId


class InvalidMailLink(Unauthenticated):
    """The link is unknown, was used, is too old, or a newer one was sent; which of them is not told."""

    code = "invalid_mail_link"


class LinkPurpose(StrEnum):
    """What a link is good for, and for nothing else."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  # a purpose  # pragma: allowlist secret
    CHANGE_EMAIL = "change_email"
    RESET_SECOND_FACTOR = "reset_second_factor"
    UNLOCK_SECOND_FACTOR = "unlock_second_factor"


TAKING_OVER = frozenset({LinkPurpose.RESET_PASSWORD, LinkPurpose.CHANGE_EMAIL})
"""Whoever has one of these can make the account theirs."""

LIFETIMES = {
    LinkPurpose.VERIFY_EMAIL: timedelta(hours=24),
    LinkPurpose.RESET_PASSWORD: timedelta(minutes=30),
    LinkPurpose.CHANGE_EMAIL: timedelta(hours=24),
    LinkPurpose.RESET_SECOND_FACTOR: timedelta(minutes=30),
    LinkPurpose.UNLOCK_SECOND_FACTOR: timedelta(minutes=30),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What is kept of a link: a digest, whose it is, and the address it was sent to. Instants are aware, UTC."""

    digest: str = field(repr=False)
    purpose: LinkPurpose
    user: UserId
    address: EmailAddress
    created_at: datetime
    expires_at: datetime

    def is_good(self, purpose: LinkPurpose, now: datetime) -> bool:
        """Whether it serves that purpose now; whether it was used is the store's to say."""
        return self.purpose is purpose and now < self.expires_at


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link, and the secret in it, which is sent once and kept nowhere."""

    link: Link
    secret: str = field(repr=False)


def make_link(
    randomness: Randomness, purpose: LinkPurpose, user: User, now: datetime, *, to: EmailAddress | None = None
) -> NewLink:
    """A new link of 256 bits. to: another address than the user's own."""
    secret = draw_secret(randomness)
    link = Link(
        digest=digest_of(secret),
        purpose=purpose,
        user=user.id,
        address=to or user.email,
        created_at=now,
        expires_at=now + LIFETIMES[purpose],
    )
    return NewLink(link, secret)


def invalid_link() -> InvalidMailLink:
    """The one refusal, whatever is wrong."""
    return InvalidMailLink("The link is not valid any more; ask for a new one.")
