"""Retention keeps what the rules want, tells why, and never cuts a chain."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.backups.chain import chain_of
from coprra.domain.backups.level import Level
from coprra.domain.backups.retention import STANDARD, Candidate, InvalidRetention, RetentionPlan, plan_retention

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SMALL = replace(STANDARD, daily=2, weekly=1, monthly=1, yearly=1, window=timedelta(days=1))


def taken(days_ago: float, **changes: object) -> Candidate:
    return replace(
        Candidate(id=f"{days_ago:g}", number=0, taken_at=NOW - timedelta(days=days_ago), verified=True),
        **changes,  # type: ignore[arg-type]  # fields by name
    )


def kept(plan: RetentionPlan) -> list[str]:
    return [one.candidate.id for one in plan.rulings if one.keep]


def reasons(plan: RetentionPlan, id: str) -> str:
    return next(one.said for one in plan.rulings if one.candidate.id == id)


@st.composite
def stores(draw: st.DrawFn) -> list[Candidate]:
    """Backups of three years and a bit of the future, some of them in chains, some with a link missing."""
    found: list[Candidate] = []
    for number in range(draw(st.integers(0, 25))):
        parents = [None, "gone", *(one.id for one in found[-4:])]
        parent = draw(st.sampled_from(parents)) if found else None
        found.append(
            Candidate(
                id=f"b{number}",
                number=number,
                taken_at=NOW - timedelta(hours=draw(st.integers(-72, 3 * 365 * 24))),
                parent=parent,
                verified=draw(st.booleans()),
                pinned=draw(st.integers(0, 9)) == 0,
                known=draw(st.integers(0, 9)) > 0,
            )
        )
    return draw(st.permutations(found))


def whole(candidates: Sequence[Candidate]) -> set[str]:
    parents = {one.id: one.parent for one in candidates}
    return {one.id for one in candidates if chain_of(one.id, parents)}


@given(stores())
def test_planning_again_removes_nothing_more(candidates: list[Candidate]) -> None:
    once = plan_retention(candidates, SMALL, NOW)
    left = [one.candidate for one in once.rulings if one.keep]
    assert plan_retention(left, SMALL, NOW).removed == ()


@given(stores())
def test_the_newest_verified_is_always_kept(candidates: list[Candidate]) -> None:
    intact = whole(candidates)
    good = [one for one in candidates if one.verified and one.taken_at <= NOW and one.id in intact]
    plan = plan_retention(candidates, SMALL, NOW)
    if good:
        assert max(good, key=lambda one: (one.taken_at, one.number)).id in kept(plan)


@given(stores())
def test_what_was_whole_before_and_is_kept_is_whole_after(candidates: list[Candidate]) -> None:
    before = whole(candidates)
    left = [one.candidate for one in plan_retention(candidates, SMALL, NOW).rulings if one.keep]
    assert whole(left) == before & {one.id for one in left}


@given(stores())
def test_what_is_pinned_unknown_young_or_from_the_future_is_kept(candidates: list[Candidate]) -> None:
    plan = plan_retention(candidates, SMALL, NOW)
    for one in plan.removed:
        assert one.known
        assert not one.pinned
        assert one.taken_at <= NOW - SMALL.window


@given(stores(), st.randoms())
def test_the_plan_depends_on_no_order(candidates: list[Candidate], random: object) -> None:
    shuffled = list(candidates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert plan_retention(shuffled, SMALL, NOW) == plan_retention(candidates, SMALL, NOW)


@given(stores())
def test_a_backup_is_kept_if_and_only_if_there_is_a_reason(candidates: list[Candidate]) -> None:
    for ruling in plan_retention(candidates, SMALL, NOW).rulings:
        assert ruling.keep == bool(ruling.reasons)
        assert ruling.said


def test_of_each_day_week_month_and_year_the_newest_stays() -> None:
    """Monday, 23 November, is in week 48; the Sundays before it end weeks 47 and 46."""
    plan = plan_retention([taken(days) for days in (0, 0.25, 1, 2, 8, 40, 400)], SMALL, NOW)
    assert kept(plan) == ["0", "0.25", "1"]
    plan = plan_retention([taken(days) for days in (0, 1, 8, 40, 400)], replace(SMALL, weekly=3, yearly=2), NOW)
    assert kept(plan) == ["0", "1", "8", "400"]
    assert reasons(plan, "8") == "weekly 2026-W46"
    assert reasons(plan, "400") == "yearly 2025"


def test_weeks_are_those_of_iso_8601() -> None:
    """1 January 2027 is a Friday of the last week of 2026."""
    newyear = datetime(2027, 1, 1, 12, tzinfo=UTC)
    plan = plan_retention([replace(taken(0), taken_at=newyear)], SMALL, newyear)
    assert "weekly 2026-W53" in reasons(plan, "0")


def test_days_are_those_of_utc() -> None:
    zoned = datetime.fromisoformat("2026-11-23T00:30:00+02:00")
    assert "daily 2026-11-22" in reasons(plan_retention([replace(taken(0), taken_at=zoned)], SMALL, NOW), "0")


def test_a_day_without_a_backup_does_not_count() -> None:
    assert kept(plan_retention([taken(500), taken(400)], SMALL, NOW)) == ["400", "500"]


def test_only_what_is_verified_counts() -> None:
    plan = plan_retention([taken(3), taken(2.5, verified=False), taken(2.2, verified=False), taken(5)], SMALL, NOW)
    assert kept(plan) == ["3", "5"]
    assert reasons(plan, "2.5") == "older than the window, and never verified"


def test_what_a_kept_one_builds_on_stays() -> None:
    candidates = [taken(0, parent="9"), taken(9, verified=False), taken(10), taken(20), taken(21)]
    plan = plan_retention(candidates, SMALL, NOW)
    assert kept(plan) == ["0", "9", "10"]
    assert reasons(plan, "9") == "needed by 0"


def test_one_from_the_future_is_kept_and_displaces_nobody() -> None:
    plan = plan_retention([taken(-400), taken(0), taken(1.5)], SMALL, NOW)
    assert kept(plan) == ["-400", "0", "1.5"]
    assert reasons(plan, "-400") == "from the future: a clock is wrong"


def test_one_whose_beginning_is_missing_displaces_nobody() -> None:
    plan = plan_retention([taken(0, parent="gone"), taken(2), taken(3)], SMALL, NOW)
    assert kept(plan) == ["0", "2", "3"]


def test_one_whose_beginning_is_missing_waits_for_a_person_however_old_it_is() -> None:
    """What it builds on may turn up again, in a second store; nobody brings back what was removed."""
    plan = plan_retention([taken(0), taken(99, parent="gone", verified=False)], SMALL, NOW)
    assert reasons(plan, "99") == "what it builds on is missing: look at it"


def test_the_newest_that_is_verified_stays_for_that_alone() -> None:
    plan = plan_retention([taken(0, verified=False), taken(90), taken(91)], SMALL, NOW)
    assert reasons(plan, "90").startswith("the newest that is verified, ")


def test_the_window_can_be_entered_at_its_beginning() -> None:
    candidates = [taken(days) for days in (0, 5, 30, 36, 37)]
    assert "the window begins with it" in reasons(plan_retention(candidates, STANDARD, NOW), "36")


def test_plans_that_remove_the_same_have_one_hash() -> None:
    candidates = [taken(days) for days in range(9)]
    plan = plan_retention(candidates, SMALL, NOW)
    assert plan.removed
    assert plan.hash == plan_retention(candidates, SMALL, NOW + timedelta(minutes=1)).hash
    assert plan.hash != plan_retention(candidates[:-1], SMALL, NOW).hash
    assert plan.hash != plan_retention(candidates, replace(SMALL, daily=3), NOW).hash


def test_a_plan_that_removes_more_than_a_quarter_is_refused() -> None:
    a_quarter = plan_retention([taken(0), taken(0.1), taken(0.2), taken(9, verified=False)], SMALL, NOW)
    assert (len(a_quarter.removed), a_quarter.refusals(NOW)) == (1, ())
    more = plan_retention([taken(0), taken(0.1), taken(9, verified=False)], SMALL, NOW)
    assert more.refusals(NOW) == ("it removes 1 of 3 backups, more than a quarter",)


def test_nothing_is_removed_while_new_backups_fail() -> None:
    candidates = [taken(days) for days in (2.5, 3.5, 4.5, 5.5, 6.5)] + [taken(9, verified=False)]
    plan = plan_retention(candidates, replace(SMALL, daily=9), NOW)
    assert plan.refusals(NOW) == ("no good backup is younger than 48 hours: the newest is 60 hours old",)
    assert plan_retention(candidates[:-1], replace(SMALL, daily=9), NOW).refusals(NOW) == ()
    ahead = [*candidates, taken(-1)]
    assert plan_retention(ahead, replace(SMALL, daily=9), NOW).refusals(NOW)
    nothing_good = [taken(days, verified=False) for days in (9, 0, 0.1, 0.2, 0.3)]
    assert plan_retention(nothing_good, SMALL, NOW).refusals(NOW)


@pytest.mark.parametrize(
    "rule",
    [{"daily": 0}, {"weekly": -1}, {"yearly": 10_001}, {"window": timedelta()}, {"counts_from": Level.L0}],
    ids=str,
)
def test_rules_that_keep_nothing_are_refused(rule: dict[str, int]) -> None:
    with pytest.raises(InvalidRetention):
        replace(STANDARD, **rule)  # type: ignore[arg-type]  # fields by name
