"""What the jobs room needs: a queue and a schedule to write, and a snapshot to ask."""

from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from coprra.domain.audit.ports import AuditUnitOfWork
from coprra.domain.jobs.job import Job, JobState, Lease, NewJob
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import UnitOfWork


class JobReads(Protocol):
    """What is known of jobs."""

    @abstractmethod
    def find(self, id: int) -> Job | None:
        """The job of that number; None when there is none."""

    @abstractmethod
    def latest(self, *, states: Collection[JobState], kinds: Collection[str], limit: int) -> tuple[Job, ...]:
        """The latest jobs in one of the states and of one of the kinds, the latest first.

        Of no states or kinds: of every one.
        """

    @abstractmethod
    def counts(self) -> Mapping[JobState, int]:
        """How many jobs are in each state; 0 is said, too."""

    @abstractmethod
    def schedule(self) -> Mapping[str, datetime]:
        """When each kind comes due next that ever was on the schedule."""


class Jobs(JobReads, Protocol):
    """The queue and the schedule, within one unit of work.

    A change joins what the unit of work holds already, or begins a transaction that writes: so a job that is added
    beside another change is there exactly if that change is; where that change needs a lock, it is taken before. No
    answer depends on jobs, so none of it makes another edition.
    """

    @abstractmethod
    def add(self, job: NewJob, now: datetime) -> int | None:
        """The new job's number; None where one of its kind and key waits for its first run, and nothing was added."""

    @abstractmethod
    def claim(self, kinds: Collection[str], now: datetime, until: Callable[[str], datetime], worker: str) -> Job | None:
        """Take the job of one of the kinds that is due longest, running until `until(kind)`; None when none is due.

        Whose lease has ended is due as well. However many ask at once, each job goes to one of them. To be committed at
        once, before it is run.
        """

    @abstractmethod
    def renew(self, lease: Lease, until: datetime) -> None:
        """Let the lease end later. Raises: LeaseLost."""

    @abstractmethod
    def finish(self, lease: Lease, now: datetime) -> None:
        """The job is done; nothing when this very attempt was finished before.

        In one unit of work with what the job does, that is done exactly once. Raises: LeaseLost.
        """

    @abstractmethod
    def postpone(self, lease: Lease, until: datetime, message: str) -> None:
        """The attempt failed, and there is to be another one. Raises: LeaseLost."""

    @abstractmethod
    def bury(self, lease: Lease, now: datetime, message: str) -> None:
        """Give the job up. Raises: LeaseLost."""

    @abstractmethod
    def revive(self, id: int, now: datetime, by: Actor) -> bool:
        """Let a dead job wait again, as if it were new and theirs, due now; False when it is not dead."""

    @abstractmethod
    def advance(self, kind: str, seen: datetime | None, due_at: datetime) -> bool:
        """Put the kind's next time on the schedule, if it is `seen` yet (None: not on it); False if it is not."""

    @abstractmethod
    def forget(self, state: JobState, before: datetime) -> int:
        """Remove the jobs that came to that end before the instant; how many they were."""


class JobsUnitOfWork(UnitOfWork, Protocol):
    """One atomic change of jobs, or of something else together with its jobs."""

    @property
    @abstractmethod
    def jobs(self) -> Jobs:
        """The jobs of this unit of work."""


class RetriesUnitOfWork(JobsUnitOfWork, AuditUnitOfWork, Protocol):
    """One atomic change of jobs, with what the audit trail tells of it."""


class OpenRetriesUnitOfWork(Protocol):
    """Opens units of work: ``with unit_of_work() as uow: … uow.commit()``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[RetriesUnitOfWork]:
        """A new unit of work. Raises: Unavailable."""


class OpenJobsUnitOfWork(Protocol):
    """Opens units of work: ``with unit_of_work() as uow: … uow.commit()``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[JobsUnitOfWork]:
        """A new unit of work. Raises: Unavailable."""


class OpenJobReads(Protocol):
    """Opens snapshots: ``with reads() as snapshot``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[JobReads]:
        """A new snapshot, released when the block ends. Raises: Unavailable."""
