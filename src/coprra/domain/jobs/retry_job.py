"""Retry a job that was given up."""

from dataclasses import dataclass

from coprra.domain.audit.entry import Record
from coprra.domain.jobs.job import Job, JobNotDead, UnknownJob
from coprra.domain.jobs.ports import OpenRetriesUnitOfWork
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock


@dataclass(frozen=True, slots=True)
class RetryJob:
    """Use case: let a dead job wait again, due now, with all its attempts before it."""

    clock: Clock
    unit_of_work: OpenRetriesUnitOfWork

    def __call__(self, id: int, *, by: Actor) -> Job:
        """As it stands now. Raises: UnknownJob, JobNotDead, Unavailable."""
        with self.unit_of_work() as uow:
            now = self.clock.now()
            revived = uow.jobs.revive(id, now, by)
            job = uow.jobs.find(id)
            if job is None:
                raise UnknownJob(f"There is no job {id}; `coprra jobs list` names them.")
            if not revived:
                raise JobNotDead(f"Job {id} is {job.state}; only a dead one is tried again by hand.")
            uow.trail.append(
                Record(event="job.retry", at=now, actor=by, target=f"job:{id}", details={"kind": job.kind})
            )
            uow.commit()
        return job
