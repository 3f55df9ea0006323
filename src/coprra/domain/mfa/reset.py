"""Reset: an admin asks to take a lost second factor off somebody's account; the somebody confirms it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Refused
from coprra.domain.kernel.text import plain_text
from coprra.domain.users.link import LIFETIMES, LinkPurpose
from coprra.domain.users.user import User, UserId

REASON_LENGTH = 500
MAILBOX_KNOWN_FOR = timedelta(hours=72)
RESET_LASTS = LIFETIMES[LinkPurpose.RESET_SECOND_FACTOR]


class ResetRefused(Refused):
    """The second factor of this account can't be reset in this way."""

    code = "reset_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorReset:
    """One request. link_digest: of the link that the user was sent.

    Raises: InvalidText for a reason that is empty, longer than 500 characters or holds control characters.
    """

    user: UserId
    link_digest: str = field(repr=False)
    reason: str
    requested_at: datetime
    by: Actor

    def __post_init__(self) -> None:
        plain_text("reason", self.reason, REASON_LENGTH)

    @property
    def expires_at(self) -> datetime:
        """From then on it can't be confirmed."""
        return self.requested_at + RESET_LASTS


def check_mailbox(user: User, now: datetime) -> None:
    """A fresh address may be a thief's. Raises: ResetRefused."""
    if user.email_verified_at is None or now < user.email_since + MAILBOX_KNOWN_FOR:
        raise ResetRefused(
            "The account's address is not verified, or was changed in the last 72 hours; wait until it is known longer."
        )
