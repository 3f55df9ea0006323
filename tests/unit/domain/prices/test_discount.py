"""An announced reduction is held against the lowest price of the 30 days before it began."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coprra.domain.kernel.instants import EARLIEST, to_micros
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.chain import Branch, BranchId, Chain
from coprra.domain.prices.discount import (
    Announced,
    Discount,
    Reason,
    Reference,
    Verdict,
    discount_of,
    percent_off,
)
from coprra.domain.prices.observation import (
    ABSENT,
    UNREADABLE,
    Availability,
    Claims,
    Moment,
    Observation,
    Special,
    State,
    Terms,
)
from coprra.domain.prices.series import Listing, Series

Story = dict[float, State] | dict[int, State]
"""What was seen of a listing, by day."""

EUR = Currency("EUR")
DAILY = range(100)
TODAY = 40
PASSED = (Verdict.PASSED, None)
NOT_LOWER = (Verdict.FAILED, Reason.NOT_LOWER)
OVERSTATED = (Verdict.FAILED, Reason.OVERSTATED)
UNSEEN = (Verdict.INSUFFICIENT_DATA, Reason.UNSEEN)
UNKNOWN_BEGINNING = (Verdict.INSUFFICIENT_DATA, Reason.UNKNOWN_BEGINNING)


def day(number: float) -> datetime:
    return datetime(2025, 12, 1, tzinfo=UTC) + timedelta(days=number)


def euro(amount: str) -> Money:
    return Money.of(amount, EUR)


def regular(price: str, **terms: object) -> State:
    return State(Availability.IN_STOCK, None, Terms(euro(price), **terms))  # type: ignore[arg-type]  # fields by name


def special(
    price: str,
    was: str | None = None,
    *,
    starts: float | None = None,
    low: Money | None = None,
    tax_included: bool = True,
) -> State:
    reduced = Special(euro(price), day(starts) if starts is not None else None)
    terms = Terms(euro(was) if was else None, reduced, tax_included=tax_included)
    return State(Availability.IN_STOCK, None, terms, Claims(lowest_30_days=low))


def a_series(
    seen: Story,
    *,
    as_of: float = TODAY,
    confirmed: Iterable[float] = DAILY,
    chain: str = "konzum",
    stale_after: float = 7,
) -> Series:
    shop = Chain(chain, chain.title(), "HR", EUR, timedelta(days=stale_after))
    return Series(
        Listing(shop, Branch(BranchId(chain, "1"), "UTC"), "1"),
        day(as_of),
        tuple(Observation(Moment(to_micros(day(at)), 0), state) for at, state in sorted(seen.items()) if at <= as_of),
        tuple(Moment(to_micros(day(at)), 0) for at in confirmed if at <= as_of),
    )


def judged(series: Series, others: Sequence[Series] = ()) -> Discount:
    discount = discount_of(series, others)
    assert discount
    return discount


def verdict(series: Series, others: Sequence[Series] = ()) -> tuple[Verdict, Reason | None]:
    discount = judged(series, others)
    return discount.verdict, discount.reason


# What counts as a reduction


def test_a_special_price_below_every_price_of_the_30_days_before_passes() -> None:
    discount = judged(a_series({0: regular("2.00"), 35: special("1.50", "2.00")}))
    assert (discount.verdict, discount.reason) == PASSED
    assert (discount.prior_price, discount.percent) == (euro("2.00"), Decimal("25.00"))
    assert discount.announced == Announced(euro("2.00"), Reference.REGULAR_PRICE, Decimal("25.00"))
    assert (discount.reduction.began, discount.reduction.beginning_known) == (day(35), True)
    before = discount.reduction.before
    assert (before.start, before.end, before.covered) == (day(5), day(35), timedelta(days=30))
    assert before.asked_at == ((day(5), day(35)),)


def test_a_regular_price_that_falls_is_no_announced_reduction() -> None:
    assert discount_of(a_series({0: regular("2.00"), 35: regular("1.50")}), ()) is None


def test_a_special_price_that_is_over_or_stale_or_not_listed_is_not_judged() -> None:
    seen = {0: regular("2.00"), 30: special("1.50", "2.00")}
    assert discount_of(a_series(seen | {35: regular("2.00")}), ()) is None
    assert discount_of(a_series(seen | {35: ABSENT}), ()) is None
    assert discount_of(a_series(seen, confirmed=range(31)), ()) is None
    assert discount_of(a_series({}), ()) is None


def test_out_of_stock_it_is_still_announced() -> None:
    sold_out = replace(special("1.50", "2.00"), availability=Availability.OUT_OF_STOCK)
    assert verdict(a_series({0: regular("2.00"), 35: sold_out})) == PASSED


# The prior price


def test_a_lower_price_in_the_30_days_before_makes_the_announced_percentage_too_high() -> None:
    discount = judged(a_series({0: regular("1.60"), 20: regular("2.00"), 35: special("1.50", "2.00")}))
    assert (discount.verdict, discount.reason) == OVERSTATED
    assert discount.percent == Decimal("6.25")
    assert discount.announced is not None
    assert discount.announced.percent == Decimal("25.00")
    assert discount.reduction.before.asked_at == ((day(5), day(20)),)


@pytest.mark.parametrize("before", ["1.50", "1.40"])
def test_what_cost_no_more_in_the_30_days_before_is_no_reduction(before: str) -> None:
    assert verdict(a_series({0: regular(before), 20: regular("2.00"), 35: special("1.50", "2.00")})) == NOT_LOWER


def test_the_price_in_force_when_the_window_opens_counts() -> None:
    seen = {0: regular("1.60"), 5.5: regular("2.00"), 35: special("1.50", "2.00")}
    assert verdict(a_series(seen)) == OVERSTATED
    assert verdict(a_series(seen | {5: regular("2.00")})) == PASSED


def test_the_reduced_price_itself_is_no_part_of_the_window_however_long_it_lasts() -> None:
    seen = {0: regular("2.00"), 35: special("1.50", "2.00")}
    assert verdict(a_series(seen, as_of=95)) == PASSED


def test_an_earlier_special_price_counts_like_any_other() -> None:
    seen = {0: regular("2.00"), 10: special("1.20", "2.00"), 15: regular("2.00"), 35: special("1.50", "2.00")}
    assert verdict(a_series(seen)) == NOT_LOWER
    assert verdict(a_series(seen | {10: regular("2.00")})) == PASSED


def test_a_price_of_more_than_30_days_ago_does_not_count() -> None:
    seen = {0: regular("1.00"), 4: regular("2.00"), 35: special("1.50", "2.00")}
    assert verdict(a_series(seen)) == PASSED


# Progressive reductions


def test_cuts_that_follow_each_other_keep_the_price_before_the_first() -> None:
    seen = {0: regular("2.00"), 31: special("1.80", "2.00"), 35: special("1.50", "2.00"), 38: special("1.20", "2.00")}
    discount = judged(a_series(seen))
    assert (discount.verdict, discount.reason) == PASSED
    assert (discount.prior_price, discount.percent) == (euro("2.00"), Decimal("40.00"))
    assert discount.reduction.began == day(31)


def test_a_reduction_that_was_interrupted_is_a_new_one() -> None:
    seen = {0: regular("2.00"), 31: special("1.80", "2.00"), 34: regular("2.00"), 35: special("1.50", "2.00")}
    discount = judged(a_series(seen))
    assert (discount.verdict, discount.reason) == OVERSTATED
    assert discount.prior_price == euro("1.80")


def test_a_special_price_that_rises_is_a_new_reduction_and_no_honest_one() -> None:
    seen = {0: regular("2.00"), 31: special("1.50", "2.00"), 35: special("1.80", "2.00")}
    discount = judged(a_series(seen))
    assert (discount.verdict, discount.reason) == NOT_LOWER
    assert (discount.reduction.began, discount.percent) == (day(35), Decimal("-20.00"))


# What was not seen


def test_without_all_of_the_30_days_nothing_passes() -> None:
    assert verdict(a_series({10: regular("2.00"), 35: special("1.50", "2.00")}, confirmed=range(10, 100))) == UNSEEN
    gap = [number for number in DAILY if not 10 <= number < 20]
    discount = judged(a_series({0: regular("2.00"), 35: special("1.50", "2.00")}, confirmed=gap))
    assert (discount.verdict, discount.reason) == UNSEEN
    assert discount.reduction.before.covered == timedelta(days=26)
    assert discount.prior_price == euro("2.00")


def test_a_lower_price_that_was_seen_is_enough_to_fail() -> None:
    gap = [number for number in DAILY if not 10 <= number < 20]
    seen = {0: regular("1.60"), 20: regular("2.00"), 35: special("1.50", "2.00")}
    assert verdict(a_series(seen, confirmed=gap)) == OVERSTATED


def test_a_special_price_that_was_there_when_tracking_began_has_an_unknown_beginning() -> None:
    discount = judged(a_series({35: special("1.50", "2.00")}, confirmed=range(35, 41)))
    assert (discount.verdict, discount.reason) == UNKNOWN_BEGINNING
    assert (discount.prior_price, discount.percent, discount.reduction.beginning_known) == (None, None, False)
    assert discount.reduction.before.covered == timedelta()


def test_a_beginning_that_nobody_saw_does_not_excuse_a_price_that_lies_before_all_of_them() -> None:
    """The special price began at some time from day 17 on: whenever it did, day 10 to 17 belongs to the 30 days."""
    seen = {10: regular("1.60"), 35: special("1.50", "2.00")}
    discount = judged(a_series(seen, confirmed=range(35, 41)))
    assert (discount.verdict, discount.reason) == OVERSTATED
    assert (discount.reduction.earliest, discount.reduction.began) == (day(17), day(35))
    honest = {10: regular("2.00"), 35: special("1.50", "2.00")}
    assert verdict(a_series(honest, confirmed=range(35, 41))) == UNKNOWN_BEGINNING


def test_special_prices_with_an_unseen_time_between_them_may_be_one_reduction() -> None:
    seen = {0: regular("2.00"), 10: special("1.50", "2.00"), 35: special("1.50", "2.00")}
    gap = [*range(11), *range(35, 41)]
    discount = judged(a_series(seen, confirmed=gap))
    assert (discount.verdict, discount.reason) == UNKNOWN_BEGINNING
    assert (discount.reduction.earliest, discount.reduction.began) == (day(10), day(35))
    assert discount.prior_price == euro("2.00"), "asked from day 5 to 10, which both have in their windows"


def test_a_failed_look_is_no_look() -> None:
    looks = {5 + number: UNREADABLE for number in range(10)}
    seen = {0: regular("2.00"), 15: regular("2.00"), 35: special("1.50", "2.00")} | looks
    assert verdict(a_series(seen)) == UNSEEN


def test_a_complete_list_that_does_not_carry_it_says_that_nothing_was_asked() -> None:
    seen = {0: regular("2.00"), 20: ABSENT, 35: special("1.50", "2.00")}
    assert verdict(a_series(seen)) == PASSED
    newly_listed = a_series({30: regular("2.00"), 35: special("1.50", "2.00")})
    assert judged(newly_listed).reduction.before.covered == timedelta(days=30)
    assert verdict(newly_listed) == PASSED


def test_what_was_never_asked_before_has_no_prior_price() -> None:
    discount = judged(a_series({35: special("1.50", "2.00")}))
    assert (discount.verdict, discount.reason) == (Verdict.INSUFFICIENT_DATA, Reason.NO_PRIOR_PRICE)


# What the list states


def test_a_stated_period_tells_when_a_reduction_began_that_was_seen_later() -> None:
    seen = {0: regular("2.00"), 35: special("1.50", "2.00", starts=33)}
    discount = judged(a_series(seen, confirmed=[*range(27), *range(35, 41)]))
    assert (discount.reduction.began, discount.reduction.beginning_known) == (day(33), True)
    assert (discount.verdict, discount.reason) == PASSED


def test_a_stated_beginning_does_not_count_against_a_price_that_was_seen_after_it() -> None:
    seen = {0: regular("2.00"), 35: special("1.50", "2.00", starts=20)}
    assert judged(a_series(seen)).reduction.began == day(35)


def test_a_special_price_that_was_announced_begins_on_its_day() -> None:
    discount = judged(a_series({0: regular("2.00"), 30: special("1.50", "2.00", starts=35)}))
    assert (discount.reduction.began, discount.verdict) == (day(35), Verdict.PASSED)


def test_without_a_regular_price_above_it_the_claimed_low_is_what_is_announced() -> None:
    """Real lists leave the regular price out, or repeat the special one there."""
    for was in (None, "1.50"):
        seen = {0: regular("2.00"), 35: special("1.50", was, low=euro("2.00"))}
        discount = judged(a_series(seen))
        assert discount.announced == Announced(euro("2.00"), Reference.LOWEST_30_DAYS, Decimal("25.00"))
        assert (discount.verdict, discount.claim_agrees) == (Verdict.PASSED, True)


def test_a_claimed_low_that_was_not_the_lowest_is_overstated() -> None:
    seen = {0: regular("1.60"), 20: regular("2.00"), 35: special("1.50", low=euro("2.00"))}
    discount = judged(a_series(seen))
    assert (discount.verdict, discount.reason) == OVERSTATED
    assert discount.claim_agrees is False


def test_a_true_claim_beside_a_regular_price_does_not_excuse_it() -> None:
    seen = {0: regular("1.60"), 20: regular("2.00"), 35: special("1.50", "2.00", low=euro("1.60"))}
    discount = judged(a_series(seen))
    assert ((discount.verdict, discount.reason), discount.claim_agrees) == (OVERSTATED, True)


def test_a_claim_is_neither_confirmed_nor_found_too_low_by_what_was_seen_in_part() -> None:
    seen = {10: regular("2.00"), 35: special("1.50", low=euro("2.00"))}
    assert judged(a_series(seen, confirmed=range(10, 41))).claim_agrees is None
    seen = {10: regular("2.00"), 35: special("1.50", low=euro("1.80"))}
    assert judged(a_series(seen, confirmed=range(10, 41))).claim_agrees is None
    assert judged(a_series(seen | {0: regular("2.00")})).claim_agrees is False


def test_a_claim_in_another_currency_says_nothing() -> None:
    seen = {0: regular("2.00"), 35: special("1.50", low=Money.of("15.00", "HRK"))}
    discount = judged(a_series(seen))
    assert (discount.verdict, discount.announced, discount.claim_agrees) == (Verdict.PASSED, None, None)


def test_a_claim_never_becomes_a_prior_price() -> None:
    seen = {35: special("1.50", low=euro("1.40"))}
    assert judged(a_series(seen, confirmed=range(35, 41))).prior_price is None


# What stays out


def test_a_suspect_price_is_no_prior_price_and_leaves_its_time_unseen() -> None:
    seen = {0: regular("2.00"), 2: regular("2.10"), 4: regular("2.00"), 20: regular("0.20"), 21: regular("2.00")}
    discount = judged(a_series(seen | {35: special("1.50", "2.00")}))
    assert (discount.verdict, discount.reason) == UNSEEN
    assert (discount.prior_price, discount.reduction.before.covered) == (euro("2.00"), timedelta(days=29))


def test_nothing_is_said_of_a_special_price_that_is_suspect_itself() -> None:
    seen = {0: regular("2.00"), 2: regular("2.10"), 4: regular("2.00"), 35: special("0.15", "2.00")}
    assert verdict(a_series(seen)) == (Verdict.INSUFFICIENT_DATA, Reason.SUSPECT)


def test_other_chains_make_a_price_suspect_but_never_a_prior_price() -> None:
    series = a_series({0: regular("9.00"), 35: special("1.50", "2.00")})
    others = [a_series({0: regular("2.00")}, chain=f"other{number}") for number in range(3)]
    assert judged(series).prior_price == euro("9.00")
    assert verdict(series, [series, *others]) == UNKNOWN_BEGINNING
    assert judged(series, [series, *others]).prior_price is None


def test_prices_before_tax_and_in_another_currency_are_not_compared() -> None:
    before_tax = a_series({0: regular("1.20", tax_included=False), 35: special("1.50", "2.00")})
    assert verdict(before_tax) == UNKNOWN_BEGINNING
    other = State(Availability.IN_STOCK, None, Terms(Money.of("1.20", "HRK")))
    assert verdict(a_series({0: other, 20: regular("2.00"), 35: special("1.50", "2.00")})) == UNSEEN


def test_a_window_does_not_reach_beyond_the_calendar() -> None:
    listing = a_series({}).listing
    at = EARLIEST + timedelta(days=3)
    seen = tuple(
        Observation(Moment(to_micros(at) - 1 + number, 0), state)
        for number, state in enumerate((regular("2.00"), special("1.50", "2.00")))
    )
    discount = judged(Series(listing, at, seen, ()))
    assert (discount.reduction.before.start, discount.verdict) == (EARLIEST, Verdict.INSUFFICIENT_DATA)


# Percentages


@pytest.mark.parametrize(
    ("price", "asked", "percent"),
    [("1.69", "1.29", "23.67"), ("3.00", "2.00", "33.33"), ("2.00", "2.00", "0.00"), ("1.00", "1.50", "-50.00")],
)
def test_a_percentage_is_one_of_the_price_before(price: str, asked: str, percent: str) -> None:
    assert percent_off(euro(price), euro(asked)) == Decimal(percent)


# Laws


# So close together that none of them is ever suspect.
cents = st.integers(100, 390)


@st.composite
def stories(draw: st.DrawFn, *, periods: bool = True) -> Story:
    """What was seen until the last days, in which a special price is listed."""
    days = draw(st.lists(st.integers(0, TODAY - 1), max_size=8, unique=True))
    seen: dict[float, State] = {at: draw(looks(periods=periods)) for at in sorted(days)}
    seen[float(draw(st.integers(TODAY - 4, TODAY)))] = draw(specials(periods=periods))
    return seen


@st.composite
def specials(draw: st.DrawFn, *, periods: bool) -> State:
    low = draw(st.none() | cents)
    return special(
        _amount(draw(cents)),
        draw(st.none() | cents.map(_amount)),
        starts=draw(st.none() | st.integers(0, TODAY)) if periods else None,
        low=euro(_amount(low)) if low else None,
    )


@st.composite
def looks(draw: st.DrawFn, *, periods: bool) -> State:
    kind = draw(st.sampled_from(("regular", "regular", "special", "absent", "unreadable")))
    if kind == "regular":
        return regular(_amount(draw(cents)))
    if kind == "special":
        return draw(specials(periods=periods))
    return {"absent": ABSENT, "unreadable": UNREADABLE}[kind]


def _amount(minor: int) -> str:
    return f"{minor / 100:.2f}"


confirmations = st.sets(st.integers(0, TODAY)).map(sorted) | st.just(list(range(TODAY + 1)))


def _scaled(state: State, factor: int) -> State:
    if state.terms is None:
        return state
    terms, low = state.terms, state.claims.lowest_30_days
    return replace(
        state,
        terms=replace(
            terms,
            price=terms.price * factor if terms.price else None,
            special=replace(terms.special, price=terms.special.price * factor) if terms.special else None,
        ),
        claims=Claims(lowest_30_days=low * factor if low else None),
    )


def _shifted(state: State, by: timedelta) -> State:
    if state.terms is None or state.terms.special is None or state.terms.special.starts is None:
        return state
    moved = replace(state.terms.special, starts=state.terms.special.starts + by)
    return replace(state, terms=replace(state.terms, special=moved))


def _said(series: Series, others: Sequence[Series] = ()) -> tuple[object, ...] | None:
    """All of a verdict that does not depend on the scale of prices and of time."""
    discount = discount_of(series, others)
    if discount is None:
        return None
    announced = discount.announced and (discount.announced.reference, discount.announced.percent)
    reduction = discount.reduction
    return (
        (discount.verdict, discount.reason, discount.percent, announced, discount.claim_agrees),
        (reduction.beginning_known, reduction.before.covered, reduction.before.end - reduction.before.start),
    )


@given(seen=stories(), confirmed=confirmations, factor=st.integers(1, 1000))
def test_the_scale_of_prices_changes_no_verdict(seen: Story, confirmed: list[int], factor: int) -> None:
    scaled = {at: _scaled(state, factor) for at, state in seen.items()}
    assert _said(a_series(scaled, confirmed=confirmed)) == _said(a_series(seen, confirmed=confirmed))


@given(seen=stories(), confirmed=confirmations, by=st.integers(-1000, 10_000))
def test_the_calendar_changes_no_verdict(seen: Story, confirmed: list[int], by: int) -> None:
    moved = {at + by: _shifted(state, timedelta(days=by)) for at, state in seen.items()}
    later = a_series(moved, as_of=TODAY + by, confirmed=[at + by for at in confirmed])
    assert _said(later) == _said(a_series(seen, confirmed=confirmed))


@given(seen=stories(periods=False), at=st.integers(1, 29), price=cents, confirmed=confirmations)
def test_another_price_seen_in_the_window_never_raises_the_prior_price(
    seen: Story, at: int, price: int, confirmed: list[int]
) -> None:
    """Without stated periods, which a price that was seen after their beginning speaks against."""
    before = discount_of(a_series(seen, confirmed=confirmed), ())
    assume(before is not None and before.reduction.beginning_known)
    assert before is not None
    instant = (before.reduction.before.start + timedelta(days=at) - day(0)) / timedelta(days=1)
    assume(instant not in seen)
    after = judged(a_series(seen | {instant: regular(_amount(price))}, confirmed=confirmed))
    assert after.reduction.began == before.reduction.began
    assert after.prior_price is not None
    assert before.prior_price is None or after.prior_price <= before.prior_price


@given(seen=stories(), confirmed=confirmations, other=stories())
def test_another_branch_changes_no_verdict(seen: Story, confirmed: list[int], other: Story) -> None:
    series = a_series(seen, confirmed=confirmed)
    neighbours = [series, *(a_series(other, chain=chain) for chain in ("konzum", "spar"))]
    assert discount_of(series, neighbours) == discount_of(series, ())


@given(seen=stories(), confirmed=confirmations)
def test_only_a_whole_window_passes_and_only_a_seen_price_fails(seen: Story, confirmed: list[int]) -> None:
    discount = discount_of(a_series(seen, confirmed=confirmed), ())
    if discount and discount.verdict is Verdict.PASSED:
        assert discount.reduction.settled
        assert discount.percent is not None
        assert discount.percent > 0
    if discount and discount.verdict is Verdict.FAILED:
        assert discount.reduction.before.asked_at
