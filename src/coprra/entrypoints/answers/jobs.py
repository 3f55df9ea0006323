"""Jobs as JSON-ready values."""

from datetime import datetime

from coprra.domain.jobs.job import Job
from coprra.domain.jobs.list_jobs import JobList
from coprra.entrypoints.answers.values import JsonObject, instant


def job(value: Job) -> JsonObject:
    """One job. due_at: of a running one, when its lease ends; message: why its latest attempt failed."""
    return {
        "id": value.id,
        "kind": value.kind,
        "state": str(value.state),
        "details": dict(value.details),
        "key": value.key,
        "enqueued_at": instant(value.enqueued_at),
        "by": str(value.enqueued_by),
        "due_at": _instant(value.due_at),
        "attempts": value.attempts,
        "worker": value.worker,
        "message": value.message,
        "ended_at": _instant(value.ended_at),
    }


def jobs(value: JobList) -> JsonObject:
    """The latest jobs first; of all there are, how many are in each state; and when each kind comes due next."""
    return {
        "jobs": [job(one) for one in value.jobs],
        "counts": {str(state): number for state, number in value.counts.items()},
        "schedule": [{"kind": kind, "due_at": instant(due_at)} for kind, due_at in value.schedule.items()],
    }


def _instant(value: datetime | None) -> str | None:
    return instant(value) if value else None
