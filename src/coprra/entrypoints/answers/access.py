"""Sessions and tokens as JSON-ready values. The text of a token is in one answer alone: that to its making."""

from collections.abc import Sequence
from dataclasses import asdict

from coprra.domain.sessions.manage_tokens import NewPersonalToken, Pruned
from coprra.domain.sessions.session import Session
from coprra.domain.sessions.token import Family
from coprra.entrypoints.answers.values import JsonObject, instant, instant_or_none


def session(value: Session) -> JsonObject:
    """One session. idle_until: when it ends without a request; methods: what was shown when signing in."""
    return {
        "id": value.id,
        "created_at": instant(value.created_at),
        "seen_at": instant(value.seen_at),
        "idle_until": instant(value.idle_until),
        "ends_at": instant(value.ends_at),
        "methods": sorted(value.methods),
        "address": value.origin.address,
        "user_agent": value.origin.user_agent,
    }


def sessions(value: Sequence[Session]) -> JsonObject:
    """Those that are alive, the one that was seen last first."""
    return {"sessions": [session(one) for one in value]}


def token(value: Family) -> JsonObject:
    """All tokens of one sign-in (kind refresh), or the one that a person made (personal)."""
    return {
        "id": value.id,
        "name": value.name,
        "kind": str(value.kind),
        "abilities": sorted(value.abilities),
        "created_at": instant(value.created_at),
        "expires_at": instant(value.ends_at),
        "revoked_at": instant_or_none(value.revoked_at),
    }


def tokens(value: Sequence[Family]) -> JsonObject:
    """Those that are alive, the newest first."""
    return {"tokens": [token(one) for one in value]}


def new_token(value: NewPersonalToken) -> JsonObject:
    """With its text, which is never told again."""
    return {**token(value.family), "token": value.token.text}


def pruned(value: Pruned) -> JsonObject:
    """How many of each were forgotten."""
    return asdict(value)
