"""Comparisons, histories and catalogues, as they look at 80 columns without colour."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.money import Money
from coprra.domain.prices.browse_products import BrowseProducts
from coprra.domain.prices.chain import BranchFilter, Channel
from coprra.domain.prices.compare_offers import CompareOffers
from coprra.domain.prices.landed_price import Order
from coprra.domain.prices.list_chains import ListChains
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.observation import ANY_CONDITION, Availability, Condition, Shipping
from coprra.domain.prices.show_history import ShowHistory
from coprra.domain.products.product import Product, ProductId, ProductKey
from coprra.domain.products.suggest_products import SuggestProducts
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.layout import laid_out
from coprra.entrypoints.cli.screen import PIPE_WIDTH, Screen
from coprra.testing.builders import PriceList, a_branch, a_chain, a_row, day, gtin_of, import_list

COLA = gtin_of(7)
EVERYWHERE = BranchFilter()
TO_CROATIA = (Shipping("HR", Money.of("2.99", "EUR"), free_over=Money.of("20", "EUR")),)


class Market:
    """A store of lists with one product in each, and the screens of its answers."""

    def __init__(self) -> None:
        self._store = MemoryStore()

    def list(
        self,
        chain: str,
        branch: str,
        at: float,
        price: str | None,
        special: str | None = None,
        *,
        sku: str = "1",
        channel: Channel = Channel.IN_STORE,
        stale_after: timedelta = timedelta(days=7),
        availability: Availability = Availability.IN_STOCK,
        currency: str = "EUR",
        absent: bool = False,
        shipping: tuple[Shipping, ...] = (),
        tax_included: bool = True,
        condition: Condition = Condition.NEW,
    ) -> None:
        """A complete list of that branch, so many days after the beginning."""
        row = a_row(
            sku,
            price,
            special=special,
            gtins=[] if absent else [COLA],
            title="Something else" if absent else "Cola 0,25 l",
            chain=chain,
            availability=availability,
            currency=currency,
            shipping=shipping,
            tax_included=tax_included,
            condition=condition,
        )
        assert row.article
        row = replace(
            row, sku="other" if absent else sku, article=replace(row.article, measure=Measure.of("0.25", "l"))
        )
        its_branch = a_branch(chain, branch, channel=channel, address="Ulica 1, Split")
        import_list(self._store, PriceList((row,), day(at), True, its_branch, a_chain(chain, stale_after=stale_after)))

    def comparison(
        self,
        at: float,
        *,
        order: Order | None = None,
        within: str = "",
        conditions: frozenset[Condition] = ANY_CONDITION,
        unfold: bool = False,
        width: int = 80,
    ) -> str:
        branches = BranchFilter.parse(within)
        compare = CompareOffers(StoppedClock(day(at)), self._store.reads)
        compared = compare(COLA, branches=branches, order=order or Order(), conditions=conditions, unfold=unfold)
        return laid_out(tables.comparison(compared, branches), Screen(width))

    def history(self, at: float, *, days: int | None = None, steps: bool = False, width: int = 80) -> str:
        shown = ShowHistory(StoppedClock(day(at)), self._store.reads)(COLA, days=days)
        return laid_out(tables.history(shown, EVERYWHERE, steps=steps), Screen(width))

    def chains(self, at: float) -> str:
        return laid_out(tables.chains(ListChains(StoppedClock(day(at)), self._store.reads)()), Screen(80))

    def products(self, words: str, limit: int = 20) -> str:
        found = BrowseProducts(StoppedClock(day(100)), self._store.reads)(words, limit=limit)
        return laid_out(tables.browsed_products(found), Screen(100))


@pytest.fixture
def market() -> Market:
    return Market()


def row_of(screen: str, store: str) -> str:
    return next(line for line in screen.split("\n") if store in line and "EUR" in line)


def without_ids(screen: str) -> str:
    return re.sub(r"p_\w+", "p_…", screen)


def test_a_comparison_at_80_columns(market: Market) -> None:
    market.list("konzum", "0613", 0, "2.15")
    market.list("spar", "8701", 1, "1.69")
    market.list("plodine", "163", 1, "1.69", "1.19")
    market.list("studenac", "t598", 1, "2.09")
    market.list("konzum", "0204", -10, "1.75")
    market.list("konzum", "0530", -10, "1.75")

    assert without_ids(market.comparison(2)).split("\n") == [
        "Cola 0,25 l",
        "GTIN 3850000000077 · p_…",
        "As of 2025-12-03 00:00 UTC, for 1 piece.",
        "",
        "#  Store     Branch    You pay   Regular    Per unit  Seen (UTC)",
        "──────────────────────────────────────────────────────────────────────",
        "1  Plodine   163     1.19 EUR*  1.69 EUR  4.76 EUR/l  2025-12-02 00:00",
        "2  Spar      8701     1.69 EUR            6.76 EUR/l  2025-12-02 00:00",
        "3  Studenac  t598     2.09 EUR            8.36 EUR/l  2025-12-02 00:00",
        "4  Konzum    0613     2.15 EUR            8.60 EUR/l  2025-12-01 00:00",
        "* special price",
        "",
        "Plodine asks least: 1.19 EUR (special price), seen 2025-12-02 00:00 UTC. That is",
        "0.50 EUR less than Spar (1.69 EUR, seen 2025-12-02 00:00 UTC).",
        "",
        "Set aside, not ranked:",
        "Store   Branch         Price  Seen (UTC)        Reason",
        "──────────────────────────────────────────────────────",
        "Konzum  0204, 0530  1.75 EUR  2025-11-21 00:00  stale",
        "stale: not seen for 7 days or more",
        "",
        "Holds until 2025-12-08 00:00 UTC, unless another list is imported.",
    ]


def test_when_everything_is_stale_the_screen_says_so_and_how_to_ask_about_then(market: Market) -> None:
    market.list("konzum", "0613", 0, "2.15")
    screen = market.comparison(30)
    assert "You pay" not in screen
    assert "No offer can be relied on as of then: 1 stale." in screen
    assert "The newest price was seen 2025-12-01 00:00 UTC" in screen
    assert "--as-of 2025-12-01." in screen
    assert "Holds until another list is imported." in screen


def test_a_question_about_a_branch_that_never_had_it_says_what_was_asked(market: Market) -> None:
    market.list("konzum", "0613", 0, "2.15")
    market.list("spar", "8701", 0, "1.00", absent=True)
    screen = market.comparison(1, within="spar")
    assert "at spar only." in screen
    assert "Of the stores asked about, no list read by then carries it." in screen


def test_branches_are_folded_unless_unfolded(market: Market) -> None:
    for branch in ("t598", "t599", "t600"):
        market.list("studenac", branch, 0, "2.09")
    assert "3 branches" in market.comparison(1)
    unfolded = market.comparison(1, unfold=True)
    assert all(branch in unfolded for branch in ("t598", "t599", "t600"))


def test_what_is_not_new_is_marked_wherever_its_price_stands(market: Market) -> None:
    market.list("attic", "1", 0, "1.00", condition=Condition.USED)
    market.list("spar", "1", 0, "1.69")
    screen = market.comparison(1)
    assert re.search(r"You pay +Condition", screen)
    assert re.search(r"1\.00 EUR +used", row_of(screen, "Attic"))
    assert re.search(r"1\.69 EUR +new", row_of(screen, "Spar"))
    assert "1.00 EUR (used)" in screen
    new = market.comparison(1, conditions=frozenset({Condition.NEW}))
    assert "for 1 piece, new only." in new
    assert not re.search(r"You pay +Condition", new)
    assert re.search(r"1\.00 EUR used .* other condition$", row_of(new, "Attic"))
    assert "other condition: not in a condition that was asked for" in new


def test_every_column_at_once_is_told_line_by_line_on_80_cells(market: Market) -> None:
    market.list("attic", "1", 0, "1.00", "0.90", condition=Condition.REFURBISHED)
    market.list("webshop", "1", 0, "1.00", channel=Channel.ONLINE, shipping=TO_CROATIA)
    screen = market.comparison(1, order=Order(quantity=12, country="HR"))
    assert max(map(len, screen.split("\n"))) <= 80
    assert re.search(r"You pay +10\.80 EUR\*\nCondition +refurbished\nEach", screen)


def test_a_tie_is_marked_and_explained(market: Market) -> None:
    market.list("spar", "1", 0, "1.69")
    market.list("konzum", "1", 0, "1.69")
    screen = market.comparison(1)
    assert row_of(screen, "Spar").startswith("1=")
    assert row_of(screen, "Konzum").startswith("1=")
    assert "= the same total" in screen


def test_several_pieces_show_the_price_of_each(market: Market) -> None:
    market.list("spar", "1", 0, "1.69")
    screen = market.comparison(1, order=Order(12))
    assert "for 12 pieces." in screen
    assert "20.28 EUR  1.69 EUR" in row_of(screen, "Spar")


def test_delivery_has_its_column_only_where_something_is_delivered(market: Market) -> None:
    market.list("spar", "1", 0, "1.69")
    assert "Delivery" not in market.comparison(1)
    market.list("webshop", "w", 0, "1.05", channel=Channel.ONLINE, shipping=TO_CROATIA)
    screen = market.comparison(1)
    assert "Delivery" in screen
    assert "4.04 EUR  2.99 EUR" in row_of(screen, "Webshop")


def test_delivery_that_is_free_from_an_amount_on_costs_nothing(market: Market) -> None:
    market.list("webshop", "w", 0, "1.05", channel=Channel.ONLINE, shipping=TO_CROATIA)
    assert "21.00 EUR  1.05 EUR  0.00 EUR" in row_of(market.comparison(1, order=Order(20)), "Webshop")


def test_unknown_shipping_is_never_shown_as_nothing(market: Market) -> None:
    market.list("spar", "1", 0, "1.69")
    market.list("webshop", "w", 0, "1.05", channel=Channel.ONLINE, shipping=TO_CROATIA)
    screen = market.comparison(1, order=Order(country="AT"))
    assert "to AT." in screen
    assert "1.05 EUR+?" in row_of(screen, "Webshop")
    assert "+? the store does not state its shipping to that country" in screen


def test_tax_that_comes_on_top_is_said(market: Market) -> None:
    market.list("depot", "1", 0, "1.05", tax_included=False)
    screen = market.comparison(1)
    assert "1.05 EUR+tax" in row_of(screen, "Depot")
    assert "+tax: tax comes on top; its amount is not stated" in screen


def test_a_special_price_without_a_regular_one_says_so(market: Market) -> None:
    market.list("spar", "1", 0, None, "1.69")
    assert "1.69 EUR*  not stated" in row_of(market.comparison(1), "Spar")


def test_each_reason_to_be_set_aside_is_named_and_explained_once(market: Market) -> None:
    for chain, price in (("spar", "1.69"), ("plodine", "1.19"), ("studenac", "2.09")):
        market.list(chain, "1", 9, price)
    market.list("crazy", "1", 9, "99.00")
    market.list("gone", "1", 1, "1.50")
    market.list("gone", "1", 9, "1.50", absent=True)
    market.list("empty", "1", 9, "1.40", availability=Availability.PREORDER)
    market.list("old", "1", 0, "1.30")
    market.list("abroad", "1", 9, "1.30", currency="USD")

    screen = market.comparison(9.5)
    told = screen.split("Set aside, not ranked:")[1]
    for store, reason in {
        "Crazy": "suspect",
        "Gone": "not listed",
        "Empty": "preorder",
        "Old": "stale",
        "Abroad": "other currency",
    }.items():
        assert next(line for line in told.split("\n") if line.startswith(store)).endswith(reason)
    assert "stale: not seen for 7 days or more" in told
    assert re.search(r"suspect: Crazy is too far from \d\.\d\d EUR, the median of \d other stores", told)
    assert "not listed: a newer list of the branch does not carry it" in told
    assert told.count("stale:") == 1
    assert max(len(line) for line in screen.split("\n")) <= 80


def test_stores_that_are_believed_for_different_times_are_told_apart(market: Market) -> None:
    market.list("daily", "1", 0, "1.30", stale_after=timedelta(days=2))
    market.list("weekly", "1", 0, "1.30", stale_after=timedelta(days=14))
    assert "stale: not seen for 2 days (Daily), 14 days (Weekly) or more" in market.comparison(30, width=PIPE_WIDTH)


def test_a_history_at_80_columns(market: Market) -> None:
    for at, price in ((0, "1.75"), (3, "1.79"), (6, "1.79")):
        market.list("konzum", "0613", at, price)
    market.list("plodine", "163", 5, "1.69", "1.19")

    assert without_ids(market.history(8, steps=True)).split("\n") == [
        "Cola 0,25 l",
        "GTIN 3850000000077 · p_…",
        "Up to 2025-12-09 00:00 UTC, since tracking began.",
        "",
        "Store    Branch       Low      High      Mean    Median  Steps   Known",
        "──────────────────────────────────────────────────────────────────────",
        "Konzum   0613    1.75 EUR  1.79 EUR  1.78 EUR  1.79 EUR      2  8 days",
        "Plodine  163     1.19 EUR  1.19 EUR  1.19 EUR  1.19 EUR      1  3 days",
        "",
        "Store    Branch  From (UTC)        Until (UTC)          Price  Note",
        "──────────────────────────────────────────────────────────────────────",
        "Konzum   0613    2025-12-01 00:00  2025-12-04 00:00  1.75 EUR",
        "Konzum   0613    2025-12-04 00:00  now               1.79 EUR",
        "Plodine  163     2025-12-06 00:00  now               1.19 EUR  special",
    ]


def test_suspect_steps_are_counted_apart(market: Market) -> None:
    for at, price in ((0, "1.75"), (1, "1.79"), (2, "1.75"), (3, "19.00")):
        market.list("konzum", "0613", at, price)
    screen = market.history(4, steps=True)
    assert "4, 1!" in screen
    assert "! so many of them are suspect, and left out of the figures" in screen
    assert "19.00 EUR  suspect" in screen


def test_a_window_without_a_price_says_so(market: Market) -> None:
    market.list("konzum", "0613", 0, "1.75")
    assert "No price is known in that time." in market.history(90, days=30)


def test_two_articles_of_one_branch_are_told_apart(market: Market) -> None:
    market.list("konzum", "0613", 0, "1.75", sku="a")
    market.list("konzum", "0613", 1, "1.80", sku="b")
    screen = market.history(2)
    assert "0613 #a" in screen
    assert "0613 #b" in screen


def test_stores_are_listed_with_how_fresh_they_are(market: Market) -> None:
    market.list("konzum", "0613", 0, "1.75")
    market.list("spar", "8701", 9, "1.75")
    screen = market.chains(10)
    assert "Konzum  konzum/0613  HR  EUR      2025-12-01 00:00   stale  Ulica 1, Split" in screen
    assert "Spar    spar/8701    HR  EUR      2025-12-10 00:00   yes    Ulica 1, Split" in screen
    assert "2 stores, 2 branches, as of 2025-12-11 00:00 UTC." in screen


def test_without_lists_the_stores_point_to_the_import(market: Market) -> None:
    assert "coprra feeds import" in market.chains(0)


def test_found_products_are_a_table_and_name_the_cursor_of_the_next_page(market: Market) -> None:
    market.list("konzum", "0613", 0, "1.75")
    market.list("konzum", "0613", 1, "1.75", absent=True)
    assert "3850000000077  Cola 0,25 l" in market.products("cola")
    assert "none" in market.products("something")
    assert "--after" not in market.products("")
    assert "--after" in market.products("", limit=1)
    assert market.products("bean") == "No product has these words in its name or brand."


def test_browsed_products_show_best_prices_special_ones_with_a_star_and_counts() -> None:
    store = MemoryStore()
    import_list(
        store, PriceList((a_row("1", "2.00", title="Cola"), a_row("2", "2.00", special="1.50", title="Milk", line=3)))
    )
    browse = BrowseProducts(StoppedClock(day(1)), store.reads)
    screen = laid_out(tables.browsed_products(browse(facets=True)), Screen(100))
    assert re.search(r"Cola +2\.00 EUR +1 +p_", screen)
    assert re.search(r"Milk +1\.50 EUR\* +1 +p_", screen)
    assert "Chains: konzum 2" in screen
    assert "2 products." in screen
    gone = laid_out(tables.browsed_products(BrowseProducts(StoppedClock(day(50)), store.reads)("milk")), Screen(100))
    assert re.search(r"Milk +p_", gone)


def test_suggestions_are_names() -> None:
    store = MemoryStore()
    import_list(store, PriceList((a_row("1", title="Cola"), a_row("2", title="Milk", line=3))))
    suggest = SuggestProducts(StoppedClock(day(1)), store.reads)
    assert re.search(r"^Cola +p_", laid_out(tables.suggestions(suggest("co")), Screen(80)), re.MULTILINE)
    assert laid_out(tables.suggestions(suggest("x")), Screen(80)) == "No product has these words in its name or brand."


def test_a_stranger_cannot_command_the_terminal_through_a_name() -> None:
    product = Product(ProductId.born_of(ProductKey("1")), "Cola\u202e\x1b[2J", "\x07brand", None, (COLA,), day(0))
    screen = laid_out(tables.product(product), Screen(80))
    assert "\x1b" not in screen
    assert "\u202e" not in screen
    assert "\x07" not in screen
