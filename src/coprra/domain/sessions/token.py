"""Tokens: what programs show instead of a password."""

import re
from binascii import crc32
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from coprra.domain.kernel.base62 import base62, drawn_text
from coprra.domain.kernel.errors import Invalid, NotFound, Refused, Unauthenticated
from coprra.domain.kernel.ports import Mac, Macs, Randomness
from coprra.domain.kernel.text import plain_text
from coprra.domain.users.identity import Method
from coprra.domain.users.role import Permission
from coprra.domain.users.user import UserId

ACCESS_LASTS = timedelta(minutes=60)
REFRESH_IDLES = timedelta(days=30)
FAMILY_LASTS = timedelta(days=90)
PERSONAL_LASTS = timedelta(days=30)
PERSONAL_LASTS_AT_MOST = timedelta(days=365)
MOST_FAMILIES = 25
REMEMBERED = timedelta(days=30)
"""How long what has ended is kept, so that it is recognized when somebody shows it again."""

NAME_LENGTH = 100

_PURPOSE = "tokens"
_FORM = re.compile(r"(pca|pcr)_([0-9A-Za-z]{16})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})")


class InvalidToken(Unauthenticated):
    """The token is unknown, ended, revoked, was used, or is of another kind; which of them is not told."""

    code = "invalid_token"


class InvalidGrant(Unauthenticated):
    """The refresh token is unknown, ended, revoked, was used, or is of another kind; which of them is not told."""

    code = "invalid_grant"


class UnknownToken(NotFound):
    """The user has no such token."""

    code = "unknown_token"


class TooManyTokens(Refused):
    """So many tokens live that no further one is made."""

    code = "too_many_tokens"


class InvalidLifetime(Invalid):
    """A personal token lasts at least a minute and at most 365 days."""

    code = "invalid_lifetime"


class TokenKind(StrEnum):
    """What a token is for. A personal one is an access token that a person makes for a program of theirs."""

    ACCESS = "access"
    REFRESH = "refresh"
    PERSONAL = "personal"


_PREFIXES: Mapping[TokenKind, str] = MappingProxyType(
    {TokenKind.ACCESS: "pca", TokenKind.PERSONAL: "pca", TokenKind.REFRESH: "pcr"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """All tokens that go back to one sign-in, or the one that a person made. ends_at: none of them lasts longer.

    name: what its owner knows it by; methods: what was shown at the sign-in. Instants are aware, UTC.

    Raises: InvalidText for a name that is empty, longer than 100 characters or holds control characters.
    """

    id: str
    user: UserId
    name: str
    kind: TokenKind
    abilities: frozenset[Permission]
    methods: frozenset[Method]
    created_at: datetime
    ends_at: datetime
    revoked_at: datetime | None = None

    def __post_init__(self) -> None:
        plain_text("token name", self.name, NAME_LENGTH)

    def is_alive(self, now: datetime) -> bool:
        """Whether any of its tokens may be good."""
        return self.revoked_at is None and now < self.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is kept of one. mac: of the whole token; used_at: of a refresh token, when it was exchanged.

    successor: the refresh token that it was exchanged for, sealed under the token itself; None where no grace is given.
    """

    id: str
    family: str
    kind: TokenKind
    mac: Mac = field(repr=False)
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    successor: str | None = field(default=None, repr=False)

    def is_alive(self, now: datetime) -> bool:
        """Whether it is good by itself; its family must be, too."""
        return self.revoked_at is None and self.used_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token, and its text, which is shown once and kept nowhere."""

    token: Token
    text: str = field(repr=False)


def new_id(randomness: Randomness) -> str:
    """Of a token or a family: 16 letters or digits."""
    return drawn_text(randomness.draw(20), 16)


def make_token(
    randomness: Randomness, macs: Macs, kind: TokenKind, *, family: str, now: datetime, expires_at: datetime
) -> NewToken:
    """A new one of 256 bits, with a check sum, so that a mistyped one is known without looking it up."""
    id = new_id(randomness)
    body = f"{_PREFIXES[kind]}_{id}_{base62(int.from_bytes(randomness.draw(32), 'big'), 43)}"
    text = body + _check_sum(body)
    token = Token(id=id, family=family, kind=kind, mac=macs.make(_PURPOSE, text), created_at=now, expires_at=expires_at)
    return NewToken(token, text)


def read_token_id(text: str, *kinds: TokenKind) -> str | None:
    """The id in a token of one of the kinds; None: it is no such token, or mistyped."""
    match = _FORM.fullmatch(text)
    if match is None or match[1] not in {_PREFIXES[kind] for kind in kinds} or _check_sum(text[:-6]) != match[4]:
        return None
    return match[2]


def is_token(macs: Macs, token: Token, text: str) -> bool:
    """Whether that is the token's text, in a time that tells nothing."""
    return macs.matches(_PURPOSE, text, token.mac)


def _check_sum(body: str) -> str:
    return base62(crc32(body.encode()), 6)
