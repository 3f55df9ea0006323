"""Health: whether somebody must look at the backups now, and what to do."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from coprra.domain.backups.history import Backup, History, UnknownBackup
from coprra.domain.backups.level import Level
from coprra.domain.backups.manifest import Kind
from coprra.domain.backups.policy import Limits
from coprra.domain.backups.recovery import predicted_rto, would_be_lost
from coprra.domain.backups.restore_backup import rehearsals

_SMALLER = 0.7
_COMPARED = 7
_SKEW = timedelta(seconds=30)
"""By how much clocks may differ that nobody needs to look at."""
_RECENT = timedelta(days=1)
"""A clock that was set right since is nobody's business any more."""


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
    """As of an instant. lost: what a disaster would cost now, as time; None: everything. rto: how long to be back.

    proved: when a backup was proved last, by how far; None for never. as_of: that instant.
    """

    newest: Backup | None
    lost: timedelta | None
    rto: timedelta | None
    findings: tuple[Finding, ...]
    proved: Mapping[Level, datetime | None]
    as_of: datetime

    @property
    def good(self) -> bool:
        """Whether nobody needs to look."""
        return not self.findings


def examine(history: History, limits: Limits, now: datetime) -> Health:
    """All that the journal tells by itself, without looking at a single backup."""
    rto = _predicted(history)
    sound = (backup.manifest.taken_at for backup in history.sound())
    return Health(
        newest=history.newest,
        lost=would_be_lost(now, next((at for at in sound if at <= now), None)),
        rto=rto,
        findings=tuple(_findings(history, limits, now, rto)),
        proved={level: next(iter(_proofs(history, level)), None) for level in (Level.L1, Level.L2, Level.L3)},
        as_of=now,
    )


def _predicted(history: History) -> timedelta | None:
    """For what a restore would choose now, with all that it builds on."""
    with suppress(UnknownBackup):
        size = sum(backup.manifest.size for backup in history.chosen(None))
        return predicted_rto(size, rehearsals(history.entries))
    return None


def _findings(history: History, limits: Limits, now: datetime, rto: timedelta | None) -> Iterator[Finding]:
    if history.newest is None:
        yield Finding(Severity.PAGE, "There is no backup.", "coprra backups run")
        return
    yield from _damaged(history)
    # One from the future must not keep everybody quiet until then.
    past = [backup.manifest.taken_at for backup in history.backups if backup.manifest.taken_at <= now]
    late = too_old("The newest backup", past[-1], limits.backup_age, now) if past else None
    if late:
        yield Finding(Severity.PAGE, late, "coprra backups run")
    yield from _unproved(history, limits, now)
    if history.failed is not None:
        yield Finding(Severity.WARN, f"The last run failed: {history.failed}", "coprra backups run")
    yield from _shrunk(history)
    late = too_late(rto, limits.rto)
    if late:
        yield Finding(Severity.PAGE, late, "restore on a faster machine, or raise rto_minutes")
    yield from _wrong_clocks(history, now)
    if newer := history.newer:
        said = (
            f"{len(newer)} entries of the journal are of a newer coprra, such as {newer[-1]}; nothing is made of them."
        )
        yield Finding(Severity.WARN, said, "use that version here as well")


def _damaged(history: History) -> Iterator[Finding]:
    """What is wrong with a backup is wrong with all that build on it, and told once."""
    faults: dict[str, list[str]] = {}
    for backup in history.backups:
        if backup.fault is not None:
            faults.setdefault(backup.fault, []).append(backup.id)
    for fault, ids in faults.items():
        said = f"{', '.join(ids)} {'is' if len(ids) == 1 else 'are'} damaged: {fault}"
        yield Finding(Severity.PAGE, said, "coprra backups run --force")


def too_old(what: str, at: datetime, age: timedelta, now: datetime) -> str | None:
    """That it is, in a line; None where it is young enough."""
    return f"{what} is {_hours(now - at)} old, and may be {_hours(age)}." if now - at > age else None


def too_late(rto: timedelta | None, allowed: timedelta) -> str | None:
    """Likewise, of the time until a database is back."""
    if rto is None or rto <= allowed:
        return None
    return f"To be back would take {_hours(rto)}, and may take {_hours(allowed)}."


def _unproved(history: History, limits: Limits, now: datetime) -> Iterator[Finding]:
    for level, age in ((Level.L1, limits.l1_age), (Level.L2, limits.l2_age), (Level.L3, limits.l3_age)):
        proofs = _proofs(history, level)
        # Likewise; that it is there is told apart.
        proved_at = next((at for at in proofs if at <= now), None)
        if proved_at is not None:
            late = too_old(f"The newest proof as far as {level}", proved_at, age, now)
        # A bare machine is not at hand on the first day.
        elif not proofs and (level < Level.L3 or now - history.entries[0].at > age):
            late = f"No backup was ever proved as far as {level}."
        else:
            late = None
        if late:
            key = " --identity FILE" if level > Level.L1 else ""
            yield Finding(Severity.PAGE, late, f"coprra backups verify --level {level}{key}")


def _proofs(history: History, level: Level) -> list[datetime]:
    """When there was one, the last first."""
    return [
        entry.at
        for entry in reversed(history.entries)
        if entry.verified and entry.verified.level >= level and not entry.verified.failures
    ]


def _wrong_clocks(history: History, now: datetime) -> Iterator[Finding]:
    ahead = max(entry.at for entry in history.entries) - now
    if ahead > _SKEW:
        said = f"The journal has entries of up to {_hours(ahead)} in the future."
        yield Finding(Severity.WARN, said, "set the clock of the machine right")
    for before, after in pairwise(history.entries):
        back = before.at - after.at
        if back > _SKEW and now - after.at < _RECENT:
            said = f"Entry {after.number} of the journal is {_hours(back)} earlier than the one that it follows."
            yield Finding(Severity.WARN, said, "set the clocks of all machines that take or verify backups right")


def _shrunk(history: History) -> Iterator[Finding]:
    """A backup that is much smaller than those before it may be of an emptied database.

    Rows are counted as well, for a file does not get smaller when they go.
    """
    manifests = [backup.manifest for backup in history.backups]
    yield from _less("rows", [manifest.fingerprint.rows for manifest in manifests])
    for kind in (Kind.FULL, Kind.DUMP):
        yield from _less("bytes", [manifest.size for manifest in manifests if manifest.kind is kind])


def _less(unit: str, amounts: list[int]) -> Iterator[Finding]:
    before = sorted(amounts[-1 - _COMPARED : -1])
    usual = before[len(before) // 2] if before else 0
    if before and amounts[-1] < usual * _SMALLER:
        there = f"of the {len(before)} before it half have {usual:,} or more"
        said = f"The newest backup has {amounts[-1]:,} {unit}; {there}."
        yield Finding(Severity.WARN, said, "see whether the database has lost something")


def _hours(time: timedelta) -> str:
    minutes = round(time / timedelta(minutes=1))
    if minutes < 2:
        return f"{time.total_seconds():.0f} seconds"
    return f"{minutes} minutes" if minutes < 120 else f"{minutes / 60:.0f} hours"
