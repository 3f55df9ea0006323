"""Enqueue a job."""

from collections.abc import Mapping
from dataclasses import dataclass

from coprra.domain.jobs.job import NewJob
from coprra.domain.jobs.kind import Kinds
from coprra.domain.jobs.ports import OpenJobsUnitOfWork
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock


@dataclass(frozen=True, slots=True)
class EnqueueJob:
    """Use case: have something done, as soon as a worker is free."""

    clock: Clock
    unit_of_work: OpenJobsUnitOfWork
    kinds: Kinds

    def __call__(
        self, kind: str, details: Mapping[str, str] | None = None, *, by: Actor, key: str | None = None
    ) -> int | None:
        """The job's number; None where one of its kind and key waits already, see `NewJob`.

        Raises: UnknownKind, InvalidJob, InvalidText, Unavailable.
        """
        now = self.clock.now()
        job = NewJob(self.kinds.named(kind).name, now, by, key, details or {})
        with self.unit_of_work() as uow:
            id = uow.jobs.add(job, now)
            uow.commit()
        return id
