"""The contract of a store: what `PriceReads` and `PricesUnitOfWork` promise together, law of arrival included.

An adapter takes the exam with::

    class TestMyStore(StoreContract):
        def make_store(self):
            return MyStore(...)  # empty, and no other test's
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import Thread

import pytest
from hypothesis import strategies as st

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.kernel.money import Money
from coprra.domain.prices.compare_offers import CompareOffers
from coprra.domain.prices.list_run import Changes, ListRow, ListShrank, MissingBase
from coprra.domain.prices.observation import Availability, Claims, Condition, Shipping
from coprra.domain.prices.series import Series
from coprra.domain.prices.show_history import ShowHistory
from coprra.domain.products.find_products import FindProducts
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.product import Product, ProductId, ProductKey, UnknownProduct
from coprra.testing.answers import all_answers
from coprra.testing.builders import (
    PriceList,
    Store,
    a_branch,
    a_chain,
    a_history,
    a_row,
    day,
    gtin_of,
    import_history,
    import_list,
    importer,
)
from coprra.testing.contracts.law import Contract, law
from coprra.testing.copies import exported, import_exported
from coprra.testing.strategies import batches, histories, price_lists

MILK = gtin_of(1)


class StoreContract(Contract):
    """Subclass it, say how a store is made, and inherit every promise."""

    @abstractmethod
    def make_store(self) -> Store:
        """An empty store that nobody else uses."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store."""
        return self.make_store()

    # Publishing

    def test_an_empty_store_answers_with_nothing(self, store: Store) -> None:
        with store.reads() as snapshot:
            assert snapshot.chains(day(9)) == ()
            assert snapshot.find_products((), day(9), after=None, limit=10).products == ()
            with pytest.raises(UnknownProduct):
                snapshot.product(MILK, day(9))

    def test_a_published_list_is_seen_by_the_next_snapshot(self, store: Store) -> None:
        import_list(store, PriceList((a_row(price="1.19", gtins=[MILK]),)))
        (series,) = _series(store, day(1))
        assert series.steps[0].price == Money.of("1.19", "EUR")
        assert series.article is not None
        assert series.article.gtins == (MILK,)

    def test_a_snapshot_does_not_see_what_is_published_while_it_is_open(self, store: Store) -> None:
        import_list(store, PriceList((a_row(gtins=[MILK]),)))
        with store.reads() as snapshot:
            before = snapshot.revision
            import_list(store, PriceList((a_row(price="3.00", gtins=[MILK]),), at=day(1)))
            (series,) = snapshot.series(ProductId.born_of(ProductKey.of_gtin(MILK)), day(2))
            assert [step.price for step in series.steps] == [Money.of("2.00", "EUR")]
            assert snapshot.revision == before

    def test_each_commit_raises_the_revision(self, store: Store) -> None:
        before = _revision(store)
        import_list(store, PriceList((a_row(),)))
        import_list(store, PriceList((a_row(),), at=day(1)))
        assert _revision(store) == before + 2

    def test_what_is_not_committed_leaves_nothing(self, store: Store) -> None:
        before = _revision(store)
        report = import_list(store, PriceList((a_row(gtins=[MILK]),)), dry_run=True)
        assert report.changes == Changes(new=1)
        assert _revision(store) == before
        with store.reads() as snapshot, pytest.raises(UnknownProduct):
            snapshot.product(MILK, day(9))

    def test_a_unit_of_work_that_fails_half_way_leaves_nothing(self, store: Store) -> None:
        class Torn(PriceList):
            def rows(self):  # type: ignore[no-untyped-def]  # a generator that breaks
                yield a_row(gtins=[MILK])
                raise RuntimeError("the reader died")

        with pytest.raises(RuntimeError, match="the reader died"):
            import_list(store, Torn(()))
        import_list(store, PriceList((a_row("2"),)))
        with store.reads() as snapshot:
            assert len(snapshot.find_products((), day(9), after=None, limit=10).products) == 1

    def test_the_same_list_again_changes_nothing_and_says_so(self, store: Store) -> None:
        prices = PriceList((a_row(gtins=[MILK]),))
        assert not import_list(store, prices).already
        before = _revision(store)
        assert import_list(store, prices).already
        assert _revision(store) == before

    def test_counts_tell_new_changed_unchanged_unlisted_and_back(self, store: Store) -> None:
        def listed(number: float, **prices: str) -> Changes:
            rows = tuple(a_row(sku, price, line=line) for line, (sku, price) in enumerate(prices.items(), 2))
            return import_list(store, PriceList(rows, at=day(number))).changes

        assert listed(0, A="1.00", B="2.00", C="3.00") == Changes(new=3)
        assert listed(1, A="1.00", B="2.50") == Changes(unchanged=1, changed=1, unlisted=1)
        assert listed(2, A="1.00", B="2.50", C="3.00", D="4.00") == Changes(unchanged=2, back=1, new=1)
        assert listed(0.5, A="1.00", B="2.00", C="3.00").overtaken == 3

    def test_a_row_that_can_not_be_read_ages_the_price_and_never_removes_it(self, store: Store) -> None:
        import_list(store, PriceList((a_row(gtins=[MILK]),)))
        import_list(store, PriceList((a_row(price=None), a_row("2", line=3)), at=day(1)))
        (series,) = _series(store, day(2))
        assert series.now is not None
        assert series.now.check_failed
        assert series.now.last_seen == day(0)
        assert series.now.state.availability is Availability.IN_STOCK

    def test_a_partial_list_says_nothing_about_what_it_does_not_name(self, store: Store) -> None:
        import_list(store, PriceList((a_row(gtins=[MILK]), a_row("2", line=3))))
        import_list(store, PriceList((a_row("2"),), at=day(1), complete=False))
        (series,) = _series(store, day(2))
        assert series.listed
        assert series.now is not None
        assert series.now.last_seen == day(0)

    def test_a_list_with_an_unreadable_article_number_proves_no_absence(self, store: Store) -> None:
        import_list(store, PriceList((a_row(gtins=[MILK]), a_row("2", line=3))))
        nameless = replace(a_row(price=None), sku=None)
        report = import_list(store, PriceList((a_row("2"), nameless), at=day(1)))
        assert not report.proves_absence
        (series,) = _series(store, day(2))
        assert series.listed

    def test_several_rows_of_one_article_are_one_listing_with_several_gtins(self, store: Store) -> None:
        other = gtin_of(2)
        import_list(store, PriceList((a_row(gtins=[MILK]), a_row(gtins=[other], line=3), a_row("2", line=4))))
        assert _series(store, day(1), MILK) == _series(store, day(1), other) != ()
        with store.reads() as snapshot:
            assert snapshot.product(MILK, day(1)).id != snapshot.product(other, day(1)).id

    def test_rows_of_one_article_at_different_prices_are_reported_and_the_first_stands(self, store: Store) -> None:
        rows = (a_row(price="2.00", gtins=[MILK]), a_row(price="3.00", gtins=[MILK], line=3), a_row("2", line=4))
        report = import_list(store, PriceList(rows))
        assert report.by_code == {"repeated_article": 1}
        (series,) = _series(store, day(1))
        assert series.steps[0].price == Money.of("2.00", "EUR")

    def test_a_list_that_shrinks_by_more_than_a_fifth_is_held_back_unless_forced(self, store: Store) -> None:
        rows = tuple(a_row(str(number), line=number) for number in range(2, 12))
        import_list(store, PriceList(rows))
        with pytest.raises(ListShrank):
            import_list(store, PriceList(rows[:7], at=day(1)), force=False)
        assert import_list(store, PriceList(rows[:8], at=day(1)), force=False).changes.unlisted == 2
        assert import_list(store, PriceList(rows[:3], at=day(2)), force=True).changes.unlisted == 5

    def test_every_term_comes_back_as_it_was_given(self, store: Store) -> None:
        row = _with_everything()
        import_list(store, PriceList((row,)))
        (series,) = _series(store, day(1))
        assert series.now is not None
        assert series.now.state == row.state

    # Order of arrival

    @law(data=st.data(), lists=batches())
    def test_any_order_of_arrival_gives_the_same_answers(self, data: st.DataObject, lists: list[PriceList]) -> None:
        """The law: also with repeats, and also when asked about any instant of the past."""
        shuffled = data.draw(st.permutations(lists + lists[:1]))
        reference, store = MemoryStore(), self.make_store()
        for prices in sorted(lists, key=lambda one: str(one.at)):
            import_list(reference, prices)
        for prices in shuffled:
            import_list(store, prices)
        for number in (0, 3.5, 7, 10, 20, 26, 40):
            assert all_answers(store, day(number)) == all_answers(reference, day(number))

    @law(lists=st.lists(price_lists(repeats=True), min_size=1, max_size=4))
    def test_an_article_that_has_several_rows_is_what_the_domain_makes_of_them(self, lists: list[PriceList]) -> None:
        reference, store = MemoryStore(), self.make_store()
        for prices in lists:
            assert import_list(store, prices).changes == import_list(reference, prices).changes
        for number in (10, 21):
            assert all_answers(store, day(number)) == all_answers(reference, day(number))

    @law(data=st.data(), whole=price_lists(), others=batches())
    def test_a_partial_list_may_come_in_pieces(
        self, data: st.DataObject, whole: PriceList, others: list[PriceList]
    ) -> None:
        whole = replace(whole, complete=False, at=day(data.draw(st.integers(0, 20)) + 0.5))
        pieces = [replace(whole, rows_=(row,)) for row in whole.rows_]
        reference, store = MemoryStore(), self.make_store()
        for prices in [whole, *others]:
            import_list(reference, prices)
        for prices in data.draw(st.permutations(pieces + others)):
            import_list(store, prices)
        for number in (0, 7, 14, 21, 30):
            assert all_answers(store, day(number)) == all_answers(reference, day(number))

    @law(lists=batches(), later=price_lists())
    def test_what_is_observed_later_does_not_exist_for_an_earlier_instant(
        self, lists: list[PriceList], later: PriceList
    ) -> None:
        store = self.make_store()
        for prices in lists:
            import_list(store, prices)
        before = _offers_and_histories(store, day(20.5))
        import_list(store, replace(later, at=day(21)))
        assert _offers_and_histories(store, day(20.5)) == before

    # Files of several lists

    @law(data=st.data(), history=histories(), others=batches())
    def test_lists_that_say_only_what_is_new_give_the_same_answers_as_whole_ones(
        self, data: st.DataObject, history: list[PriceList], others: list[PriceList]
    ) -> None:
        """Whatever other lists come before them, after them and in between, and whoever imported some of them."""
        whole, store = self.make_store(), self.make_store()
        turn = data.draw(st.integers(0, len(others)))
        for prices in others[:turn]:
            import_list(whole, prices)
            import_list(store, prices)
        lists = sorted(history, key=lambda one: str(one.at))
        reports = [import_list(whole, prices) for prices in lists]
        report = import_history(store, a_history(*history))
        for prices in others[turn:]:
            import_list(whole, prices)
            import_list(store, prices)
        assert report.changes == sum((one.changes for one in reports), Changes())
        assert (report.lists, report.known) == (len(lists), sum(one.already for one in reports))
        for number in (0, 3.5, 7, 10, 20, 26, 40):
            assert all_answers(store, day(number)) == all_answers(whole, day(number))

    @law(data=st.data(), history=histories(), others=batches())
    def test_a_file_of_several_lists_may_come_at_any_time_and_twice(
        self, data: st.DataObject, history: list[PriceList], others: list[PriceList]
    ) -> None:
        reference, store = MemoryStore(), self.make_store()
        for prices in [*history, *others]:
            import_list(reference, prices)
        files = [a_history(*history[:2]), a_history(*history), *((one,) for one in others)]
        for lists in data.draw(st.permutations(files)):
            import_history(store, lists)
        for number in (0, 3.5, 7, 10, 20, 26, 40):
            assert all_answers(store, day(number)) == all_answers(reference, day(number))

    def test_a_list_that_says_only_what_is_new_needs_the_one_before_it(self, store: Store) -> None:
        _, second = a_history(PriceList((a_row(),)), PriceList((a_row(price="3.00"),), at=day(1)))
        with pytest.raises(MissingBase):
            import_history(store, (a_history(PriceList((a_row(),), complete=False))[0], second))
        assert _revision(store) == 1

    def test_a_trial_of_several_lists_tells_what_each_would_change_and_changes_nothing(self, store: Store) -> None:
        history = a_history(
            PriceList((a_row(), a_row("2", line=3))),
            PriceList((a_row(price="3.00"), a_row("2", line=3)), at=day(1)),
            PriceList((a_row(price="3.00"),), at=day(2)),
        )
        dry = import_history(store, history, dry_run=True)
        assert dry.changes == Changes(new=2, changed=1, unchanged=2, unlisted=1)
        assert _revision(store) == 0
        assert replace(import_history(store, history), dry_run=True) == dry

    # Export

    @law(data=st.data(), history=histories(), others=batches())
    def test_an_export_is_the_same_in_any_order_of_arrival_and_answers_the_same_elsewhere(
        self, data: st.DataObject, history: list[PriceList], others: list[PriceList]
    ) -> None:
        reference, store, copy = MemoryStore(), self.make_store(), self.make_store()
        for prices in sorted([*history, *others], key=lambda one: str(one.at)):
            import_list(reference, prices)
        for prices in data.draw(st.permutations([*history, *others])):
            import_list(store, prices)
        text = exported(store)
        assert text == exported(reference)
        import_exported(copy, text)
        assert exported(copy) == text
        assert import_exported(copy, text).already
        for number in (0, 3.5, 7, 10, 20, 26, 40):
            assert all_answers(copy, day(number)) == all_answers(reference, day(number))

    def test_an_export_knows_nothing_of_what_came_later(self, store: Store) -> None:
        import_list(store, PriceList((a_row(),)))
        before = exported(store, day(0.5))
        import_list(store, PriceList((a_row(price="3.00"),), at=day(1)))
        assert exported(store, day(0.5)) == before

    def test_every_term_survives_an_export(self, store: Store) -> None:
        import_list(store, PriceList((_with_everything(),)))
        copy = self.make_store()
        import_exported(copy, exported(store))
        assert _series(copy, day(1)) == _series(store, day(1)) != ()

    def test_a_long_list_is_exported_whole_and_the_next_one_by_what_is_new(self, store: Store) -> None:
        rows = tuple(a_row(str(number), line=number) for number in range(2, 6002))
        import_list(store, PriceList(rows))
        import_list(store, PriceList((*rows[:5999], a_row("9999", line=9999)), at=day(1)))
        lines = exported(store).splitlines()
        assert len(lines) == 3 + 6000 + 1 + 2 + 1
        assert [line[:60] for line in lines[-3:-1]] == [
            '{"type":"row","sku":"6001","availability":"not_listed"}',
            '{"type":"row","sku":"9999","availability":"in_stock","title":'[:60],
        ]

    # The catalogue

    def test_a_product_is_found_by_its_id_and_its_gtin(self, store: Store) -> None:
        import_list(store, PriceList((a_row(gtins=[MILK], title="Milk"),)))
        with store.reads() as snapshot:
            product = snapshot.product(MILK, day(1))
            assert snapshot.product(product.id, day(1)) == product
        assert (product.name, product.gtins, product.first_seen) == ("Milk", (MILK,), day(0))

    def test_a_product_does_not_exist_before_its_first_list(self, store: Store) -> None:
        import_list(store, PriceList((a_row(gtins=[MILK]),), at=day(3)))
        with store.reads() as snapshot, pytest.raises(UnknownProduct):
            snapshot.product(MILK, day(2))
        import_list(store, PriceList((a_row(gtins=[MILK]),), at=day(1)))
        with store.reads() as snapshot:
            assert snapshot.product(MILK, day(2)).first_seen == day(1)

    def test_an_article_without_gtin_is_a_product_of_its_chain_alone(self, store: Store) -> None:
        import_list(store, PriceList((a_row("17", title="Bananas"),)))
        spar = PriceList((a_row("17", title="Pears", chain="spar"),), branch=a_branch("spar"), chain=a_chain("spar"))
        import_list(store, spar)
        names = {product.name: product.gtins for product in _find(store, "")}
        assert names == {"Bananas": (), "Pears": ()}

    def test_search_ignores_case_and_accents_and_matches_beginnings_of_words(self, store: Store) -> None:
        titles = ("ČOKOLADA Dorina", "Čokoladni napitak", "Bijela đumbir-limunada", "Mlijeko")
        rows = tuple(a_row(str(number), title=title, line=number) for number, title in enumerate(titles, 2))
        import_list(store, PriceList(rows))
        assert [product.name for product in _find(store, "cokolad")] == ["ČOKOLADA Dorina", "Čokoladni napitak"]
        assert [product.name for product in _find(store, "DUMBIR bij")] == ["Bijela đumbir-limunada"]
        assert _find(store, "ijeko") == []

    @pytest.mark.parametrize("query", ["%", "_", "'", '"', "@", "+(", "**", "\\", "a%", "; DROP TABLE products"])
    def test_a_hostile_query_is_taken_literally(self, store: Store, query: str) -> None:
        import_list(store, PriceList((a_row(title="Milk"),)))
        assert _find(store, query) == []

    def test_pages_neither_lose_nor_repeat_while_products_are_added(self, store: Store) -> None:
        rows = tuple(a_row(f"{number}", title=f"Item {number:02}", line=number) for number in range(10, 40, 2))
        import_list(store, PriceList(rows))
        names, cursor = _page(store, None)
        import_list(
            store,
            PriceList((a_row("x", title="Item 00"), a_row("y", title="Item 17", line=3)), at=day(1), complete=False),
        )
        while cursor:
            more, cursor = _page(store, cursor)
            names += more
        assert names == sorted({f"Item {number:02}" for number in range(10, 40, 2)} | {"Item 17"})

    def test_names_that_differ_beyond_what_is_sorted_by_are_paged_through_by_id(self, store: Store) -> None:
        titles = [f"Item {'Ž' * 400} {number}" for number in range(9)]
        rows = tuple(a_row(str(line), title=title, line=line) for line, title in enumerate(titles, 2))
        import_list(store, PriceList(rows))
        names, cursor = _page(store, None)
        while cursor:
            more, cursor = _page(store, cursor)
            names += more
        assert names == [product.name for product in sorted(_find(store, "item"), key=lambda product: product.id)]
        assert sorted(names) == titles

    def test_a_thousand_and_one_articles_come_back(self, store: Store) -> None:
        rows = tuple(a_row(str(number), gtins=[gtin_of(number)], line=number) for number in range(2, 1003))
        assert import_list(store, PriceList(rows)).changes == Changes(new=1001)
        with store.reads() as snapshot:
            assert all(snapshot.product(gtin_of(number), day(1)) for number in range(2, 1003))

    def test_texts_that_differ_in_case_alone_stay_apart(self, store: Store) -> None:
        rows = (a_row("a", title="milk"), a_row("A", title="Milk", line=3))
        assert import_list(store, PriceList(rows)).changes == Changes(new=2)
        assert len(_find(store, "milk")) == 2

    def test_the_longest_texts_the_domain_allows_come_back(self, store: Store) -> None:
        title = "Ž" * 500
        import_list(store, PriceList((a_row("s" * 64, title=title),)))
        assert [product.name for product in _find(store, "")] == [title]

    def test_the_longest_words_of_lists_branches_and_people_are_taken_too(self, store: Store) -> None:
        longest = "Ž\U0001f95b"
        row = a_row("s" * 64, gtins=[MILK], chain="c" * 32)
        assert row.article is not None
        article = replace(row.article, brand=longest * 100, category=longest * 32, pack=longest * 50)
        branch = a_branch("c" * 32, "b" * 32, address=longest * 150)
        prices = PriceList(
            (replace(row, article=article),),
            branch=branch,
            chain=a_chain("c" * 32, name=longest * 50),
            source=longest * 127,
        )
        importer(store, prices)(prices.source, by=Actor.operator(longest * 50))
        (series,) = _series(store, day(1))
        assert (series.article, series.listing.branch, series.listing.chain) == (article, branch, prices.chain)

    # Chains

    def test_chains_tell_their_branches_and_last_lists(self, store: Store) -> None:
        for chain, code, number in (("spar", "8701", 1), ("konzum", "b", 2), ("konzum", "a", 3), ("konzum", "a", 9)):
            row = a_row(chain=chain)
            import_list(store, PriceList((row,), at=day(number), branch=a_branch(chain, code), chain=a_chain(chain)))
        with store.reads() as snapshot:
            known = [
                (one.chain.code, [(branch.id.code, at) for branch, at in one.branches])
                for one in snapshot.chains(day(5))
            ]
        assert known == [("konzum", [("a", day(3)), ("b", day(2))]), ("spar", [("8701", day(1))])]

    def test_the_fullest_address_of_a_branch_is_kept(self, store: Store) -> None:
        for number, address in enumerate((None, "Main Street 1, Vrsar", "Main Street 1", None)):
            import_list(store, PriceList((a_row(),), at=day(number), branch=a_branch(address=address)))
        with store.reads() as snapshot:
            ((branch, _),) = snapshot.chains(day(9))[0].branches
        assert branch.address == "Main Street 1, Vrsar"

    # Two at once

    def test_two_imports_of_one_branch_at_once_both_end_well(self, store: Store) -> None:
        lists = [
            PriceList(tuple(a_row(str(sku), f"{1 + turn}.00", line=sku) for sku in range(2, 40)), at=day(turn))
            for turn in range(4)
        ]
        outcomes: list[object] = []

        def work(prices: PriceList) -> Callable[[], None]:
            def run() -> None:
                try:
                    outcomes.append(import_list(store, prices))
                except CoprraError as error:
                    outcomes.append(error)

            return run

        threads = [Thread(target=work(prices)) for prices in lists + lists]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not [outcome for outcome in outcomes if isinstance(outcome, CoprraError)]
        reference = MemoryStore()
        for prices in lists:
            import_list(reference, prices)
        assert all_answers(store, day(5)) == all_answers(reference, day(5))
        assert _revision(store) == _revision(reference)


