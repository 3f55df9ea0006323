"""The contract of search: what `ProductReads.find_products` finds, and in which order.

An adapter takes the exam with::

    class TestMySearch(SearchContract):
        def make_store(self):
            return MyStore(...)  # empty, and no other test's
"""

from abc import abstractmethod
from datetime import timedelta

import pytest
from hypothesis import strategies as st

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.products.find_products import LONGEST_QUERY, FindProducts
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.relevance import LONGEST_WORD
from coprra.testing.builders import LONG_AFTER, PriceList, Store, a_row, day, gtin_of, import_list
from coprra.testing.contracts.catalogue import sell
from coprra.testing.contracts.law import Contract, law
from coprra.testing.contracts.mapping import done, key, merge, split, undo
from coprra.testing.strategies import acts_on_products

_VOCABULARY = ("milk", "Milka", "ČOKOLADA", "čokoladni", "of", "a", "ab", "abc", "Đumbir", "1", "1.5L", "Straße", "the")


class SearchContract(Contract):
    """Subclass it, say how a store is made, and inherit every promise."""

    examples = 30

    @abstractmethod
    def make_store(self) -> Store:
        """An empty store that nobody else uses."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store."""
        return self.make_store()

    @pytest.mark.parametrize(
        ("title", "query"),
        [
            ("ČOKOLADA", "cokolada"),
            ("cokolada", "ČOKOLADA"),
            ("ĐUMBIR", "dumbir"),
            ("ŁÓDŹ", "lodz"),
            ("Straße", "STRASSE"),
            ("Rødgrød med fløde", "rodgrod flode"),
            ("Læderlap", "laederlap"),
            ("Молоко", "МОЛОКО"),
            ("Cafe\u0301", "caf\u00e9"),
            ("Sok 1,5L", "sok 1.5l"),
        ],
    )
    def test_neither_case_nor_accents_matter(self, store: Store, title: str, query: str) -> None:
        sell(store, (title, None, None), ("Something else", None, None))
        assert found(store, query) == [title]

    def test_numbers_come_first_then_names_then_words_then_beginnings(self, store: Store) -> None:
        titles = (
            "Fresh milk",
            "Buttermilks",
            "Milky bar",
            "Milk 1 l",
            "Milk",
            "Bar of milka",
            "Milking stool",
            "Bread",
        )
        sell(store, *((title, None, None) for title in titles))
        by_name = ["Milk", "Milk 1 l", "Milking stool", "Milky bar"]
        assert found(store, "milk") == [*by_name, "Fresh milk", "Bar of milka"]
        assert found(store, "bar milk") == ["Bar of milka", "Milky bar"]
        assert found(store, "milk bar") == ["Bar of milka", "Milky bar"]
        assert found(store, "bar milka") == ["Bar of milka"]

    def test_a_number_finds_its_product_first_and_whatever_begins_with_it(self, store: Store) -> None:
        number = gtin_of(7)
        row = a_row("1", title="Zebra", gtins=[number])
        import_list(store, PriceList((row, a_row("2", title=f"A copy of {number.short}", line=3))))
        assert found(store, f" {number.value}-") == ["Zebra"]
        assert found(store, number.short) == ["Zebra", f"A copy of {number.short}"]
        assert found(store, number.short[:-1]) == [f"A copy of {number.short}"]

    def test_words_of_the_brand_count_as_words(self, store: Store) -> None:
        sell(store, ("Energy drink", "Red Bull", None), ("Red wine", "Bullet", None), ("Bull", None, None))
        assert found(store, "red bull") == ["Energy drink", "Red wine"]
        assert found(store, "drink bull") == ["Energy drink"]

    def test_whatever_any_list_calls_a_product_finds_it(self, store: Store) -> None:
        sell(store, ("Cola", "Coke", None), at=1, gtin=1)
        sell(store, ("Soft drink", None, None), at=2, gtin=1)
        assert found(store, "coke") == found(store, "cola") == found(store, "soft") == ["Soft drink"]
        assert found(store, "soft coke") == ["Soft drink"]

    def test_a_fuller_name_takes_the_place_of_the_one_before(self, store: Store) -> None:
        sell(store, ("Ale", None, None), at=1, gtin=1)
        sell(store, ("Best pale ale", None, None), at=1, gtin=2)
        sell(store, ("Zebra ale", None, None), at=2, gtin=1)
        assert found(store, "ale") == ["Best pale ale", "Zebra ale"]
        assert found(store, "pal") == ["Best pale ale"]

    @pytest.mark.parametrize("word", ["a", "i", "of", "the", "www", "und", "1", "l", "ž"])
    def test_short_and_frequent_words_are_words_like_any_other(self, store: Store, word: str) -> None:
        sell(store, (f"Milk {word} more", None, None), ("Milk", None, None))
        assert found(store, word) == found(store, f"milk {word}") == [f"Milk {word} more"]

    def test_one_or_two_letters_are_a_whole_word_or_begin_the_name(self, store: Store) -> None:
        sell(store, ("Bar", None, None), ("A bar", None, None), ("Vitamin B", None, None), ("Box ba", None, None))
        assert found(store, "b") == ["Bar", "Box ba", "Vitamin B"]
        assert found(store, "ba") == ["Bar", "Box ba"]
        assert found(store, "bar") == ["Bar", "A bar"]
        assert found(store, "box b") == ["Box ba"], "it begins the name"
        assert found(store, "ba bo") == []

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            *((sign, []) for sign in ("%", "_", "'", '"', '""', "@", "+(", "**", "\\", "*", ")", "-", "<", "~", "\0")),
            *((query, []) for query in ("; DROP TABLE products", "NEAR(", "m_lk", "a' OR '1'='1", "%ilk", "{}")),
            *(
                (query, ["Milkshake"])
                for query in ("%milk%", "milk\\", "milk*", "+milk", "@milk", "milk\0", '"milk"', "𝔪𝔦")
            ),
            *((query, ["Milkshake", "Müsli"]) for query in ("m%", "m*", "-m")),
        ],
    )
    def test_a_hostile_query_is_taken_literally(self, store: Store, query: str, names: list[str]) -> None:
        sell(store, ("Milkshake", None, None), ("Müsli", None, None))
        assert found(store, query) == names

    @pytest.mark.parametrize("query", ["MILK OR", "NOT milk", "milk OR nothing", "or not", "+not -or"])
    def test_operators_are_words(self, store: Store, query: str) -> None:
        sell(store, ("Milk or not", None, None), ("Milk", None, None), ("Or", None, None), ("Nothing", None, None))
        assert found(store, query) == ([] if "nothing" in query else ["Milk or not"])

    def test_the_longest_words_and_queries_are_taken(self, store: Store) -> None:
        long, longer = "x" * LONGEST_WORD, "x" * 400
        sell(store, (f"A {long}", None, None), (f"B {longer}", None, None), (f"C {'ﷺ' * 400}", None, None))
        assert found(store, "x" * LONGEST_QUERY) == [f"A {long}", f"B {longer}"]
        assert found(store, "ﷺ" * LONGEST_QUERY) == [f"C {'ﷺ' * 400}"]

    def test_a_product_is_found_from_its_first_list_on(self, store: Store) -> None:
        sell(store, ("Milk", None, None), ("Fresh milk", None, None), ("Milkshake bar", "Milka", None), at=3, gtin=None)
        for query in ("milk", "fresh", "milka", ""):
            assert found(store, query, at=2.9) == []
            assert found(store, query, at=3)

    def test_a_merge_a_split_and_an_undoing_change_what_is_found(self, store: Store) -> None:
        sell(store, ("Cola", None, None), at=1, gtin=1)
        sell(store, ("Cola soft drink", "Coke", None), at=1, gtin=2)
        move = merge(store, gtin_of(1), gtin_of(2))
        assert found(store, "cola coke") == found(store, "cola") == ["Cola soft drink"]
        undo(store, move.id)
        assert (found(store, "cola"), found(store, "coke")) == (["Cola", "Cola soft drink"], ["Cola soft drink"])
        merge(store, gtin_of(1), gtin_of(2), now=LONG_AFTER + timedelta(days=1))
        split(store, gtin_of(1), [key(gtin_of(2))])
        assert (found(store, "cola"), found(store, "coke")) == (["Cola", "Cola soft drink"], ["Cola soft drink"])

    def test_pages_neither_lose_nor_repeat_while_products_are_added(self, store: Store) -> None:
        shapes = ("Item {}", "Best item {}", "Best items {}")
        sell(store, *((shape.format(number), None, None) for number in range(10, 34, 2) for shape in shapes))
        seen: list[str] = []
        cursor: ProductCursor | None = None
        while not seen or cursor:
            page = FindProducts(StoppedClock(day(30)), store.reads)("item", limit=5, after=cursor).page
            seen += [product.name for product in page.products]
            cursor = page.next
            sell(store, (f"Item 00 {len(seen)}", None, None), (f"Best items zz {len(seen)}", None, None), at=len(seen))
        old = [name for name in seen if " zz " not in name]
        assert old == [shape.format(number) for shape in shapes for number in range(10, 34, 2)]
        assert len(set(seen)) == len(seen)

    def test_a_thousand_and_one_products_of_one_word_are_paged_through(self, store: Store) -> None:
        sell(store, *((f"Brand {number:04} cola", None, None) for number in range(1001)))
        with store.reads() as snapshot:
            first = snapshot.find_products(("cola",), day(30), after=None, limit=1000)
            last = snapshot.find_products(("cola",), day(30), after=first.next, limit=1000)
        assert [product.name for product in last.products] == ["Brand 1000 cola"]
        assert (len(first.products), last.next) == (1000, None)

    def test_a_search_can_be_narrowed_to_a_number(self, store: Store) -> None:
        sell(store, ("Milk", "Dukat", "food"), gtin=1)
        sell(store, ("Milk", "Vindija", "food"), gtin=2)
        with store.reads() as snapshot:
            for words, brand, number, count in (((), None, 1, 1), (("milk",), "dukat", 1, 1), ((), "dukat", 2, 0)):
                page = snapshot.find_products(words, day(9), after=None, limit=9, brand=brand, gtin=gtin_of(number))
                assert len(page.products) == count
            assert snapshot.find_products((), day(9), after=None, limit=9, gtin=gtin_of(3)).products == ()

    @law(data=st.data())
    def test_any_order_of_arrival_finds_the_same_in_the_same_order(self, data: st.DataObject) -> None:
        titles = st.lists(st.sampled_from(_VOCABULARY), min_size=1, max_size=4).map(" ".join)
        brands = st.sampled_from((None, "Milka", "Abc", "the 1"))
        lists = data.draw(
            st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4), titles, brands), min_size=1, max_size=8)
        )
        acts = data.draw(st.lists(acts_on_products(), max_size=3))
        queries = data.draw(st.lists(titles | st.sampled_from(("mil", "cok", "co", "dum", "s", "")), max_size=6))
        reference, store = MemoryStore(), self.make_store()
        for into, those in ((reference, lists), (store, data.draw(st.permutations(lists)))):
            for at, number, title, brand in those:
                sell(into, (title, brand, None), at=at, gtin=number)
            for number, act in enumerate(acts):
                done(into, act, day(40 + number))
        for query in queries:
            for at in (4, 9):
                expected = found(reference, query, at=at)
                assert found(store, query, at=at) == expected
                assert found(store, query, at=at, page=1) == expected


def found(store: Store, query: str, *, at: float = 30, page: int = 100) -> list[str]:
    """The names of all that a query finds, in pages of that size."""
    find = FindProducts(StoppedClock(day(at)), store.reads)
    names: list[str] = []
    cursor: ProductCursor | None = None
    while True:
        turned = find(query, limit=page, after=cursor).page
        names += [product.name for product in turned.products]
        cursor = turned.next
        if cursor is None:
            return names
