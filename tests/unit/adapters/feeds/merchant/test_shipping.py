"""Shipping: every way to a country that the feed states, and nothing that it does not."""

import pytest

from coprra.adapters.feeds.merchant.prices import Prices
from coprra.adapters.feeds.merchant.shipping import PARTS, ShippingReader
from coprra.adapters.feeds.merchant.values import joined, with_parts
from coprra.adapters.feeds.numbers import NumberFormat
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.observation import Shipping

READ = ShippingReader(PARTS, "US", Prices(NumberFormat("."), Currency("USD")))


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


def rates(text: str, thresholds: str = "") -> list[Shipping]:
    found, unusable = READ((text, thresholds))
    assert not unusable
    return list(found)


def unusable(text: str, thresholds: str = "") -> list[str]:
    found, left_out = READ((text, thresholds))
    assert not found
    return [reason for _, reason in left_out]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("US:::6.49 USD", [Shipping("US", usd("6.49"))]),
        (":::6.49", [Shipping("US", usd("6.49"))]),
        ("us::Ground:6.49 USD", [Shipping("US", usd("6.49"))]),
        ("US:::0 USD", [Shipping("US", usd("0"))]),
        ("US::Ground:6.49 USD:0:1:2:3", [Shipping("US", usd("6.49"))]),
        (
            "US::Ground:6.49 USD,US::Fast:16 USD,CA:::9 USD",
            [Shipping("CA", usd("9")), Shipping("US", usd("6.49")), Shipping("US", usd("16"))],
        ),
        ("US:::6 USD,US:::6 USD", [Shipping("US", usd("6"))]),
        (joined(["US:::6 USD", "CA:::9 USD"]), [Shipping("CA", usd("9")), Shipping("US", usd("6"))]),
        (
            joined(
                [
                    with_parts([("country", "US"), ("service", "Ground"), ("price", "6 USD")]),
                    with_parts([("price", "9 CAD"), ("country", "CA"), ("region", "")]),
                ]
            ),
            [Shipping("CA", Money.of("9", "CAD")), Shipping("US", usd("6"))],
        ),
    ],
)
def test_rates_are_read_from_text_and_from_elements(text: str, expected: list[Shipping]) -> None:
    assert rates(text) == expected


def test_the_order_of_rates_does_not_matter() -> None:
    assert rates("US:::6 USD,CA:::9 USD,US:::5 USD") == rates("US:::5 USD,US:::6 USD,CA:::9 USD")


def test_a_threshold_holds_for_every_rate_to_its_country() -> None:
    assert rates("US::A:6 USD,US::B:9 USD,CA:::9 USD", "US:50 USD") == [
        Shipping("CA", usd("9")),
        Shipping("US", usd("6"), usd("50")),
        Shipping("US", usd("9"), usd("50")),
    ]
    nested = with_parts([("country", "US"), ("price_threshold", "50 USD")])
    assert rates("US:::6 USD", nested) == [Shipping("US", usd("6"), usd("50"))]


def test_a_rate_for_a_part_of_a_country_is_none_for_the_country() -> None:
    assert unusable("US:CA:Ground:3 USD") == ["It is for a part of a country only, and nobody asks for parts."]
    assert unusable(with_parts([("country", "US"), ("postal_code", "94*"), ("price", "3 USD")]))
    found, left_out = READ(("US:CA:Ground:3 USD,US:::6 USD", ""))
    assert found == (Shipping("US", usd("6")),)
    assert [value for value, _ in left_out] == ["US:CA:Ground:3 USD"]


@pytest.mark.parametrize(
    "text",
    ["US:6.49 USD", "6.49 USD", "US:::6,49 USD", "US:::1:2:3:4:5:6", "US:::6 USD,7 USD"],
)
def test_where_a_colon_or_comma_is_wrong_nothing_of_the_text_is_taken(text: str) -> None:
    assert unusable(text) == ["It is not written as country:region:service:price, with every colon."]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("US:::", "It has no price."),
        ("US:::free", "Its price is not a number as this profile writes them, such as 1.99."),
        ("US:::-1 USD", "Its price is less than nothing."),
        ("USA:::6 USD", "'USA' is no ISO 3166 code such as HR."),
    ],
)
def test_a_rate_that_can_not_be_read_is_left_out_and_never_free(text: str, reason: str) -> None:
    assert unusable(text) == [reason]


def test_a_threshold_alone_says_nothing_of_what_shipping_costs_below_it() -> None:
    assert unusable("", "US:50 USD") == ["Below the threshold nobody says what shipping costs."]
    assert unusable("", "50 USD") == ["It is not written as country:price_threshold, with every colon."]


def test_a_threshold_in_another_currency_is_left_out() -> None:
    found, left_out = READ(("US:::6 USD", "US:50 EUR"))
    assert found == (Shipping("US", usd("6")),)
    assert [reason for _, reason in left_out] == ["The threshold is in another currency than the rate."]
