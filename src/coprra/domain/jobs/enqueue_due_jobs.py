"""Enqueue the jobs that come due by the clock."""

from dataclasses import dataclass

from coprra.domain.jobs.job import NewJob
from coprra.domain.jobs.kind import Kinds
from coprra.domain.jobs.ports import OpenJobReads, OpenJobsUnitOfWork
from coprra.domain.kernel.actor import Actor, ActorKind
from coprra.domain.kernel.ports import Clock

SCHEDULE = Actor(ActorKind.JOB, "schedule")


@dataclass(frozen=True, slots=True)
class EnqueueDueJobs:
    """Use case: for each kind with a rhythm whose time has come, one job, however many times were missed.

    A kind that is new to the schedule is due at once. However many workers ask, each time makes one job.
    """

    clock: Clock
    reads: OpenJobReads
    unit_of_work: OpenJobsUnitOfWork
    kinds: Kinds

    def __call__(self) -> tuple[int, ...]:
        """The numbers of the new jobs. Raises: Unavailable."""
        now = self.clock.now()
        with self.reads() as snapshot:
            schedule = snapshot.schedule()
        added = []
        for kind in self.kinds:
            seen = schedule.get(kind.name)
            if kind.rhythm is None or (seen is not None and now < seen):
                continue
            with self.unit_of_work() as uow:
                if not uow.jobs.advance(kind.name, seen, kind.rhythm.next_after(now)):
                    continue
                id = uow.jobs.add(NewJob(kind.name, now, SCHEDULE, key="schedule"), now)
                uow.commit()
            if id is not None:
                added.append(id)
        return tuple(added)
