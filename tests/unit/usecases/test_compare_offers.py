"""A comparison says what each store asks for one product as of an instant, in order, and why."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import BranchFilter, Channel, UnknownBranch
from coprra.domain.prices.compare_offers import CompareOffers, Comparison
from coprra.domain.prices.landed_price import Order
from coprra.domain.prices.observation import Condition, Shipping
from coprra.domain.prices.offer import Aside
from coprra.domain.products.find_products import FindProducts
from coprra.domain.products.product import UnknownProduct
from coprra.testing.builders import PriceList, Store, a_branch, a_chain, a_row, day, gtin_of, import_list
from coprra.testing.strategies import batches

MILK = gtin_of(1)


def publish(store: Store, chain: str, branch: str, at: float, price: str | None, **row: object) -> None:
    channel = row.pop("channel", Channel.IN_STORE)
    taken = a_row("1", price, gtins=[MILK], chain=chain, **row)  # type: ignore[arg-type]  # fields by name
    import_list(store, PriceList((taken,), day(at), True, a_branch(chain, branch, channel=channel), a_chain(chain)))


def compare(store: Store, at: float, **question: object) -> Comparison:
    return CompareOffers(StoppedClock(day(at)), store.reads)(MILK, **question)  # type: ignore[arg-type]  # fields by name


def shown(comparison: Comparison) -> list[str]:
    return [
        " ".join([entry.chain.code, *(branch.id.code for branch in entry.branches), str(entry.landed.total)])
        for entry in comparison.ranking.ranked
    ]


def test_a_question_without_an_instant_is_about_the_clocks_now(store: Store) -> None:
    publish(store, "konzum", "1", 0, "2.00")
    publish(store, "konzum", "1", 2, "1.00")
    now = compare(store, 3)
    assert now.as_of == day(3)
    assert shown(now) == ["konzum 1 1.00 EUR"]
    assert shown(compare(store, 3, as_of=day(1))) == ["konzum 1 2.00 EUR"]


def test_an_answer_names_product_order_and_revision(store: Store) -> None:
    publish(store, "konzum", "1", 0, "2.00")
    publish(store, "konzum", "1", 2, "1.00")
    comparison = compare(store, 3, order=Order(5))
    assert comparison.product.gtins == (MILK,)
    assert comparison.order == Order(5)
    assert comparison.revision == 2
    assert comparison.ranking.ranked[0].landed.total == Money.of("5.00", "EUR")


def test_a_product_is_found_by_its_id_as_well(store: Store) -> None:
    publish(store, "konzum", "1", 0, "2.00")
    by_gtin = compare(store, 1)
    by_id = CompareOffers(StoppedClock(day(1)), store.reads)(by_gtin.product.id)
    assert by_id == by_gtin


def test_what_no_list_carried_by_then_is_unknown(store: Store) -> None:
    publish(store, "konzum", "1", 5, "2.00")
    with pytest.raises(UnknownProduct, match="2025-12-05"):
        compare(store, 4)


def test_a_question_may_be_about_some_branches_only(store: Store) -> None:
    for chain, branch, price in (("konzum", "1", "2.00"), ("konzum", "2", "1.50"), ("spar", "1", "1.00")):
        publish(store, chain, branch, 0, price)
    everywhere = ["spar 1 1.00 EUR", "konzum 2 1.50 EUR", "konzum 1 2.00 EUR"]
    assert shown(compare(store, 1)) == everywhere
    assert shown(compare(store, 1, branches=BranchFilter.parse("konzum"))) == everywhere[1:]
    assert shown(compare(store, 1, branches=BranchFilter.parse("konzum/1,spar"))) == [everywhere[0], everywhere[2]]
    with pytest.raises(UnknownBranch, match="known are: konzum, spar"):
        compare(store, 1, branches=BranchFilter.parse("plodine"))


def test_which_branches_are_shown_does_not_matter_to_the_quarantine(store: Store) -> None:
    for chain in ("spar", "plodine", "studenac"):
        publish(store, chain, "1", 0, "1.00")
    publish(store, "konzum", "1", 0, "9.00")
    comparison = compare(store, 1, branches=BranchFilter.parse("konzum"))
    assert comparison.ranking.ranked == ()
    assert [offer.aside for offer in comparison.ranking.set_aside] == [Aside.SUSPECT]


def test_an_answer_about_some_branches_names_the_instant_at_which_the_others_may_make_them_suspect(
    store: Store,
) -> None:
    publish(store, "konzum", "1", 0, "9.00")
    for chain in ("spar", "plodine", "studenac"):
        publish(store, chain, "1", 0, "9.00", special="1.00", period=(day(2), day(20)))
    konzum = BranchFilter.parse("konzum")
    before = compare(store, 1, branches=konzum)
    assert (shown(before), before.ranking.valid_until) == (["konzum 1 9.00 EUR"], day(2))
    assert shown(compare(store, 2, branches=konzum)) == []


def test_where_everything_is_stale_the_answer_says_so_and_is_no_error(store: Store) -> None:
    publish(store, "konzum", "1", 0, "2.00")
    publish(store, "spar", "1", 1, "1.00")
    ranking = compare(store, 30).ranking
    assert ranking.ranked == ()
    assert [offer.aside for offer in ranking.set_aside] == [Aside.STALE, Aside.STALE]
    assert ranking.why.summary == "No offer can be relied on as of then: 2 stale."
    assert ranking.valid_until is None


def test_branches_are_folded_unless_the_question_unfolds_them(store: Store) -> None:
    for branch in ("a", "b"):
        publish(store, "konzum", branch, 0, "2.00")
    assert shown(compare(store, 1)) == ["konzum a b 2.00 EUR"]
    assert shown(compare(store, 1, unfold=True)) == ["konzum a 2.00 EUR", "konzum b 2.00 EUR"]


def test_an_order_is_shipped_to_the_country_it_names(store: Store) -> None:
    to_austria = (Shipping("AT", Money.of("5.00", "EUR")),)
    publish(store, "web", "1", 0, "1.00", channel=Channel.ONLINE, shipping=to_austria)
    assert shown(compare(store, 1, order=Order(2, "AT"))) == ["web 1 7.00 EUR"]
    assert shown(compare(store, 1)) == ["web 1 None"]


def test_a_question_may_be_about_new_ones_only_and_the_others_are_set_aside(store: Store) -> None:
    publish(store, "attic", "1", 0, "1.00", condition=Condition.USED, url="https://attic.example/milk")
    publish(store, "spar", "1", 0, "2.00")
    assert shown(compare(store, 1)) == ["attic 1 1.00 EUR", "spar 1 2.00 EUR"]
    new = compare(store, 1, conditions=frozenset({Condition.NEW}))
    assert new.conditions == {Condition.NEW}
    assert shown(new) == ["spar 1 2.00 EUR"]
    (attic,) = new.ranking.set_aside
    assert (attic.aside, attic.condition, attic.url) == (
        Aside.OTHER_CONDITION,
        Condition.USED,
        "https://attic.example/milk",
    )
    assert shown(compare(store, 1, conditions=frozenset({Condition.USED}))) == ["attic 1 1.00 EUR"]


def test_a_listing_that_is_sold_as_something_else_now_is_no_offer_any_more(store: Store) -> None:
    publish(store, "konzum", "1", 0, "2.00")
    other = a_row("1", "5.00", gtins=[gtin_of(2)])
    import_list(store, PriceList((other,), day(1), True, a_branch("konzum", "1")))
    assert shown(compare(store, 0.5)) == ["konzum 1 2.00 EUR"]
    ranking = compare(store, 2).ranking
    assert (ranking.ranked, ranking.set_aside) == ((), ())


@settings(max_examples=40)
@given(lists=batches(), days=st.integers(0, 10), share=st.integers(0, 1000))
def test_an_answer_holds_until_the_instant_it_names(lists: list[PriceList], days: int, share: int) -> None:
    """Whatever was imported, and with nothing imported since."""
    store = MemoryStore()
    for prices in lists:
        import_list(store, prices)
    as_of = day(20 + days)
    compare_offers = CompareOffers(StoppedClock(as_of), store.reads)
    for product in FindProducts(StoppedClock(as_of), store.reads)("", limit=100).page.products:
        now = compare_offers(product.id)
        end = now.ranking.valid_until or as_of + timedelta(days=5000)
        last = end - timedelta(microseconds=1)
        for later in (as_of + (last - as_of) * share // 1000, last):
            assert compare_offers(product.id, as_of=later).ranking == now.ranking
        if now.ranking.valid_until:
            assert compare_offers(product.id, as_of=end).ranking != now.ranking
