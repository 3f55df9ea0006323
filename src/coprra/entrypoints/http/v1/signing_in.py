"""Views of signing in: passwords, codes and refresh tokens become tokens; and tokens are listed and revoked."""

from dataclasses import dataclass, field
from typing import Any, cast

from coprra.application import Application
from coprra.domain.sessions.entry import NewTokens, SecondFactorNeeded, SignedIn
from coprra.domain.sessions.ticket import Channel, Wish
from coprra.domain.users.role import Permission
from coprra.entrypoints import answers
from coprra.entrypoints.answers import JsonObject
from coprra.entrypoints.http.actions import Unfinished
from coprra.entrypoints.http.callers import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAsked:
    """By what somebody signs in, and what the tokens are for; abilities: all that the account may, if not given."""

    email: str
    password: str = field(repr=False)
    abilities: tuple[Permission, ...] | None = None
    name: str = "sign-in"


def sign_in(application: Application, asked: SignInAsked, caller: Caller) -> JsonObject | Unfinished:
    """Tokens; or a ticket, where the account has a second factor. Raises: what `SignIn` does."""
    abilities = frozenset(asked.abilities) if asked.abilities else None
    wish = Wish(channel=Channel.API, abilities=abilities, name=asked.name)
    entered = application.accounts.sign_in(asked.email, asked.password, origin=caller.origin, wish=wish)
    if isinstance(entered, SecondFactorNeeded):
        return Unfinished(answers.ticket(entered.ticket))
    return _tokens(entered)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorAsked:
    """ticket: of the sign-in; code: of the device, or a recovery code."""

    ticket: str = field(repr=False)
    code: str = field(repr=False)


def verify_second_factor(application: Application, asked: SecondFactorAsked, caller: Caller) -> JsonObject:
    """Tokens. Raises: what `VerifySecondFactor` does."""
    verify = application.accounts.verify_second_factor
    return _tokens(verify(asked.ticket, asked.code, origin=caller.origin, channel=Channel.API))


def _tokens(entered: SignedIn) -> JsonObject:
    # Who wishes for tokens gets no session.
    entry = cast("NewTokens", entered.entry)
    return answers.token_pair(entry.access.text, entry.refresh.text, entry.access.token.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshAsked:
    """The refresh token of the last answer."""

    refresh_token: str = field(repr=False)


def refresh_tokens(application: Application, asked: RefreshAsked, caller: Caller) -> JsonObject:
    """The next tokens. Raises: what `RefreshTokens` does."""
    refreshed = application.accounts.refresh_tokens(asked.refresh_token, origin=caller.origin)
    return answers.token_pair(refreshed.access, refreshed.refresh, refreshed.expires_at)


def list_tokens(application: Application, _asked: dict[str, Any], caller: Caller) -> JsonObject:
    """All sign-ins and personal tokens of whoever asks. Raises: Unavailable."""
    return answers.own_tokens(application.accounts.list_tokens(caller.me.user), caller.me.family)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAsked:
    """id: of the sign-in or personal token."""

    id: str


def revoke_token(application: Application, asked: TokenAsked, caller: Caller) -> None:
    """One of one's own is good for nothing any more. Raises: NotSignedIn, UnknownToken, Unavailable."""
    application.accounts.revoke_token(caller.me, asked.id, origin=caller.origin)


def sign_out(application: Application, _asked: dict[str, Any], caller: Caller) -> None:
    """The token that asks, and what it may be refreshed by, are good for nothing any more. Raises: Unavailable."""
    application.accounts.sign_out(caller.me, origin=caller.origin)
