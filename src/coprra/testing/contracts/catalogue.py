"""The contract of categories and brands: what `ProductReads` promises of them, and of searches narrowed by them.

An adapter takes the exam with::

    class TestMyCatalogue(CatalogueContract):
        def make_store(self):
            return MyStore(...)  # empty, and no other test's
"""

from abc import abstractmethod
from dataclasses import replace

import pytest
from hypothesis import strategies as st

from coprra.adapters.memory.store import MemoryStore
from coprra.domain.prices.list_run import ListRow
from coprra.domain.products.brand import BRAND_LENGTH, Brand
from coprra.domain.products.ports import ProductCursor
from coprra.testing.builders import PriceList, Store, a_row, day, gtin_of, import_list
from coprra.testing.contracts.law import Contract, law
from coprra.testing.contracts.mapping import done
from coprra.testing.strategies import acts_on_products

Sold = tuple[str, str | None, str | None]
"""A title, its brand, its category."""


class CatalogueContract(Contract):
    """Subclass it, say how a store is made, and inherit every promise."""

    examples = 25

    @abstractmethod
    def make_store(self) -> Store:
        """An empty store that nobody else uses."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store."""
        return self.make_store()

    # Categories

    def test_an_empty_store_has_neither_brands_nor_categories(self, store: Store) -> None:
        assert _categories(store) == {}
        assert _brands(store) == []

    def test_products_are_counted_by_category_and_those_without_any(self, store: Store) -> None:
        sell(store, ("Milk", None, "food"), ("Bread", None, "food"), ("Soap", None, "cleaning"), ("Nail", None, None))
        assert _categories(store) == {"food": 2, "cleaning": 1, None: 1}

    def test_a_product_counts_from_its_first_list_on(self, store: Store) -> None:
        sell(store, ("Milk", "Dukat", "food"), at=3)
        assert (_categories(store, at=2), _brands(store, at=2)) == ({}, [])
        assert (_categories(store, at=3), _brands(store, at=3)) == ({"food": 1}, [("Dukat", 1)])
        assert _found(store, at=2, brand="dukat") == []

    def test_a_product_counts_once_however_many_lists_sell_it(self, store: Store) -> None:
        for at in range(3):
            sell(store, ("Milk", "Dukat", "food"), at=at, gtin=1)
        assert (_categories(store), _brands(store)) == ({"food": 1}, [("Dukat", 1)])

    # Brands

    def test_spellings_of_one_brand_are_one_under_the_plainest(self, store: Store) -> None:
        sell(store, ("A", "RED BULL", None), ("B", "Red Bull", None), ("C", "Red-Bull®", None), ("D", "Červená", None))
        assert _brands(store) == [("Červená", 1), ("Red Bull", 3)]

    def test_a_name_of_signs_only_is_no_brand(self, store: Store) -> None:
        sell(store, ("A", "***", None), ("B", None, None), ("C", "Dukat", None))
        assert _brands(store) == [("Dukat", 1)]
        assert _found(store, brand="") == []

    def test_brands_are_found_by_the_beginnings_of_their_words(self, store: Store) -> None:
        sell(store, ("A", "Coca Cola", None), ("B", "Colgate", None), ("C", "Pepsi-Cola", None), ("D", "Nocola", None))
        assert [name for name, _ in _brands(store, "col")] == ["Coca Cola", "Colgate", "Pepsi-Cola"]
        assert [name for name, _ in _brands(store, "col", "coc")] == ["Coca Cola"]
        assert _brands(store, "ola") == []

    def test_pages_of_brands_neither_lose_nor_repeat_while_brands_are_added(self, store: Store) -> None:
        sell(store, *((f"T{number}", f"Brand {number}", None) for number in range(10, 40, 2)))
        with store.reads() as snapshot:
            page = snapshot.find_brands((), day(30), after=None, limit=4)
        names = [one.brand.name for one in page.brands]
        sell(store, ("x", "Brand 00", None), ("y", "Brand 17", None), at=1)
        while page.next:
            with store.reads() as snapshot:
                page = snapshot.find_brands((), day(30), after=page.next, limit=4)
            names += [one.brand.name for one in page.brands]
        assert names == sorted({f"Brand {number}" for number in range(10, 40, 2)} | {"Brand 17"})

    def test_the_longest_brand_comes_back_and_is_found(self, store: Store) -> None:
        longest = "ﷺ" * BRAND_LENGTH
        sell(store, ("A", longest, None))
        assert _brands(store) == [(longest, 1)]
        assert _found(store, brand=Brand(longest).slug) == ["A"]

    def test_letters_of_other_scripts_are_sorted_by_code_point(self, store: Store) -> None:
        names = ("Ω", "Я", "Zebra", "9", "Ž")
        sell(store, *((name, name, None) for name in names))
        assert [name for name, _ in _brands(store)] == sorted(names, key=lambda name: Brand(name).slug)

    # Searches

    def test_a_search_can_be_narrowed_to_categories_and_to_a_brand(self, store: Store) -> None:
        sell(
            store,
            ("Fresh milk", "Dukat", "fresh_food"),
            ("Milk soap", "Dukat", "cleaning"),
            ("Milk", "Vindija", "food"),
            ("Milk of magnesia", "DUKAT", None),
        )
        food = frozenset({"food", "fresh_food"})
        assert _found(store, "milk", categories=food) == ["Milk", "Fresh milk"]
        assert _found(store, "milk", brand="dukat") == ["Milk of magnesia", "Milk soap", "Fresh milk"]
        assert _found(store, "fresh", categories=food, brand="dukat") == ["Fresh milk"]
        assert _found(store, categories=frozenset({"pets"})) == _found(store, categories=frozenset()) == []
        assert _found(store, brand="duka") == []

    def test_pages_of_a_narrowed_search_neither_lose_nor_repeat(self, store: Store) -> None:
        kinds = ("food", "drinks", None)
        sell(store, *((f"Item {number:02}", "Dukat", kinds[number % 3]) for number in range(30)))
        names: list[str] = []
        cursor: ProductCursor | None = None
        while not names or cursor:
            with store.reads() as snapshot:
                page = snapshot.find_products(
                    ("item",), day(30), after=cursor, limit=3, categories=frozenset({"food"}), brand="dukat"
                )
            names += [product.name for product in page.products]
            cursor = page.next
        assert names == [f"Item {number:02}" for number in range(0, 30, 3)]

    @law(data=st.data())
    def test_any_order_of_arrival_gives_the_same_brands_and_categories(self, data: st.DataObject) -> None:
        brands = st.sampled_from((None, "Dukat", "DUKAT", "Dukat d.o.o.", "--"))
        kinds = st.sampled_from((None, "food", "fresh_food", "drinks"))
        lists = data.draw(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4), brands, kinds), max_size=6))
        acts = data.draw(st.lists(acts_on_products(), max_size=3))
        reference, store = MemoryStore(), self.make_store()
        for into, those in ((reference, lists), (store, data.draw(st.permutations(lists)))):
            for at, number, brand, kind in those:
                sell(into, (f"Item {number}", brand, kind), at=at, gtin=number)
            for number, act in enumerate(acts):
                done(into, act, day(40 + number))
        for at in (4, 9):
            assert _categories(store, at=at) == _categories(reference, at=at)
            assert _brands(store, at=at) == _brands(reference, at=at)
            for brand in ("dukat", "dukat-d-o-o"):
                assert _found(store, at=at, brand=brand) == _found(reference, at=at, brand=brand)


