"""Money is converted by the rates known as of an instant, for as long as they are fresh, and never by a guess."""

from datetime import timedelta

import pytest

from coprra.domain.exchange.exchange import MAX_AGE, Exchange, StaleRate
from coprra.domain.exchange.rate import UnknownRate
from coprra.domain.kernel.instants import parse_instant
from coprra.domain.kernel.money import Currency, Money
from coprra.testing.rates import quoted

EUR, USD, RUB = Currency("EUR"), Currency("USD"), Currency("RUB")
TUESDAY = quoted("2025-12-30", USD="1.1757")


def exchange(as_of: str, max_age: timedelta = MAX_AGE) -> Exchange:
    return Exchange(TUESDAY, parse_instant(as_of), max_age)


def test_money_is_converted_while_its_rates_are_fresh() -> None:
    tuesday = exchange("2025-12-30")
    assert str(tuesday.convert(Money.of("10", "EUR"), USD)) == "11.76 USD"
    assert tuesday.rate(EUR, USD).published_on == TUESDAY.day
    assert not tuesday.stale


def test_rates_are_too_old_a_week_after_their_publication_to_the_microsecond() -> None:
    assert str(exchange("2026-01-06T14:59:59.999999Z").convert(Money.of("10", "EUR"), USD)) == "11.76 USD"
    late = exchange("2026-01-06T15:00:00Z")
    assert late.stale
    assert late.stale_at == parse_instant("2026-01-06T15:00:00Z")
    with pytest.raises(
        StaleRate, match=r"2026-01-06 are of 2025-12-30: .*EUR to USD .limit in days: 7.*coprra fx import"
    ):
        late.convert(Money.of("10", "EUR"), USD)


def test_how_old_is_too_old_is_for_the_operator_to_say() -> None:
    assert exchange("2026-01-06T15:00:00Z", timedelta(days=8)).rate(EUR, USD).published_on == TUESDAY.day
    with pytest.raises(StaleRate, match=r"limit in days: 1\)"):
        exchange("2026-01-01", timedelta(days=1)).convert(Money.of("10", "EUR"), USD)


def test_without_any_rate_the_refusal_says_how_to_get_one() -> None:
    nothing = Exchange(None, parse_instant("2025-12-30"))
    assert (nothing.stale_at, nothing.stale) == (None, False)
    with pytest.raises(UnknownRate, match=r"EUR to USD is known as of 2025-12-30; import .* `coprra fx import`"):
        nothing.convert(Money.of("10", "EUR"), USD)


def test_what_is_in_the_currency_already_needs_no_rate() -> None:
    roubles = Money.of("10", "RUB")
    for known in (Exchange(None, parse_instant("2025-12-30")), exchange("2025-12-30"), exchange("2040-01-01")):
        assert known.convert(roubles, RUB) == roubles
