"""Job: one piece of work that waits, runs, is done, or was given up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Conflict, Invalid, NotFound
from coprra.domain.kernel.text import plain_text

KIND_LENGTH = 64
KEY_LENGTH = 100
WORKER_LENGTH = 100
MESSAGE_LENGTH = 500
MOST_DETAILS = 20
DETAIL_LENGTH = 500


class InvalidJob(Invalid):
    """A job's kind, key or details break a rule."""

    code = "invalid_job"


class UnknownJob(NotFound):
    """There is no job of that number, or it was forgotten."""

    code = "unknown_job"


class JobNotDead(Conflict):
    """Only what was given up can be tried again by hand."""

    code = "job_not_dead"


class LeaseLost(Conflict):
    """The job was meanwhile taken by another worker, or has ended."""

    code = "lease_lost"


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    """Given up: a dead letter, kept until a person has it tried again."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """Work to be done. kind: what sort of work, such as ``prices.refresh``; details: what it is about.

    key: while a job of the same kind and key waits for its first run, another one adds nothing. Details are kept in
    plain text, and shown to whoever may see jobs: they name secrets, and never hold one.

    Raises: InvalidJob, InvalidText.
    """

    kind: str
    due_at: datetime
    by: Actor
    key: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.kind) > KIND_LENGTH or not re.fullmatch(r"[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)*", self.kind):
            raise InvalidJob(f"A kind of job is small letters and points, at most {KIND_LENGTH}: prices.refresh.")
        if self.key is not None:
            plain_text("job key", self.key, KEY_LENGTH)
        if len(self.details) > MOST_DETAILS:
            raise InvalidJob(f"A job has {MOST_DETAILS} details at most, not {len(self.details)}.")
        for name, value in self.details.items():
            plain_text("name of a job's detail", name, KEY_LENGTH)
            plain_text(f"detail {name} of a job", value, DETAIL_LENGTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to run a job: of its worker alone, until it ends or is renewed. attempt: the first one is 1."""

    job: int
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as it is kept. id: counted up from 1; attempts: how often it was begun.

    forgiven: how many of its attempts were before a person had it tried again, and do not count any more. due_at: of a
    waiting one, when it may begin; of a running one, when its lease ends; None when it has ended. worker: who runs it,
    or ran it last. message: why the latest attempt failed.
    """

    id: int
    kind: str
    state: JobState
    details: Mapping[str, str]
    key: str | None
    enqueued_at: datetime
    enqueued_by: Actor
    due_at: datetime | None
    attempts: int = 0
    forgiven: int = 0
    worker: str | None = None
    message: str | None = None
    ended_at: datetime | None = None

    @property
    def tries(self) -> int:
        """How many of its attempts count."""
        return self.attempts - self.forgiven

    @property
    def lease(self) -> Lease:
        """Of its latest attempt."""
        return Lease(job=self.id, attempt=self.attempts)


def short_message(text: str) -> str:
    """What is kept of why an attempt failed: one line of at most 500 characters without control characters."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line[:MESSAGE_LENGTH] or "no reason was given"
