"""Backup jobs: what a worker does about backups by itself, and when."""

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import timedelta

from coprra.backups import Backups
from coprra.domain.backups.history import UnknownBackup
from coprra.domain.backups.level import Level
from coprra.domain.jobs.job import Job
from coprra.domain.jobs.kind import Kind, Rhythm
from coprra.domain.kernel.actor import Actor, ActorKind
from coprra.domain.kernel.errors import Refused

RUN, COPY, VERIFY, RESTORE, PRUNE = "run", "copy", "verify", "restore", "prune"
_HOUR, _DAY, _WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
_RHYTHMS = {
    RUN: Rhythm(_HOUR, offset=timedelta(minutes=17)),
    COPY: Rhythm(_HOUR, offset=timedelta(minutes=27)),
    VERIFY: Rhythm(_DAY, offset=timedelta(hours=2, minutes=47)),
    # 1970 began on a Thursday.
    RESTORE: Rhythm(_WEEK, offset=timedelta(days=3, hours=3, minutes=37)),
    PRUNE: Rhythm(_DAY, offset=timedelta(hours=4, minutes=57)),
}
NAMES = tuple(_RHYTHMS)
"""Of all there are, in the order in which they are done where all of them are due."""
_FIRST_DELAY, _ATTEMPTS = timedelta(minutes=5), 6
"""Together longer than a lease on the store lasts that somebody left who was killed."""


class NotProved(Refused):
    """Something is wrong with the backups, and stands in their journal; trying again would find the same."""

    code = "backups_not_proved"


def backup_kinds(names: Collection[str], opened: Callable[[], Backups]) -> tuple[Kind, ...]:
    """Kinds of jobs, such as ``backups.run``. names: which of `NAMES`; opened: how backups are reached, anew each time.

    The store's lease lets one machine at a time do each of them. A job that runs again, because its worker was killed,
    takes no second backup where there is one by then; the others say how things are, and may do so twice.
    """
    deeds = {RUN: _run, COPY: _copy, VERIFY: _verify, RESTORE: _restore, PRUNE: _prune}
    return tuple(_kind(name, deeds[name], opened) for name in NAMES if name in names)


def _kind(name: str, deed: Callable[[Backups, Job, Actor], None], opened: Callable[[], Backups]) -> Kind:
    def perform(job: Job) -> None:
        deed(opened(), job, Actor(ActorKind.JOB, job.kind))

    return Kind(
        name=f"backups.{name}",
        perform=perform,
        rhythm=_RHYTHMS[name],
        attempts=_ATTEMPTS,
        first_delay=_FIRST_DELAY,
    )


def _run(backups: Backups, job: Job, by: Actor) -> None:
    backups.run_backup(by=by, since=job.enqueued_at)


def _copy(backups: Backups, _job: Job, _by: Actor) -> None:
    for damage in backups.copy_backups().damages:
        raise NotProved(damage.message) from damage


def _verify(backups: Backups, _job: Job, by: Actor) -> None:
    _prove(backups, Level.L1, by)


def _restore(backups: Backups, _job: Job, by: Actor) -> None:
    # Before the first backup there is nothing to prove, and `coprra backups status` says so.
    with suppress(UnknownBackup):
        _prove(backups, Level.L2, by)


def _prove(backups: Backups, level: Level, by: Actor) -> None:
    verdict = backups.verify_backups(level, by=by)
    for wrong in (*verdict.damages, verdict.mismatch):
        if wrong is not None:
            raise NotProved(wrong.message) from wrong
    if verdict.missed:
        raise NotProved(" ".join(verdict.missed))


def _prune(backups: Backups, _job: Job, by: Actor) -> None:
    backups.prune_backups(by=by)
