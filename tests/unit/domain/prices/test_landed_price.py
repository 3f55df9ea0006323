"""The landed price is what a buyer really pays, and what is not known is never nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.money import MAX_MINOR, Currency, Money
from coprra.domain.prices.chain import Channel
from coprra.domain.prices.landed_price import (
    MOST_PIECES,
    Completeness,
    InvalidOrder,
    LandedPrice,
    Order,
    landed_price,
)
from coprra.domain.prices.observation import Shipping, Terms

EUR = Currency("EUR")


def euro(amount: str) -> Money:
    return Money.of(amount, "EUR")


def landed(terms: Terms, order: Order | None = None, channel: Channel = Channel.ONLINE) -> LandedPrice:
    assert terms.price
    return landed_price(terms, terms.price, channel, order or Order(), "HR")


def sold(price: str, *shipping: Shipping, fees: str | None = None, tax_included: bool = True) -> Terms:
    return Terms(euro(price), shipping=shipping, fees=euro(fees) if fees else None, tax_included=tax_included)


TO_CROATIA = Shipping("HR", euro("3.00"), free_over=euro("20.00"))
TO_AUSTRIA = Shipping("AT", euro("9.00"))


def test_in_a_store_the_price_at_the_shelf_is_complete_and_nothing_is_shipped() -> None:
    shelf = landed(sold("2.00", TO_CROATIA), channel=Channel.IN_STORE)
    assert shelf == LandedPrice(euro("2.00"), None, None, euro("2.00"), Completeness.COMPLETE)


def test_online_the_shipping_is_added() -> None:
    shipped = landed(sold("2.00", TO_CROATIA))
    assert shipped == LandedPrice(euro("2.00"), euro("3.00"), None, euro("5.00"), Completeness.COMPLETE)


def test_where_no_shipping_is_stated_the_total_is_not_known_and_never_the_price_alone() -> None:
    for order, terms in (
        (Order(), sold("2.00")),
        (Order(), sold("2.00", TO_AUSTRIA)),
        (Order(country="DE"), sold("2.00", TO_CROATIA, TO_AUSTRIA)),
    ):
        unknown = landed(terms, order)
        assert unknown == LandedPrice(euro("2.00"), None, None, None, Completeness.UNKNOWN_SHIPPING)


def test_an_order_goes_to_the_buyers_country_and_else_to_the_chains_own() -> None:
    terms = sold("2.00", TO_CROATIA, TO_AUSTRIA)
    assert landed(terms).shipping == euro("3.00")
    assert landed(terms, Order(country="AT")).shipping == euro("9.00")


@pytest.mark.parametrize(("pieces", "shipping"), [(1, "3.00"), (9, "3.00"), (10, "0.00"), (11, "0.00")])
def test_shipping_is_free_from_its_threshold_on_which_the_pieces_reach_together(pieces: int, shipping: str) -> None:
    together = landed(sold("2.00", TO_CROATIA), Order(pieces))
    assert together.items == euro("2.00") * pieces
    assert together.shipping == euro(shipping)
    assert together.total == euro("2.00") * pieces + euro(shipping)


@pytest.mark.parametrize(("pieces", "shipping"), [(9, "2.50"), (10, "0.00")])
def test_the_cheapest_way_is_taken_as_it_is_for_this_order(pieces: int, shipping: str) -> None:
    """The dearer way is free from 20.00 on, and then the cheapest."""
    ways = (TO_CROATIA, Shipping("HR", euro("2.50")), TO_AUSTRIA)
    assert landed(sold("2.00", *ways), Order(pieces)).shipping == euro(shipping)


@pytest.mark.parametrize("channel", list(Channel))
def test_fees_come_on_top_once_for_each_order(channel: Channel) -> None:
    terms = sold("2.00", Shipping("HR", euro("0.00")), fees="0.50")
    assert landed(terms, Order(3), channel).total == euro("6.50")
    assert landed(terms, Order(3), channel).fees == euro("0.50")


def test_a_total_to_which_tax_comes_is_an_estimate() -> None:
    taxed = sold("2.00", TO_CROATIA, tax_included=False)
    assert landed(taxed).completeness is Completeness.ESTIMATED
    assert landed(taxed).total == euro("5.00")
    assert landed(taxed, channel=Channel.IN_STORE).completeness is Completeness.ESTIMATED
    assert landed(taxed, Order(country="DE")).completeness is Completeness.UNKNOWN_SHIPPING


def test_the_price_that_is_asked_counts_and_not_the_regular_one() -> None:
    special = landed_price(sold("2.00"), euro("1.50"), Channel.IN_STORE, Order(2), "HR")
    assert special.total == euro("3.00")


minors = st.integers(1, MAX_MINOR - 1)
ways = st.builds(
    Shipping,
    st.sampled_from(("HR", "AT")),
    st.integers(0, MAX_MINOR - 1).map(lambda minor: Money(minor, EUR)),
    st.none() | minors.map(lambda minor: Money(minor, EUR)),
)


@given(
    price=minors,
    pieces=st.integers(1, MOST_PIECES),
    shipping=st.lists(ways, max_size=4),
    fees=st.none() | st.integers(0, MAX_MINOR - 1),
    country=st.sampled_from((None, "HR", "AT")),
)
def test_the_total_is_the_sum_of_its_parts_and_no_stated_way_is_cheaper(
    price: int, pieces: int, shipping: list[Shipping], fees: int | None, country: str | None
) -> None:
    terms = Terms(Money(price, EUR), shipping=tuple(shipping), fees=None if fees is None else Money(fees, EUR))
    paid = landed(terms, Order(pieces, country))
    there = [way.cost(paid.items) for way in shipping if way.country == (country or "HR")]
    assert paid.items.minor == price * pieces
    assert paid.shipping == min(there, default=None)
    if paid.shipping is None:
        assert paid.total is None
    else:
        assert paid.total is not None
        assert paid.total.minor == paid.items.minor + paid.shipping.minor + (fees or 0)


@pytest.mark.parametrize("quantity", [0, -1, MOST_PIECES + 1])
def test_nobody_orders_nothing_or_a_warehouse(quantity: int) -> None:
    assert Order(1).quantity == 1
    assert Order(MOST_PIECES).quantity == MOST_PIECES
    with pytest.raises(InvalidOrder, match="1 to 10000"):
        Order(quantity)


@pytest.mark.parametrize("country", ["hr", "HRV", "", "H", "ČR", "H1", "12", "H "])
def test_a_country_is_an_iso_code(country: str) -> None:
    assert Order(country="HR").country == "HR"
    with pytest.raises(InvalidOrder, match="such as HR"):
        Order(country=country)
