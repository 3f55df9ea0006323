"""The quarantine holds a price against its own past and the other chains, and nothing else."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.instants import to_micros
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.chain import Branch, BranchId, Chain
from coprra.domain.prices.observation import (
    ABSENT,
    Availability,
    Condition,
    Moment,
    Observation,
    Special,
    State,
    Terms,
)
from coprra.domain.prices.quarantine import Suspicion, judged_anew, suspect_since, suspicion
from coprra.domain.prices.series import Listing, Series


def day(number: float) -> datetime:
    return datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=number)


def priced(price: str, special: str | None = None, starts: float = 0, ends: float = 0, currency: str = "EUR") -> State:
    offer = Special(Money.of(special, currency), day(starts), day(ends)) if special else None
    return State(Availability.IN_STOCK, None, Terms(Money.of(price, currency), offer))


def a_series(
    seen: dict[float, str | State],
    chain: str = "konzum",
    branch: str = "1",
    *,
    as_of: float = 1000,
    confirmed: Iterable[float] = (),
    stale_after: float = 7,
) -> Series:
    observations = [
        Observation(Moment(to_micros(day(at)), 0), state if isinstance(state, State) else priced(state))
        for at, state in sorted(seen.items())
        if at <= as_of
    ]
    shop = Chain(chain, chain.title(), "HR", Currency("EUR"), timedelta(days=stale_after))
    return Series(
        Listing(shop, Branch(BranchId(chain, branch), "UTC"), "1"),
        day(as_of),
        tuple(observations),
        tuple(Moment(to_micros(day(at)), 0) for at in confirmed if at <= as_of),
    )


def verdict(series: Series, others: Sequence[Series] = ()) -> Suspicion | None:
    """Of the last step."""
    return suspicion(series.steps[-1], series, others)


def others_asking(*prices: str, at: float = 3) -> list[Series]:
    return [a_series({at: price}, f"other{number}") for number, price in enumerate(prices)]


def euro(amount: str) -> Money:
    return Money.of(amount, "EUR")


# Its own past


@pytest.mark.parametrize("price", ["4.00", "0.25", "1.00"])
def test_a_price_on_the_edge_of_the_band_is_believed(price: str) -> None:
    assert verdict(a_series({0: "0.90", 1: "1.00", 2: "1.10", 3: price})) is None


@pytest.mark.parametrize("price", ["4.01", "0.24", "100.00", "0.01"])
def test_a_price_beyond_the_band_is_suspect_and_says_against_what(price: str) -> None:
    series = a_series({0: "0.90", 1: "1.00", 2: "1.10", 3: price})
    assert verdict(series) == Suspicion("own_history", euro("1.00"), 3)


def test_a_quarter_is_exact_where_it_falls_between_two_cents() -> None:
    for price, suspect in (("0.26", False), ("0.25", True)):
        series = a_series({0: "0.90", 1: "1.01", 2: "1.10", 3: price})
        assert (verdict(series) is not None) == suspect


def test_a_median_needs_three_points() -> None:
    assert verdict(a_series({0: "1.00", 1: "1.10", 2: "100.00"})) is None
    assert verdict(a_series({0: "1.00", 1: "1.10", 2: "1.20", 3: "100.00"})) is not None


def test_of_two_in_the_middle_the_lower_is_the_median() -> None:
    series = a_series({0: "1.00", 1: "2.00", 2: "3.00", 3: "4.00", 4: "8.01"})
    assert verdict(series) == Suspicion("own_history", euro("2.00"), 4)


def test_a_price_that_only_holds_on_is_one_point() -> None:
    assert verdict(a_series({0: "1.00", 8: "100.00"}, confirmed=range(8))) is None


def test_what_came_later_never_speaks_about_a_price() -> None:
    series = a_series({0: "100.00", 1: "1.00", 2: "1.10", 3: "1.20"})
    assert suspicion(series.steps[0], series, ()) is None


@pytest.mark.parametrize(("days", "points"), [(180, 3), (180.001, 2)])
def test_its_own_past_reaches_180_days_back(days: float, points: int) -> None:
    series = a_series({0: "1.00", 100: "1.10", 101: "1.20", days: "100.00"})
    assert (verdict(series) is not None) == (points == 3)


def test_prices_in_another_currency_say_nothing() -> None:
    kuna: dict[float, str | State] = {number: priced("7.50", currency="HRK") for number in range(3)}
    assert verdict(a_series({**kuna, 3: "1.00"})) is None
    assert verdict(a_series({3: "1.00"}), [a_series({3: priced("7.50", currency="HRK")}, c) for c in "abc"]) is None


# The other chains


@pytest.mark.parametrize(("price", "suspect"), [("4.00", False), ("4.01", True), ("0.25", False), ("0.24", True)])
def test_a_price_is_held_against_three_other_chains(price: str, suspect: bool) -> None:
    found = verdict(a_series({3: price}), others_asking("0.90", "1.00", "1.10"))
    assert found == (Suspicion("other_chains", euro("1.00"), 3) if suspect else None)


def test_what_is_used_and_what_is_new_are_not_held_against_each_other() -> None:
    def in_condition(price: str, condition: Condition) -> State:
        return State(Availability.IN_STOCK, None, Terms(euro(price), condition=condition))

    used, new = in_condition("1.00", Condition.USED), in_condition("9.00", Condition.NEW)
    sold_used = [a_series({3: used}, chain) for chain in "abc"]
    assert verdict(a_series({3: new}), sold_used) is None
    assert verdict(a_series({3: in_condition("9.00", Condition.USED)}), sold_used) is not None
    gone = [a_series({3: used, 4: ABSENT}, chain) for chain in "abc"]
    assert verdict(a_series({3: new}), gone) is None, "it was used while it was there"


def test_two_other_chains_are_too_few() -> None:
    assert verdict(a_series({3: "100.00"}), others_asking("1.00", "1.00")) is None


def test_its_own_past_is_named_first() -> None:
    series = a_series({0: "1.00", 1: "1.10", 2: "1.20", 3: "100.00"})
    found = verdict(series, others_asking("1.00", "1.00", "1.00"))
    assert found is not None
    assert found.against == "own_history"


def test_the_branches_of_its_own_chain_do_not_count() -> None:
    branches = [a_series({3: "1.00"}, "konzum", str(number)) for number in range(9)]
    assert verdict(a_series({3: "100.00"}), branches) is None


def test_a_chain_has_one_voice_however_many_branches_it_has() -> None:
    crowd = [a_series({3: "100.00"}, "crowd", str(number)) for number in range(9)]
    others = [*crowd, *others_asking("1.00", "1.10")]
    assert verdict(a_series({3: "100.00"}), others) == Suspicion("other_chains", euro("1.10"), 3)


def test_the_voice_of_a_chain_is_the_middle_of_its_branches() -> None:
    chain = [a_series({3: price}, "chain", price) for price in ("1.00", "1.00", "100.00")]
    assert verdict(a_series({3: "100.00"}), [*chain, *others_asking("1.00", "100.00")]) == Suspicion(
        "other_chains", euro("1.00"), 3
    )


def test_the_others_count_with_what_they_asked_at_its_time() -> None:
    others = [a_series({0: "1.00", 3: "100.00"}, chain) for chain in "abc"]
    before = a_series({1: "1.00", 2: ABSENT})
    after = a_series({4: "1.00"})
    assert verdict(before, others) is None
    assert verdict(after, others) == Suspicion("other_chains", euro("100.00"), 3)


def test_what_others_asked_only_later_and_what_they_never_asked_says_nothing() -> None:
    shop = a_series({1: "100.00", 2: ABSENT})
    assert verdict(shop, [a_series({3: "1.00"}, chain) for chain in "abc"]) is None
    assert verdict(shop, [a_series({}, chain) for chain in "abc"]) is None


@pytest.mark.parametrize(("apart", "comparable"), [(90, True), (-90, True), (90.001, False)])
def test_sightings_more_than_90_days_apart_are_not_compared(apart: float, comparable: bool) -> None:
    shop = a_series({200: "100.00"}, stale_after=365)
    others = [a_series({200 - apart: "1.00"}, chain, stale_after=365) for chain in "abc"]
    assert (verdict(shop, others) is not None) == comparable


def test_a_price_that_others_still_ask_for_months_is_held_against_a_slip_of_long_ago() -> None:
    """A slip does not become the lowest price ever because the other chains never changed theirs."""
    slip = a_series({3: "0.10", 4: "1.00"})
    others = [a_series({0: "1.00"}, chain, confirmed=range(1, 400)) for chain in "abc"]
    assert suspicion(slip.steps[0], slip, others) == Suspicion("other_chains", euro("1.00"), 3)


def test_a_price_that_was_asked_for_months_is_held_against_what_others_ask_at_its_end() -> None:
    shop = a_series({0: "100.00"}, confirmed=range(1, 200))
    others = [a_series({190: "1.00"}, chain) for chain in "abc"]
    assert verdict(shop, others) is not None


def test_an_announced_special_price_was_seen_when_it_was_announced() -> None:
    shop = a_series({0: priced("1.00", "0.10", 100, 130)}, stale_after=365, as_of=120)
    others = [a_series({80: "1.00"}, chain, stale_after=365, as_of=120) for chain in "abc"]
    assert shop.steps[-1].start == day(100)
    assert verdict(shop, others) is not None
    aged = [a_series({91: "1.00"}, chain, stale_after=365, as_of=120) for chain in "abc"]
    assert verdict(shop, aged) is None


def test_a_list_from_the_first_day_of_the_calendar_breaks_nothing() -> None:
    first = (datetime(1, 1, 1, tzinfo=UTC) - day(0)).days
    ancient = a_series({first: "1.00"}, as_of=0)
    assert suspicion(ancient.steps[0], ancient, others_asking("9.00", "9.00", "9.00", at=0)) is None


# What the verdict is a function of

PRICES = ("0.10", "1.00", "1.10", "2.00", "9.00")
Past = dict[float, str | State]


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    days = draw(st.sets(st.integers(0, 12), min_size=1, max_size=5))
    return {day: draw(st.sampled_from(PRICES)) for day in days}


markets = st.lists(pasts(), min_size=1, max_size=6)


def listings(market: list[Past], as_of: float) -> list[Series]:
    return [a_series(past, f"chain{number // 2}", str(number), as_of=as_of) for number, past in enumerate(market)]


@given(data=st.data(), market=markets, as_of=st.integers(12, 30))
def test_the_verdict_does_not_depend_on_the_order_of_the_others_nor_on_whether_it_is_among_them(
    data: st.DataObject, market: list[Past], as_of: int
) -> None:
    one, *rest = listings(market, as_of)
    shuffled = data.draw(st.permutations([*rest, one]))
    for step in one.steps:
        assert suspicion(step, one, rest) == suspicion(step, one, shuffled)


@given(market=markets, as_of=st.integers(12, 20), hours=st.integers(1, 400))
def test_the_mere_passing_of_time_changes_no_verdict(market: list[Past], as_of: int, hours: int) -> None:
    before, after = listings(market, as_of), listings(market, as_of + hours / 24)
    verdicts = [[suspicion(step, one, before) for step in one.steps] for one in before]
    assert verdicts == [[suspicion(step, one, after) for step in one.steps] for one in after]


@given(market=markets, factor=st.integers(2, 50))
def test_the_verdict_is_the_same_in_every_unit_of_money(market: list[Past], factor: int) -> None:
    scaled: list[Past] = [
        {at: str(Money.of(str(price), "EUR").amount * factor) for at, price in past.items()} for past in market
    ]
    plain, other = listings(market, 20), listings(scaled, 20)
    for one, twin in zip(plain, other, strict=True):
        for step, its_twin in zip(one.steps, twin.steps, strict=True):
            assert (suspicion(step, one, plain) is None) == (suspicion(its_twin, twin, other) is None)


# The price in force


def test_a_suspect_price_is_suspect_since_it_began() -> None:
    series = a_series({0: "1.00", 1: "1.10", 2: "1.20", 3: "100.00"}, as_of=5)
    assert suspect_since(series, ()) == (day(3), Suspicion("own_history", euro("1.10"), 3))


def test_what_is_stale_or_not_listed_is_not_judged() -> None:
    past: dict[float, str | State] = {0: "1.00", 1: "1.10", 2: "1.20", 3: "100.00"}
    assert suspect_since(a_series(past, as_of=9.999), ()) is not None
    assert suspect_since(a_series(past, as_of=10), ()) is None
    assert suspect_since(a_series({**past, 4: ABSENT}, as_of=5), ()) is None
    assert suspect_since(a_series({}), ()) is None


def test_a_price_is_judged_anew_when_another_chains_special_price_turns() -> None:
    announced = priced("9.00", "1.00", 2, 4)
    shop = a_series({0: "1.00"}, as_of=1)
    other = a_series({0: announced}, "other", as_of=1)
    own_branch = a_series({0: announced}, "konzum", "2", as_of=1)
    assert list(judged_anew(shop, [shop, other, own_branch])) == [day(2), day(4)]


@pytest.mark.parametrize("ends", [7, 8])
def test_a_special_price_that_would_turn_after_it_went_stale_judges_nobody(ends: int) -> None:
    other = a_series({0: priced("9.00", "1.00", 2, ends)}, "other", as_of=1)
    assert list(judged_anew(a_series({0: "1.00"}, as_of=1), [other])) == [day(2)]
