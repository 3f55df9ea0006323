"""What a check says to whoever writes a profile: how a list is understood, what is odd, and what to do next."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from coprra.domain.kernel.money import Money
from coprra.domain.prices.check_feed import CheckedFeed, RepeatedProblem
from coprra.domain.prices.list_run import RowProblem, Severity
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.observation import Availability, Claims, Condition, Shipping
from coprra.domain.prices.ports import Profile
from coprra.domain.prices.reading import FeedColumn, Known, Reading
from coprra.domain.prices.unit_price import unit_price
from coprra.entrypoints.cli import checks
from coprra.entrypoints.cli.layout import laid_out
from coprra.entrypoints.cli.screen import PIPE_WIDTH, Screen
from coprra.testing.builders import a_branch, a_chain, a_row, day, gtin_of

PROFILE = Profile("konzum", "Konzum's daily lists", a_chain(), "csv", "shipped")
ODD_GTIN = RowProblem(3, "gtin", "123", "invalid_gtin", "It has 3 characters.", Severity.WARNING)
NO_NUMBER = RowProblem(3, "price", "x", "invalid_price", "The price is no number.")
COLUMNS = (
    FeedColumn("No", "sku"),
    FeedColumn("Name", "title"),
    FeedColumn("EUR", "price"),
    FeedColumn("Action", "special"),
    FeedColumn("Maker", perhaps="brand"),
    FeedColumn("Hersteller", perhaps="brand"),
)
READING = Reading(Known.NAME, Known.CONTENT, Known.NAME, COLUMNS, ("brand", "pack"))


def a_check(**changes: Any) -> CheckedFeed:
    checked = CheckedFeed(
        source="list.csv",
        profile=PROFILE,
        branch=a_branch(),
        listed_at=day(0).date(),
        complete=True,
        reading=READING,
        rows=(),
        texts=(),
        counted=0,
        more=False,
        bad=0,
        filled=(0,) * len(COLUMNS),
        problems=(),
    )
    return replace(checked, **changes)


def screen(checked: CheckedFeed, width: int = PIPE_WIDTH, file: str = "lists/list.csv") -> str:
    return laid_out(checks.checked_feed(file, checked), Screen(width))


def a_whole_check() -> CheckedFeed:
    good = a_row("01550061", "1.75", special="1.50", gtins=[gtin_of(7)], title="Brown beans in a tin, 230 g", line=2)
    per_unit = Claims(unit_price=unit_price(Money.of("1.75", "EUR"), Measure.of("0.23", "kg")))
    good = replace(good, claims=per_unit, problems=(ODD_GTIN,))
    return a_check(
        rows=(a_row("2", None, line=3), good),
        texts=(("2", "", "x", "", "", ""), ("01550061", "Brown beans  in a tin", "1,75", "1,50", "", "")),
        counted=8,
        bad=1,
        filled=(8, 7, 8, 4, 0, 0),
        problems=(
            RepeatedProblem(ODD_GTIN, 3, (("123", 2), ("4", 1))),
            RepeatedProblem(NO_NUMBER, 1, (("x", 1),)),
        ),
    )


def test_a_checked_list_at_80_columns() -> None:
    shown = screen(a_whole_check(), 80)
    assert "Read as konzum: Konzum's daily lists (HR, EUR)." in shown
    assert "Branch konzum/0613, UTC, of 2025-12-01, all that the branch sells." in shown
    assert "1.75 EUR  1.50 EUR  7.61 EUR/kg" in shown
    assert 'list.csv:3: warning gtin "123": It has 3 characters.' in shown
    assert 'list.csv:3: error price "x": The price is no number.' in shown
    assert "8 rows read, 1 of them without a price that could be taken, 4 problems." in shown
    assert max(len(line) for line in shown.split("\n")) <= 80


def test_a_check_says_from_what_it_knows_profile_branch_and_date() -> None:
    told = "The profile is known by the file's name, the branch by what is in it, the date by the file's name."
    assert told in screen(a_whole_check())
    asked = Reading(Known.ASKED, Known.PROFILE, None, COLUMNS, ())
    told = "The profile is known as you say, the branch by the profile."
    assert told in screen(a_check(reading=asked))


def test_the_fullest_line_shows_what_becomes_of_each_column() -> None:
    lines = [line.split("  ") for line in screen(a_whole_check()).split("\n")]
    cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    assert ["Column", "Taken as", "Line 2", "Understood", "Filled"] in cells
    assert ["No", "sku", "01550061", "01550061", "100%"] in cells
    assert ["Name", "title", "Brown beans in a tin", "Brown beans in a tin, 230 g", "88%"] in cells
    assert ["EUR", "price", "1,75", "1.75 EUR", "100%"] in cells
    assert ["Action", "special", "1,50", "1.50 EUR", "50%"] in cells
    assert ["Maker", "not used", "0%"] in cells
    assert "The profile names no column for brand, pack." in screen(a_whole_check())


def test_problems_are_counted_with_their_share_and_an_example() -> None:
    lines = [line.split() for line in screen(a_whole_check()).split("\n")]
    assert ["invalid_gtin", "warning", "3", "37.5%", *'line 3, gtin "123": It has 3 characters.'.split()] in lines
    assert ["invalid_price", "error", "1", "12.5%", *'line 3, price "x": The price is no number.'.split()] in lines


def steps(checked: CheckedFeed, file: str = "lists/list.csv") -> list[str]:
    *_, told = screen(checked, file=file).partition("What to do next:\n")
    return [line.strip() for line in told.strip().split("\n")]


def test_what_to_do_next_is_told() -> None:
    assert steps(a_whole_check()) == [
        'If "Maker" is the brand, name it in [columns].',
        "Import it: coprra feeds import lists/list.csv",
    ]


def test_a_check_says_what_the_file_does_not() -> None:
    asked = replace(READING, profile_by=Known.ASKED, branch_by=None, listed_at_by=None, columns=())
    checked = a_check(branch=None, listed_at=None, complete=False, reading=asked, filled=())
    shown = screen(checked)
    assert "Branch unknown, date unknown, a part of what the branch sells." in shown
    assert "No row was read." in shown
    refused, told = steps(checked, "my list.csv")
    assert refused.startswith("The import would refuse it: no rows, or more than 20% of them with errors.")
    assert told.startswith("The file does not say its branch and its date; say it and import it: coprra feeds import")
    assert told.endswith("'my list.csv' --profile konzum --branch CODE --observed-at 2025-12-29")


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("unreadable_price", 'as [numbers] says: "x" (1). Look at decimal and grouping'),
        ("zero_price", "zero_means_none"),
        ("special_not_lower", "special_repeated"),
        ("wrong_columns", "delimiter and quote"),
        ("open_quote", 'quote = ""'),
    ],
)
def test_what_is_wrong_often_has_an_advice(code: str, advice: str) -> None:
    problem = RepeatedProblem(replace(NO_NUMBER, code=code), 1, (("x", 1),))
    assert any(advice in step for step in steps(replace(a_whole_check(), problems=(problem,))))


def test_unknown_categories_are_listed_and_columns_that_hold_nothing() -> None:
    unknown = RepeatedProblem(replace(NO_NUMBER, code="unknown_category"), 3, (("Brot", 2), ("Bier\x07", 1)))
    found = steps(replace(a_whole_check(), problems=(unknown,), filled=(8, 7, 8, 0, 0, 0)))
    assert found[:2] == [
        'Give the list\'s own categories a code of coprra\'s in [categories]: "Brot" (2), "Bier\\x07" (1).',
        'These columns hold nothing, or are not there: "Action" (special).',
    ]


def test_a_check_of_several_lists_says_that_it_shows_the_first() -> None:
    assert "of 2025-12-01, all that the branch sells; the first list of its file." in screen(a_check(alone=False))


def a_check_of_a_feed(**changes: Any) -> CheckedFeed:
    """Of a shop that nobody knows."""
    template = Profile("google", "Feeds of any shop", None, "merchant", "shipped")
    unknown = 'feed.xml is the feed of a shop. Save the lines below.\n\nextends = "google"\n\n[chain]\ncode = "shop"'
    return replace(a_whole_check(), profile=template, unknown_shop=unknown, **changes)


def test_the_feed_of_nobody_is_to_be_given_a_profile_before_it_is_imported() -> None:
    shown = screen(a_check_of_a_feed())
    assert "Read as google: Feeds of any shop.\n" in shown
    assert steps(a_check_of_a_feed()) == [
        'If "Maker" is the brand, name it in [columns].',
        "feed.xml is the feed of a shop. Save the lines below.",
        "",
        'extends = "google"',
        "",
        "[chain]",
        'code = "shop"',
    ]


def test_a_feed_is_advised_of_its_own_keys_and_not_of_those_of_price_lists() -> None:
    codes = ("unknown_availability", "unknown_condition", "special_not_lower")
    problems = tuple(RepeatedProblem(replace(NO_NUMBER, code=code), 1, (("x", 1),)) for code in codes)
    assert steps(a_check_of_a_feed(problems=problems))[:3] == [
        'Say in [availability] what these words mean: "x" (1).',
        'Say in [condition] what these words mean: "x" (1).',
        'If "Maker" is the brand, name it in [columns].',
    ]


def test_stock_condition_and_shipping_are_shown_where_they_say_something() -> None:
    rates = tuple(Shipping(country, Money.of("5", "EUR"), Money.of("50", "EUR")) for country in ("AT", "DE", "HR"))
    plain = a_row("1", "1.99", line=2)
    odd = a_row("2", "2.99", line=3, availability=Availability.OUT_OF_STOCK, condition=Condition.USED, shipping=rates)
    texts = ((), ())
    lines = screen(a_check(rows=(plain, odd), texts=texts, counted=2)).split("\n")
    assert any(line.split()[-3:] == ["Stock", "Condition", "Shipping"] for line in lines)
    assert any(line.endswith("out of stock  used       AT 5.00 EUR, DE 5.00 EUR, …") for line in lines)
    lines = screen(a_check(rows=(plain,), texts=((),), counted=1)).split("\n")
    assert not any("Stock" in line or "Shipping" in line for line in lines)


def test_what_only_feeds_say_is_understood_as_well() -> None:
    terms = (
        *("special_period", "price_before_tax", "availability", "delivery_days", "condition", "url", "measure"),
        *("shipping", "free_shipping_over", "mpn"),
    )
    row = a_row(
        "2",
        "2.99",
        special="1.99",
        period=(day(1), None),
        line=3,
        availability=Availability.PREORDER,
        condition=Condition.USED,
        shipping=(Shipping("AT", Money.of("5", "EUR"), Money.of("50", "EUR")),),
        tax_included=False,
        url="https://shop.example/2",
    )
    columns = tuple(FeedColumn(f"the {term}", term) for term in terms)
    checked = a_check(
        rows=(row,),
        texts=(("x" * 200, *["x"] * 9),),
        counted=1,
        reading=replace(READING, columns=columns),
        filled=(1,) * len(terms),
    )
    cells = {line.split("  ")[0]: line for line in screen(checked, 300).split("\n")}
    understood = {
        term: [cell.strip() for cell in cells[f"the {term}"].split("  ") if cell.strip()][3]
        for term in terms[:-1]
        if term != "measure"
    }
    assert understood == {
        "special_period": "2025-12-02 00:00 UTC to open",
        "price_before_tax": "2.99 EUR",
        "availability": "preorder",
        "delivery_days": "preorder",
        "condition": "used",
        "url": "https://shop.example/2",
        "shipping": "AT 5.00 EUR",
        "free_shipping_over": "AT 50.00 EUR",
    }
    assert f"{'x' * 100}…" in cells["the special_period"]


def test_a_list_that_is_too_long_to_count_says_so() -> None:
    assert "no" not in screen(a_check()).split("rows read")[0].split("\n")[-1]
    assert "0 problems; there are more rows." in screen(a_check(more=True))


@pytest.mark.parametrize(
    ("listed_at", "shown"),
    [(datetime(2025, 12, 29, 6, 30), "of 2025-12-29 06:30 there"), (day(0), "of 2025-12-01 00:00 UTC")],  # noqa: DTZ001
)
def test_a_local_time_and_an_instant_are_told_apart(listed_at: datetime, shown: str) -> None:
    assert shown in screen(a_check(listed_at=listed_at), 200)
