"""Health: whether somebody must look at the backups now, and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from coprra.domain.backups.entry import Entry, Failed, Taken, Verified
from coprra.domain.backups.history import Backup, History
from coprra.domain.backups.level import Level
from coprra.domain.backups.policy import Limits
from coprra.domain.backups.recovery import Rehearsal, predicted_rto, would_be_lost
from coprra.domain.backups.restore_backup import rehearsals

_SMALLER = 0.7
_COMPARED = 7


class Severity(StrEnum):
    """How soon somebody must look."""

    PAGE = "page"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be. advice: what to do about it."""

    severity: Severity
    said: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """As of an instant. lost: what a disaster would cost now, as time; None: everything. rto: how long to be back."""

    newest: Backup | None
    lost: timedelta | None
    rto: timedelta | None
    findings: tuple[Finding, ...]

    @property
    def good(self) -> bool:
        """Whether nobody needs to look."""
        return not self.findings


def examine(history: History, limits: Limits, now: datetime) -> Health:
    """All that the journal tells by itself, without looking at a single backup."""
    newest = history.newest
    timed = rehearsals(history.entries)
    rto = predicted_rto(newest.manifest.size, timed) if newest else None
    sound = [backup.manifest.taken_at for backup in history.backups if backup.fault is None]
    return Health(
        newest=newest,
        lost=would_be_lost(now, max((at for at in sound if at <= now), default=None)),
        rto=rto,
        findings=tuple(_findings(history, limits, now, timed)),
    )


def _findings(history: History, limits: Limits, now: datetime, timed: tuple[Rehearsal, ...]) -> Iterator[Finding]:
    newest = history.newest
    if newest is None:
        yield Finding(Severity.PAGE, "There is no backup.", "coprra backups run")
        return
    for backup in history.backups:
        if backup.fault is not None:
            yield Finding(Severity.PAGE, f"{backup.id} is damaged: {backup.fault}", "coprra backups run --force")
    yield from _late("The newest backup", newest.manifest.taken_at, limits.backup_age, now, "coprra backups run")
    for level, age in ((Level.L1, limits.l1_age), (Level.L2, limits.l2_age)):
        proved_at = _last_proof(history, level)
        advice = f"coprra backups verify --level {level}"
        if proved_at is None:
            yield Finding(Severity.PAGE, f"No backup was ever proved as far as {level}.", advice)
        else:
            yield from _late(f"The newest proof as far as {level}", proved_at, age, now, advice)
    yield from _failed(history)
    yield from _shrunk(history)
    rto = predicted_rto(newest.manifest.size, timed)
    if rto is not None and rto > limits.rto:
        yield Finding(
            Severity.PAGE, f"To be back would take {_hours(rto)}.", "take a faster way, or change rto_minutes"
        )
    if newest.manifest.taken_at > now:
        yield Finding(Severity.WARN, "The newest backup is from the future.", "set the clock of the machine right")


def _late(what: str, at: datetime, age: timedelta, now: datetime, advice: str) -> Iterator[Finding]:
    if now - at > age:
        yield Finding(Severity.PAGE, f"{what} is {_hours(now - at)} old, and may be {_hours(age)}.", advice)


def _last_proof(history: History, level: Level) -> datetime | None:
    proofs = (
        entry.at
        for entry in reversed(history.entries)
        if isinstance(entry.body, Verified) and entry.body.level >= level and not entry.body.failures
    )
    return next(proofs, None)


def _failed(history: History) -> Iterator[Finding]:
    last: Entry | None = None
    for entry in history.entries:
        if isinstance(entry.body, Taken | Failed):
            last = entry
    if last is not None and isinstance(last.body, Failed):
        yield Finding(Severity.WARN, f"The last run failed: {last.body.reason}", "coprra backups run")


def _shrunk(history: History) -> Iterator[Finding]:
    """A backup that is much smaller than those before it may be of an emptied database."""
    sizes = [backup.manifest.size for backup in history.backups if backup.manifest.parent is None]
    before = sorted(sizes[-1 - _COMPARED : -1])
    if len(before) == _COMPARED and sizes[-1] < before[_COMPARED // 2] * _SMALLER:
        said = (
            f"The newest backup has {sizes[-1]:,} bytes; of the {_COMPARED} before it half have {before[3]:,} or more."
        )
        yield Finding(Severity.WARN, said, "see whether the database has lost something")


def _hours(time: timedelta) -> str:
    minutes = round(time / timedelta(minutes=1))
    return f"{minutes} minutes" if minutes < 120 else f"{minutes / 60:.0f} hours"
