"""Items are understood as far as possible; everything odd is told, and no price is guessed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from coprra.domain.kernel.money import Money
from coprra.domain.prices.list_run import ListRow, Severity
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.observation import Availability, Condition, Shipping, Special

if TYPE_CHECKING:
    from tests.unit.adapters.feeds.merchant.conftest import ShopFeeds

Codes = Callable[[ListRow], list[str]]


def euro(amount: str) -> Money:
    return Money.of(amount, "EUR")


def test_an_item_is_an_article_with_its_terms(shop: "ShopFeeds") -> None:
    row = shop.row(brand="Boil", product_type="Kitchen > Kettles", condition="refurbished")
    assert row.article
    assert row.terms
    assert (row.line, row.sku, row.article.title, row.article.brand) == (1, "K-1", "Kettle 1.7 l", "Boil")
    assert [gtin.short for gtin in row.article.gtins] == ["4006381333931"]
    assert row.terms.price == euro("25")
    assert row.terms.condition is Condition.REFURBISHED
    assert row.terms.url == "https://www.kettles.example/k-1"
    assert row.terms.tax_included
    assert row.terms.shipping == ()
    assert row.availability is Availability.IN_STOCK
    assert row.problems == ()


# Price


@pytest.mark.parametrize(
    ("price", "code"),
    [
        ("", "no_price"),
        ("0", "zero_price"),
        ("0.00 EUR", "zero_price"),
        ("25,00 EUR", "unreadable_price"),
        ("25.005 EUR", "inexact_price"),
        ("-1 EUR", "negative_price"),
        ("999999999999999 EUR", "too_large_price"),
    ],
)
def test_an_item_without_a_price_that_can_be_read_is_an_error(
    shop: "ShopFeeds", codes: Codes, price: str, code: str
) -> None:
    row = shop.rows_of_two(price=price)[0]
    assert row.terms is None
    assert row.sku == "K-1"
    assert codes(row) == [code]
    assert row.problems[0].severity is Severity.ERROR


def test_a_price_without_a_currency_is_in_the_shop_s(shop: "ShopFeeds") -> None:
    assert (terms := shop.row(price="25").terms)
    assert terms.price == euro("25")


def test_a_price_in_another_currency_is_taken_as_it_is_and_remarked_on(shop: "ShopFeeds", codes: Codes) -> None:
    row = shop.row(price="25.500 KWD")
    assert row.terms
    assert row.terms.price == Money.of("25.5", "KWD")
    assert codes(row) == ["other_currency"]


def test_a_lower_sale_price_is_special(shop: "ShopFeeds") -> None:
    assert (terms := shop.row(sale_price="19.99 EUR").terms)
    assert (terms.price, terms.special) == (euro("25"), Special(euro("19.99")))


def test_a_sale_price_that_repeats_the_price_is_no_sale(shop: "ShopFeeds", codes: Codes) -> None:
    row = shop.row(sale_price="25 EUR")
    assert row.terms
    assert row.terms.special is None
    assert codes(row) == []


def test_a_higher_sale_price_is_taken_and_remarked_on(shop: "ShopFeeds", codes: Codes) -> None:
    row = shop.row(sale_price="26 EUR")
    assert row.terms
    assert row.terms.special == Special(euro("26"))
    assert codes(row) == ["special_not_lower"]


def test_a_sale_price_alone_is_a_price(shop: "ShopFeeds") -> None:
    assert (terms := shop.rows_of_two(price="", sale_price="19 EUR")[0].terms)
    assert (terms.price, terms.special) == (None, Special(euro("19")))


@pytest.mark.parametrize(
    ("sale", "code"), [("61.554545 EUR", "inexact_price"), ("0 EUR", "zero_price"), ("19 USD", "mixed_currencies")]
)
def test_a_sale_price_that_can_not_be_read_leaves_nothing_to_believe(
    shop: "ShopFeeds", codes: Codes, sale: str, code: str
) -> None:
    row = shop.row(sale_price=sale)
    assert row.terms is None
    assert codes(row) == [code]


def test_a_sale_has_its_period(shop: "ShopFeeds") -> None:
    row = shop.row(sale_price="19 EUR", sale_price_effective_date="2026-01-05T13:00-0800/2026-01-31T15:30-0800")
    assert row.terms
    begins, ends = datetime(2026, 1, 5, 21, tzinfo=UTC), datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    assert row.terms.special == Special(euro("19"), begins, ends)


@pytest.mark.parametrize("period", ["next week", "2026-01-31/2026-01-05", "2026-01-05"])
def test_without_a_period_that_can_be_read_nobody_knows_what_is_asked(
    shop: "ShopFeeds", codes: Codes, period: str
) -> None:
    row = shop.row(sale_price="19 EUR", sale_price_effective_date=period)
    assert row.terms is None
    assert codes(row) == ["invalid_period"]


def test_a_period_without_a_sale_says_nothing(shop: "ShopFeeds", codes: Codes) -> None:
    row = shop.row(sale_price_effective_date="next week")
    assert row.terms
    assert codes(row) == []


@pytest.mark.parametrize(("country", "included"), [("US", False), ("CA", False), ("DE", True), ("AU", True)])
def test_shops_in_the_us_and_canada_state_prices_before_tax(shop: "ShopFeeds", country: str, included: bool) -> None:
    shop.declare(country=country)
    assert (terms := shop.row().terms)
    assert terms.tax_included == included


# Availability and condition


@pytest.mark.parametrize(
    ("word", "availability"),
    [
        ("in stock", Availability.IN_STOCK),
        ("In_Stock", Availability.IN_STOCK),
        ("in-stock", Availability.IN_STOCK),
        ("available for order", Availability.IN_STOCK),
        ("out of stock", Availability.OUT_OF_STOCK),
        ("out_of_stock", Availability.OUT_OF_STOCK),
        ("discontinued", Availability.DISCONTINUED),
        ("", Availability.IN_STOCK),
    ],
)
def test_availability_is_told_in_old_words_and_new_ones(
    shop: "ShopFeeds", codes: Codes, word: str, availability: Availability
) -> None:
    row = shop.row(availability=word)
    assert row.availability is availability
    assert codes(row) == []


def test_an_availability_that_nobody_knows_is_neither_in_stock_nor_out_of_it(shop: "ShopFeeds", codes: Codes) -> None:
    row = shop.row(availability="auf Lager")
    assert row.terms is None
    assert codes(row) == ["unknown_availability"]
    assert "[availability]" in row.problems[0].reason


def test_a_profile_of_one_s_own_may_teach_words(shop: "ShopFeeds") -> None:
    shop.declare(more='availability = { in_stock = "auf Lager" }\ncondition = { used = "gebraucht" }\n')
    row = shop.row(availability="Auf  Lager", condition="Gebraucht")
    assert row.terms
    assert (row.availability, row.terms.condition) == (Availability.IN_STOCK, Condition.USED)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-02-01T10:00+0100", []),
        ("2026-02-01", []),
        ("", ["no_availability_date"]),
        ("soon", ["invalid_availability_date"]),
    ],
)
@pytest.mark.parametrize("word", ["preorder", "backorder"])
def test_what_can_not_be_had_yet_says_when_it_can(
    shop: "ShopFeeds", codes: Codes, word: str, date: str, expected: list[str]
) -> None:
    row = shop.row(availability=word, availability_date=date)
    assert row.availability is Availability(word)
    assert row.terms
    assert codes(row) == expected


@pytest.mark.parametrize(
    ("word", "condition"),
    [
        ("", Condition.NEW),
        ("new", Condition.NEW),
        ("Brand new ", Condition.NEW),
        ("refurbished", Condition.REFURBISHED),
        ("Used", Condition.USED),
    ],
)
def test_a_condition_is_new_unless_the_feed_says_otherwise(
    shop: "ShopFeeds", codes: Codes, word: str, condition: Condition
) -> None:
    row = shop.row(condition=word)
    assert row.terms
    assert row.terms.condition is condition
    assert codes(row) == []


def test_a_condition_that_nobody_knows_counts_as_used_so_that_it_never_passes_for_new(
    shop: "ShopFeeds", codes: Codes
) -> None:
    row = shop.row(condition="like new")
    assert row.terms
    assert row.terms.condition is Condition.USED
    assert codes(row) == ["unknown_condition"]


# What it is


def test_a_number_for_one_s_own_use_names_no_product(shop: "ShopFeeds", codes: Codes) -> None:
    row = shop.row(gtin="2000000010007")
    assert row.article
    assert row.article.gtins == ()
    assert codes(row) == ["restricted_gtin"]


@pytest.mark.parametrize(("exists", "expected"), [("", ["no_gtin"]), ("yes", ["no_gtin"]), ("no", []), ("FALSE", [])])
def test_who_says_that_there_is_no_number_is_not_reminded_of_it(
    shop: "ShopFeeds", codes: Codes, exists: str, expected: list[str]
) -> None:
    assert codes(shop.row(gtin="", identifier_exists=exists)) == expected


def test_an_item_may_have_several_numbers(shop: "ShopFeeds", codes: Codes) -> None:
    row = shop.row(gtin="4006381333931, 96385074")
    assert row.article
    assert [gtin.short for gtin in row.article.gtins] == ["96385074", "4006381333931"]
    repeated = shop.rss(
        shop.item(gtin="").replace("</item>", "<g:gtin>4006381333931</g:gtin><g:gtin>1234</g:gtin></item>")
    )
    (row,) = shop.rows(repeated)
    assert row.article
    assert [gtin.short for gtin in row.article.gtins] == ["4006381333931"]
    assert codes(row) == ["invalid_gtin"]


@pytest.mark.parametrize(
    ("field", "length", "term"),
    [
        ("id", 50, "sku"),
        ("title", 150, "title"),
        ("description", 5000, "description"),
        ("brand", 70, "brand"),
        ("mpn", 70, "mpn"),
        ("item_group_id", 50, "group"),
    ],
)
def test_what_is_longer_than_the_form_allows_is_taken_and_remarked_on(
    shop: "ShopFeeds", field: str, length: int, term: str
) -> None:
    assert shop.row(**{field: "x" * length}).problems == ()
    row = shop.row(**{field: "x" * (length + 1)})
    assert row.terms
    (problem,) = row.problems
    assert (problem.code, problem.field, problem.severity) == ("over_limit", term, Severity.WARNING)


@pytest.mark.parametrize(
    ("texts", "code"),
    [({"id": ""}, "no_sku"), ({"id": "x" * 65}, "invalid_sku"), ({"title": ""}, "no_title")],
)
def test_an_item_without_number_or_title_is_an_error(
    shop: "ShopFeeds", codes: Codes, texts: dict[str, str], code: str
) -> None:
    row = shop.rows_of_two(**texts)[0]
    assert row.terms is None
    assert code in codes(row)


def test_a_link_is_kept_without_what_follows_the_visitor(shop: "ShopFeeds", codes: Codes) -> None:
    row = shop.row(link="https://kettles.example/k?sku=1&utm_source=google&gclid=2")
    assert row.terms
    assert row.terms.url == "https://kettles.example/k?sku=1"
    assert codes(row) == []


@pytest.mark.parametrize("link", ["Link", "javascript:alert(1)"])
def test_a_link_that_is_none_is_left_out(shop: "ShopFeeds", codes: Codes, link: str) -> None:
    row = shop.row(link=link)
    assert row.terms
    assert row.terms.url is None
    assert codes(row) == ["invalid_link"]


def test_wreckage_in_a_title_is_left_out(shop: "ShopFeeds", codes: Codes) -> None:
    row = shop.row(title="Kettle\u0096\n  1 l")
    assert row.article
    assert row.article.title == "Kettle 1 l"
    assert codes(row) == ["cleaned_title"]


def test_the_measure_is_the_one_stated_for_unit_prices_and_no_amount_of_the_title(shop: "ShopFeeds") -> None:
    stated = shop.row(unit_pricing_measure="750ml", unit_pricing_base_measure="100 ml")
    assert stated.article
    assert stated.article.measure == Measure.of("0.75", "l")
    assert stated.article.pack == "750ml"
    assert stated.problems == ()
    assert (untold := shop.row(title="Trailer coupling 3500 kg").article)
    assert untold.measure is None


@pytest.mark.parametrize(("measure", "base"), [("some", ""), ("750 ml", "1 kg"), ("750 ml", "much")])
def test_a_measure_that_can_not_be_right_is_remarked_on(
    shop: "ShopFeeds", codes: Codes, measure: str, base: str
) -> None:
    assert codes(shop.row(unit_pricing_measure=measure, unit_pricing_base_measure=base)) == ["unreadable_pack"]


# Shipping


def test_rates_and_threshold_are_terms(shop: "ShopFeeds", codes: Codes) -> None:
    row = shop.row(
        shipping="<g:country>DE</g:country><g:service>Post</g:service><g:price>4.90 EUR</g:price>",
        free_shipping_threshold="<g:country>DE</g:country><g:price_threshold>50 EUR</g:price_threshold>",
    )
    assert row.terms
    assert row.terms.shipping == (Shipping("DE", euro("4.90"), euro("50")),)
    assert codes(row) == []


@pytest.mark.parametrize("rate", ["DE:BY:Post:4.90 EUR", "DE:4.90 EUR", "DE:::4.90 USD"])
def test_a_rate_that_can_not_be_used_costs_no_price_but_the_knowledge_of_the_total(
    shop: "ShopFeeds", codes: Codes, rate: str
) -> None:
    row = shop.row(shipping=rate)
    assert row.terms
    assert row.terms.shipping == ()
    assert codes(row) == ["unusable_shipping"]


# Heureka


def test_a_heureka_item_is_an_article_with_its_terms(shop: "ShopFeeds", codes: Codes) -> None:
    shop.declare("heureka", "CZ", "CZK")
    row = shop.offer(
        MANUFACTURER="Var",
        CATEGORYTEXT="Kuchyň | Konvice",
        DELIVERY_DATE="0",
        DELIVERY="<DELIVERY_ID>PPL</DELIVERY_ID><DELIVERY_PRICE>79</DELIVERY_PRICE>"
        "<DELIVERY_PRICE_COD>109</DELIVERY_PRICE_COD>",
    )
    assert row.article
    assert row.terms
    assert (row.sku, row.article.title, row.article.brand) == ("K-1", "Konvice", "Var")
    assert row.terms.price == Money.of("599", "CZK")
    assert row.terms.tax_included
    assert row.terms.shipping == (Shipping("CZ", Money.of("79", "CZK")),)
    assert row.terms.url == "https://www.kettles.example/k-1"
    assert codes(row) == []


@pytest.mark.parametrize(
    ("text", "amount"), [("599", "599"), ("599,90", "599.90"), ("599.90", "599.90"), ("5 999,90 Kč", "5999.90")]
)
def test_a_heureka_price_is_written_with_comma_or_point(shop: "ShopFeeds", text: str, amount: str) -> None:
    shop.declare("heureka", "CZ", "CZK")
    assert (terms := shop.offer(PRICE_VAT=text).terms)
    assert terms.price == Money.of(amount, "CZK")


def test_a_price_before_tax_is_an_estimate_and_yields_to_one_with_tax(shop: "ShopFeeds") -> None:
    shop.declare("heureka", "CZ", "CZK")
    assert (before := shop.offer(PRICE_VAT="", PRICE="500", VAT="20").terms)
    assert (before.price, before.tax_included) == (Money.of("500", "CZK"), False)
    assert (both := shop.offer(PRICE="500").terms)
    assert (both.price, both.tax_included) == (Money.of("599", "CZK"), True)


@pytest.mark.parametrize(
    ("text", "availability"),
    [
        ("0", Availability.IN_STOCK),
        ("3", Availability.IN_STOCK),
        ("30", Availability.IN_STOCK),
        ("31", Availability.BACKORDER),
        ("ihned", Availability.IN_STOCK),
        ("2026-02-01", Availability.PREORDER),
        ("", Availability.IN_STOCK),
    ],
)
def test_delivery_is_told_in_days_or_by_a_date(
    shop: "ShopFeeds", codes: Codes, text: str, availability: Availability
) -> None:
    shop.declare("heureka", "CZ", "CZK")
    row = shop.offer(DELIVERY_DATE=text)
    assert row.availability is availability
    assert row.terms
    assert codes(row) == []


def test_a_delivery_that_nobody_understands_is_an_error(shop: "ShopFeeds", codes: Codes) -> None:
    shop.declare("heureka", "CZ", "CZK")
    row = shop.offer(DELIVERY_DATE="na dotaz")
    assert row.terms is None
    assert codes(row) == ["unknown_availability"]


@pytest.mark.parametrize(
    ("word", "condition"), [("new", Condition.NEW), ("bazaar", Condition.USED), ("", Condition.NEW)]
)
def test_what_is_for_the_bazaar_is_used(shop: "ShopFeeds", word: str, condition: Condition) -> None:
    shop.declare("heureka", "CZ", "CZK")
    assert (terms := shop.offer(ITEM_TYPE=word).terms)
    assert terms.condition is condition


def test_an_item_without_a_number_is_known_by_its_link(shop: "ShopFeeds", codes: Codes) -> None:
    shop.declare("heureka", "CZ", "CZK")
    row = shop.offer(ITEM_ID="", URL="https://kettles.example/1?utm_source=heureka")
    again = shop.offer(ITEM_ID="", URL="https://kettles.example/1")
    other = shop.offer(ITEM_ID="", URL="https://kettles.example/2")
    assert row.terms
    assert row.sku == again.sku != other.sku
    assert row.sku
    assert row.sku.startswith("url-")
    assert codes(row) == ["sku_from_url"]
    nameless = shop.offer(ITEM_ID="", URL="none")
    assert nameless.sku is None
    assert codes(nameless) == ["no_sku", "invalid_link"]


def test_items_of_one_feed_may_call_the_same_thing_differently(shop: "ShopFeeds") -> None:
    shop.declare("heureka", "CZ", "CZK")
    old = "<SHOPITEM><PRODUCT>Stará</PRODUCT><URL>https://kettles.example/2</URL><PRICE>9</PRICE></SHOPITEM>"
    new = "<SHOPITEM><PRODUCTNAME>Nová</PRODUCTNAME><URL>https://kettles.example/3</URL><PRICE_VAT>9</PRICE_VAT></SHOPITEM>"
    rows = shop.rows(f"<SHOP>{old}{new}</SHOP>")
    assert [row.article.title for row in rows if row.article] == ["Stará", "Nová"]


def test_words_that_say_that_there_is_nothing_are_the_profile_s(shop: "ShopFeeds", codes: Codes) -> None:
    shop.declare(more='nothing = { gtin = ["n/a"], brand = "none" }\n')
    row = shop.row(gtin="n/a", brand="none")
    assert row.article
    assert row.article.brand is None
    assert codes(row) == ["no_gtin"]
