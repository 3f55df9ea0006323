"""Kind: a sort of work, how it is done, and how often it is tried."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from coprra.domain.jobs.job import Job
from coprra.domain.kernel.errors import NotFound
from coprra.domain.kernel.instants import EPOCH


class UnknownKind(NotFound):
    """No such work is known to this version."""

    code = "unknown_kind"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a kind comes due by itself: every so often, counted from the beginning of 1970 in UTC, and later by offset.

    ``Rhythm(timedelta(days=1), offset=timedelta(hours=3))`` is every day at 03:00 UTC.
    """

    every: timedelta
    offset: timedelta = timedelta()

    def next_after(self, instant: datetime) -> datetime:
        """The first time after that instant, never that instant itself. What was missed before it is not made up."""
        passed = (instant - EPOCH - self.offset) // self.every
        return EPOCH + self.offset + (passed + 1) * self.every


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How a sort of work is done. perform: does it; raised means failed; it may be called again for the same job.

    A job whose worker is gone runs again when its lease has ended, so what `perform` does must bear to be done twice,
    or be committed together with the job's end (see `Jobs.finish`). lease: how long a worker is believed to be alive
    that gives no sign. attempts: how often it is begun before it is given up. A failed job waits for `first_delay`, and
    twice as long after each further failure, up to `longest_delay`.
    """

    name: str
    perform: Callable[[Job], None]
    rhythm: Rhythm | None = None
    lease: timedelta = timedelta(minutes=5)
    attempts: int = 8
    first_delay: timedelta = timedelta(seconds=10)
    longest_delay: timedelta = timedelta(hours=1)

    def delay(self, job: Job) -> timedelta:
        """How long a job waits that failed just now: between half of the delay and all of it.

        Where in between is settled by the job's number and attempt, so that many that failed together, because a server
        was down, do not come back together.
        """
        doubled = min(self.first_delay * (1 << min(job.tries - 1, 30)), self.longest_delay)
        digest = hashlib.sha256(f"{job.id} {job.attempts}".encode()).digest()
        return doubled / 2 + doubled / 2 * int.from_bytes(digest[:4]) / 2**32


class Kinds:
    """All kinds that are known, by name; of two with one name the last."""

    def __init__(self, *kinds: Kind) -> None:
        self._kinds = {kind.name: kind for kind in kinds}

    @property
    def names(self) -> tuple[str, ...]:
        """Sorted."""
        return tuple(sorted(self._kinds))

    def named(self, name: str) -> Kind:
        """Raises: UnknownKind."""
        if name not in self._kinds:
            known = ", ".join(self.names) or "none"
            raise UnknownKind(f"There is no kind of job named {name[:64]!r}; known are: {known}.")
        return self._kinds[name]

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds.values())
