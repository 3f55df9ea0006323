"""The contract of a queue of jobs: what `JobReads` and `JobsUnitOfWork` promise together.

An adapter takes the exam with::

    class TestMyJobs(JobsContract):
        def make_store(self):
            return MyStore(...)  # empty, and no other test's
"""

from abc import abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from threading import Barrier
from typing import Protocol

import pytest

from coprra.domain.jobs.job import Job, JobState, Lease, LeaseLost, NewJob
from coprra.domain.jobs.ports import JobReads, Jobs, JobsUnitOfWork
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Conflict
from coprra.testing.builders import TESTER, day
from coprra.testing.contracts.law import Contract

NOON, MINUTE = day(0.5), timedelta(minutes=1)
LEASE = 5 * MINUTE
ALL = ("mail.send", "prices.refresh")


class JobStore(Protocol):
    """What the contract of jobs examines."""

    def job_reads(self) -> AbstractContextManager[JobReads]:
        """A snapshot."""

    def unit_of_work(self) -> AbstractContextManager[JobsUnitOfWork]:
        """A unit of work."""


class JobsContract(Contract):
    """Subclass it, say how a store is made, and inherit every promise."""

    @abstractmethod
    def make_store(self) -> JobStore:
        """An empty store that nobody else uses."""

    @pytest.fixture
    def store(self) -> JobStore:
        """An empty store."""
        return self.make_store()

    def test_an_empty_queue_has_nothing_to_do(self, store: JobStore) -> None:
        assert _claim(store) is None
        with store.job_reads() as reads:
            assert (reads.find(1), reads.latest(states=(), kinds=(), limit=9), dict(reads.schedule())) == (None, (), {})
            assert reads.counts() == dict.fromkeys(JobState, 0)

    def test_a_job_comes_back_exactly_as_it_was_given(self, store: JobStore) -> None:
        details = {"to": "žaba@example.com", "odd": '"\\ ☃ 𝄞'}
        id = _add(store, key="k" * 100, details=details)
        assert _find(store, id) == Job(
            id=id,
            kind="prices.refresh",
            state=JobState.WAITING,
            details=details,
            key="k" * 100,
            enqueued_at=NOON,
            enqueued_by=TESTER,
            due_at=NOON,
        )

    def test_the_job_that_is_due_longest_is_taken_and_leased(self, store: JobStore) -> None:
        later, first = _add(store, at=NOON + MINUTE), _add(store)
        assert _claim(store, at=NOON - MINUTE) is None
        taken = _claim(store, at=NOON + MINUTE)
        assert taken is not None
        assert (taken.id, taken.state, taken.attempts, taken.worker) == (first, JobState.RUNNING, 1, "one")
        assert taken.due_at == NOON + MINUTE + LEASE
        assert _find(store, first) == taken
        second = _claim(store, at=NOON + MINUTE)
        assert second is not None
        assert second.id == later
        assert _claim(store, at=NOON + MINUTE) is None

    def test_only_kinds_that_are_asked_for_are_taken(self, store: JobStore) -> None:
        _add(store)
        assert _claim(store, "mail.send") is None
        assert _claim(store, "mail.send", "prices.refresh") is not None

    def test_what_is_not_committed_was_never_added_nor_taken(self, store: JobStore) -> None:
        with store.unit_of_work() as uow:
            uow.jobs.add(_new(), NOON)
        assert _claim(store) is None
        _add(store)
        with store.unit_of_work() as uow:
            assert uow.jobs.claim(ALL, NOON, lambda _: NOON + LEASE, "one")
        assert _claim(store) is not None

    def test_a_key_holds_back_another_job_until_the_first_run_begins(self, store: JobStore) -> None:
        assert _add(store, key="same") is not None
        assert _try_add(store, key="same") is None
        assert _try_add(store, key="other") is not None
        assert _try_add(store, kind="mail.send", key="same") is not None
        taken = _claim(store, "prices.refresh")
        assert taken is not None
        assert _try_add(store, key="same") is not None
        _change(store, lambda jobs: jobs.postpone(taken.lease, NOON, "later"))
        assert _find(store, taken.id).state is JobState.WAITING

    def test_a_lease_that_ended_gives_the_job_to_another_worker_and_the_first_one_loses_it(
        self, store: JobStore
    ) -> None:
        _add(store)
        lost = _taken(store)
        assert _claim(store, at=NOON + LEASE - MINUTE) is None
        again = _claim(store, at=NOON + LEASE, worker="two")
        assert again is not None
        assert (again.id, again.attempts, again.worker) == (lost.job, 2, "two")
        for change in _changes(lost):
            with pytest.raises(LeaseLost):
                _change(store, change)
        assert _find(store, again.id) == again

    def test_a_renewed_lease_ends_later(self, store: JobStore) -> None:
        _add(store)
        lease = _taken(store)
        _change(store, lambda jobs: jobs.renew(lease, NOON + 2 * LEASE))
        assert _claim(store, at=NOON + LEASE) is None
        assert _claim(store, at=NOON + 2 * LEASE) is not None

    def test_a_job_that_is_done_is_done_once_and_stays_so(self, store: JobStore) -> None:
        id = _add(store)
        lease = _taken(store)
        _change(store, lambda jobs: jobs.finish(lease, NOON + MINUTE))
        _change(store, lambda jobs: jobs.finish(lease, NOON + 2 * MINUTE))
        done = _find(store, id)
        assert (done.state, done.due_at, done.ended_at) == (JobState.DONE, None, NOON + MINUTE)
        assert _claim(store, at=NOON + 9 * LEASE) is None
        for change in _changes(lease)[1:]:
            with pytest.raises(LeaseLost):
                _change(store, change)

    def test_a_failed_job_waits_and_says_why(self, store: JobStore) -> None:
        _add(store)
        lease = _taken(store)
        _change(store, lambda jobs: jobs.postpone(lease, NOON + MINUTE, "the server is down"))
        assert _claim(store) is None
        again = _claim(store, at=NOON + MINUTE)
        assert again is not None
        assert (again.attempts, again.message) == (2, "the server is down")

    def test_a_dead_job_waits_until_a_person_revives_it_and_old_leases_stay_lost(self, store: JobStore) -> None:
        id = _add(store)
        lease = _taken(store)
        assert not _revive(store, id)
        _change(store, lambda jobs: jobs.bury(lease, NOON, "hopeless"))
        dead = _find(store, id)
        assert (dead.state, dead.message, dead.ended_at) == (JobState.DEAD, "hopeless", NOON)
        assert _claim(store, at=NOON + 9 * LEASE) is None
        assert _revive(store, id)
        assert not _revive(store, id)
        revived = _find(store, id)
        assert (revived.state, revived.tries, revived.ended_at) == (JobState.WAITING, 0, None)
        assert (revived.enqueued_by, revived.enqueued_at) == (Actor.operator("reviver"), NOON + MINUTE)
        assert _claim(store, at=NOON + MINUTE) is not None
        for change in _changes(lease):
            with pytest.raises(LeaseLost):
                _change(store, change)

    def test_the_latest_jobs_are_listed_first_and_counted(self, store: JobStore) -> None:
        ids = [_add(store, kind=kind) for kind in (*ALL, *ALL)]
        lease = _taken(store)
        _change(store, lambda jobs: jobs.finish(lease, NOON))
        with store.job_reads() as reads:

            def listed(states: tuple[JobState, ...], kinds: tuple[str, ...], limit: int = 9) -> list[int]:
                return [job.id for job in reads.latest(states=states, kinds=kinds, limit=limit)]

            assert listed((), ()) == ids[::-1]
            assert listed((), (), limit=2) == ids[:1:-1]
            assert listed((JobState.DONE,), ()) == ids[:1]
            assert listed((JobState.WAITING, JobState.DONE), ("prices.refresh",)) == [ids[3], ids[1]]
            assert reads.counts() == {**dict.fromkeys(JobState, 0), JobState.DONE: 1, JobState.WAITING: 3}

    def test_a_time_on_the_schedule_is_passed_once(self, store: JobStore) -> None:
        assert _advance(store, None, NOON)
        assert not _advance(store, None, NOON)
        assert _advance(store, NOON, NOON + MINUTE)
        assert not _advance(store, NOON, NOON + MINUTE)
        with store.job_reads() as reads:
            assert dict(reads.schedule()) == {"prices.refresh": NOON + MINUTE}

    def test_what_ended_long_ago_is_forgotten(self, store: JobStore) -> None:
        ids = [_add(store) for _ in range(3)]
        leases = [_taken(store) for _ in range(2)]
        _change(store, lambda jobs: jobs.finish(leases[0], NOON))
        _change(store, lambda jobs: jobs.finish(leases[1], NOON + MINUTE))
        with store.unit_of_work() as uow:
            assert uow.jobs.forget(JobState.DEAD, NOON + LEASE) == 0
            assert uow.jobs.forget(JobState.DONE, NOON + MINUTE) == 1
            uow.commit()
        with store.job_reads() as reads:
            assert [job.id for job in reads.latest(states=(), kinds=(), limit=9)] == ids[:0:-1]

    def test_however_many_ask_at_once_each_job_goes_to_one_of_them(self, store: JobStore) -> None:
        ids = [_add(store) for _ in range(6)]
        asking = 4
        together = Barrier(asking)

        def work(worker: int) -> list[int]:
            together.wait()
            taken: list[int] = []
            for _ in range(10 * len(ids)):
                try:
                    job = _claim(store, worker=str(worker))
                except Conflict:
                    continue
                if job is not None:
                    taken.append(job.id)
            return taken

        with ThreadPoolExecutor(asking) as pool:
            taken = [id for ids in pool.map(work, range(asking)) for id in ids]
        assert sorted(taken) == ids

    def test_of_many_that_add_the_same_at_once_one_does(self, store: JobStore) -> None:
        together = Barrier(4)

        def add(_: int) -> int | None:
            together.wait()
            try:
                return _try_add(store, key="same")
            except Conflict:
                return None

        with ThreadPoolExecutor(4) as pool:
            assert len([id for id in pool.map(add, range(4)) if id is not None]) == 1


