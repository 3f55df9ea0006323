"""Seven years of daily operation in which much goes wrong: what the rules promise is always there."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from coprra.domain.backups.chain import chain_of
from coprra.domain.backups.retention import STANDARD, Candidate, plan_retention

BEGIN = datetime(2026, 11, 23, 2, tzinfo=UTC)
DAYS = 7 * 365 + 2
PERIODS: dict[str, Callable[[datetime], tuple[int, ...]]] = {
    "daily": lambda instant: (instant.year, instant.month, instant.day),
    "weekly": lambda instant: instant.isocalendar()[:2],
    "monthly": lambda instant: (instant.year, instant.month),
    "yearly": lambda instant: (instant.year,),
}


@dataclass
class Operation:
    """What was ever taken, what is still there, and what is verified of it."""

    random: Random
    taken: list[Candidate] = field(default_factory=list)
    there: set[str] = field(default_factory=set)
    verified: set[str] = field(default_factory=set)
    ever_verified: set[str] = field(default_factory=set)
    refused: int = 0

    def take(self, at: datetime, parent: str | None = None) -> str | None:
        """One run in twelve fails; some weeks nothing works."""
        out_of_order = at.isocalendar().week % 17 == 3
        if self.random.random() < (0.9 if out_of_order else 0.08):
            return None
        one = Candidate(id=f"{at:%Y%m%dT%H}", number=len(self.taken), taken_at=at, parent=parent)
        self.taken.append(one)
        self.there.add(one.id)
        return one.id

    def verify(self, now: datetime) -> None:
        """Some are verified only after days, some never, and some are found damaged after they were verified."""
        for one in self.taken[-40:]:
            if now - one.taken_at > timedelta(days=20):
                continue
            chance = self.random.random()
            if chance < 0.5:
                self.verified.add(one.id)
                self.ever_verified.add(one.id)
            elif chance > 0.995:
                self.verified.discard(one.id)

    def candidates(self) -> list[Candidate]:
        return [replace(one, verified=one.id in self.verified) for one in self.taken if one.id in self.there]

    def prune(self, now: datetime) -> None:
        plan = plan_retention(self.candidates(), STANDARD, now)
        assert all(ruling.said for ruling in plan.rulings)
        if plan.refusals(now):
            self.refused += 1
        else:
            self.there -= {one.id for one in plan.removed}

    def wanted(self) -> set[str]:
        """What the rules want of all that was ever taken, worked out in the plainest way.

        A period whose backups were all found damaged uses up its turn: nobody brings back what went before it.
        """
        good = [one for one in self.taken if one.id in self.verified]
        found = {one.id for one in good[-1:]}
        for rule, period in PERIODS.items():
            newest = {period(one.taken_at): one.id for one in good}
            turns = sorted({period(one.taken_at) for one in self.taken if one.id in self.ever_verified})
            found |= {newest[turn] for turn in turns[-getattr(STANDARD, rule) :] if turn in newest}
        return found


@pytest.mark.parametrize("seed", range(int(os.environ.get("COPRRA_SEVEN_YEARS", "1"))))
def test_what_the_rules_want_is_always_there_and_can_be_restored(seed: int) -> None:
    operation = Operation(Random(seed))
    for day in range(DAYS):
        now = BEGIN + timedelta(days=day)
        full = operation.take(now)
        if full:
            operation.take(now + timedelta(hours=6), parent=full)
        operation.verify(now + timedelta(hours=12))
        operation.prune(now + timedelta(hours=20))
        # What was removed too early is missed for a month at least, so a look each week sees it.
        assert day % 7 or operation.wanted() <= operation.there
        parents = {one.id: one.parent for one in operation.candidates()}
        assert all(chain_of(id, parents) for id in parents)
    young = 2 * STANDARD.window.days
    old = 2 * (STANDARD.weekly + STANDARD.monthly + STANDARD.yearly)
    assert len(operation.there) <= young + old
    assert 0 < operation.refused < DAYS / 4
