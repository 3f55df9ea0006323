"""What the API tells people about themselves, and what it gives them to come back with, as JSON-ready values."""

from collections.abc import Sequence
from datetime import datetime

from coprra.domain.sessions.export_own_data import OwnData
from coprra.domain.sessions.ticket import NewTicket
from coprra.domain.sessions.token import Family
from coprra.domain.users.identity import Identity
from coprra.domain.users.user import User
from coprra.entrypoints.answers.access import session, token
from coprra.entrypoints.answers.users import user
from coprra.entrypoints.answers.values import JsonObject, instant


def token_pair(access: str, refresh: str, expires_at: datetime) -> JsonObject:
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


def own_tokens(value: Sequence[Family], current: str | None) -> JsonObject:
    """Sign-ins and personal tokens. current: the id of the one that asks."""
    return {"tokens": [{**token(one), "current": one.id == current} for one in value]}


def account(value: User, me: Identity) -> JsonObject:
    """Who asks, and what they may do with what they show. permissions: sorted."""
    return {
        **user(value),
        "permissions": sorted(me.permissions),
        "second_factor": me.second_factor,
        "second_factor_wanted": me.lacks_second_factor,
    }


def own_data(value: OwnData) -> JsonObject:
    """All that is kept about somebody."""
    return {
        "account": user(value.user),
        "second_factor": value.second_factor,
        "recovery_codes_left": value.recovery_codes_left,
        "sessions": [session(one) for one in value.sessions],
        "tokens": [token(one) for one in value.tokens],
    }
