"""List jobs, and what is on the schedule."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from coprra.domain.jobs.job import Job, JobState
from coprra.domain.jobs.ports import OpenJobReads
from coprra.domain.kernel.errors import Invalid

MOST_JOBS = 1000


class InvalidJobList(Invalid):
    """More jobs than anybody can read."""

    code = "invalid_job_list"


@dataclass(frozen=True, slots=True)
class JobList:
    """The latest jobs first. counts: of all there are, by state; schedule: when each kind comes due next."""

    jobs: tuple[Job, ...]
    counts: Mapping[JobState, int]
    schedule: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class ListJobs:
    """Use case: what is done, what waits, and what was given up."""

    reads: OpenJobReads

    def __call__(self, *, states: Collection[JobState] = (), kinds: Collection[str] = (), limit: int = 20) -> JobList:
        """states, kinds: only those; limit: 1 to 1000. Raises: InvalidJobList, Unavailable."""
        if not 1 <= limit <= MOST_JOBS:
            raise InvalidJobList(f"A list has 1 to {MOST_JOBS} jobs.")
        with self.reads() as snapshot:
            jobs = snapshot.latest(states=states, kinds=kinds, limit=limit)
            return JobList(jobs, snapshot.counts(), snapshot.schedule())
