"""Offers as rows of text: no spreadsheet runs them, and what stands in them can be read back."""

import csv
import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import Channel
from coprra.domain.prices.export_feed import ExportFeed
from coprra.domain.prices.export_offers import ExportOffers
from coprra.domain.prices.list_run import ListRow
from coprra.domain.prices.observation import Availability, Condition, Shipping
from coprra.entrypoints.cli.sheets import COLUMNS, csv_sheet, escaped, google_sheet, unescaped
from coprra.testing.builders import PriceList, a_branch, a_chain, a_row, day, gtin_of, import_list

SIGNS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001 - the wide signs are meant
ODD = st.text(alphabet=f"{SIGNS};,'\" aB1|", max_size=12)


@given(ODD | st.text())
def test_an_escaped_cell_comes_back_as_it_was(text: str) -> None:
    assert unescaped(escaped(text)) == text


@given(ODD)
def test_no_part_of_a_cell_begins_as_formulas_do(text: str) -> None:
    assert not any(part[:1] and part[0] in SIGNS for part in re.split("[;\t]", escaped(text)))


@pytest.mark.parametrize("text", ["Milk 1,5 %", "a=b", "1+1", "O'Neill", "0,25 l"])
def test_what_no_spreadsheet_takes_for_a_formula_stays_as_it_is(text: str) -> None:
    assert escaped(text) == text


def sheet_of(*rows: ListRow, channel: Channel = Channel.IN_STORE) -> list[dict[str, str]]:
    store = MemoryStore()
    import_list(store, PriceList(rows, branch=a_branch(channel=channel)))
    lines = csv_sheet(ExportOffers(StoppedClock(day(1)), store.reads)(unfold=True))
    return list(csv.DictReader(lines))


def google_of(*rows: ListRow) -> list[dict[str, str]]:
    store = MemoryStore()
    import_list(store, PriceList(rows))
    lines = google_sheet(ExportFeed(StoppedClock(day(1)), store.reads)(a_branch().id))
    return list(csv.DictReader(lines, delimiter="\t"))


def column(rows: Sequence[dict[str, str]], name: str) -> list[str]:
    return [row[name] for row in rows]


def test_every_offer_has_a_row_with_every_column() -> None:
    (row,) = sheet_of(
        a_row("17", "2.00", special="1.50", period=(day(0), day(3)), gtins=[gtin_of(1), gtin_of(2)][:1], title="Milk"),
        channel=Channel.ONLINE,
    )
    assert tuple(row) == COLUMNS
    assert {name: value for name, value in row.items() if value} == {
        "product_id": row["product_id"],
        "gtins": gtin_of(1).short,
        "name": "Milk",
        "title": "Milk",
        "chain": "konzum",
        "chain_name": "Konzum",
        "country": "HR",
        "branch": "0613",
        "channel": "online",
        "sku": "17",
        "item_price": "1.50",
        "currency": "EUR",
        "special": "yes",
        "special_starts": "2025-12-01T00:00:00Z",
        "special_ends": "2025-12-04T00:00:00Z",
        "regular_price": "2.00",
        "completeness": "unknown_shipping",
        "condition": "new",
        "availability": "in_stock",
        "rank": "1",
        "observed_at": "2025-12-01T00:00:00Z",
        "since": "2025-12-01T00:00:00Z",
    }


def test_a_formula_in_a_title_is_text() -> None:
    (row,) = sheet_of(a_row(title='=HYPERLINK("https://evil.example";"Milk")'))
    assert row["title"] == row["name"] == """'=HYPERLINK("https://evil.example";"Milk")"""


def test_what_is_set_aside_says_why_and_has_no_rank() -> None:
    rows = sheet_of(a_row("1"), a_row("2", availability=Availability.OUT_OF_STOCK))
    assert column(rows, "rank") == ["1", ""]
    assert column(rows, "set_aside") == ["", "out_of_stock"]


def test_google_is_told_the_regular_and_the_special_price() -> None:
    euro = Money.of("4.00", "EUR")
    (row,) = google_of(
        a_row(
            "17",
            "2.00",
            special="1.50",
            period=(day(0), day(3)),
            gtins=[gtin_of(1)],
            title='6" "Milk"',
            condition=Condition.USED,
            shipping=(Shipping("AT", euro * 2, euro * 10), Shipping("HR", euro)),
            url="https://shop.example/milk",
        )
    )
    assert {name: value for name, value in row.items() if value} == {
        "id": "17",
        "title": '6" "Milk"',
        "gtin": gtin_of(1).short,
        "link": "https://shop.example/milk",
        "price": "2.00 EUR",
        "sale_price": "1.50 EUR",
        "sale_price_effective_date": "2025-12-01T00:00:00Z/2025-12-04T00:00:00Z",
        "availability": "in_stock",
        "condition": "used",
        "shipping": "AT:::8.00 EUR,HR:::4.00 EUR",
        "free_shipping_threshold": "AT:40.00 EUR",
    }


def test_google_is_told_a_lone_special_as_the_price_and_what_is_sold_out() -> None:
    rows = google_of(
        a_row("1", None, special="1.50"),
        a_row("2", availability=Availability.DISCONTINUED),
        a_row("3", availability=Availability.PREORDER),
    )
    assert column(rows, "price") == ["1.50 EUR", "2.00 EUR", "2.00 EUR"]
    assert column(rows, "sale_price") == ["", "", ""]
    assert column(rows, "availability") == ["in_stock", "out_of_stock", "preorder"]


def test_google_is_told_no_price_that_is_not_believed() -> None:
    store = MemoryStore()
    for number, chain in enumerate(("a", "b", "c")):
        rows = (a_row(price=f"2.0{number}", gtins=[gtin_of(1)], chain=chain),)
        import_list(store, PriceList(rows, branch=a_branch(chain), chain=a_chain(chain)))
    odd = (a_row("1", "20.00", gtins=[gtin_of(1)]), a_row("2", "3.00"))
    import_list(store, PriceList(odd))
    offers = ExportFeed(StoppedClock(day(1)), store.reads)(a_branch().id)
    assert [offer.listing.sku for offer in offers] == ["2"]
    assert list(ExportFeed(StoppedClock(day(8)), store.reads)(a_branch().id)) == []
