"""Jobs in memory."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime

from coprra.adapters.memory.state import State
from coprra.domain.jobs.job import Job, JobState, Lease, LeaseLost, NewJob
from coprra.domain.jobs.ports import Jobs
from coprra.domain.kernel.actor import Actor


class MemoryJobs(Jobs):
    """Reads what its unit of work shows, and works on the copy that it will commit."""

    def __init__(self, changing: Callable[[], State], shown: Callable[[], State]) -> None:
        self._changing = changing
        self._shown = shown

    def find(self, id: int) -> Job | None:
        """See `JobReads.find`."""
        return self._shown().jobs.get(id)

    def latest(self, *, states: Collection[JobState], kinds: Collection[str], limit: int) -> tuple[Job, ...]:
        """See `JobReads.latest`."""
        found = (
            job
            for job in sorted(self._shown().jobs.values(), key=lambda job: -job.id)
            if (not states or job.state in states) and (not kinds or job.kind in kinds)
        )
        return tuple(found)[:limit]

    def counts(self) -> Mapping[JobState, int]:
        """See `JobReads.counts`."""
        known = [job.state for job in self._shown().jobs.values()]
        return {state: known.count(state) for state in JobState}

    def schedule(self) -> Mapping[str, datetime]:
        """See `JobReads.schedule`."""
        return dict(sorted(self._shown().schedule.items()))

    def add(self, job: NewJob, now: datetime) -> int | None:
        """See `Jobs.add`."""
        if job.key is not None and any(_awaits_first_run(one, job) for one in self._shown().jobs.values()):
            return None
        state = self._changing()
        state.last_job += 1
        state.jobs[state.last_job] = Job(
            id=state.last_job,
            kind=job.kind,
            state=JobState.WAITING,
            details=dict(job.details),
            key=job.key,
            enqueued_at=now,
            enqueued_by=job.by,
            due_at=job.due_at,
        )
        return state.last_job

    def claim(self, kinds: Collection[str], now: datetime, until: Callable[[str], datetime], worker: str) -> Job | None:
        """See `Jobs.claim`."""
        due = [
            (job.due_at, job.id)
            for job in self._changing().jobs.values()
            if job.due_at is not None and job.due_at <= now and job.kind in kinds
        ]
        if not due:
            return None
        job = self._changing().jobs[min(due)[1]]
        attempts = job.attempts + 1
        taken = replace(job, state=JobState.RUNNING, due_at=until(job.kind), attempts=attempts, worker=worker)
        return self._put(taken)

    def renew(self, lease: Lease, until: datetime) -> None:
        """See `Jobs.renew`."""
        self._put(replace(self._held(lease), due_at=until))

    def finish(self, lease: Lease, now: datetime) -> None:
        """See `Jobs.finish`."""
        known = self._changing().jobs.get(lease.job)
        if known and (known.attempts, known.state) == (lease.attempt, JobState.DONE):
            return
        self._put(replace(self._held(lease), state=JobState.DONE, due_at=None, ended_at=now, message=None))

    def postpone(self, lease: Lease, until: datetime, message: str) -> None:
        """See `Jobs.postpone`."""
        self._put(replace(self._held(lease), state=JobState.WAITING, due_at=until, message=message))

    def bury(self, lease: Lease, now: datetime, message: str) -> None:
        """See `Jobs.bury`."""
        self._put(replace(self._held(lease), state=JobState.DEAD, due_at=None, ended_at=now, message=message))

    def revive(self, id: int, now: datetime, by: Actor) -> bool:
        """See `Jobs.revive`."""
        job = self._changing().jobs.get(id)
        if job is None or job.state is not JobState.DEAD:
            return False
        waiting = replace(job, state=JobState.WAITING, due_at=now, forgiven=job.attempts, ended_at=None)
        self._put(replace(waiting, enqueued_at=now, enqueued_by=by))
        return True

    def advance(self, kind: str, seen: datetime | None, due_at: datetime) -> bool:
        """See `Jobs.advance`."""
        schedule = self._changing().schedule
        if schedule.get(kind) != seen:
            return False
        schedule[kind] = due_at
        return True

    def forget(self, state: JobState, before: datetime) -> int:
        """See `Jobs.forget`."""
        jobs = self._changing().jobs
        old = [job.id for job in jobs.values() if job.state is state and job.ended_at and job.ended_at < before]
        for id in old:
            del jobs[id]
        return len(old)

    def _held(self, lease: Lease) -> Job:
        job = self._changing().jobs.get(lease.job)
        if job is None or job.state is not JobState.RUNNING or job.attempts != lease.attempt:
            raise LeaseLost(f"Job {lease.job} has ended meanwhile, or another worker has taken it.")
        return job

    def _put(self, job: Job) -> Job:
        self._changing().jobs[job.id] = job
        return job


def _awaits_first_run(job: Job, new: NewJob) -> bool:
    return (job.kind, job.key, job.attempts) == (new.kind, new.key, 0) and job.state is JobState.WAITING
