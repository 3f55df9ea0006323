"""The history of a listing, and statistics that weigh prices by time and not by rows."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.instants import to_micros
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.chain import Branch, BranchId, Chain
from coprra.domain.prices.history import ListingHistory, Statistics, history_of, statistics
from coprra.domain.prices.observation import ABSENT, Asked, Availability, Moment, Observation, State, Terms
from coprra.domain.prices.series import Listing, Series, Step

MICROSECOND = timedelta(microseconds=1)
EUR = Currency("EUR")


def day(number: float) -> datetime:
    return datetime(2025, 12, 1, tzinfo=UTC) + timedelta(days=number)


def euro(amount: str) -> Money:
    return Money.of(amount, EUR)


def a_step(start: float, end: float, price: Money | str) -> Step:
    asked = Asked(price if isinstance(price, Money) else euro(price), special=False)
    return Step(day(start), day(end), asked, day(start))


def of(*steps: Step, as_of: float = 100) -> Statistics:
    found = statistics(steps, day(as_of))
    assert found
    return found


def a_series(
    seen: dict[float, str | State], *, as_of: float, confirmed: tuple[float, ...] = (), chain: str = "konzum"
) -> Series:
    return Series(
        Listing(Chain(chain, chain.title(), "HR", EUR), Branch(BranchId(chain, "1"), "UTC"), "1"),
        day(as_of),
        tuple(
            Observation(
                Moment(to_micros(day(at)), 0),
                state if isinstance(state, State) else State(Availability.IN_STOCK, None, Terms(euro(state))),
            )
            for at, state in sorted(seen.items())
            if at <= as_of
        ),
        tuple(Moment(to_micros(day(at)), 0) for at in confirmed if at <= as_of),
    )


def history(
    seen: dict[float, str | State], *, as_of: float, confirmed: tuple[float, ...] = (), since: float | None = None
) -> ListingHistory:
    series = a_series(seen, as_of=as_of, confirmed=confirmed)
    found = history_of(series, [series], since=None if since is None else day(since))
    assert found
    return found


# Statistics


def test_a_price_counts_as_long_as_it_was_asked() -> None:
    found = of(a_step(0, 30, "1.00"), a_step(30, 31, "9.00"))
    assert found.median == euro("1.00")
    assert found.mean == euro("1.26")
    assert found.covered == timedelta(days=31)


def test_the_median_is_the_price_below_or_at_which_half_of_the_time_lies() -> None:
    assert of(a_step(0, 2, "1.00"), a_step(2, 4, "2.00")).median == euro("1.00")
    assert of(a_step(0, 2, "1.00"), a_step(2, 4.001, "2.00")).median == euro("2.00")
    assert of(a_step(0, 2, "3.00"), a_step(2, 3, "1.00"), a_step(3, 4, "2.00")).median == euro("2.00")


@pytest.mark.parametrize(
    ("prices", "mean"), [(("0.01", "0.02"), "0.02"), (("0.02", "0.03"), "0.02"), (("0.01", "0.01", "0.02"), "0.01")]
)
def test_the_mean_is_rounded_half_to_even(prices: tuple[str, ...], mean: str) -> None:
    assert of(*(a_step(at, at + 1, price) for at, price in enumerate(prices))).mean == euro(mean)


def test_low_and_high_are_told_with_when_each_was_first_asked() -> None:
    prices = ("2.00", "1.00", "3.00", "1.00", "3.00")
    found = of(*(a_step(at, at + 1, price) for at, price in enumerate(prices)))
    assert (found.low, found.low_since) == (euro("1.00"), day(1))
    assert (found.high, found.high_since) == (euro("3.00"), day(2))


def test_the_last_instant_is_not_counted_twice() -> None:
    """A step that is still asked ends just after as_of; up to as_of is what counts."""
    (step,) = a_series({0: "1.00"}, as_of=2).steps
    assert of(step, as_of=2).covered == timedelta(days=2)


def test_a_price_that_was_first_seen_at_as_of_counts_a_microsecond() -> None:
    (step,) = a_series({2: "1.00"}, as_of=2).steps
    found = of(step, as_of=2)
    assert (found.low, found.mean, found.covered) == (euro("1.00"), euro("1.00"), MICROSECOND)


def test_without_steps_there_are_no_statistics() -> None:
    assert statistics([], day(1)) is None


def test_only_the_last_currency_counts() -> None:
    kuna = Money.of("7.53", "HRK")
    found = of(a_step(0, 30, kuna), a_step(30, 31, "1.00"), a_step(31, 32, "2.00"))
    assert (found.low, found.high, found.covered) == (euro("1.00"), euro("2.00"), timedelta(days=2))


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Steps with and without gaps, from an hour to ten days long."""
    steps, start = [], 0.0
    for _ in range(draw(st.integers(1, 8))):
        start += draw(st.sampled_from((0, 0, 3)))
        end = start + draw(st.integers(1, 240)) / 24
        steps.append(a_step(start, end, Money(draw(st.integers(1, 500)), EUR)))
        start = end
    return steps


@given(steps=histories())
def test_mean_and_median_lie_between_low_and_high(steps: list[Step]) -> None:
    found = of(*steps)
    assert found.low <= found.mean <= found.high
    assert found.low <= found.median <= found.high
    assert {found.low, found.high, found.median} <= {step.price for step in steps}
    assert found.covered == sum((step.end - step.start for step in steps), timedelta(0))


