"""Answers carry exact amounts as text, instants in UTC, null for what is not known, and nothing else."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import cast

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.instants import to_micros
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.article import Article
from coprra.domain.prices.best_price import BestPrice
from coprra.domain.prices.browse_products import BrowsedProducts, PriceCursor, PricedProduct, Sorting
from coprra.domain.prices.chain import Branch
from coprra.domain.prices.check_feed import CheckedFeed, RepeatedProblem
from coprra.domain.prices.compare_offers import Comparison
from coprra.domain.prices.history import history_of
from coprra.domain.prices.import_feed import ImportReport
from coprra.domain.prices.landed_price import Order
from coprra.domain.prices.list_chains import KnownChains
from coprra.domain.prices.list_run import Changes, ListRow, ListRun, RowProblem, Severity
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.observation import Claims, Condition, Moment, Observation, Shipping
from coprra.domain.prices.offer import offer_of
from coprra.domain.prices.ports import KnownChain, Profile
from coprra.domain.prices.ranking import rank
from coprra.domain.prices.reading import FeedColumn, Known, Reading
from coprra.domain.prices.series import Listing, Series
from coprra.domain.prices.show_history import PriceHistory
from coprra.domain.prices.unit_price import UnitPrice
from coprra.domain.products.gtin import Gtin, read_gtin
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.product import Product, ProductId, ProductKey
from coprra.domain.products.relevance import Relevance
from coprra.entrypoints import answers
from coprra.entrypoints.answers import InvalidCursor, JsonObject
from coprra.testing.builders import TESTER, a_branch, a_chain, a_row, day, gtin_of

BEANS = Product(
    ProductId.born_of(ProductKey.of_gtin(gtin_of(1))),
    "Beans",
    "Čvarak",
    None,
    (gtin_of(1), read_gtin("96385074").gtin),
    day(1),
)
LITRE = Measure.of("1", "l")


def series_of(*rows: tuple[float, ListRow], branch: Branch | None = None, as_of: datetime | None = None) -> Series:
    branch = branch or a_branch()
    observations = tuple(Observation(Moment(to_micros(day(number)), 1), row.state) for number, row in rows)
    return Series(Listing(a_chain(branch.id.chain), branch, "17"), as_of or day(10), observations, ())


def compared(*series: Series, order: Order | None = None) -> JsonObject:
    order = order or Order()
    offers = [offer for one in series if (offer := offer_of(one, series, order))]
    return answers.comparison(Comparison(BEANS, day(10), order, rank(offers), 7))


def first_offer(*series: Series) -> JsonObject:
    offers = compared(*series)["offers"]
    assert isinstance(offers, Sequence)
    assert isinstance(offers[0], dict)
    return offers[0]


def half_a_litre(row: ListRow) -> ListRow:
    assert row.article
    return replace(row, article=replace(row.article, measure=Measure.of("0.5", "l")))


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1.69", "EUR", "1.69"),
        ("2", "EUR", "2.00"),
        ("0", "EUR", "0.00"),
        ("-0.05", "EUR", "-0.05"),
        ("150", "JPY", "150"),
        ("1.5", "KWD", "1.500"),
        ("0.0001", "CLF", "0.0001"),
        ("99999999999.99", "EUR", "99999999999.99"),
    ],
)
def test_money_has_exactly_the_digits_of_its_currency(amount: str, currency: str, text: str) -> None:
    assert answers.money(Money.of(amount, currency)) == {"amount": text, "currency": currency}


@given(st.integers(-(10**13), 10**13), st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_money_comes_back_from_its_text(minor: int, currency: str) -> None:
    given_money = Money(minor, Currency(currency))
    shown = answers.money(given_money)
    assert Money.of(Decimal(str(shown["amount"])), currency) == given_money
    assert "E" not in str(shown["amount"])


def test_an_instant_is_shown_in_utc_with_a_z() -> None:
    assert answers.instant(datetime(2025, 12, 29, 5, 20, tzinfo=timezone(timedelta(hours=1)))) == "2025-12-29T04:20:00Z"
    assert answers.instant(datetime(2025, 12, 29, 4, 20, 0, 5, tzinfo=UTC)) == "2025-12-29T04:20:00.000005Z"


def test_a_product_shows_its_gtins_as_people_write_them() -> None:
    assert answers.product(BEANS) == {
        "id": BEANS.id.value,
        "name": "Beans",
        "brand": "Čvarak",
        "category": None,
        "gtins": ["3850000000015", "96385074"],
        "first_seen": "2025-12-02T00:00:00Z",
    }
    assert read_gtin("96385074").gtin == Gtin("00000096385074")


def test_nothing_known_is_an_answer_as_well() -> None:
    assert compared() == {
        "product": answers.product(BEANS),
        "as_of": "2025-12-11T00:00:00Z",
        "quantity": 1,
        "country": None,
        "conditions": ["new", "refurbished", "used"],
        "currency": None,
        "exchange": [],
        "offers": [],
        "why": {
            "summary": "Of the stores asked about, no list read by then carries it.",
            "winner": None,
            "runner_up": None,
            "difference": None,
        },
        "set_aside": [],
        "valid_until": None,
    }


def test_an_offer_says_all_that_the_ranking_knows() -> None:
    claims = Claims(
        Money.of("1.79", "EUR"), Money.of("2.05", "EUR"), date(2025, 5, 2), UnitPrice.of("9.99", "EUR", LITRE)
    )
    row = half_a_litre(
        a_row(
            "17",
            "1.99",
            special="1.69",
            period=(None, day(12)),
            claims=claims,
            condition=Condition.REFURBISHED,
            url="https://konzum.example/17",
        )
    )
    answer = compared(series_of((9, row)), order=Order(2, "HR"))
    assert (answer["quantity"], answer["country"], answer["valid_until"]) == (2, "HR", "2025-12-13T00:00:00Z")
    assert answer["offers"] == [
        {
            "rank": 1,
            "tied": False,
            "chain": {"code": "konzum", "name": "Konzum", "country": "HR"},
            "branches": [
                {
                    "code": "0613",
                    "address": None,
                    "channel": "in_store",
                    "sku": "17",
                    "url": "https://konzum.example/17",
                    "observed_at": "2025-12-10T00:00:00Z",
                    "decision": None,
                    "discount": {"verdict": "insufficient_data", "percent": None, "prior_price": None},
                }
            ],
            "item_price": {"amount": "1.69", "currency": "EUR"},
            "special": True,
            "regular_price": {"amount": "1.99", "currency": "EUR"},
            "landed_price": {"amount": "3.38", "currency": "EUR"},
            "converted_price": None,
            "shipping": None,
            "fees": None,
            "completeness": "complete",
            "condition": "refurbished",
            "availability": "in_stock",
            "observed_at": "2025-12-10T00:00:00Z",
            "since": "2025-12-10T00:00:00Z",
            "unit_price": {
                "amount": "3.38",
                "currency": "EUR",
                "per": {"amount": "1", "unit": "l"},
                "claimed": {"amount": "9.99", "currency": "EUR", "per": {"amount": "1", "unit": "l"}},
                "disagrees": True,
            },
            "claims": {
                "lowest_30_days": {"amount": "1.79", "currency": "EUR"},
                "anchor": {"price": {"amount": "2.05", "currency": "EUR"}, "on": "2025-05-02"},
                "unit_price": {"amount": "9.99", "currency": "EUR", "per": {"amount": "1", "unit": "l"}},
                "checks": {
                    "lowest_30_days": {"ours": None, "agrees": None, "covered_days": 0.0},
                    "anchor": {"ours": None, "agrees": None},
                    "unit_price": {
                        "ours": {"amount": "3.38", "currency": "EUR", "per": {"amount": "1", "unit": "l"}},
                        "agrees": False,
                    },
                },
            },
            "check_failed": False,
        }
    ]


def test_a_claimed_unit_price_is_shown_where_ours_is_not_known() -> None:
    row = a_row("17", claims=Claims(unit_price=UnitPrice.of("0.003", "EUR", Measure.of("1", "piece"))))
    offer = first_offer(series_of((9, row)))
    assert offer["unit_price"] is None
    assert offer["claims"] == {
        "lowest_30_days": None,
        "anchor": None,
        "unit_price": {"amount": "0.003", "currency": "EUR", "per": {"amount": "1", "unit": "piece"}},
        "checks": {"lowest_30_days": None, "anchor": None, "unit_price": {"ours": None, "agrees": None}},
    }


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("6.76", "EUR", "6.76"),
        ("6.7", "EUR", "6.70"),
        ("100", "EUR", "100.00"),
        ("0", "EUR", "0.00"),
        ("0.003380", "EUR", "0.00338"),
        ("0.000001", "EUR", "0.000001"),
        ("150", "JPY", "150"),
        ("149.5", "JPY", "149.5"),
    ],
)
def test_a_unit_price_shows_the_digits_it_has_and_at_least_those_of_its_currency(
    amount: str, currency: str, text: str
) -> None:
    row = a_row("17", currency=currency, claims=Claims(unit_price=UnitPrice.of(amount, currency, LITRE)))
    offer = first_offer(series_of((9, row)))
    assert isinstance(offer["claims"], dict)
    assert isinstance(offer["claims"]["unit_price"], dict)
    assert offer["claims"]["unit_price"]["amount"] == text


def test_folded_branches_stand_in_the_order_of_their_codes() -> None:
    offer = first_offer(
        series_of((9, a_row("17")), branch=a_branch(code="b")), series_of((9.5, a_row("17")), branch=a_branch(code="a"))
    )
    assert isinstance(offer["branches"], Sequence)
    assert [(branch["code"], branch["observed_at"]) for branch in offer["branches"] if isinstance(branch, dict)] == [
        ("a", "2025-12-10T12:00:00Z"),
        ("b", "2025-12-10T00:00:00Z"),
    ]


def test_what_is_set_aside_keeps_its_price_and_its_suspicion() -> None:
    others = [series_of((9, a_row("17", "2.00")), branch=a_branch(chain)) for chain in ("a", "b", "c")]
    answer = compared(*others, series_of((9, a_row("17", "20.00")), branch=a_branch("d")))
    assert isinstance(answer["set_aside"], Sequence)
    aside = answer["set_aside"][0]
    assert isinstance(aside, dict)
    assert (aside["reason"], aside["item_price"]) == ("suspect", {"amount": "20.00", "currency": "EUR"})
    assert aside["suspicion"] == {
        "against": "other_chains",
        "median": {"amount": "2.00", "currency": "EUR"},
        "points": 3,
    }
    assert "rank" not in aside


def test_a_history_ends_open_while_the_price_is_asked() -> None:
    series = series_of((1, a_row("17", "2.00")), (4, a_row("17", "1.00")))
    listing = history_of(series, [series])
    assert listing
    assert answers.history(PriceHistory(BEANS, day(10), None, (listing,), 7)) == {
        "product": answers.product(BEANS),
        "as_of": "2025-12-11T00:00:00Z",
        "since": None,
        "listings": [
            {
                "chain": {"code": "konzum", "name": "Konzum", "country": "HR"},
                "branch": {"code": "0613", "address": None, "channel": "in_store"},
                "sku": "17",
                "tracked_since": "2025-12-02T00:00:00Z",
                "steps": [
                    {
                        "from": "2025-12-02T00:00:00Z",
                        "until": "2025-12-05T00:00:00Z",
                        "price": {"amount": "2.00", "currency": "EUR"},
                        "special": False,
                        "last_seen": "2025-12-02T00:00:00Z",
                        "suspect": None,
                        "decision": None,
                    },
                    {
                        "from": "2025-12-05T00:00:00Z",
                        "until": None,
                        "price": {"amount": "1.00", "currency": "EUR"},
                        "special": False,
                        "last_seen": "2025-12-05T00:00:00Z",
                        "suspect": None,
                        "decision": None,
                    },
                ],
                "statistics": {
                    "low": {"amount": "1.00", "currency": "EUR"},
                    "low_since": "2025-12-05T00:00:00Z",
                    "high": {"amount": "2.00", "currency": "EUR"},
                    "high_since": "2025-12-02T00:00:00Z",
                    "mean": {"amount": "1.33", "currency": "EUR"},
                    "median": {"amount": "1.00", "currency": "EUR"},
                    "covered_days": 9.0,
                },
                "decisions": [],
                "claims": {
                    "lowest_30_days": None,
                    "anchor": None,
                    "unit_price": None,
                    "checks": {"lowest_30_days": None, "anchor": None, "unit_price": None},
                },
            }
        ],
    }


def test_chains_say_how_long_a_price_is_believed_in_days() -> None:
    known = KnownChain(a_chain(stale_after=timedelta(days=1, hours=12)), ((a_branch(address="Ilica 1"), day(9)),))
    assert answers.chains(KnownChains((known,), day(10), 7)) == {
        "as_of": "2025-12-11T00:00:00Z",
        "chains": [
            {
                "code": "konzum",
                "name": "Konzum",
                "country": "HR",
                "currency": "EUR",
                "stale_after_days": 1.5,
                "branches": [
                    {
                        "code": "0613",
                        "address": "Ilica 1",
                        "channel": "in_store",
                        "timezone": "UTC",
                        "last_list_at": "2025-12-10T00:00:00Z",
                    }
                ],
            }
        ],
    }


@pytest.mark.parametrize("days", [7, 10, 100, 3660])
def test_whole_days_are_whole_numbers(days: int) -> None:
    known = KnownChain(a_chain(stale_after=timedelta(days=days)), ())
    assert f'"stale_after_days": {days},' in json.dumps(answers.chains(KnownChains((known,), day(10), 7)))


def test_an_import_report_counts_and_says_what_became_of_the_list() -> None:
    run = ListRun(
        chain=a_chain(),
        branch=a_branch(),
        instant=to_micros(day(9)),
        complete=True,
        sha256="0" * 64,
        source="list.csv",
        profile="konzum",
        rows=10,
        imported_at=day(10),
        imported_by=TESTER,
    )
    report = ImportReport(
        run=run,
        since=day(9),
        rows=11,
        errors=1,
        warnings=2,
        by_code={"invalid_price": 1},
        changes=Changes(new=10),
        proves_absence=True,
    )
    assert answers.import_report(report) == {
        "file": "list.csv",
        "profile": "konzum",
        "branch": "konzum/0613",
        "observed_at": "2025-12-10T00:00:00Z",
        "since": "2025-12-10T00:00:00Z",
        "branches": 1,
        "lists": 1,
        "known": 0,
        "complete": True,
        "rows": 11,
        "errors": 1,
        "warnings": 2,
        "problems_by_code": {"invalid_price": 1},
        "changes": {"new": 10, "changed": 0, "unchanged": 0, "back": 0, "unlisted": 0, "overtaken": 0},
        "already": False,
        "dry_run": False,
    }


PROFILE = Profile("konzum", "Konzum price lists", a_chain(), "csv", "shipped")
SHOWN_PROFILE = {
    "name": "konzum",
    "title": "Konzum price lists",
    "chain": {"code": "konzum", "name": "Konzum", "country": "HR"},
    "currency": "EUR",
    "format": "csv",
    "source": "shipped",
}


def test_profiles_name_their_chain_and_where_they_come_from() -> None:
    assert answers.profiles([PROFILE]) == {"profiles": [SHOWN_PROFILE]}


def test_a_profile_for_any_shop_names_no_chain() -> None:
    template = replace(PROFILE, name="google", chain=None)
    shown = {**SHOWN_PROFILE, "name": "google", "chain": None, "currency": None}
    assert answers.profiles([template]) == {"profiles": [shown]}


def test_a_checked_feed_shows_each_row_as_it_was_understood() -> None:
    problem = RowProblem(3, "price", "1,x9", "invalid_price", "The price is no number.", Severity.ERROR)
    article = Article(
        "konzum",
        "17",
        "Beans",
        brand="Čvarak",
        category="Tins",
        pack="0,5 l",
        measure=Measure.of("0.5", "l"),
        gtins=(gtin_of(1),),
    )
    good = replace(
        a_row(
            "17",
            "1.99",
            special="1.69",
            period=(day(1), day(2)),
            url="https://example.org/17",
            shipping=(
                Shipping("HR", Money.of("3", "EUR"), Money.of("30", "EUR")),
                Shipping("SI", Money.of("9", "EUR")),
            ),
        ),
        article=article,
    )
    feed = CheckedFeed(
        source="list.csv",
        profile=PROFILE,
        branch=None,
        listed_at=date(2025, 12, 10),
        complete=True,
        reading=Reading(
            Known.CONTENT, None, Known.NAME, (FeedColumn("No", "sku"), FeedColumn("By", perhaps="brand")), ("pack",)
        ),
        rows=(good, ListRow(3, None, problems=(problem,))),
        texts=(("17", " "), ()),
        counted=2,
        more=False,
        bad=1,
        filled=(1, 0),
        problems=(RepeatedProblem(problem, 1, (("1,x9", 1),)),),
        unknown_shop="Save it.",
    )
    shown = answers.checked_feed(feed)
    assert {**shown, "rows": None} == {
        "file": "list.csv",
        "profile": SHOWN_PROFILE,
        "branch": None,
        "listed_at": "2025-12-10",
        "complete": True,
        "unknown_shop": "Save it.",
        "alone": True,
        "known_by": {"profile": "content", "branch": None, "listed_at": "name"},
        "columns": [
            {"name": "No", "term": "sku", "perhaps": None, "filled": 1},
            {"name": "By", "term": None, "perhaps": "brand", "filled": 0},
        ],
        "terms_without_column": ["pack"],
        "counted": {"rows": 2, "bad_rows": 1, "more": False},
        "problems": [
            {
                "code": "invalid_price",
                "severity": "error",
                "rows": 1,
                "example": answers.problem(problem),
                "values": [{"value": "1,x9", "rows": 1}],
            }
        ],
        "rows": None,
    }
    assert shown["rows"] == [
        {
            "line": 2,
            "sku": "17",
            "title": "Beans",
            "brand": "Čvarak",
            "category": "Tins",
            "pack": "0,5 l",
            "measure": {"amount": "0.5", "unit": "l"},
            "gtins": ["3850000000015"],
            "terms": {
                "price": {"amount": "1.99", "currency": "EUR"},
                "special_price": {"amount": "1.69", "currency": "EUR"},
                "special_from": "2025-12-02T00:00:00Z",
                "special_until": "2025-12-03T00:00:00Z",
                "condition": "new",
                "tax_included": True,
                "shipping": [
                    {
                        "country": "HR",
                        "price": {"amount": "3.00", "currency": "EUR"},
                        "free_over": {"amount": "30.00", "currency": "EUR"},
                    },
                    {"country": "SI", "price": {"amount": "9.00", "currency": "EUR"}, "free_over": None},
                ],
                "url": "https://example.org/17",
            },
            "availability": "in_stock",
            "claims": {"lowest_30_days": None, "anchor": None, "unit_price": None},
            "problems": [],
            "texts": {"No": "17"},
        },
        {
            "line": 3,
            "sku": None,
            "title": None,
            "brand": None,
            "category": None,
            "pack": None,
            "measure": None,
            "gtins": [],
            "terms": None,
            "availability": "in_stock",
            "claims": {"lowest_30_days": None, "anchor": None, "unit_price": None},
            "problems": [
                {
                    "line": 3,
                    "field": "price",
                    "value": "1,x9",
                    "code": "invalid_price",
                    "reason": "The price is no number.",
                    "severity": "error",
                }
            ],
            "texts": {},
        },
    ]


def test_both_json_writers_take_every_answer() -> None:
    row = half_a_litre(a_row("17", special="1.00"))
    answer = compared(series_of((9, row)))
    assert json.loads(json.dumps(answer)) == orjson.loads(orjson.dumps(answer)) == answer


def test_the_last_page_has_no_next() -> None:
    best = BestPrice(Money.of("1.50", "EUR"), special=True, offers=2, chains=("konzum", "spar"), valid_until=day(12))
    page = BrowsedProducts((PricedProduct(BEANS, best),), None, None, day(10), day(12), 7)
    answer = answers.products_page(page)
    assert (answer["next"], answer["facets"], answer["valid_until"]) == (None, None, "2025-12-13T00:00:00Z")
    assert (answer["complete"], answers.products_page(replace(page, complete=False))["complete"]) == (True, False)
    more = replace(page, next=ProductCursor("beans", BEANS.id))
    assert answers.read_browse_cursor(str(answers.products_page(more)["next"])) == more.next


def test_a_best_price_that_is_not_known_is_null() -> None:
    unknown = BestPrice(None, special=False, offers=0, chains=(), valid_until=None)
    page = answers.products_page(BrowsedProducts((PricedProduct(BEANS, unknown),), None, None, day(10), None, 7))
    (product,) = cast("list[dict[str, object]]", page["products"])
    assert product["best_price"] == {"price": None, "special": False, "offers": 0, "chains": []}
    assert page["valid_until"] is None


@given(st.text(), st.sampled_from(Relevance), st.none() | st.integers(0, 10**12))
def test_every_cursor_of_products_with_prices_is_read_back(name: str, relevance: Relevance, price: int | None) -> None:
    place = ProductCursor(name, BEANS.id, relevance)
    for cursor in (place, PriceCursor(price, place), PriceCursor(price, place, Sorting.PRICE_DESCENDING)):
        assert answers.read_browse_cursor(answers.browse_cursor(cursor)) == cursor
    with pytest.raises(InvalidCursor):
        answers.read_cursor(answers.browse_cursor(PriceCursor(price, place)))
    with pytest.raises(InvalidCursor):
        answers.read_browse_cursor(answers.brand_cursor(name))


@given(st.text(), st.integers(0, 10**8 - 1))
def test_every_cursor_is_read_back_and_safe_in_a_url(sort_name: str, number: int) -> None:
    place = ProductCursor(sort_name, ProductId.born_of(ProductKey.of_gtin(gtin_of(number))))
    text = answers.cursor(place)
    assert text.isascii()
    assert text.replace("-", "").replace("_", "").isalnum()
    assert answers.read_cursor(text) == place


@given(st.text(max_size=100))
def test_no_other_text_is_a_cursor(text: str) -> None:
    with pytest.raises(InvalidCursor):
        answers.read_cursor(text)


@given(st.data())
def test_a_cursor_with_another_letter_is_none(data: st.DataObject) -> None:
    text = answers.cursor(ProductCursor("čokolada", BEANS.id))
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCXYZabcxyz019-_").filter(lambda each: each != text[place]))
    with pytest.raises(InvalidCursor):
        answers.read_cursor(text[:place] + letter + text[place + 1 :])
