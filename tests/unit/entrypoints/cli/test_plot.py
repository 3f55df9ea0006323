"""The plot: its lines, its labels, and what it looks like."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.money import Money
from coprra.domain.prices.history import ListingHistory, PastStep
from coprra.domain.prices.observation import Asked
from coprra.domain.prices.quarantine import Suspicion
from coprra.domain.prices.series import Listing, Step
from coprra.domain.prices.show_history import PriceHistory
from coprra.domain.products.product import Product, ProductId, ProductKey
from coprra.entrypoints.cli.layout import laid_out
from coprra.entrypoints.cli.plot import SYMBOLS, Stretch, chain_lines, date_ticks, history_plot, lowest, price_ticks
from coprra.entrypoints.cli.screen import Prose, Screen
from coprra.testing.builders import a_branch, a_chain, day, gtin_of

COLA = Product(ProductId.born_of(ProductKey("1")), "Cola", None, None, (gtin_of(7),), day(0))
DOUBT = Suspicion("own_history", Money.of("1", "EUR"), 3)

Span = tuple[float, float | None, str]


def eur(amount: str, currency: str = "EUR") -> Money:
    return Money.of(amount, currency)


def a_listing(
    chain: str, spans: Sequence[Span], branch: str = "1", *, currency: str = "EUR", suspicion: Suspicion | None = None
) -> ListingHistory:
    """spans: first day, last day or None while it is asked, price."""
    steps = []
    for begin, end, price in spans:
        asked = Asked(eur(price, currency), special=False)
        step = Step(day(begin), day(end if end is not None else 1000), asked, day(begin))
        steps.append(PastStep(step, day(end) if end is not None else None, suspicion))
    return ListingHistory(Listing(a_chain(chain), a_branch(chain, branch), "1"), tuple(steps), None, day(0))


def a_history(*listings: ListingHistory, as_of: float = 30) -> PriceHistory:
    return PriceHistory(COLA, day(as_of), None, listings, 1)


def drawn(history: PriceHistory, width: int = 80, **screen: bool) -> str:
    screen_ = Screen(width, **screen)
    return laid_out(history_plot(history, screen_), screen_)


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(1, 10), st.integers(1, 5)).map(
            lambda span: Stretch(day(span[0]), day(span[0] + span[1]), Money(span[2], eur("1").currency))
        ),
        min_size=1,
        max_size=8,
    )
)
def test_at_every_instant_the_line_is_the_lowest_price(stretches: list[Stretch]) -> None:
    line = list(lowest(stretches))
    for half_day in range(65):
        at = day(half_day / 2)
        asked = min((one.price for one in stretches if one.start <= at < one.end), default=None)
        assert [one.price for one in line if one.start <= at < one.end] == ([asked] if asked else [])
    for one, following in pairwise(line):
        assert one.end <= following.start
        assert one.end < following.start or one.price != following.price


def test_a_chain_has_one_line_whatever_its_branches_and_suspect_prices_are_not_in_it() -> None:
    (line,) = chain_lines(
        a_history(
            a_listing("konzum", [(0, 10, "2.00"), (10, None, "2.20")], "a"),
            a_listing("konzum", [(5, 15, "1.90")], "b"),
            a_listing("konzum", [(0, None, "0.01")], "c", suspicion=DOUBT),
        )
    )
    assert [(stretch.start, stretch.price.amount) for stretch in line.stretches] == [
        (day(0), eur("2.00").amount),
        (day(5), eur("1.90").amount),
        (day(15), eur("2.20").amount),
    ]
    assert line.stretches[-1].end == day(30)


def test_only_one_currency_is_drawn_and_the_screen_says_so() -> None:
    history = a_history(
        a_listing("konzum", [(0, 10, "2.00"), (10, None, "2.20")]),
        a_listing("abroad", [(0, None, "9")], currency="USD"),
    )
    assert [line.name for line in chain_lines(history)] == ["Konzum"]
    assert "Prices in other currencies than EUR are not drawn." in drawn(history)


def test_two_chains_of_one_name_are_two_lines() -> None:
    one, other = a_listing("a", [(0, None, "1")]), a_listing("b", [(0, None, "2")])
    twin = ListingHistory(
        Listing(a_chain("b", name="A"), other.listing.branch, "1"), other.steps, other.statistics, other.tracked_since
    )
    assert [line.name for line in chain_lines(a_history(one, twin))] == ["A", "A"]


def test_a_plot_at_80_columns_is_readable_without_colour() -> None:
    plot = drawn(
        a_history(
            a_listing("konzum", [(0, 10, "1.75"), (20, None, "2.15")]),
            a_listing("plodine", [(5, 25, "1.69"), (25, None, "1.19")]),
        )
    )
    lines = plot.split("\n")
    assert "\x1b" not in plot
    assert lines[1] == "The lowest price of each store, in EUR:"
    assert lines[2].startswith("2.15 ┤")
    assert lines[2].endswith("▲" * 24)
    assert all(len(line) <= 80 for line in lines)
    assert "1.19 ┤" in plot
    assert "2025-12-01" in plot
    assert lines[-1] == "● Plodine 1.19   ▲ Konzum 2.15"


def test_nothing_is_drawn_where_nothing_is_known() -> None:
    plot = drawn(a_history(a_listing("konzum", [(0, 10, "1.75"), (20, None, "1.75")])))
    (row,) = [line for line in plot.split("\n") if line.startswith("1.75")]
    assert "●●" in row
    assert "      " in row.strip()


def test_a_line_that_has_ended_says_when() -> None:
    plot = drawn(a_history(a_listing("konzum", [(0, 7, "1.75")]), a_listing("spar", [(0, None, "1.80")])))
    assert plot.endswith("● Konzum 1.75 until 2025-12-08   ▲ Spar 1.80")


def test_colours_come_on_top_of_the_shapes() -> None:
    history = a_history(a_listing("konzum", [(0, None, "1.75")]), a_listing("spar", [(0, None, "1.80")]))
    coloured = drawn(history, colour=True)
    assert "\x1b[" in coloured
    assert "●" in coloured
    assert "▲" in coloured


def test_an_ascii_terminal_gets_ascii_shapes() -> None:
    plot = drawn(a_history(a_listing("konzum", [(0, None, "1.75")])), ascii_only=True)
    assert "ooooo" in plot
    assert plot.isascii()


def test_more_lines_than_can_be_told_apart_are_named_but_not_drawn() -> None:
    listings = [a_listing(f"chain{number:02}", [(0, None, f"{number + 1}.00")]) for number in range(len(SYMBOLS) + 2)]
    plot = drawn(a_history(*listings))
    assert "Not drawn, because more lines can't be told apart: Chain10, Chain11." in plot


def test_the_plot_is_as_wide_as_the_terminal_within_reason() -> None:
    history = a_history(a_listing("konzum", [(0, None, "1.75")]))
    assert max(len(line) for line in drawn(history, 100).split("\n")) == 100
    assert max(len(line) for line in drawn(history, 10_000).split("\n")) == 120


@pytest.mark.parametrize("listings", [[], [a_listing("konzum", [(30, None, "1.75")])]])
def test_without_a_time_to_draw_there_is_no_plot(listings: list[ListingHistory]) -> None:
    assert history_plot(a_history(*listings), Screen(80)) == []


def test_a_name_cannot_command_the_terminal() -> None:
    listing = a_listing("konzum", [(0, None, "1.75")])
    named = Listing(a_chain(name="Kon\u202ezum"), listing.listing.branch, "1")
    plot = drawn(a_history(ListingHistory(named, listing.steps, None, day(0))))
    assert "\u202e" not in plot


@given(st.sets(st.integers(1, 100_000), min_size=1, max_size=30), st.integers(2, 20))
def test_labelled_prices_are_real_the_ends_are_among_them_and_none_shares_a_row(minors: set[int], rows: int) -> None:
    prices = {Money(minor, eur("1").currency) for minor in minors}
    ticks = price_ticks(prices, rows)
    assert set(ticks) <= prices
    assert {min(prices), max(prices)} <= set(ticks)
    assert len(ticks) <= rows
    assert ticks == sorted(ticks)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - the zone is added below
    st.timedeltas(timedelta(hours=1), timedelta(days=4000)),
    st.integers(2, 8),
)
def test_labelled_dates_are_few_and_within_the_window(begin: datetime, span: timedelta, most: int) -> None:
    begin = begin.replace(tzinfo=day(0).tzinfo)
    ticks = date_ticks(begin, begin + span, most)
    assert 1 <= len(ticks) <= max(most, 2)
    assert all(begin <= tick <= begin + span for tick in ticks)


def test_a_plot_is_made_of_blocks_that_need_no_terminal() -> None:
    blocks = history_plot(a_history(a_listing("konzum", [(0, None, "1.75")])), Screen(80))
    assert Prose("The lowest price of each store, in EUR:") in blocks
