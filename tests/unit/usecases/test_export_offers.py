"""What is exported of all products is what a comparison of each says; of a branch, what is believed of its prices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.prices.chain import BranchFilter, UnknownBranch
from coprra.domain.prices.compare_offers import ONE_PIECE, CompareOffers
from coprra.domain.prices.export_feed import ExportFeed
from coprra.domain.prices.export_offers import ExportOffers
from coprra.domain.prices.offer import Aside, offer_of
from coprra.domain.prices.quarantine import Peers
from coprra.domain.products.category import UnknownCategory
from coprra.domain.products.find_products import FindProducts
from coprra.testing.builders import PriceList, a_branch, a_chain, a_row, day, gtin_of, import_list
from coprra.testing.strategies import batches

INSTANTS = st.sampled_from((0, 3.5, 7, 14, 20, 26, 40))


def store_of(lists: list[PriceList]) -> MemoryStore:
    store = MemoryStore()
    for prices in lists:
        import_list(store, prices)
    return store


@given(lists=batches(), number=INSTANTS, unfold=st.booleans())
def test_every_product_is_compared_as_by_itself(lists: list[PriceList], number: float, unfold: bool) -> None:
    store, clock = store_of(lists), StoppedClock(day(number))
    compare = CompareOffers(clock, store.reads)
    found = FindProducts(clock, store.reads)(limit=100).page.products
    alone = [compare(product.id, unfold=unfold) for product in found]
    exported = list(ExportOffers(clock, store.reads)(unfold=unfold))
    assert exported == [one for one in alone if one.ranking.ranked or one.ranking.set_aside]


@given(lists=batches(), number=INSTANTS)
def test_a_branch_is_told_as_if_every_other_price_had_been_looked_at(lists: list[PriceList], number: float) -> None:
    store, clock = store_of(lists), StoppedClock(day(number))
    with store.reads() as snapshot:
        for chain in snapshot.chains(day(number)):
            for branch, _ in chain.branches:
                sold = snapshot.series_of_branch(branch.id, day(number))
                offers = [
                    offer_of(one.series, Peers(snapshot.series(one.product, day(number))), ONE_PIECE) for one in sold
                ]
                told = [one for one in offers if one and one.asked and one.aside in {None, Aside.OUT_OF_STOCK}]
                assert list(ExportFeed(clock, store.reads)(branch.id)) == told


@pytest.fixture
def market() -> MemoryStore:
    """Beans at four chains, odd at dm; and cheese, which has a category, at dm alone."""
    lists = [
        PriceList((a_row("1", price, gtins=[gtin_of(1)], chain=chain),), branch=a_branch(chain), chain=a_chain(chain))
        for chain, price in (("spar", "2.00"), ("lidl", "2.10"), ("konzum", "2.20"))
    ]
    odd = (a_row("1", "20.00", gtins=[gtin_of(1)], chain="dm"), a_row("2", "5.00", title="Cheese", chain="dm"))
    return store_of([*lists, PriceList(odd, branch=a_branch("dm"), chain=a_chain("dm"))])


def test_branches_narrow_what_is_shown_and_not_what_is_judged(market: MemoryStore) -> None:
    export = ExportOffers(StoppedClock(day(1)), market.reads)
    beans, cheese = export(branches=BranchFilter.parse("dm"))
    assert [offer.aside for offer in beans.ranking.set_aside] == [Aside.SUSPECT]
    assert [str(entry.landed.total) for entry in cheese.ranking.ranked] == ["5.00 EUR"]
    (alone,) = export(branches=BranchFilter.parse("spar"))
    assert alone.product == beans.product


def test_nothing_is_known_before_the_first_list(market: MemoryStore) -> None:
    assert list(ExportOffers(StoppedClock(day(-1)), market.reads)()) == []


def test_what_nobody_knows_is_refused(market: MemoryStore) -> None:
    clock = StoppedClock(day(1))
    with pytest.raises(UnknownBranch):
        next(ExportOffers(clock, market.reads)(branches=BranchFilter.parse("nobody")))
    with pytest.raises(UnknownCategory):
        next(ExportOffers(clock, market.reads)(category="nothing"))
    with pytest.raises(UnknownBranch):
        next(ExportFeed(clock, market.reads)(a_branch("nobody").id))
    with pytest.raises(UnknownCategory):
        next(ExportFeed(clock, market.reads)(a_branch("dm").id, category="nothing"))
