"""Jobs: done once, tried again when they fail, given up when it is hopeless, and due by the clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from coprra.adapters.memory.store import MemoryStore
from coprra.domain.jobs.enqueue_due_jobs import EnqueueDueJobs
from coprra.domain.jobs.enqueue_job import EnqueueJob
from coprra.domain.jobs.job import Job, JobNotDead, JobState, UnknownJob
from coprra.domain.jobs.kind import Kind, Kinds, Rhythm, UnknownKind
from coprra.domain.jobs.list_jobs import InvalidJobList, ListJobs
from coprra.domain.jobs.prune_jobs import PruneJobs
from coprra.domain.jobs.retry_job import RetryJob
from coprra.domain.jobs.run_next_job import Outcome, Run, RunNextJob
from coprra.domain.jobs.show_job import ShowJob
from coprra.domain.kernel.errors import Invalid, Unavailable
from coprra.domain.kernel.ports import Clock, Pulse
from coprra.testing.builders import TESTER, day

HOUR = timedelta(hours=1)
NOON = day(0.5)


@dataclass
class SetClock(Clock):
    """Stands still until it is set."""

    instant: datetime = NOON

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self.instant


class NoBeat(Pulse):
    """Silent."""

    @contextmanager
    def __call__(self, beat: Callable[[], None], every: timedelta) -> Iterator[None]:
        """See `Pulse`."""
        del beat, every
        yield


@dataclass
class Queue:
    """A queue in memory with one kind, whose work a test says."""

    clock: SetClock = field(default_factory=SetClock)
    store: MemoryStore = field(default_factory=MemoryStore)
    done: list[Job] = field(default_factory=list)
    perform: Callable[[Job], None] = lambda _: None
    attempts: int = 3
    rhythm: Rhythm | None = None

    @property
    def kinds(self) -> Kinds:
        return Kinds(Kind(name="work", perform=self._perform, attempts=self.attempts, rhythm=self.rhythm))

    def _perform(self, job: Job) -> None:
        self.done.append(job)
        self.perform(job)

    def enqueue(self) -> int:
        id = EnqueueJob(self.clock, self.store.unit_of_work, self.kinds)("work", by=TESTER)
        assert id is not None
        return id

    def run(self) -> Run | None:
        return RunNextJob(self.clock, self.store.unit_of_work, self.kinds, NoBeat())(worker="tester")

    def outcome(self) -> Outcome:
        run = self.run()
        assert run is not None
        return run.outcome

    def job(self, id: int) -> Job:
        return ShowJob(self.store.job_reads)(id)

    def tick(self) -> int:
        due = EnqueueDueJobs(self.clock, self.store.job_reads, self.store.unit_of_work, self.kinds)
        return len(due())


@pytest.fixture
def queue() -> Queue:
    return Queue()


def test_a_job_is_done_once(queue: Queue) -> None:
    id = queue.enqueue()
    assert queue.outcome() is Outcome.DONE
    assert queue.run() is None
    assert [job.id for job in queue.done] == [id]
    assert queue.job(id).state is JobState.DONE


def test_a_job_that_fails_waits_and_is_given_up_after_its_last_attempt(queue: Queue) -> None:
    def fail(_: Job) -> None:
        raise Unavailable("The server\nis down.")

    queue.perform = fail
    id = queue.enqueue()
    for _ in range(2):
        assert queue.outcome() is Outcome.POSTPONED
        assert queue.run() is None, "it waits"
        queue.clock.instant += HOUR
    assert queue.outcome() is Outcome.BURIED
    assert (queue.job(id).state, queue.job(id).message, len(queue.done)) == (JobState.DEAD, "The server is down.", 3)


def test_what_the_domain_refuses_is_given_up_at_once(queue: Queue) -> None:
    def refuse(_: Job) -> None:
        raise Invalid("No such list.")

    queue.perform = refuse
    queue.enqueue()
    assert queue.outcome() is Outcome.BURIED


def test_a_fault_of_ours_is_told_by_its_name_alone_and_handed_over_to_be_logged(queue: Queue) -> None:
    def break_down(_: Job) -> None:
        raise RuntimeError("the password is 12345")

    queue.perform = break_down
    id = queue.enqueue()
    run = queue.run()
    assert run is not None
    assert isinstance(run.error, RuntimeError)
    assert queue.job(id).message == "An error of coprra: RuntimeError"


def test_a_worker_that_dies_leaves_its_job_to_others_and_too_many_deaths_bury_it(queue: Queue) -> None:
    def die(_: Job) -> None:
        raise KeyboardInterrupt

    queue.perform = die
    id = queue.enqueue()
    for _ in range(queue.attempts):
        with pytest.raises(KeyboardInterrupt):
            queue.run()
        assert queue.run() is None, "its lease has not ended"
        queue.clock.instant += HOUR
    assert queue.outcome() is Outcome.BURIED
    assert len(queue.done) == queue.attempts
    assert queue.job(id).message == "Its worker was lost during the last of 3 attempts."


def test_who_was_overtaken_changes_nothing(queue: Queue) -> None:
    def be_late(_: Job) -> None:
        queue.perform = lambda _: None
        queue.clock.instant += HOUR
        assert queue.outcome() is Outcome.DONE

    queue.perform = be_late
    id = queue.enqueue()
    assert queue.outcome() is Outcome.OVERTAKEN
    assert (queue.job(id).state, queue.job(id).attempts) == (JobState.DONE, 2)


def test_a_job_that_finishes_itself_with_what_it_does_is_done(queue: Queue) -> None:
    def finish(job: Job) -> None:
        with queue.store.unit_of_work() as uow:
            uow.jobs.finish(job.lease, queue.clock.now())
            uow.commit()

    queue.perform = finish
    id = queue.enqueue()
    assert queue.outcome() is Outcome.DONE
    assert queue.job(id).state is JobState.DONE


def test_a_dead_job_is_tried_again_by_hand_with_all_its_attempts(queue: Queue) -> None:
    def refuse(_: Job) -> None:
        raise Invalid("No such list.")

    def fail(_: Job) -> None:
        raise Unavailable("The server is down.")

    retry = RetryJob(queue.clock, queue.store.unit_of_work)
    queue.perform = refuse
    id = queue.enqueue()
    with pytest.raises(JobNotDead, match="is waiting"):
        retry(id, by=TESTER)
    queue.run()
    queue.perform = fail
    assert retry(id, by=TESTER).state is JobState.WAITING
    assert queue.outcome() is Outcome.POSTPONED
    with pytest.raises(UnknownJob):
        retry(id + 1, by=TESTER)


def test_what_was_missed_happens_once(queue: Queue) -> None:
    queue.rhythm = Rhythm(HOUR)
    assert queue.tick() == 1, "what is new to the schedule is due at once"
    assert queue.tick() == 0
    assert queue.outcome() is Outcome.DONE
    queue.clock.instant += timedelta(days=3)
    assert queue.tick() == 1
    assert queue.tick() == 0


def test_what_still_waits_is_not_enqueued_again(queue: Queue) -> None:
    queue.rhythm = Rhythm(HOUR)
    queue.tick()
    queue.clock.instant += HOUR
    assert queue.tick() == 0
    assert queue.outcome() is Outcome.DONE
    assert queue.run() is None


def test_jobs_that_ended_long_ago_are_forgotten(queue: Queue) -> None:
    id = queue.enqueue()
    queue.run()
    prune = PruneJobs(queue.clock, queue.store.unit_of_work)
    queue.clock.instant += timedelta(days=7)
    assert prune() == 0
    queue.clock.instant += HOUR
    assert prune() == 1
    with pytest.raises(UnknownJob):
        queue.job(id)


@pytest.mark.parametrize("limit", [0, 1001])
def test_a_list_has_its_limits(queue: Queue, limit: int) -> None:
    with pytest.raises(InvalidJobList):
        ListJobs(queue.store.job_reads)(limit=limit)


def test_a_kind_that_nobody_knows_is_not_enqueued(queue: Queue) -> None:
    with pytest.raises(UnknownKind):
        EnqueueJob(queue.clock, queue.store.unit_of_work, queue.kinds)("nonsense", by=TESTER)
