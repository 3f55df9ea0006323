"""An offer is what is believed of a listing now, or the reason why it is set aside."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from coprra.domain.kernel.instants import to_micros
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.article import Article
from coprra.domain.prices.chain import Branch, BranchId, Chain
from coprra.domain.prices.landed_price import Order
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.observation import (
    ABSENT,
    NO_CLAIMS,
    UNREADABLE,
    Asked,
    Availability,
    Claims,
    Moment,
    Observation,
    Special,
    State,
    Terms,
)
from coprra.domain.prices.offer import Aside, Offer, offer_of
from coprra.domain.prices.series import Listing, Series
from coprra.domain.prices.unit_price import UnitPrice, unit_price

MICROSECOND = timedelta(microseconds=1)
MILK = Article("konzum", "1", "Milk", measure=Measure.of("0.5", "l"))


def day(number: float) -> datetime:
    return datetime(2025, 12, 1, tzinfo=UTC) + timedelta(days=number)


def euro(amount: str) -> Money:
    return Money.of(amount, "EUR")


def priced(
    price: str | None,
    special: str | None = None,
    starts: float | None = None,
    ends: float | None = None,
    *,
    availability: Availability = Availability.IN_STOCK,
    claims: Claims = NO_CLAIMS,
    article: Article = MILK,
) -> State:
    period = [None if edge is None else day(edge) for edge in (starts, ends)]
    terms = Terms(euro(price) if price else None, Special(euro(special), *period) if special else None)
    return State(availability, article, terms, claims)


def a_series(
    seen: dict[float, State], *, as_of: float, confirmed: Iterable[float] = (), chain: str = "konzum"
) -> Series:
    return Series(
        Listing(Chain(chain, chain.title(), "HR", Currency("EUR")), Branch(BranchId(chain, "1"), "UTC"), "1"),
        day(as_of),
        tuple(Observation(Moment(to_micros(day(at)), 0), state) for at, state in sorted(seen.items()) if at <= as_of),
        tuple(Moment(to_micros(day(at)), 0) for at in confirmed if at <= as_of),
    )


def an_offer(
    seen: dict[float, State], *, as_of: float, confirmed: Iterable[float] = (), others: Sequence[Series] = ()
) -> Offer:
    offer = offer_of(a_series(seen, as_of=as_of, confirmed=confirmed), others, Order())
    assert offer
    return offer


def test_nothing_is_offered_that_was_never_read() -> None:
    assert offer_of(a_series({}, as_of=1), (), Order()) is None
    assert offer_of(a_series({0: UNREADABLE}, as_of=1), (), Order()) is None


def test_an_offer_says_what_is_asked_since_when_and_how_fresh_that_is() -> None:
    offer = an_offer({0: priced("1.00"), 2: priced("2.00")}, as_of=4, confirmed=[1, 3])
    assert offer.asked == Asked(euro("2.00"), special=False)
    assert (offer.since, offer.observed_at) == (day(2), day(3))
    assert offer.aside is None
    assert offer.article == MILK
    assert offer.landed is not None
    assert offer.landed.total == euro("2.00")


def test_a_price_began_when_it_was_first_asked_even_if_other_words_came_later() -> None:
    renamed = priced("1.00", article=Article("konzum", "1", "Fresh milk"))
    assert an_offer({0: priced("1.00"), 2: renamed}, as_of=4).since == day(0)


def test_a_special_price_in_force_is_the_price_with_the_regular_one_beside_it() -> None:
    offer = an_offer({0: priced("2.00", "1.50", 1, 3)}, as_of=2)
    assert offer.asked == Asked(euro("1.50"), special=True)
    assert offer.regular == Asked(euro("2.00"), special=False)
    assert offer.since == day(1)


@pytest.mark.parametrize("as_of", [0.5, 3])
def test_a_special_price_outside_its_period_is_not_asked(as_of: float) -> None:
    offer = an_offer({0: priced("2.00", "1.50", 1, 3)}, as_of=as_of)
    assert offer.asked == Asked(euro("2.00"), special=False)
    assert offer.regular is None


def test_a_regular_price_that_the_list_does_not_state_is_not_guessed() -> None:
    assert an_offer({0: priced(None, "1.50")}, as_of=1).regular is None


# Why it is set aside


def test_an_offer_is_stale_from_the_end_of_its_chains_patience_on() -> None:
    fresh = an_offer({0: priced("1.00")}, as_of=6.999)
    stale = an_offer({0: priced("1.00")}, as_of=7)
    assert (fresh.aside, stale.aside) == (None, Aside.STALE)
    assert (stale.observed_at, stale.since) == (day(0), day(0))
    assert stale.asked == Asked(euro("1.00"), special=False)


def test_a_stale_price_began_when_it_was_first_asked() -> None:
    assert an_offer({0: priced("1.00")}, as_of=30, confirmed=[5, 10]).since == day(0)
    assert an_offer({0: priced("1.00")}, as_of=30, confirmed=[10]).since == day(10)


def test_a_listing_that_a_newer_complete_list_leaves_out_is_not_listed_since_that_list() -> None:
    offer = an_offer({0: priced("1.00"), 2: ABSENT}, as_of=50, confirmed=[3, 4])
    assert offer.aside is Aside.NOT_LISTED
    assert offer.availability is Availability.NOT_LISTED
    assert (offer.since, offer.observed_at) == (day(2), day(4))
    assert offer.asked is None
    assert offer.landed is None
    assert offer.article == MILK


@pytest.mark.parametrize(
    "availability",
    [Availability.OUT_OF_STOCK, Availability.PREORDER, Availability.BACKORDER, Availability.DISCONTINUED],
)
def test_what_can_not_be_had_now_is_out_of_stock_and_keeps_its_price(availability: Availability) -> None:
    offer = an_offer({0: priced("1.00", availability=availability)}, as_of=1)
    assert (offer.aside, offer.availability) == (Aside.OUT_OF_STOCK, availability)
    assert offer.asked is not None


def test_without_a_price_in_force_there_is_no_price() -> None:
    offer = an_offer({0: priced(None, "1.00", 1, 3)}, as_of=3)
    assert (offer.aside, offer.asked, offer.landed, offer.unit_price) == (Aside.NO_PRICE, None, None, None)


def test_a_suspect_price_says_why() -> None:
    offer = an_offer({0: priced("1.00"), 1: priced("1.10"), 2: priced("1.20"), 3: priced("9.00")}, as_of=4)
    assert offer.aside is Aside.SUSPECT
    assert offer.suspicion is not None
    assert (offer.suspicion.median, offer.suspicion.points) == (euro("1.10"), 3)


def test_of_several_reasons_the_one_that_says_most_is_told() -> None:
    past: dict[float, State] = {0: priced("1.00"), 1: priced("1.10"), 2: priced("1.20")}
    sold_out = priced("9.00", availability=Availability.OUT_OF_STOCK)
    assert an_offer({**past, 3: sold_out}, as_of=4).aside is Aside.OUT_OF_STOCK
    assert an_offer({**past, 3: sold_out}, as_of=20).aside is Aside.STALE
    assert an_offer({**past, 3: ABSENT}, as_of=20).aside is Aside.NOT_LISTED


def test_a_failed_look_is_told_and_only_ages_the_offer() -> None:
    offer = an_offer({0: priced("1.00"), 1: UNREADABLE}, as_of=2, confirmed=[1.5])
    assert offer.check_failed
    assert offer.aside is None
    assert offer.observed_at == day(0)


# Until when it holds


def test_an_offer_changes_when_it_goes_stale() -> None:
    assert an_offer({0: priced("1.00")}, as_of=1, confirmed=[0.5]).changes_at == day(7.5)


def test_an_offer_changes_when_its_special_price_begins_and_when_it_ends() -> None:
    seen: dict[float, State] = {0: priced("2.00", "1.00", 2, 4)}
    turns = [an_offer(seen, as_of=at).changes_at for at in (1, 2, 3.9, 4)]
    assert turns == [day(2), day(4), day(4), day(7)]


def test_a_special_price_that_ends_after_the_offer_went_stale_changes_it_twice() -> None:
    seen: dict[float, State] = {0: priced("2.00", "1.00", 0, 9)}
    assert an_offer(seen, as_of=1).changes_at == day(7)
    stale = an_offer(seen, as_of=8)
    assert (stale.asked, stale.changes_at) == (Asked(euro("1.00"), special=True), day(9))
    over = an_offer(seen, as_of=9)
    assert (over.asked, over.changes_at) == (Asked(euro("2.00"), special=False), None)


def test_what_is_stale_or_not_listed_stays_so() -> None:
    assert an_offer({0: priced("1.00")}, as_of=7).changes_at is None
    assert an_offer({0: priced("1.00"), 1: ABSENT}, as_of=2).changes_at is None


def test_an_offer_changes_when_anothers_special_price_may_make_it_suspect() -> None:
    others = [a_series({0: priced("2.00", "9.00", 3, 5)}, as_of=1, chain=chain) for chain in "abc"]
    assert an_offer({0: priced("2.00")}, as_of=1, others=others).changes_at == day(3)
    judged = [a_series({0: priced("2.00", "9.00", 3, 5)}, as_of=3, chain=chain) for chain in "abc"]
    assert an_offer({0: priced("2.00")}, as_of=3, others=judged).aside is Aside.SUSPECT
    assert an_offer({0: priced("2.00"), 0.5: ABSENT}, as_of=1, others=others).changes_at is None


# Unit prices and claims


def test_a_unit_price_is_that_of_the_price_in_force() -> None:
    offer = an_offer({0: priced("2.00", "1.50", 1, 3)}, as_of=2)
    assert offer.unit_price == unit_price(euro("1.50"), Measure.of("0.5", "l"))
    unmeasured = priced("2.00", article=Article("konzum", "1", "Milk"))
    assert an_offer({0: unmeasured}, as_of=1).unit_price is None


def test_a_claim_is_shown_and_a_disagreement_told() -> None:
    def claimed(amount: str) -> Offer:
        claims = Claims(euro("1.80"), euro("1.90"), date(2025, 5, 2), UnitPrice.of(amount, "EUR", Measure.of(1, "l")))
        return an_offer({0: priced("2.00", claims=claims)}, as_of=1)

    assert claimed("4.00").claims.lowest_30_days == euro("1.80")
    assert not claimed("4.00").unit_price_claim_disagrees
    assert claimed("9.00").unit_price_claim_disagrees


def test_without_a_claim_or_a_measure_nothing_disagrees() -> None:
    claims = Claims(unit_price=UnitPrice.of("9.00", "EUR", Measure.of(1, "l")))
    unmeasured = priced("2.00", claims=claims, article=Article("konzum", "1", "Milk"))
    assert not an_offer({0: priced("2.00")}, as_of=1).unit_price_claim_disagrees
    assert not an_offer({0: unmeasured}, as_of=1).unit_price_claim_disagrees
