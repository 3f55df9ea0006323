"""A comparison in the currency that the buyer asks for, by rates of a stated day, or a refusal."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.exchange.exchange import StaleRate
from coprra.domain.exchange.rate import UnknownRate
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.kernel.money import MAX_MINOR, Currency, InvalidMoney, Money
from coprra.domain.prices.chain import BranchFilter, Channel
from coprra.domain.prices.compare_offers import CompareOffers, Comparison
from coprra.domain.prices.landed_price import Order
from coprra.domain.prices.observation import Availability, Shipping
from coprra.domain.prices.offer import Aside
from coprra.domain.prices.ranking import Ranking
from coprra.testing.builders import PriceList, a_branch, a_chain, a_row, day, gtin_of, import_list
from coprra.testing.rates import import_rates, quoted

MILK = gtin_of(1)
EUR, USD, CZK = Currency("EUR"), Currency("USD"), Currency("CZK")
# day(1.75) is 18:00 UTC of 2 December 2025, a Tuesday.
TUESDAY_EVENING = 1.75
TUESDAY = quoted("2025-12-02", USD="1.16", CZK="24.2", JPY="180")
STALE_AT = day(8) + timedelta(hours=15)


def publish(store: MemoryStore, chain: str, at: float, price: str, currency: str = "EUR", **row: object) -> None:
    channel = row.pop("channel", Channel.IN_STORE)
    taken = a_row("1", price, gtins=[MILK], chain=chain, currency=currency, **row)  # type: ignore[arg-type]  # fields by name
    branch = a_branch(chain, "1", channel=channel)
    import_list(store, PriceList((taken,), day(at), True, branch, a_chain(chain, stale_after=timedelta(days=30))))


def compare(
    store: MemoryStore, at: float | datetime, currency: Currency | None = USD, **question: object
) -> Comparison:
    clock = StoppedClock(at if isinstance(at, datetime) else day(at))
    return CompareOffers(clock, store.reads)(MILK, currency=currency, **question)  # type: ignore[arg-type]  # fields by name


def shown(ranking: Ranking) -> list[str]:
    return [f"{entry.rank} {entry.chain.code} {entry.landed.total} {entry.paid.total}" for entry in ranking.ranked]


def aside(ranking: Ranking) -> dict[str, Aside | None]:
    return {offer.listing.chain.code: offer.aside for offer in ranking.set_aside}


@pytest.fixture
def store() -> MemoryStore:
    """Milk in euro, koruna and dollar, and the rates of a Tuesday."""
    store = MemoryStore()
    publish(store, "konzum", 0, "2.00")
    publish(store, "albert", 0, "46.00", "CZK")
    publish(store, "target", 0, "2.30", "USD")
    import_rates(store, TUESDAY)
    return store


def test_offers_of_every_currency_are_ranked_in_the_one_asked_for(store: MemoryStore) -> None:
    ranking = compare(store, TUESDAY_EVENING).ranking
    assert ranking.currency == USD
    assert shown(ranking) == [
        "1 albert 46.00 CZK 2.20 USD",
        "2 target 2.30 USD 2.30 USD",
        "3 konzum 2.00 EUR 2.32 USD",
    ]
    assert ranking.set_aside == ()


def test_the_answer_names_the_rates_that_were_needed_and_their_day(store: MemoryStore) -> None:
    exchange = compare(store, TUESDAY_EVENING).ranking.exchange
    assert [(str(rate.source), str(rate.target), rate.shown, rate.published_on) for rate in exchange] == [
        ("CZK", "USD", Decimal("0.04793388430"), TUESDAY.day),
        ("EUR", "USD", Decimal("1.16"), TUESDAY.day),
    ]


def test_the_reason_says_both_amounts_and_the_day_of_the_rates(store: MemoryStore) -> None:
    why = compare(store, TUESDAY_EVENING).ranking.why
    assert why.difference == Money.of("0.10", "USD")
    assert why.summary == (
        "Albert asks least: 2.20 USD for 46.00 CZK, seen 2025-12-01 00:00 UTC. That is 0.10 USD less than Target "
        "(2.30 USD, seen 2025-12-01 00:00 UTC). Converted by the ECB's reference rates of 2025-12-02."
    )


def test_a_tie_between_currencies_names_the_amount_that_both_come_to(store: MemoryStore) -> None:
    publish(store, "target", 1, "2.20", "USD")
    ranking = compare(store, TUESDAY_EVENING).ranking
    assert shown(ranking)[:2] == ["1 target 2.20 USD 2.20 USD", "1 albert 46.00 CZK 2.20 USD"]
    assert ranking.why.summary.startswith("A tie between Albert and Target at 2.20 USD, last seen")


def test_without_a_currency_nothing_is_converted_and_other_currencies_stand_aside(store: MemoryStore) -> None:
    publish(store, "spar", 0, "2.10")
    ranking = compare(store, TUESDAY_EVENING, None).ranking
    assert shown(ranking) == ["1 konzum 2.00 EUR 2.00 EUR", "2 spar 2.10 EUR 2.10 EUR"]
    assert aside(ranking) == {"albert": Aside.OTHER_CURRENCY, "target": Aside.OTHER_CURRENCY}
    assert (ranking.exchange, ranking.valid_until) == ((), day(30))
    assert all(offer.converted is None for offer in ranking.set_aside)


def test_in_the_currency_that_everybody_asks_in_no_rate_is_needed() -> None:
    store = MemoryStore()
    publish(store, "konzum", 0, "2.00")
    ranking = compare(store, 20, EUR).ranking
    assert shown(ranking) == ["1 konzum 2.00 EUR 2.00 EUR"]
    assert (ranking.exchange, ranking.valid_until) == ((), day(30))
    assert "Converted" not in ranking.why.summary


def test_the_rates_are_those_that_were_known_at_the_instant(store: MemoryStore) -> None:
    import_rates(store, quoted("2025-12-03", USD="1.30", CZK="24.2"))
    before, after = (day(2) + timedelta(hours=15) - timedelta(microseconds=step) for step in (1, 0))
    assert "3 konzum 2.00 EUR 2.32 USD" in shown(compare(store, before).ranking)
    assert "3 konzum 2.00 EUR 2.60 USD" in shown(compare(store, after).ranking)


# Refusals


def test_without_a_rate_for_any_offer_the_question_is_refused(store: MemoryStore) -> None:
    with pytest.raises(UnknownRate, match="2025-12-02 have none for GBP"):
        compare(store, TUESDAY_EVENING, Currency("GBP"))
    with pytest.raises(UnknownRate, match="as of 2025-12-02; import"):
        compare(store, 1.5, Currency("GBP"))


def test_rates_that_are_too_old_are_refused(store: MemoryStore) -> None:
    with pytest.raises(StaleRate, match="are of 2025-12-02"):
        compare(store, STALE_AT, EUR, branches=BranchFilter.parse("albert"))
    longer = CompareOffers(StoppedClock(STALE_AT), store.reads, timedelta(days=8))
    assert shown(longer(MILK, currency=EUR).ranking) != []


def test_where_some_have_no_rate_only_those_are_set_aside(store: MemoryStore) -> None:
    publish(store, "perekrestok", 0, "180", "RUB")
    ranking = compare(store, TUESDAY_EVENING).ranking
    assert [entry.chain.code for entry in ranking.ranked] == ["albert", "target", "konzum"]
    assert aside(ranking) == {"perekrestok": Aside.NO_RATE}


def test_where_rates_are_too_old_what_is_asked_in_the_currency_itself_is_still_ranked(store: MemoryStore) -> None:
    ranking = compare(store, STALE_AT).ranking
    assert shown(ranking) == ["1 target 2.30 USD 2.30 USD"]
    assert aside(ranking) == {"albert": Aside.NO_RATE, "konzum": Aside.NO_RATE}
    assert (ranking.exchange, ranking.valid_until) == ((), day(30))


def test_what_could_not_be_ranked_anyway_needs_no_rate_and_keeps_its_reason(store: MemoryStore) -> None:
    publish(store, "perekrestok", 0, "180", "RUB", availability=Availability.OUT_OF_STOCK)
    publish(store, "spar", 0, "2.10", availability=Availability.OUT_OF_STOCK)
    ranking = compare(store, TUESDAY_EVENING).ranking
    assert aside(ranking) == {"perekrestok": Aside.OUT_OF_STOCK, "spar": Aside.OUT_OF_STOCK}
    converted = {offer.listing.chain.code: offer.converted for offer in ranking.set_aside}
    assert converted["perekrestok"] is None
    assert converted["spar"] is not None
    assert str(converted["spar"].total) == "2.44 USD"


def test_a_product_that_nobody_offers_now_is_answered_without_a_rate() -> None:
    store = MemoryStore()
    publish(store, "konzum", 0, "2.00")
    ranking = compare(store, 40).ranking
    assert (ranking.ranked, aside(ranking), ranking.currency) == ((), {"konzum": Aside.STALE}, USD)
    assert ranking.why.summary == "No offer can be relied on as of then: 1 stale."


def test_an_amount_that_money_can_not_hold_is_set_aside_or_refused(store: MemoryStore) -> None:
    import_rates(store, quoted("2025-12-03", USD="1.16", CZK="24.2", TRL="1836200"))
    absurd = str(Money(MAX_MINOR - 1, EUR).amount)
    publish(store, "web", 2, absurd)
    assert aside(compare(store, 3, Currency("TRL"), order=Order(10_000)).ranking) == {"web": Aside.NO_RATE}
    with pytest.raises(InvalidMoney, match="too large"):
        compare(store, 3, Currency("TRL"), order=Order(10_000), branches=BranchFilter.parse("web"))


# What is converted


def test_the_total_is_converted_and_not_its_parts() -> None:
    store = MemoryStore()
    shipping = (Shipping("HR", Money.of("0.01", "EUR")),)
    publish(store, "web", 0, "0.01", channel=Channel.ONLINE, shipping=shipping, fees=Money.of("0.01", "EUR"))
    import_rates(store, quoted("2025-12-02", USD="1.5"))
    (entry,) = compare(store, TUESDAY_EVENING).ranking.ranked
    assert (entry.landed.total, entry.paid.total) == (Money.of("0.03", "EUR"), Money.of("0.04", "USD"))


def test_offers_whose_shipping_is_not_known_are_ordered_by_what_their_items_come_to(store: MemoryStore) -> None:
    publish(store, "web", 0, "20.00", "CZK", channel=Channel.ONLINE)
    publish(store, "shop", 0, "0.90", channel=Channel.ONLINE)
    ranking = compare(store, TUESDAY_EVENING).ranking
    assert shown(ranking)[3:] == ["4 web None None", "5 shop None None"]
    assert [str(entry.paid.items) for entry in ranking.ranked[3:]] == ["0.96 USD", "1.04 USD"]


# Until when


def test_an_answer_holds_no_longer_than_its_rates(store: MemoryStore) -> None:
    assert compare(store, TUESDAY_EVENING).ranking.valid_until == STALE_AT


offers = st.lists(
    st.tuples(
        st.sampled_from(("a", "b", "c", "d", "e")),
        st.integers(0, 6),
        st.sampled_from(("1.00", "1.10", "25.00", "27.00", "200")),
        st.sampled_from(("EUR", "USD", "CZK", "RUB")),
        st.sampled_from((None, (day(1), day(3)), (day(4), day(12)))),
    ),
    min_size=1,
    max_size=6,
)
rates = st.dictionaries(
    st.integers(1, 5),
    st.tuples(st.sampled_from(("1.1", "1.16")), st.sampled_from((None, "24", "25"))),
    min_size=1,
)


@settings(max_examples=100)
@given(offers=offers, rates=rates, share=st.integers(0, 1000))
def test_an_answer_in_another_currency_is_in_order_and_holds_until_the_instant_it_names(
    offers: list[tuple[str, int, str, str, tuple[datetime, datetime] | None]],
    rates: dict[int, tuple[str, str | None]],
    share: int,
) -> None:
    """Whatever was imported, and with nothing imported since."""
    store = MemoryStore()
    for chain, at, price, currency, period in offers:
        special = {"special": "0.50", "period": period} if period else {}
        publish(store, chain, at, price, currency if chain != "a" else "EUR", **special)
    import_rates(store, *(quoted(f"2025-12-{number:02}", USD=usd, CZK=czk) for number, (usd, czk) in rates.items()))
    as_of = day(7)
    now = _answer(store, as_of)
    if isinstance(now, str):
        return
    totals = [entry.paid.total for entry in now.ranked]
    assert all(total is not None and total.currency == USD for total in totals)
    assert all(one <= other for one, other in pairwise(total for total in totals if total))
    end = now.valid_until or as_of + timedelta(days=500)
    last = end - timedelta(microseconds=1)
    for later in (as_of + (last - as_of) * share // 1000, last):
        assert _answer(store, later) == now
    if now.valid_until:
        assert _answer(store, end) != now


def _answer(store: MemoryStore, as_of: datetime) -> Ranking | str:
    """The ranking, or the code of the refusal."""
    try:
        return compare(store, as_of).ranking
    except CoprraError as error:
        return error.code