def _new(
    kind: str = "prices.refresh", at: datetime = NOON, key: str | None = None, details: dict[str, str] | None = None
) -> NewJob:
    return NewJob(kind, at, TESTER, key, details or {})


def _try_add(
    store: JobStore,
    *,
    kind: str = "prices.refresh",
    at: datetime = NOON,
    key: str | None = None,
    details: dict[str, str] | None = None,
) -> int | None:
    with store.unit_of_work() as uow:
        id = uow.jobs.add(_new(kind, at, key, details), NOON)
        uow.commit()
    return id


def _add(
    store: JobStore,
    *,
    kind: str = "prices.refresh",
    at: datetime = NOON,
    key: str | None = None,
    details: dict[str, str] | None = None,
) -> int:
    id = _try_add(store, kind=kind, at=at, key=key, details=details)
    assert id is not None
    return id


def _claim(store: JobStore, *kinds: str, at: datetime = NOON, worker: str = "one") -> Job | None:
    with store.unit_of_work() as uow:
        job = uow.jobs.claim(kinds or ALL, at, lambda _: at + LEASE, worker)
        uow.commit()
    return job


def _taken(store: JobStore) -> Lease:
    job = _claim(store)
    assert job is not None
    return job.lease


def _find(store: JobStore, id: int) -> Job:
    with store.job_reads() as reads:
        job = reads.find(id)
    assert job is not None
    return job


def _changes(lease: Lease) -> list[Callable[[Jobs], None]]:
    """Whatever needs the lease; what ends the job well is first."""
    return [
        lambda jobs: jobs.finish(lease, NOON),
        lambda jobs: jobs.renew(lease, NOON),
        lambda jobs: jobs.postpone(lease, NOON, "why"),
        lambda jobs: jobs.bury(lease, NOON, "why"),
    ]


def _change(store: JobStore, change: Callable[[Jobs], None]) -> None:
    with store.unit_of_work() as uow:
        change(uow.jobs)
        uow.commit()


def _revive(store: JobStore, id: int) -> bool:
    with store.unit_of_work() as uow:
        revived = uow.jobs.revive(id, NOON + MINUTE, Actor.operator("reviver"))
        uow.commit()
    return revived


def _advance(store: JobStore, seen: datetime | None, due_at: datetime) -> bool:
    with store.unit_of_work() as uow:
        advanced = uow.jobs.advance("prices.refresh", seen, due_at)
        uow.commit()
    return advanced
