"""Retention: which backups are kept and why, as a plan that can be read before it is carried out.

The rules are grandfather-father-son in UTC. A backup stays if any rule wants it.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from coprra.domain.backups.chain import chain_of
from coprra.domain.backups.level import Level
from coprra.domain.kernel.errors import Invalid

MOST_PERIODS = 10_000
_LARGEST_SHARE = 4
"""A plan that removes more than one in so many is refused."""
_LONGEST_SILENCE = timedelta(hours=48)
"""With no newer good backup than this, nothing is removed."""


class InvalidRetention(Invalid):
    """A rule of retention that would keep nothing, or that nobody can mean."""

    code = "invalid_retention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How many days, weeks, months and years keep one backup each; a period without a backup does not count.

    window: everything younger stays, and so does what is needed to go back to its beginning. counts_from: what must
    have been proved of a backup before it counts.

    Raises: InvalidRetention.
    """

    daily: int
    weekly: int
    monthly: int
    yearly: int
    window: timedelta
    counts_from: Level

    def __post_init__(self) -> None:
        for name in ("daily", "weekly", "monthly", "yearly"):
            if not (name == "daily") <= getattr(self, name) <= MOST_PERIODS:
                raise InvalidRetention(f"{name} must be {int(name == 'daily')} to {MOST_PERIODS}.")
        if self.window < timedelta(days=1):
            raise InvalidRetention("The window must be one day or more.")
        if self.counts_from is Level.L0:
            raise InvalidRetention("A backup that nobody has read again proves nothing; let L1 or L2 count.")


STANDARD = Retention(daily=30, weekly=12, monthly=12, yearly=7, window=timedelta(days=35), counts_from=Level.L1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A backup as retention sees it. taken_at: the instant it brings back, aware, UTC; parent: what it builds on.

    number: where it stands in the journal; verified: proved as far as the rules ask; known: whether this version
    understands all that was said of it.
    """

    id: str
    number: int
    taken_at: datetime
    parent: str | None = None
    verified: bool = False
    pinned: bool = False
    known: bool = True


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a backup stays, and every reason there is."""

    candidate: Candidate
    reasons: tuple[str, ...]

    @property
    def keep(self) -> bool:
        """Nothing is kept without a reason, and nothing removed that has one."""
        return bool(self.reasons)

    @property
    def said(self) -> str:
        """The reasons in one line."""
        if self.keep:
            return ", ".join(self.reasons)
        return "no rule needs it" if self.candidate.verified else "older than the window, and never verified"


@dataclass(frozen=True, slots=True)
class RetentionPlan:
    """A ruling on each backup, the newest first. hash: the same for plans that remove the same of the same."""

    rulings: tuple[Ruling, ...]
    hash: str

    @property
    def removed(self) -> tuple[Candidate, ...]:
        """What is to go, the newest first, so that no chain is ever without its beginning."""
        return tuple(ruling.candidate for ruling in self.rulings if not ruling.keep)

    def refusals(self, now: datetime) -> tuple[str, ...]:
        """Why a person must look at it first."""
        said = []
        removed, there = len(self.removed), len(self.rulings)
        if removed * _LARGEST_SHARE > there:
            said.append(f"it removes {removed} of {there} backups, more than a quarter")
        good = [one.candidate.taken_at for one in self.rulings if one.candidate.verified]
        newest = max((taken_at for taken_at in good if taken_at <= now), default=None)
        if removed and (newest is None or now - newest > _LONGEST_SILENCE):
            age = (
                "there is none" if newest is None else f"the newest is {(now - newest) // timedelta(hours=1)} hours old"
            )
            said.append(f"no good backup is younger than 48 hours: {age}")
        return tuple(said)


def plan_retention(candidates: Iterable[Candidate], retention: Retention, now: datetime) -> RetentionPlan:
    """The plan as of now. Carrying it out and planning again removes nothing more."""
    newest_first = sorted(candidates, key=lambda one: (one.taken_at, one.number, one.id), reverse=True)
    reasons: dict[str, list[str]] = {one.id: [] for one in newest_first}
    parents = {one.id: one.parent for one in newest_first}
    whole = {one.id: chain_of(one.id, parents) for one in newest_first}
    counted = [one for one in newest_first if one.verified and one.taken_at <= now and whole[one.id]]

    for one in counted[:1]:
        reasons[one.id].append("the newest that is verified")
    for name, count, period in _rules(retention):
        for one in _newest_of_each(counted, period)[:count]:
            reasons[one.id].append(f"{name} {period(one.taken_at)}")
    for one in newest_first:
        reasons[one.id] += _protections(one, retention, now, whole[one.id] is not None)
    for one in _first_at_or_before(counted, now - retention.window):
        reasons[one.id].append("the window begins with it")
    for one in newest_first:
        if reasons[one.id]:
            for needed in (whole[one.id] or ())[:-1]:
                reasons[needed].append(f"needed by {one.id}")
    rulings = tuple(Ruling(one, tuple(dict.fromkeys(reasons[one.id]))) for one in newest_first)
    return RetentionPlan(rulings, _hash(rulings))


def _rules(retention: Retention) -> tuple[tuple[str, int, Callable[[datetime], str]], ...]:
    return (
        ("daily", retention.daily, _day),
        ("weekly", retention.weekly, _week),
        ("monthly", retention.monthly, _month),
        ("yearly", retention.yearly, _year),
    )


def _newest_of_each(newest_first: Sequence[Candidate], period: Callable[[datetime], str]) -> list[Candidate]:
    newest: dict[str, Candidate] = {}
    for one in newest_first:
        newest.setdefault(period(one.taken_at), one)
    return list(newest.values())


def _first_at_or_before(newest_first: Sequence[Candidate], instant: datetime) -> Sequence[Candidate]:
    return [one for one in newest_first if one.taken_at <= instant][:1]


def _protections(one: Candidate, retention: Retention, now: datetime, is_whole: bool) -> list[str]:
    return [
        reason
        for reason, holds in {
            "pinned": one.pinned,
            "of a newer coprra, or named by one": not one.known,
            "from the future: a clock is wrong": one.taken_at > now,
            "what it builds on is missing: look at it": not is_whole,
            f"younger than {retention.window.days} days": now - retention.window < one.taken_at <= now,
        }.items()
        if holds
    ]


def _day(instant: datetime) -> str:
    return instant.astimezone(UTC).date().isoformat()


def _week(instant: datetime) -> str:
    """Source: ISO 8601: a week belongs to the year that its Thursday is in."""
    year, week, _ = instant.astimezone(UTC).isocalendar()
    return f"{year}-W{week:02}"


def _month(instant: datetime) -> str:
    return _day(instant)[:7]


def _year(instant: datetime) -> str:
    return _day(instant)[:4]


def _hash(rulings: tuple[Ruling, ...]) -> str:
    content = [[one.candidate.id, one.keep] for one in rulings]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
