"""Shown are the rates known as of an instant, also when they are too old to convert by."""

from datetime import timedelta

import pytest

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.exchange.rate import UnknownRate
from coprra.domain.exchange.show_rates import ShownRates, ShowRates
from coprra.domain.kernel.instants import parse_instant
from coprra.domain.kernel.money import Currency
from coprra.testing.rates import RateStore, import_rates, quoted


@pytest.fixture
def store() -> RateStore:
    store = MemoryStore()
    import_rates(
        store,
        quoted("2025-12-29", USD="1.1766", JPY="183.79", RUB=None),
        quoted("2025-12-30", USD="1.1757", JPY="184.03"),
    )
    return store


def show(store: RateStore, as_of: str, *currencies: str, max_age: int = 7) -> ShownRates:
    clock = StoppedClock(parse_instant("2030-01-01"))
    ask = ShowRates(clock, store.reads, timedelta(days=max_age))
    return ask(*map(Currency, currencies), as_of=parse_instant(as_of))


def shown(answer: ShownRates) -> dict[str, str]:
    return {rate.target.code: str(rate.shown) for rate in answer.rates}


def test_without_a_name_all_that_have_a_rate_are_shown_by_code(store: RateStore) -> None:
    answer = show(store, "2025-12-30T12:00:00Z")
    assert (answer.day.isoformat(), shown(answer)) == ("2025-12-29", {"JPY": "183.79", "USD": "1.1766"})
    assert list(shown(answer)) == ["JPY", "USD"]


def test_named_ones_are_shown_in_the_order_asked_for(store: RateStore) -> None:
    assert list(shown(show(store, "2025-12-30", "USD", "EUR", "JPY")).items()) == [
        ("USD", "1.1757"),
        ("EUR", "1"),
        ("JPY", "184.03"),
    ]


def test_rates_that_are_too_old_are_shown_as_such(store: RateStore) -> None:
    answer = show(store, "2026-01-06T14:59:59Z")
    assert (answer.stale, answer.stale_at) == (False, parse_instant("2026-01-06T15:00:00Z"))
    assert show(store, "2026-01-06T15:00:00Z").stale
    assert not show(store, "2026-01-06T15:00:00Z", max_age=8).stale


def test_a_question_without_an_instant_is_about_the_clocks_now(store: RateStore) -> None:
    answer = ShowRates(StoppedClock(parse_instant("2025-12-30T12:00:00Z")), store.reads)()
    assert (answer.as_of, answer.day.isoformat()) == (parse_instant("2025-12-30T12:00:00Z"), "2025-12-29")


def test_what_has_no_rate_is_refused(store: RateStore) -> None:
    with pytest.raises(UnknownRate, match="RUB"):
        show(store, "2025-12-30", "RUB")
    with pytest.raises(UnknownRate, match="as of 2025-12-28; import some by `coprra fx import`"):
        show(store, "2025-12-28")
