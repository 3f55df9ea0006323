"""A comparison in a currency that was asked for, as it looks at 80 columns."""

from datetime import timedelta

import pytest

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.money import Currency
from coprra.domain.prices.chain import BranchFilter, Channel
from coprra.domain.prices.compare_offers import CompareOffers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.layout import laid_out
from coprra.entrypoints.cli.screen import Screen
from coprra.testing.builders import PriceList, a_branch, a_chain, a_row, day, gtin_of, import_list
from coprra.testing.rates import import_rates, quoted

COLA = gtin_of(7)


def publish(store: MemoryStore, chain: str, price: str, currency: str, channel: Channel = Channel.IN_STORE) -> None:
    row = a_row("1", price, gtins=[COLA], title="Cola", chain=chain, currency=currency)
    branch = a_branch(chain, "1", channel=channel)
    import_list(store, PriceList((row,), day(0), True, branch, a_chain(chain, stale_after=timedelta(days=30))))


@pytest.fixture
def store() -> MemoryStore:
    """Cola in three currencies, one of them without a rate, and in a web shop whose shipping nobody knows."""
    store = MemoryStore()
    publish(store, "konzum", "2.00", "EUR")
    publish(store, "albert", "46.00", "CZK")
    publish(store, "dixy", "180.00", "RUB")
    publish(store, "web", "20.00", "CZK", Channel.ONLINE)
    import_rates(store, quoted("2025-12-02", USD="1.16", CZK="24.2"))
    return store


def compared(store: MemoryStore, currency: str | None) -> list[str]:
    wanted = Currency(currency) if currency else None
    comparison = CompareOffers(StoppedClock(day(2)), store.reads)(COLA, currency=wanted)
    return laid_out(tables.comparison(comparison, BranchFilter()), Screen(80)).split("\n")


def test_the_amount_stands_beside_the_one_that_is_asked_and_the_rates_below(store: MemoryStore) -> None:
    assert compared(store, "USD")[4:] == [
        "#  Store   Branch      You pay      In USD  Seen (UTC)",
        "────────────────────────────────────────────────────────────",
        "1  Albert  1         46.00 CZK    2.20 USD  2025-12-01 00:00",
        "2  Konzum  1          2.00 EUR    2.32 USD  2025-12-01 00:00",
        "3  Web     1       20.00 CZK+?  0.96 USD+?  2025-12-01 00:00",
        "1 CZK = 0.0479338843 USD, 1 EUR = 1.16 USD (ECB, 2025-12-02).",
        "+? the store does not state its shipping to that country",
        "",
        "Albert asks least: 2.20 USD for 46.00 CZK, seen 2025-12-01 00:00 UTC. That is",
        "0.12 USD less than Konzum (2.32 USD for 2.00 EUR, seen 2025-12-01 00:00 UTC).",
        "Converted by the ECB's reference rates of 2025-12-02.",
        "",
        "Set aside, not ranked:",
        "Store  Branch       Price  Seen (UTC)        Reason",
        "────────────────────────────────────────────────────",
        "Dixy   1       180.00 RUB  2025-12-01 00:00  no rate",
        "no rate: no usable exchange rate leads to the currency asked for; `coprra fx",
        "show` lists those that do",
        "",
        "Holds until 2025-12-09 15:00 UTC, unless another list or newer rates are",
        "imported.",
    ]


def test_without_a_currency_the_screen_says_how_to_compare_them_all(store: MemoryStore) -> None:
    screen = compared(store, None)
    assert screen[4] == "#  Store   Branch      You pay  Seen (UTC)"
    assert "other currency: asked in another currency than most; --currency converts and" in screen
