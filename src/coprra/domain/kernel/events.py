"""Events: what happened, told after it was committed."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that has happened. occurred_at: aware, UTC; by: who did it."""

    occurred_at: datetime
    by: Actor
