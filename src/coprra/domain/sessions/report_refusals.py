"""Report refusals: who was turned away how often, for the audit trail."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock
from coprra.domain.limits.origin import Origin
from coprra.domain.sessions.events import AccessDenied, RateExceeded
from coprra.domain.sessions.ports import OpenSessionsUnitOfWork
from coprra.domain.users.user import UserId


class RefusalKind(StrEnum):
    """Why somebody was turned away."""

    NOT_ALLOWED = "not_allowed"
    TOO_OFTEN = "too_often"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Who was turned away, and from where. reason: a code or the name of a limit; user: None for a stranger."""

    kind: RefusalKind
    reason: str
    user: UserId | None
    address: str


@dataclass(frozen=True, slots=True)
class ReportRefusals:
    """Use case: write down how often somebody was turned away since the last report. One entry for each of them."""

    clock: Clock
    unit_of_work: OpenSessionsUnitOfWork

    def __call__(self, refusals: Iterable[tuple[Refusal, int]]) -> None:
        """Each with how often. Raises: Unavailable."""
        now = self.clock.now()
        with self.unit_of_work() as uow:
            for one, times in refusals:
                event = RateExceeded if one.kind is RefusalKind.TOO_OFTEN else AccessDenied
                by = Actor.user(one.user.value) if one.user else Actor.guest()
                origin = Origin(address=one.address)
                uow.record(event(occurred_at=now, by=by, user=one.user, origin=origin, reason=one.reason, times=times))
            uow.commit()
