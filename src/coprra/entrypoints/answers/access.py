"""Accounts, and what they are entered with, as JSON-ready values. None of it opens a door but what is shown once."""

from collections.abc import Sequence
from datetime import datetime

from coprra.domain.sessions.export_own_data import OwnData
from coprra.domain.sessions.session import Session
from coprra.domain.sessions.ticket import NewTicket
from coprra.domain.sessions.token import Family, TokenKind
from coprra.domain.users.identity import Identity
from coprra.domain.users.role import Permission
from coprra.domain.users.user import User
from coprra.entrypoints.answers.values import Json, JsonObject, instant, instant_or_none


def tokens(access: str, refresh: str, expires_at: datetime) -> JsonObject:
    """What a program shows from here on, and what it gets the next by. expires_at: of the access token."""
    return {
        "token_type": "Bearer",
        "access_token": access,
        "expires_at": instant(expires_at),
        "refresh_token": refresh,
    }


def ticket(value: NewTicket) -> JsonObject:
    """What a code is sent with."""
    return {"ticket": value.secret, "expires_at": instant(value.ticket.expires_at)}


def families(value: Sequence[Family], current: str | None) -> JsonObject:
    """Sign-ins and personal tokens. current: the id of the one that asks."""
    return {"tokens": [{**_family(one), "current": one.id == current} for one in value]}


def user(value: User) -> JsonObject:
    """An account, as its owner and admins see it."""
    return {
        "id": value.id.value,
        "email": value.email.text,
        "name": value.name,
        "role": str(value.role),
        "created_at": instant(value.created_at),
        "email_verified_at": instant_or_none(value.email_verified_at),
        "disabled_at": instant_or_none(value.disabled_at),
    }


def users(value: Sequence[User], limit: int) -> JsonObject:
    """A page of accounts. next: the id that the following page comes after; null on the last."""
    return {
        "users": [user(one) for one in value],
        "next": value[-1].id.value if len(value) == limit else None,
    }


def account(value: User, me: Identity) -> JsonObject:
    """Who asks, and what they may do with what they show. permissions: sorted."""
    return {
        **user(value),
        "permissions": _words(me.permissions),
        "second_factor": me.second_factor,
        "second_factor_wanted": me.lacks_second_factor,
    }


def own_data(value: OwnData) -> JsonObject:
    """All that is kept about somebody."""
    return {
        "account": user(value.user),
        "second_factor": value.second_factor,
        "recovery_codes_left": value.recovery_codes_left,
        "sessions": [_session(one) for one in value.sessions],
        "tokens": [_family(one) for one in value.tokens],
    }


def _session(value: Session) -> JsonObject:
    return {
        "id": value.id,
        "created_at": instant(value.created_at),
        "seen_at": instant(value.seen_at),
        "ends_at": instant(value.ends_at),
        "address": value.origin.address,
        "user_agent": value.origin.user_agent,
    }


def _family(value: Family) -> JsonObject:
    return {
        "id": value.id,
        "name": value.name,
        "kind": "personal" if value.kind is TokenKind.PERSONAL else "sign_in",
        "abilities": _words(value.abilities),
        "created_at": instant(value.created_at),
        "ends_at": instant(value.ends_at),
    }


def _words(value: frozenset[Permission]) -> Json:
    return sorted(str(one) for one in value)
