"""The contract of `PriceReads.series_of_branch`: every listing of a branch, streamed.

An adapter takes the exam with::

    class TestMyBranchSeries(BranchSeriesContract):
        def make_store(self):
            return MyStore(...)  # empty, and no other test's
"""

from abc import abstractmethod

import pytest

from coprra.domain.prices.chain import BranchId
from coprra.domain.prices.ports import SoldSeries
from coprra.domain.products.product import ProductId, ProductKey
from coprra.testing.builders import PriceList, Store, a_branch, a_chain, a_row, day, gtin_of, import_list
from coprra.testing.contracts.law import Contract, law
from coprra.testing.strategies import batches

VRSAR, ZADAR = BranchId("konzum", "0613"), BranchId("spar", "8701")


class BranchSeriesContract(Contract):
    """Subclass it, say how a store is made, and inherit every promise."""

    examples = 25

    @abstractmethod
    def make_store(self) -> Store:
        """An empty store that nobody else uses."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store."""
        return self.make_store()

    def test_an_unknown_branch_has_no_listings(self, store: Store) -> None:
        assert _of(store, VRSAR, 9) == []
        import_list(store, PriceList((a_row(),)))
        assert _of(store, BranchId("konzum", "9999"), 9) == []
        assert _of(store, BranchId("spar", "0613"), 9) == []

    def test_every_listing_of_the_branch_comes_once_by_sku_with_its_product(self, store: Store) -> None:
        rows = (a_row("b", gtins=[gtin_of(2), gtin_of(1)]), a_row("a", line=3), a_row("B", gtins=[gtin_of(3)], line=4))
        import_list(store, PriceList(rows))
        spar = PriceList((a_row("c", chain="spar"),), branch=a_branch("spar", "8701"), chain=a_chain("spar"))
        import_list(store, spar)
        keys = {
            "B": ProductKey.of_gtin(gtin_of(3)),
            "a": ProductKey.of_article("konzum", "a"),
            "b": ProductKey.of_gtin(gtin_of(1)),
        }
        found = _of(store, VRSAR, 1)
        assert [one.series.listing.sku for one in found] == sorted(keys)
        assert [one.product for one in found] == [ProductId.born_of(keys[sku]) for sku in sorted(keys)]
        assert [one.series.listing.sku for one in _of(store, ZADAR, 1)] == ["c"]

    def test_what_was_observed_later_does_not_exist_yet(self, store: Store) -> None:
        import_list(store, PriceList((a_row("1"),)))
        import_list(store, PriceList((a_row("1", "3.00"), a_row("2", line=3)), at=day(2)))
        (only,) = _of(store, VRSAR, 1)
        assert [str(step.price) for step in only.series.steps] == ["2.00 EUR"]
        assert [one.series.listing.sku for one in _of(store, VRSAR, 2)] == ["1", "2"]

    def test_what_could_never_be_read_is_no_listing_yet(self, store: Store) -> None:
        import_list(store, PriceList((a_row("1", price=None), a_row("2", line=3))))
        assert [one.series.listing.sku for one in _of(store, VRSAR, 1)] == ["2"]

    def test_a_listing_that_is_not_carried_any_more_still_comes(self, store: Store) -> None:
        import_list(store, PriceList((a_row("1"), a_row("2", line=3))))
        import_list(store, PriceList((a_row("2"),), at=day(1)))
        gone, _ = _of(store, VRSAR, 2)
        assert not gone.series.listed

    def test_a_thousand_and_one_listings_come_back(self, store: Store) -> None:
        rows = tuple(a_row(str(number), gtins=[gtin_of(number)], line=number) for number in range(2, 1003))
        import_list(store, PriceList(rows))
        found = _of(store, VRSAR, 1)
        assert [one.series.listing.sku for one in found] == sorted(str(number) for number in range(2, 1003))
        assert all(
            one.product == ProductId.born_of(ProductKey.of_gtin(gtin_of(int(one.series.listing.sku)))) for one in found
        )

    def test_other_questions_may_be_asked_in_between(self, store: Store) -> None:
        import_list(store, PriceList(tuple(a_row(str(number), line=number) for number in range(2, 9))))
        with store.reads() as snapshot:
            asked = [snapshot.series(one.product, day(1)) for one in snapshot.series_of_branch(VRSAR, day(1))]
        assert all(len(series) == 1 for series in asked)
        assert len(asked) == 7

    @law(lists=batches())
    def test_they_are_the_series_that_their_products_have(self, lists: list[PriceList]) -> None:
        store = self.make_store()
        for prices in lists:
            import_list(store, prices)
        for number in (3, 21):
            for branch in (BranchId("konzum", "a"), BranchId("konzum", "b"), BranchId("spar", "a")):
                with store.reads() as snapshot:
                    for one in snapshot.series_of_branch(branch, day(number)):
                        assert one.series in snapshot.series(one.product, day(number))
                        assert one.series.listing.branch.id == branch
                        assert snapshot.product(one.product, day(number)).id == one.product


def _of(store: Store, branch: BranchId, at: float) -> list[SoldSeries]:
    with store.reads() as snapshot:
        return list(snapshot.series_of_branch(branch, day(at)))
