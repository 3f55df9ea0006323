"""An amount is converted by the rates known as of an instant, and says by which."""

from datetime import timedelta

import pytest

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.exchange.convert_money import ConvertedMoney, ConvertMoney
from coprra.domain.exchange.exchange import StaleRate
from coprra.domain.exchange.rate import UnknownRate
from coprra.domain.kernel.instants import parse_instant
from coprra.domain.kernel.money import Currency, Money
from coprra.testing.rates import RateStore, import_rates, quoted

USD = Currency("USD")
TEN = Money.of("10", "EUR")


@pytest.fixture
def store() -> RateStore:
    store = MemoryStore()
    import_rates(store, quoted("2025-12-29", USD="1.1766"), quoted("2025-12-30", USD="1.1757"))
    return store


def convert(store: RateStore, as_of: str, money: Money = TEN, target: Currency = USD) -> ConvertedMoney:
    clock = StoppedClock(parse_instant("2025-12-30T12:00:00Z"))
    return ConvertMoney(clock, store.reads)(money, target, as_of=parse_instant(as_of) if as_of else None)


@pytest.mark.parametrize(
    ("as_of", "converted", "day"),
    [
        ("", "11.77 USD", "2025-12-29"),
        ("2025-12-30", "11.76 USD", "2025-12-30"),
        ("2026-01-03", "11.76 USD", "2025-12-30"),
    ],
)
def test_the_rate_is_of_the_last_publication_by_then(store: RateStore, as_of: str, converted: str, day: str) -> None:
    answer = convert(store, as_of)
    assert answer.rate is not None
    assert (str(answer.converted), answer.rate.published_on.isoformat()) == (converted, day)


def test_into_its_own_currency_an_amount_needs_no_rate(store: RateStore) -> None:
    answer = convert(store, "1990-01-01", target=TEN.currency)
    assert (answer.converted, answer.rate) == (TEN, None)


def test_without_a_fresh_rate_it_is_refused(store: RateStore) -> None:
    with pytest.raises(StaleRate):
        convert(store, "2026-02-01")
    with pytest.raises(UnknownRate):
        convert(store, "2025-12-01")
    with pytest.raises(UnknownRate, match="GBP"):
        convert(store, "2025-12-30", target=Currency("GBP"))


def test_how_old_a_rate_may_be_is_for_the_operator_to_say(store: RateStore) -> None:
    ask = ConvertMoney(StoppedClock(parse_instant("2026-02-01")), store.reads, timedelta(days=60))
    assert ask(TEN, USD).converted == Money.of("11.76", "USD")