@given(steps=histories())
def test_mean_and_median_are_those_of_every_hour(steps: list[Step]) -> None:
    hours = sorted(
        price for step in steps for price in [step.price.minor] * round((step.end - step.start) / timedelta(hours=1))
    )
    found = of(*steps)
    assert found.mean.minor == round(Fraction(sum(hours), len(hours)))
    assert found.median.minor == hours[(len(hours) - 1) // 2]


@given(steps=histories(), index=st.integers(0, 7), share=st.integers(1, 99))
def test_looking_more_often_changes_nothing(steps: list[Step], index: int, share: int) -> None:
    index %= len(steps)
    step = steps[index]
    middle = step.start + (step.end - step.start) * share // 100
    halves = [Step(step.start, middle, step.asked, step.start), Step(middle, step.end, step.asked, middle)]
    assert of(*steps[:index], *halves, *steps[index + 1 :]) == of(*steps)


@given(steps=histories(), factor=st.integers(2, 9))
def test_time_is_a_weight_and_its_unit_does_not_matter(steps: list[Step], factor: int) -> None:
    ends = accumulate((step.end - step.start) * factor for step in steps)
    stretched = [
        Step(day(0) + end - (step.end - step.start) * factor, day(0) + end, step.asked, step.start)
        for step, end in zip(steps, ends, strict=True)
    ]
    one, other = of(*steps), of(*stretched, as_of=10_000)
    assert (one.mean, one.median, one.covered * factor) == (other.mean, other.median, other.covered)


# A listing's history


def test_a_listing_without_any_price_has_no_history() -> None:
    series = a_series({0: ABSENT}, as_of=1)
    assert history_of(series, [series]) is None


def test_a_history_tells_each_step_and_which_is_still_asked() -> None:
    told = history({0: "1.00", 2: "2.00"}, as_of=3)
    assert [(past.step.price, past.ended) for past in told.steps] == [(euro("1.00"), day(2)), (euro("2.00"), None)]
    assert told.tracked_since == day(0)


def test_a_price_that_another_took_over_from_at_as_of_has_ended() -> None:
    told = history({0: "1.00", 2: "2.00"}, as_of=2)
    assert [past.ended for past in told.steps] == [day(2), None]


def test_a_step_that_went_stale_has_ended() -> None:
    (past,) = history({0: "1.00"}, as_of=30).steps
    assert past.ended == day(7)


def test_a_window_begins_with_the_price_in_force_then() -> None:
    told = history({0: "1.00", 4: "3.00"}, as_of=6, since=2)
    assert [(past.step.start, past.step.price) for past in told.steps] == [
        (day(2), euro("1.00")),
        (day(4), euro("3.00")),
    ]
    assert told.statistics is not None
    assert told.statistics.covered == timedelta(days=4)
    assert told.statistics.mean == euro("2.00")
    assert told.statistics.low_since == day(2)
    assert told.tracked_since == day(0)


def test_what_ended_where_the_window_begins_is_not_in_it() -> None:
    told = history({0: "1.00", 2: "3.00"}, as_of=6, since=2)
    assert [past.step.price for past in told.steps] == [euro("3.00")]


def test_a_window_in_which_nothing_was_known_is_empty_and_the_listing_is_still_told() -> None:
    told = history({0: "1.00"}, as_of=30, since=20)
    assert (told.steps, told.statistics, told.tracked_since) == ((), None, day(0))


def test_a_suspect_price_is_told_and_left_out_of_the_statistics() -> None:
    told = history({0: "1.00", 1: "1.10", 2: "1.20", 3: "0.01", 4: "1.00"}, as_of=5)
    assert [past.suspicion is not None for past in told.steps] == [False, False, False, True, False]
    assert told.statistics is not None
    assert told.statistics.low == euro("1.00")
    assert told.statistics.covered == timedelta(days=4)


def test_a_price_is_judged_by_its_whole_past_however_short_the_window() -> None:
    told = history({0: "1.00", 1: "1.10", 2: "1.20", 3: "0.01"}, as_of=4, since=3.5)
    (past,) = told.steps
    assert past.suspicion is not None
    assert told.statistics is None


def test_where_every_price_is_suspect_there_are_no_statistics() -> None:
    shop = a_series({0: "99.00"}, as_of=1)
    others = [a_series({0: "1.00"}, as_of=1, chain=chain) for chain in "abc"]
    told = history_of(shop, [shop, *others])
    assert told is not None
    assert len(told.steps) == 1
    assert told.statistics is None


@given(since=st.integers(-2, 30), as_of=st.integers(8, 30), days=st.sets(st.integers(0, 8), min_size=1))
def test_a_window_is_the_whole_history_cut_where_it_begins(since: int, as_of: int, days: set[int]) -> None:
    seen: dict[float, str | State] = {at: f"1.{at:02}" for at in days}
    whole, window = history(seen, as_of=as_of), history(seen, as_of=as_of, since=since)
    cut = [
        (max(past.step.start, day(since)), past.step.end, past.step.asked, past.ended, past.suspicion)
        for past in whole.steps
        if past.step.end > day(since)
    ]
    assert [
        (past.step.start, past.step.end, past.step.asked, past.ended, past.suspicion) for past in window.steps
    ] == cut
