"""Lets a worker do a job again and again, each time killed at a later instant, and tells what was left: JSON on stdout.

A program of its own, because it forks. The children die by SIGKILL before one of their statements, or around a commit.
"""

import json
import os
import signal
import sys
from datetime import datetime, timedelta

from sqlalchemy import Engine, event

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.store import SqlStore
from coprra.adapters.system.clock import StoppedClock
from coprra.adapters.system.pulse import ThreadPulse
from coprra.domain.jobs.job import Job, JobState, NewJob
from coprra.domain.jobs.kind import Kind, Kinds
from coprra.domain.jobs.run_next_job import RunNextJob
from coprra.testing.builders import TESTER, day

NOON = day(0.5)


def main(url: str, every: int) -> list[dict[str, object]]:
    """Kill the worker at one of so many instants, on one database."""
    instants = _undisturbed(url)
    return [_killed(url, instant) for instant in range(1, instants + 1, every)]


def _undisturbed(url: str) -> int:
    engine = make_engine(url)
    id = _enqueue(engine)
    seen = _watch(engine)
    _work(engine, NOON)
    instants = len(seen)
    assert _left(engine, id) == ("done", 1)
    engine.dispose()
    return instants


def _killed(url: str, instant: int) -> dict[str, object]:
    engine = make_engine(url)
    id = _enqueue(engine)
    engine.dispose()
    child = os.fork()
    if child == 0:
        own = make_engine(url)
        _watch(own, die_at=instant)
        _work(own, NOON)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    before = _left(engine, id)
    _work(engine, NOON + timedelta(hours=1))
    after = _left(engine, id)
    _work(engine, NOON + timedelta(hours=2))
    again = _left(engine, id)
    engine.dispose()
    return {
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        "before": before,
        "after": after,
        "again": again,
    }


def _watch(engine: Engine, die_at: int | None = None) -> list[str]:
    """What happened, in its order; it dies at that place of it."""
    seen: list[str] = []

    def see(what: str) -> None:
        seen.append(what)
        if len(seen) == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", lambda *_: see("statement"))
    event.listen(engine, "commit", lambda _: see("before a commit"))
    event.listen(engine.pool, "checkin", lambda *_: see("after a unit of work"))
    return seen


def _enqueue(engine: Engine) -> int:
    with SqlStore(engine).unit_of_work() as uow:
        id = uow.jobs.add(NewJob("work", NOON, TESTER), NOON)
        uow.commit()
    assert id is not None
    return id


def _work(engine: Engine, now: datetime) -> None:
    """The job's effect is another job, which nobody does; it is committed together with its own end."""
    store = SqlStore(engine)

    def perform(job: Job) -> None:
        with store.unit_of_work() as uow:
            uow.jobs.add(NewJob("effect", NOON, TESTER, details={"of": str(job.id)}), now)
            uow.jobs.finish(job.lease, now)
            uow.commit()

    kinds = Kinds(Kind(name="work", perform=perform))
    RunNextJob(StoppedClock(now), store.unit_of_work, kinds, ThreadPulse())(worker="tester")


def _left(engine: Engine, id: int) -> tuple[str, int]:
    """The job's state, and how many effects there are of it."""
    with SqlStore(engine).job_reads() as reads:
        job = reads.find(id)
        effects = reads.latest(states=(JobState.WAITING,), kinds=("effect",), limit=100)
    assert job is not None
    return (str(job.state), len([one for one in effects if one.details["of"] == str(id)]))


if __name__ == "__main__":
    json.dump(main(sys.argv[1], int(sys.argv[2])), sys.stdout)
