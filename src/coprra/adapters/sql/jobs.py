"""Jobs in SQL: a table is the queue, and who changes its row first has the job."""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Update, func, null, select
from sqlalchemy import insert as insert_into
from sqlalchemy.exc import IntegrityError

from coprra.adapters.sql.engine import domain_errors, join_writing
from coprra.adapters.sql.tables import jobs, schedule
from coprra.domain.jobs.job import Job, JobState, Lease, LeaseLost, NewJob
from coprra.domain.jobs.ports import Jobs
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.instants import from_micros, to_micros

_CANDIDATES = 16
"""How many due jobs are looked at. Who finds all of them taken asks again in a moment."""


class SqlJobs(Jobs):
    """Works in the transaction of its unit of work, and in one of its own for questions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, id: int) -> Job | None:
        """See `JobReads.find`."""
        with domain_errors():
            row = self._connection.execute(select(jobs).where(jobs.c.id == id)).first()
        return None if row is None else _job(row)

    def latest(self, *, states: Collection[JobState], kinds: Collection[str], limit: int) -> tuple[Job, ...]:
        """See `JobReads.latest`."""
        query = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
        if states:
            query = query.where(jobs.c.state.in_(sorted(states)))
        if kinds:
            query = query.where(jobs.c.kind.in_(sorted(kinds)))
        with domain_errors():
            return tuple(_job(row) for row in self._connection.execute(query))

    def counts(self) -> Mapping[JobState, int]:
        """See `JobReads.counts`."""
        query = select(jobs.c.state, func.count()).group_by(jobs.c.state)
        with domain_errors():
            found = {JobState(state): int(number) for state, number in self._connection.execute(query)}
        return {state: found.get(state, 0) for state in JobState}

    def schedule(self) -> Mapping[str, datetime]:
        """See `JobReads.schedule`."""
        query = select(schedule.c.kind, schedule.c.due_at).order_by(schedule.c.kind)
        with domain_errors():
            return {kind: from_micros(due_at) for kind, due_at in self._connection.execute(query)}

    def add(self, job: NewJob, now: datetime) -> int | None:
        """See `Jobs.add`; where one waits already nobody is waited for."""
        waiting = select(jobs.c.id).where(jobs.c.kind == job.kind, jobs.c.waiting_key == job.key)
        new = insert_into(jobs).values(
            kind=job.kind,
            state=JobState.WAITING.value,
            details=json.dumps(dict(job.details), ensure_ascii=False),
            key=job.key,
            waiting_key=job.key,
            enqueued_at=to_micros(now),
            enqueued_by=str(job.by),
            due_at=to_micros(job.due_at),
            attempts=0,
            forgiven=0,
        )
        with domain_errors():
            if job.key is not None and self._connection.execute(waiting).first():
                return None
            join_writing(self._connection)
            try:
                return int(self._connection.execute(new).lastrowid)
            except IntegrityError:
                return None

    def claim(self, kinds: Collection[str], now: datetime, until: Callable[[str], datetime], worker: str) -> Job | None:
        """See `Jobs.claim`."""
        due = (
            select(jobs)
            .where(jobs.c.due_at <= to_micros(now), jobs.c.kind.in_(sorted(kinds)))
            .order_by(jobs.c.due_at, jobs.c.id)
            .limit(_CANDIDATES)
        )
        with domain_errors():
            if self._connection.execute(due.limit(1)).first() is None:
                return None
            join_writing(self._connection)
            for row in self._connection.execute(due).all():
                taken = {
                    "state": JobState.RUNNING.value,
                    "waiting_key": None,
                    "due_at": to_micros(until(row.kind)),
                    "attempts": row.attempts + 1,
                    "worker": worker,
                }
                as_seen = jobs.c.id == row.id, jobs.c.attempts == row.attempts, jobs.c.due_at == row.due_at
                if self._connection.execute(jobs.update().where(*as_seen).values(taken)).rowcount:
                    return self.find(row.id)
        return None

    def renew(self, lease: Lease, until: datetime) -> None:
        """See `Jobs.renew`."""
        self._change(lease, due_at=to_micros(until))

    def finish(self, lease: Lease, now: datetime) -> None:
        """See `Jobs.finish`."""
        done = jobs.c.id == lease.job, jobs.c.attempts == lease.attempt, jobs.c.state == JobState.DONE.value
        with domain_errors():
            join_writing(self._connection)
            if self._connection.execute(select(jobs.c.id).where(*done)).first():
                return
        self._change(lease, state=JobState.DONE.value, due_at=null(), ended_at=to_micros(now), message=null())

    def postpone(self, lease: Lease, until: datetime, message: str) -> None:
        """See `Jobs.postpone`."""
        self._change(lease, state=JobState.WAITING.value, due_at=to_micros(until), message=message)

    def bury(self, lease: Lease, now: datetime, message: str) -> None:
        """See `Jobs.bury`."""
        self._change(lease, state=JobState.DEAD.value, due_at=null(), ended_at=to_micros(now), message=message)

    def revive(self, id: int, now: datetime, by: Actor) -> bool:
        """See `Jobs.revive`."""
        dead = jobs.update().where(jobs.c.id == id, jobs.c.state == JobState.DEAD.value)
        revived = dead.values(
            state=JobState.WAITING.value,
            due_at=to_micros(now),
            forgiven=jobs.c.attempts,
            enqueued_at=to_micros(now),
            enqueued_by=str(by),
            ended_at=null(),
        )
        return self._write(revived) == 1

    def advance(self, kind: str, seen: datetime | None, due_at: datetime) -> bool:
        """See `Jobs.advance`."""
        if seen is not None:
            known = schedule.update().where(schedule.c.kind == kind, schedule.c.due_at == to_micros(seen))
            return self._write(known.values(due_at=to_micros(due_at))) == 1
        with domain_errors():
            join_writing(self._connection)
            try:
                self._connection.execute(insert_into(schedule).values(kind=kind, due_at=to_micros(due_at)))
            except IntegrityError:
                return False
        return True

    def forget(self, state: JobState, before: datetime) -> int:
        """See `Jobs.forget`."""
        ended = jobs.c.state == state.value, jobs.c.ended_at < to_micros(before)
        with domain_errors():
            join_writing(self._connection)
            return self._connection.execute(jobs.delete().where(*ended)).rowcount

    def _change(self, lease: Lease, **values: Any) -> None:
        held = jobs.c.id == lease.job, jobs.c.attempts == lease.attempt, jobs.c.state == JobState.RUNNING.value
        if not self._write(jobs.update().where(*held).values(values)):
            raise LeaseLost(f"Job {lease.job} has ended meanwhile, or another worker has taken it.")

    def _write(self, statement: Update) -> int:
        """How many rows it was about."""
        with domain_errors():
            join_writing(self._connection)
            return self._connection.execute(statement).rowcount


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        state=JobState(row.state),
        details=json.loads(row.details),
        key=row.key,
        enqueued_at=from_micros(row.enqueued_at),
        enqueued_by=Actor.parse(row.enqueued_by),
        due_at=None if row.due_at is None else from_micros(row.due_at),
        attempts=row.attempts,
        forgiven=row.forgiven,
        worker=row.worker,
        message=row.message,
        ended_at=None if row.ended_at is None else from_micros(row.ended_at),
    )
