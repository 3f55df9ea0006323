"""Verdicts on reductions, and counted categories and brands, as they look at 80 columns without colour."""

import re

import pytest

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.compare_offers import CompareOffers
from coprra.domain.prices.judge_discounts import JudgeDiscounts
from coprra.domain.prices.observation import NO_CLAIMS, Claims
from coprra.domain.products.list_brands import ListBrands
from coprra.domain.products.list_categories import ListCategories
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.layout import laid_out
from coprra.entrypoints.cli.screen import Screen
from coprra.testing.builders import PriceList, a_branch, a_chain, a_row, day, gtin_of, import_list
from coprra.testing.contracts.catalogue import sell

COLA = gtin_of(7)
EVERYWHERE = BranchFilter()


class Market:
    """Complete lists with one product in each."""

    def __init__(self) -> None:
        self.store = MemoryStore()

    def list(
        self, branch: str, at: float, price: str | None, special: str | None = None, claims: Claims = NO_CLAIMS
    ) -> None:
        chain, code = branch.split("/")
        row = a_row("1", price, special=special, gtins=[COLA], title="Cola", chain=chain, claims=claims)
        import_list(self.store, PriceList((row,), day(at), True, a_branch(chain, code), a_chain(chain)))

    def follow(self, branch: str, before: str, price: str | None, special: str, claims: Claims = NO_CLAIMS) -> None:
        """A month of weekly lists, and then a special price."""
        for week in range(5):
            self.list(branch, 7 * week, before)
        self.list(branch, 34, price, special, claims)

    def discounts(self, at: float = 35) -> str:
        judged = JudgeDiscounts(StoppedClock(day(at)), self.store.reads)(COLA)
        return laid_out(tables.discounts(judged, EVERYWHERE), Screen(80))

    def comparison(self) -> str:
        compared = CompareOffers(StoppedClock(day(35)), self.store.reads)(COLA)
        return laid_out(tables.comparison(compared, EVERYWHERE), Screen(80))


@pytest.fixture
def market() -> Market:
    return Market()


def test_verdicts_at_80_columns(market: Market) -> None:
    market.follow("konzum/0613", "2.00", "2.00", "1.50")
    market.follow("spar/8701", "1.60", "2.00", "1.50")
    market.follow("studenac/T598", "1.50", None, "1.50", Claims(lowest_30_days=Money.of("1.70", "EUR")))
    market.list("plodine/163", 34, None, "1.19")
    assert re.sub(r"p_\w+", "p_…", market.discounts()).split("\n") == [
        "Cola",
        "GTIN 3850000000077 · p_…",
        "As of 2026-01-05 00:00 UTC.",
        "",
        "Branch            Asked    Before    Off  Announced    Off  Days  Verdict",
        "────────────────────────────────────────────────────────────────────────────────",
        "konzum/0613    1.50 EUR  2.00 EUR  25.0%   2.00 EUR  25.0%    30  pass",
        "plodine/163    1.19 EUR   unknown                              0  insufficient",
        "                                                                  data",
        "spar/8701      1.50 EUR  1.60 EUR   6.2%   2.00 EUR  25.0%    30  fail,",
        "                                                                  overstated",
        "studenac/T598  1.50 EUR  1.50 EUR   0.0%  1.70 EUR!  11.8%    30  fail, not",
        "                                                                  lower",
        "Before: the lowest price of the 30 days before it began; Days: so many of them",
        "were seen",
        "! what the list itself claims to be the lowest price of 30 days",
        "not lower: in the 30 days before, no more was asked than the special price",
        "overstated: in the 30 days before, less was asked than it is announced against",
        "insufficient data: nobody saw when it began, so it is not known which 30 days",
        "count",
    ]


def test_without_a_special_price_the_screen_says_so(market: Market) -> None:
    market.list("konzum/0613", 34, "2.00")
    assert market.discounts().endswith("\n\nNo special price is in force.")


def test_a_comparison_says_what_is_certain_of_its_special_prices_and_nothing_else(market: Market) -> None:
    market.list("plodine/163", 34, "2.00", "1.19")
    assert "onest discount" not in market.comparison()
    market.follow("konzum/0613", "2.00", "2.00", "1.50")
    for code in ("1", "2", "3"):
        market.follow(f"spar/{code}", "1.60", "2.00", "1.50")
    lines = market.comparison().replace("\n", " ")
    assert "* special price Honest discount: Konzum 0613, 25.0% below the lowest price of the 30 days before." in lines
    assert "No honest discount: Spar 3 branches asked 1.60 EUR in the 30 days before." in lines


def test_categories_are_a_tree_with_counts() -> None:
    store = MemoryStore()
    sell(store, ("Apple", None, "fresh_food"), ("Soap", None, "cleaning"), ("Nail", None, None))
    lines = laid_out(tables.categories(ListCategories(StoppedClock(day(1)), store.reads)()), Screen(80)).split("\n")
    assert lines[2:4] == [
        "food           Food                                                   1",
        "  fresh_food   Fruit, vegetables, meat, fish, dairy and bread         1",
    ]
    assert lines[-1] == "1 product without a category; as of 2025-12-02 00:00 UTC."


def test_brands_have_counts_and_name_the_next_page() -> None:
    store = MemoryStore()
    sell(store, ("A", "RED BULL", None), ("B", "Red Bull", None), ("C", "Dukat\u200b", None))

    def brands(query: str, limit: int) -> list[str]:
        listed = ListBrands(StoppedClock(day(1)), store.reads)(query, limit=limit)
        return laid_out(tables.brands(listed), Screen(80)).split("\n")

    assert brands("", 20) == ["Brand     Products", "──────────────────", "Dukat            1", "Red Bull         2"]
    assert brands("", 1)[-1].startswith("There are more; they follow with --after ")
    assert brands("nobody", 20) == ["No brand has these words in its name."]
