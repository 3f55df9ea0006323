"""Show a job."""

from dataclasses import dataclass

from coprra.domain.jobs.job import Job, UnknownJob
from coprra.domain.jobs.ports import OpenJobReads


@dataclass(frozen=True, slots=True)
class ShowJob:
    """Use case: what is known of one job."""

    reads: OpenJobReads

    def __call__(self, id: int) -> Job:
        """Raises: UnknownJob, Unavailable."""
        with self.reads() as snapshot:
            job = snapshot.find(id)
        if job is None:
            raise UnknownJob(f"There is no job {id}; `coprra jobs list` names them.")
        return job
