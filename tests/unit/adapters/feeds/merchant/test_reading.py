"""What people are shown who check the feed of a shop: its elements, and what they are taken for."""

from typing import TYPE_CHECKING

import pytest

from coprra.domain.prices.list_run import ListRow
from coprra.domain.prices.reading import Known, Reading

if TYPE_CHECKING:
    from tests.unit.adapters.feeds.merchant.conftest import ShopFeeds

RATES = "<g:country>DE</g:country><g:price>5 EUR</g:price>"


def looked_at(shop: "ShopFeeds", content: str, name: str = "feed.xml") -> tuple[Reading, list[dict[str, str]]]:
    """The reading, and the texts of each row by column."""
    with shop.lists.feeds.open(shop.lists.write(content, name)) as (feed,):
        names = [column.name for column in feed.reading.columns]
        return feed.reading, [dict(zip(names, texts, strict=True)) for texts, _ in feed.raw_rows()]


def both(shop: "ShopFeeds", content: str, name: str = "feed.xml") -> tuple[list[ListRow], list[ListRow]]:
    with shop.lists.feeds.open(shop.lists.write(content, name)) as (feed,):
        return list(feed.rows()), [row for _, row in feed.raw_rows()]


def test_each_element_of_the_first_items_is_a_column(shop: "ShopFeeds") -> None:
    reading, (kettle, _) = looked_at(shop, shop.rss(shop.item(size="L"), shop.item(id="K-2", brand="Cattle")))
    terms = {column.name: column.term for column in reading.columns}
    assert (terms["id"], terms["link"], terms["size"], terms["brand"]) == ("sku", "url", None, "brand")
    assert kettle["link"] == "https://www.kettles.example/k-1"
    assert (kettle["size"], kettle["brand"]) == ("L", "")


def test_a_term_without_an_element_is_looked_for_once_under_its_first_name(shop: "ShopFeeds") -> None:
    reading, (kettle,) = looked_at(shop, shop.rss(shop.item()))
    absent = [column.name for column in reading.columns if column.name not in {*kettle} or not kettle[column.name]]
    assert [name for name in absent if name.startswith("sale")] == ["sale_price", "sale_price_effective_date"]
    assert reading.unnamed == ("price_before_tax", "delivery_days")


def test_all_elements_of_one_term_are_taken_for_it(shop: "ShopFeeds") -> None:
    reading, _ = looked_at(shop, shop.rss(shop.item(product_type="Kitchen", google_product_category="123")))
    assert [column.name for column in reading.columns if column.term == "category"] == [
        "product_type",
        "google_product_category",
    ]


def test_an_element_that_comes_later_is_shown_if_it_is_looked_for(shop: "ShopFeeds") -> None:
    items = [shop.item(id=f"K-{number}", description="x" * 1000) for number in range(200)]
    _, rows = looked_at(shop, shop.rss(*items, shop.item(id="last", sale_price="9 EUR")))
    assert rows[-1]["sale_price"] == "9 EUR"


def test_what_has_parts_or_stands_there_twice_is_shown_as_a_list(shop: "ShopFeeds") -> None:
    twice = f"{RATES}</g:shipping><g:shipping>{RATES.replace('DE', 'AT')}"
    _, (kettle,) = looked_at(shop, shop.rss(shop.item(shipping=twice)))
    assert kettle["shipping"] == "country: DE, price: 5 EUR; country: AT, price: 5 EUR"


def test_the_rows_are_the_same_as_without_texts(shop: "ShopFeeds") -> None:
    rows, shown = both(shop, shop.rss(shop.item(shipping=RATES), shop.item(id="K-2", price="x")).replace("\n", ""))
    assert rows == shown
    assert [row.line for row in shown] == [1, 2]
    text = "id\ttitle\tlink\tprice\tshipping(country:price)\n1\tTea\thttps://kettles.example/1\t2 EUR\tDE:5 EUR\n2\tx\n"
    rows, shown = both(shop, text, "kettles.tsv")
    assert rows == shown
    assert rows[0].terms


@pytest.mark.parametrize(
    ("name", "built", "known"),
    [
        ("feed.xml", "", (Known.CONTENT, Known.PROFILE, None)),
        ("kettles_2026-01-05.xml", "", (Known.NAME, Known.PROFILE, Known.NAME)),
        ("feed.xml", "<pubDate>2026-01-05T10:00Z</pubDate>", (Known.CONTENT, Known.PROFILE, Known.CONTENT)),
    ],
)
def test_the_branch_is_known_by_the_profile_and_the_date_by_the_head(
    shop: "ShopFeeds", name: str, built: str, known: tuple[Known, Known, Known | None]
) -> None:
    reading, _ = looked_at(shop, shop.rss(shop.item(), head=built), name)
    assert (reading.profile_by, reading.branch_by, reading.listed_at_by) == known