def _with_everything() -> ListRow:
    """A row in which every term stands."""
    euro = Money.of("1.00", "EUR")
    return a_row(
        price="2.00",
        special="1.50",
        period=(day(-1), day(3)),
        gtins=[MILK],
        availability=Availability.PREORDER,
        claims=Claims(euro, euro * 2, day(0).date()),
        condition=Condition.USED,
        tax_included=False,
        shipping=(Shipping("HR", euro), Shipping("AT", euro * 3, euro * 50)),
        fees=euro,
        url="https://shop.example/milk",
    )


def _revision(store: Store) -> int:
    with store.reads() as snapshot:
        return snapshot.revision


def _series(store: Store, as_of: datetime, gtin: Gtin = MILK) -> tuple[Series, ...]:
    with store.reads() as snapshot:
        return snapshot.series(snapshot.product(gtin, as_of).id, as_of)


def _find(store: Store, query: str) -> list[Product]:
    return list(FindProducts(StoppedClock(day(30)), store.reads)(query, limit=100).page.products)


def _page(store: Store, after: ProductCursor | None) -> tuple[list[str], ProductCursor | None]:
    page = FindProducts(StoppedClock(day(30)), store.reads)("item", limit=4, after=after).page
    return [product.name for product in page.products], page.next


def _offers_and_histories(store: Store, as_of: datetime) -> list[str]:
    """Without the names of products, which are a directory entry and not bound to an instant."""
    clock = StoppedClock(as_of)
    answers = []
    for number in (1, 2, 3, 9):
        try:
            answers.append(repr(CompareOffers(clock, store.reads)(gtin_of(number)).ranking))
            answers.append(repr(ShowHistory(clock, store.reads)(gtin_of(number)).listings))
        except UnknownProduct as error:
            answers.append(error.message)
    return answers
