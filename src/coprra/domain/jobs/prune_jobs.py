"""Prune jobs that ended long ago."""

from dataclasses import dataclass
from datetime import timedelta

from coprra.domain.jobs.job import JobState
from coprra.domain.jobs.ports import OpenJobsUnitOfWork
from coprra.domain.kernel.ports import Clock

KEPT = {JobState.DONE: timedelta(days=7), JobState.DEAD: timedelta(days=90)}


@dataclass(frozen=True, slots=True)
class PruneJobs:
    """Use case: forget jobs that were done a week ago, and those that were given up 90 days ago."""

    clock: Clock
    unit_of_work: OpenJobsUnitOfWork

    def __call__(self) -> int:
        """How many were forgotten. Raises: Unavailable."""
        now = self.clock.now()
        with self.unit_of_work() as uow:
            forgotten = sum(uow.jobs.forget(state, now - kept) for state, kept in KEPT.items())
            uow.commit()
        return forgotten