def sell(store: Store, *sold: Sold, at: float = 0, gtin: int | None = None) -> None:
    """Import a partial list of such articles; gtin: of all of them, so that they are one product."""
    rows = tuple(_row(f"{at} {line}", one, line, gtin) for line, one in enumerate(sold, 2))
    import_list(store, PriceList(rows, at=day(at), complete=False))


def _row(sku: str, sold: Sold, line: int, gtin: int | None) -> ListRow:
    title, brand, category = sold
    row = a_row(sku, title=title, line=line, gtins=[gtin_of(gtin)] if gtin else [])
    assert row.article
    return replace(row, article=replace(row.article, brand=brand, category=category))


def _categories(store: Store, at: float = 30) -> dict[str | None, int]:
    with store.reads() as snapshot:
        return dict(snapshot.categories(day(at)))


def _brands(store: Store, *words: str, at: float = 30) -> list[tuple[str, int]]:
    with store.reads() as snapshot:
        page = snapshot.find_brands(words, day(at), after=None, limit=100)
    return [(one.brand.name, one.products) for one in page.brands]


def _found(
    store: Store, *words: str, at: float = 30, categories: frozenset[str] | None = None, brand: str | None = None
) -> list[str]:
    with store.reads() as snapshot:
        page = snapshot.find_products(words, day(at), after=None, limit=100, categories=categories, brand=brand)
    return [product.name for product in page.products]
