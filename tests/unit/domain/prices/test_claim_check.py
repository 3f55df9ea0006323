"""What a list claims about its own prices is held against the ledger, and believed or refuted only by what was seen."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.instants import to_micros
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.article import Article
from coprra.domain.prices.chain import Branch, BranchId, Chain
from coprra.domain.prices.claim_check import ClaimCheck, ClaimKind, check_claims
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.observation import (
    ABSENT,
    NO_CLAIMS,
    Availability,
    Claims,
    Moment,
    Observation,
    Special,
    State,
    Terms,
)
from coprra.domain.prices.series import Listing, Series
from coprra.domain.prices.unit_price import UnitPrice, unit_price

Story = dict[float, State] | dict[int, State]
"""What was seen of a listing, by day."""

DAILY = range(60)
LITRE = Measure.of(1, "l")
ANCHOR_DAY = date(2025, 12, 3)


def day(number: float) -> datetime:
    return datetime(2025, 12, 1, tzinfo=UTC) + timedelta(days=number)


def euro(amount: str) -> Money:
    return Money.of(amount, "EUR")


def listed(
    price: str | None, special: str | None = None, *, claims: Claims = NO_CLAIMS, measure: Measure | None = LITRE
) -> State:
    terms = Terms(euro(price) if price else None, Special(euro(special)) if special else None)
    return State(Availability.IN_STOCK, Article("konzum", "1", "Milk", measure=measure), terms, claims)


def a_series(seen: Story, *, as_of: float = 40, confirmed: Iterable[float] = DAILY, timezone: str = "UTC") -> Series:
    return Series(
        Listing(Chain("konzum", "Konzum", "HR", Currency("EUR")), Branch(BranchId("konzum", "1"), timezone), "1"),
        day(as_of),
        tuple(Observation(Moment(to_micros(day(at)), 0), state) for at, state in sorted(seen.items()) if at <= as_of),
        tuple(Moment(to_micros(day(at)), 0) for at in confirmed if at <= as_of),
    )


def checked(series: Series, others: Sequence[Series] = ()) -> ClaimCheck:
    (only,) = check_claims(series, others)
    return only


def said(check: ClaimCheck) -> tuple[str | None, bool | None]:
    return (str(check.ours) if check.ours else None, check.agrees)


def lowest(amount: str) -> Claims:
    return Claims(lowest_30_days=euro(amount))


def anchor(amount: str, on: date | None = ANCHOR_DAY) -> Claims:
    return Claims(anchor=euro(amount), anchor_on=on)


def per_litre(amount: str, currency: str = "EUR", unit: str = "l") -> Claims:
    return Claims(unit_price=UnitPrice.of(amount, currency, Measure.of(1, unit)))


def test_every_claim_of_the_newest_list_is_checked_and_nothing_else() -> None:
    claims = Claims(euro("1.00"), euro("1.00"), ANCHOR_DAY, per_litre("1.00").unit_price)
    checks = check_claims(a_series({0: listed("2.00", claims=claims)}), ())
    assert [check.kind for check in checks] == list(ClaimKind)
    assert check_claims(a_series({0: listed("2.00", claims=claims), 9: listed("2.00")}), ()) == ()
    assert check_claims(a_series({0: listed("2.00", claims=claims), 9: ABSENT}), ()) == ()
    assert check_claims(a_series({}), ()) == ()


# The lowest price of 30 days


def test_a_reduction_s_claim_is_about_the_30_days_before_it() -> None:
    seen = {0: listed("2.00"), 35: listed(None, "1.50", claims=lowest("2.00"))}
    assert said(checked(a_series(seen))) == ("2.00 EUR", True)
    assert said(checked(a_series(seen | {20: listed("1.80")}))) == ("1.80 EUR", False)


def test_some_lists_count_the_reduced_price_itself_and_are_not_wrong() -> None:
    assert said(checked(a_series({0: listed("2.00"), 35: listed(None, "1.50", claims=lowest("1.50"))}))) == (
        "1.50 EUR",
        True,
    )


def test_without_a_reduction_the_claim_is_about_the_30_days_up_to_the_list() -> None:
    assert said(checked(a_series({0: listed("1.80"), 20: listed("2.00", claims=lowest("1.80"))}))) == ("1.80 EUR", True)
    assert said(checked(a_series({0: listed("1.80"), 20: listed("2.00", claims=lowest("2.00"))}))) == (
        "1.80 EUR",
        False,
    )
    assert said(checked(a_series({0: listed("1.80"), 5: listed("2.00", claims=lowest("2.00"))}))) == ("2.00 EUR", True)


def test_a_lower_price_that_was_seen_refutes_a_claim_of_which_little_is_known() -> None:
    check = checked(a_series({0: listed("1.80"), 20: listed("2.00", claims=lowest("2.00"))}, confirmed=[20]))
    assert said(check) == ("1.80 EUR", False)
    assert check.covered == timedelta(days=7, microseconds=1)


def test_what_was_not_seen_may_prove_a_claim_right() -> None:
    for claimed in ("1.80", "1.00"):
        check = checked(a_series({0: listed("1.80"), 20: listed("2.00", claims=lowest(claimed))}, confirmed=[20]))
        assert said(check) == (None, None)
        assert (check.claimed, check.covered) == (euro(claimed), timedelta(days=7, microseconds=1))


def test_a_claim_is_held_against_what_was_asked_up_to_the_list_that_makes_it() -> None:
    seen = {0: listed("1.80"), 20: listed("2.00", claims=lowest("1.80"))}
    for last_list, verdict in ((35, True), (55, False)):
        check = checked(a_series(seen, confirmed=range(last_list + 1), as_of=58))
        assert (check.agrees, check.said_at) == (verdict, day(last_list))


def test_a_suspect_price_refutes_nothing() -> None:
    seen = {0: listed("2.00"), 2: listed("2.10"), 4: listed("2.00"), 20: listed("0.20"), 21: listed("2.00")}
    check = checked(a_series(seen | {35: listed("2.00", claims=lowest("2.00"))}))
    assert said(check) == (None, None)


def test_a_claim_in_another_currency_can_not_be_told() -> None:
    foreign = Money.of("15.00", "HRK")
    claims = Claims(foreign, foreign, ANCHOR_DAY, per_litre("15.00", "HRK").unit_price)
    checks = check_claims(a_series({0: listed("2.00"), 35: listed("2.00", "1.50", claims=claims)}), ())
    assert [said(check) for check in checks] == [(None, None)] * 3


def test_a_claim_of_a_list_without_a_price_in_force_is_not_told() -> None:
    over = State(
        Availability.IN_STOCK, None, Terms(None, Special(euro("1.50"), ends=day(5))), Claims(lowest_30_days=euro("2"))
    )
    check = checked(a_series({10: over}))
    assert (said(check), check.covered) == ((None, None), timedelta())


# The anchor price


def test_an_anchor_price_is_held_against_a_list_of_that_day() -> None:
    seen = {0: listed("2.00"), 20: listed("2.20", claims=anchor("2.00"))}
    assert said(checked(a_series(seen))) == ("2.00 EUR", True)
    assert said(checked(a_series(seen | {2: listed("2.10")}))) == ("2.10 EUR", False)
    assert checked(a_series(seen)).on == ANCHOR_DAY


def test_on_the_anchor_day_the_regular_and_the_reduced_price_both_count() -> None:
    for claimed, verdict in (("2.00", True), ("1.50", True), ("1.60", False)):
        seen = {0: listed("2.00", "1.50"), 20: listed("2.20", claims=anchor(claimed))}
        assert checked(a_series(seen)).agrees is verdict


def test_without_a_list_of_the_anchor_day_nothing_is_known() -> None:
    seen = {0: listed("2.00"), 20: listed("2.20", claims=anchor("2.00"))}
    assert said(checked(a_series(seen, confirmed=[0, 1, 3, 20]))) == (None, None)


def test_the_anchor_day_is_the_branch_s_local_one() -> None:
    seen = {0: listed("2.00"), 20: listed("2.20", claims=anchor("2.00"))}
    just_before = 2 - 1 / 24
    assert checked(a_series(seen, confirmed=[just_before], timezone="Europe/Zagreb")).agrees is True
    assert checked(a_series(seen, confirmed=[just_before])).agrees is None


@pytest.mark.parametrize("on", [None, date.min, date.max])
def test_an_anchor_of_no_day_or_of_one_beyond_the_calendar_is_not_told(on: date | None) -> None:
    assert said(checked(a_series({0: listed("2.00", claims=anchor("2.00", on))}))) == (None, None)


def test_a_suspect_price_of_the_anchor_day_says_nothing() -> None:
    seen = {0: listed("2.00"), 0.5: listed("2.10"), 1: listed("2.00"), 2: listed("0.20"), 3: listed("2.00")}
    assert said(checked(a_series(seen | {20: listed("2.00", claims=anchor("2.00"))}))) == (None, None)


# The unit price


def test_a_unit_price_is_held_against_price_and_measure_but_for_rounding() -> None:
    half = Measure.of("0.5", "l")
    for claimed, verdict in (("3.00", True), ("3.01", True), ("3.30", False)):
        check = checked(a_series({0: listed("2.00", "1.50", claims=per_litre(claimed), measure=half)}))
        assert check.agrees is verdict
        assert check.ours == unit_price(euro("1.50"), half)


def test_without_a_measure_of_its_kind_a_unit_price_is_not_told() -> None:
    for measure in (None, Measure.of(1, "kg")):
        check = checked(a_series({0: listed("2.00", claims=per_litre("2.00"), measure=measure)}))
        assert said(check) == (None, None)


@given(
    prices=st.lists(st.integers(100, 390), min_size=1, max_size=8),
    claimed=st.integers(100, 390),
    confirmed=st.sets(st.integers(0, 40)),
)
def test_a_refuted_claim_has_our_price_beside_it_and_is_never_equal_to_it(
    prices: list[int], claimed: int, confirmed: set[int]
) -> None:
    seen = {float(5 * at): listed(f"{price / 100}") for at, price in enumerate(prices)}
    seen[38] = listed("3.00", claims=lowest(f"{claimed / 100}"))
    check = checked(a_series(seen, confirmed=sorted(confirmed)))
    assert (check.ours is None) == (check.agrees is None)
    assert check.agrees is None or (check.ours == check.claimed) == check.agrees
