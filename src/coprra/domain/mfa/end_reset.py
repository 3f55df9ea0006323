"""End a request to reset a second factor that was not confirmed, and tell how it ended."""

from datetime import datetime

from coprra.domain.kernel.actor import Actor
from coprra.domain.limits.origin import Origin
from coprra.domain.mfa.events import ResetCancelled, ResetExpired
from coprra.domain.mfa.ports import MfaUnitOfWork
from coprra.domain.mfa.reset import RESET_LASTS
from coprra.domain.users.user import UserId


def end_reset(uow: MfaUnitOfWork, user: UserId, now: datetime, *, by: Actor, origin: Origin) -> None:
    """The one that waits for a held user, if there is one: it was in time, and is cancelled, or had expired."""
    waiting = uow.resets.find(user)
    if waiting is None:
        return
    uow.resets.remove(user)
    event = ResetCancelled if now < waiting.expires_at else ResetExpired
    uow.record(event(occurred_at=now, by=by, user=user, origin=origin))


def expire_resets(uow: MfaUnitOfWork, now: datetime, *, by: Actor) -> None:
    """All that nobody has confirmed in time."""
    for user in uow.resets.expire(now - RESET_LASTS):
        uow.record(ResetExpired(occurred_at=now, by=by, user=user, origin=Origin()))
