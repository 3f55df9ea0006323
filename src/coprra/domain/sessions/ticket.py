"""Ticket: a sign-in whose password was right and that waits for the second factor."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from coprra.domain.kernel.errors import Unauthenticated
from coprra.domain.users.role import Permission
from coprra.domain.users.user import UserId

TICKET_LASTS = timedelta(minutes=5)
MOST_TRIES = 5


class InvalidTicket(Unauthenticated):
    """The ticket is unknown, was used, has ended, or saw too many wrong codes; which of them is not told."""

    code = "invalid_ticket"


class Channel(StrEnum):
    """What somebody signs in to: pages, which get a session, or the API, which gets tokens."""

    WEB = "web"
    API = "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a sign-in is for. abilities, name: of the tokens, where it is the API; None: all that the user may."""

    channel: Channel
    abilities: frozenset[Permission] | None = None
    name: str = "sign-in"


WEB = Wish(channel=Channel.WEB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What is kept of one. digest: of its secret; tries: how often a code was shown with it; used_at: None while good.

    password_version: with another password it is good for nothing.
    """

    digest: str = field(repr=False)
    user: UserId
    password_version: int
    wish: Wish
    created_at: datetime
    expires_at: datetime
    tries: int = 0
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket, and its secret, which is kept nowhere."""

    ticket: Ticket
    secret: str = field(repr=False)


def invalid_ticket() -> InvalidTicket:
    """The one refusal, whatever is wrong."""
    return InvalidTicket("This sign-in has ended; begin anew with your password.")
