"""Run the next job."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from coprra.domain.jobs.job import Job, LeaseLost, short_message
from coprra.domain.jobs.kind import Kind, Kinds
from coprra.domain.jobs.ports import OpenJobsUnitOfWork
from coprra.domain.kernel.errors import CoprraError, Invalid, NotFound, Refused
from coprra.domain.kernel.ports import Clock, Pulse

_BEATS_IN_A_LEASE = 4
_HOPELESS = (Invalid, NotFound, Refused)
"""What a second attempt would say again."""


class Outcome(StrEnum):
    """What became of one attempt."""

    DONE = "done"
    POSTPONED = "postponed"
    BURIED = "buried"
    OVERTAKEN = "overtaken"
    """Its lease had ended, and somebody else took the job."""


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt. job: as it was taken; error: why it failed, to be logged; None where it did not."""

    job: Job
    outcome: Outcome
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class RunNextJob:
    """Use case: take the job that is due longest, do it, and write down what became of it.

    Who dies meanwhile leaves the job to others from the end of its lease on. What the domain refuses is given up at
    once, because it would be refused again; whatever else fails is tried as often as its kind says.
    """

    clock: Clock
    unit_of_work: OpenJobsUnitOfWork
    kinds: Kinds
    pulse: Pulse

    def __call__(self, *, worker: str, only: Collection[str] = ()) -> Run | None:
        """worker: who runs it, such as host and process; only: these kinds. None when nothing is due.

        Raises: UnknownKind, Unavailable; then the job, if any was taken, runs again when its lease has ended.
        """
        kinds = [self.kinds.named(name).name for name in only] or self.kinds.names
        now = self.clock.now()
        with self.unit_of_work() as uow:
            job = uow.jobs.claim(kinds, now, lambda name: now + self.kinds.named(name).lease, worker)
            uow.commit()
        if job is None:
            return None
        kind = self.kinds.named(job.kind)
        if job.tries > kind.attempts:
            return self._bury(job, f"Its worker was lost during the last of {kind.attempts} attempts.", None)
        try:
            with self.pulse(lambda: self._renew(job, kind), kind.lease / _BEATS_IN_A_LEASE):
                kind.perform(job)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is written down, and told in the run
            return self._failed(job, kind, error)
        return self._finished(job)

    def _renew(self, job: Job, kind: Kind) -> None:
        with self.unit_of_work() as uow:
            uow.jobs.renew(job.lease, self.clock.now() + kind.lease)
            uow.commit()

    def _finished(self, job: Job) -> Run:
        try:
            with self.unit_of_work() as uow:
                uow.jobs.finish(job.lease, self.clock.now())
                uow.commit()
        except LeaseLost as lost:
            return Run(job, Outcome.OVERTAKEN, lost)
        return Run(job, Outcome.DONE)

    def _failed(self, job: Job, kind: Kind, error: Exception) -> Run:
        message = error.message if isinstance(error, CoprraError) else f"An error of coprra: {type(error).__name__}"
        if isinstance(error, _HOPELESS) or job.tries >= kind.attempts:
            return self._bury(job, message, error)
        return self._postpone(job, self.clock.now() + kind.delay(job), message, error)

    def _postpone(self, job: Job, until: datetime, message: str, error: Exception) -> Run:
        with suppress(LeaseLost), self.unit_of_work() as uow:
            uow.jobs.postpone(job.lease, until, short_message(message))
            uow.commit()
            return Run(job, Outcome.POSTPONED, error)
        return Run(job, Outcome.OVERTAKEN, error)

    def _bury(self, job: Job, message: str, error: Exception | None) -> Run:
        with suppress(LeaseLost), self.unit_of_work() as uow:
            uow.jobs.bury(job.lease, self.clock.now(), short_message(message))
            uow.commit()
            return Run(job, Outcome.BURIED, error)
        return Run(job, Outcome.OVERTAKEN, error)
