"""Expire access: tell what nobody has ended but time. Nothing is asked for it while somebody waits."""

from datetime import datetime
from typing import Protocol

from coprra.domain.kernel.actor import Actor
from coprra.domain.limits.origin import Origin
from coprra.domain.sessions.events import SessionExpired, TokenExpired
from coprra.domain.sessions.ports import SessionsUnitOfWork

AT_ONCE = 1000
"""So many are told in one unit of work, as nobody else appends to the trail meanwhile."""


class Expire(Protocol):
    """One of the functions below."""

    def __call__(self, uow: SessionsUnitOfWork, now: datetime, *, by: Actor) -> bool:
        """Whether there may be more."""


def expire_sessions(uow: SessionsUnitOfWork, now: datetime, *, by: Actor) -> bool:
    """Revoke those that have ended, each told once; whether there may be more."""
    ended = uow.sessions.ended(now, limit=AT_ONCE)
    for one in ended:
        if uow.sessions.revoke(one.id, now):
            uow.record(SessionExpired(occurred_at=now, by=by, user=one.user, origin=Origin(), session=one.id))
    return len(ended) == AT_ONCE


def expire_tokens(uow: SessionsUnitOfWork, now: datetime, *, by: Actor) -> bool:
    """Revoke families that have ended, each told once; whether there may be more."""
    ended = uow.tokens.ended(now, limit=AT_ONCE)
    for one in ended:
        if uow.tokens.revoke(one.id, now):
            uow.record(TokenExpired(occurred_at=now, by=by, user=one.user, origin=Origin(), family=one.id))
    return len(ended) == AT_ONCE
