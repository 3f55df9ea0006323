"""The contract of the mapping: merging and splitting products is reversible, and touches the mapping only.

An adapter takes the exam with::

    class TestMyMapping(MappingContract):
        def make_store(self):
            return MyStore(...)  # empty, and no other test's
"""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import Thread

import pytest
from hypothesis import strategies as st

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.actor import Actor, ActorKind
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.prices.decision import Decision
from coprra.domain.prices.listing import ListingId, UnknownListing
from coprra.domain.products.find_products import FindProducts
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.merge_products import MergeProducts, MovedKeys
from coprra.domain.products.move import NOTE_LENGTH, KeyMove, MappingChanged, Move, MoveId, MoveKind
from coprra.domain.products.product import Product, ProductId, ProductKey, UnknownProduct
from coprra.domain.products.split_product import SplitProduct
from coprra.domain.products.undo_move import UndoMove
from coprra.testing.answers import all_answers
from coprra.testing.builders import (
    LONG_AFTER,
    TESTER,
    PriceList,
    Store,
    a_branch,
    a_chain,
    a_row,
    day,
    decide,
    gtin_of,
    import_list,
)
from coprra.testing.contracts.law import Contract, law
from coprra.testing.strategies import Acting, acts_on_products, batches, judgements

MILK, CREAM, CHEESE = (gtin_of(number) for number in (1, 2, 3))
_INSTANTS = (0, 3.5, 7, 14, 20, 26, 40)


class MappingContract(Contract):
    """Subclass it, say how a store is made, and inherit every promise."""

    examples = 25

    @abstractmethod
    def make_store(self) -> Store:
        """An empty store that nobody else uses."""

    @pytest.fixture
    def store(self) -> Store:
        """Milk at Konzum from day 1 on, cream at Spar from day 0 on, and cheese at Konzum."""
        store = self.make_store()
        rows = (a_row("1", "2.00", gtins=[MILK], title="Milk"), a_row("3", gtins=[CHEESE], title="Cheese", line=3))
        import_list(store, PriceList(rows, at=day(1)))
        cream = a_row("1", "1.50", gtins=[CREAM], title="Cream of milk", chain="spar")
        import_list(store, PriceList((cream,), branch=a_branch("spar"), chain=a_chain("spar")))
        return store

    # Moving keys

    def test_merged_products_are_one_for_every_instant(self, store: Store) -> None:
        milk, cream = born(MILK), born(CREAM)
        merge(store, MILK, CREAM)
        with store.reads() as snapshot:
            product = snapshot.product(CREAM, day(9))
            assert (product.id, product.name, product.gtins) == (milk, "Cream of milk", (MILK, CREAM))
            assert product.first_seen == day(0)
            assert snapshot.product(MILK, day(0.5)) == product, "also as of before the merge, and before its own list"
            chains = [one.listing.chain.code for one in snapshot.series(milk, day(2))]
            assert chains == ["konzum", "spar"]
            assert (snapshot.keys(milk), snapshot.keys(cream)) == ((key(MILK), key(CREAM)), ())
            assert snapshot.series(cream, day(2)) == ()

    def test_the_id_of_a_merged_product_leads_to_the_one_that_took_its_keys(self, store: Store) -> None:
        merge(store, MILK, CREAM)
        merge(store, CHEESE, MILK)
        with store.reads() as snapshot:
            cheese = snapshot.product(CHEESE, day(9))
            assert snapshot.product(born(CREAM), day(9)) == snapshot.product(born(MILK), day(9)) == cheese
            with pytest.raises(UnknownProduct):
                snapshot.product(ProductId("p_" + "0" * 20), day(9))
            with pytest.raises(UnknownProduct):
                snapshot.product(born(CREAM), day(-1))

    def test_searches_find_the_merged_product_once_by_the_words_of_both(self, store: Store) -> None:
        merge(store, MILK, CREAM)
        for words, found in (
            ("", ["Cheese", "Cream of milk"]),
            ("cream", ["Cream of milk"]),
            ("mil", ["Cream of milk"]),
        ):
            assert [product.name for product in find(store, words)] == found
        split(store, MILK, [key(CREAM)])
        assert [product.name for product in find(store, "")] == ["Cheese", "Cream of milk", "Milk"]

    def test_an_import_after_a_merge_goes_to_the_merged_product(self, store: Store) -> None:
        merge(store, MILK, CREAM)
        row = a_row("9", "1.40", gtins=[CREAM], title="Sweet cream of milk", chain="plodine")
        import_list(store, PriceList((row,), at=day(-1), branch=a_branch("plodine"), chain=a_chain("plodine")))
        with store.reads() as snapshot:
            product = snapshot.product(MILK, day(9))
            assert (product.name, product.first_seen) == ("Sweet cream of milk", day(-1))
            assert [one.listing.chain.code for one in snapshot.series(product.id, day(2))] == [
                "konzum",
                "plodine",
                "spar",
            ]
        assert len(find(store, "")) == 2

    def test_a_key_of_several_can_be_split_off_into_another_product(self, store: Store) -> None:
        merge(store, MILK, CREAM)
        split(store, MILK, [key(MILK)], into=CHEESE)
        with store.reads() as snapshot:
            assert snapshot.product(MILK, day(9)).name == "Cheese"
            left = snapshot.product(CREAM, day(9))
            assert (left.id, left.name, left.gtins, left.first_seen) == (
                born(MILK),
                "Cream of milk",
                (CREAM,),
                day(0),
            )

    def test_a_chains_own_number_can_be_merged_and_split_as_a_gtin_can(self, store: Store) -> None:
        import_list(store, PriceList((a_row("17", title="Loose milk"),), at=day(2), complete=False))
        own = ProductKey.of_article("konzum", "17")
        merge(store, MILK, ProductId.born_of(own))
        with store.reads() as snapshot:
            assert snapshot.keys(born(MILK)) == (key(MILK), own)
            assert snapshot.product(MILK, day(9)).gtins == (MILK,)
            assert len(snapshot.series(born(MILK), day(3))) == 2
        split(store, MILK, [own])
        assert [product.name for product in find(store, "loose")] == ["Loose milk"]

    def test_the_log_names_each_move_the_latest_first_and_what_undid_it(self, store: Store) -> None:
        first = merge(store, MILK, CREAM, now=day(50), note="n" * NOTE_LENGTH, by=Actor(ActorKind.USER, "Ž" * 100))
        second = merge(store, CHEESE, MILK, now=day(51))
        third = undo(store, second.id, now=day(52))
        with store.reads() as snapshot:

            def log(at: float, product: Gtin | None = None, limit: int = 9) -> list[tuple[Move, MoveId | None]]:
                moves = snapshot.moves(day(at), product=born(product) if product else None, limit=limit)
                return [(one.move, one.undone_by) for one in moves]

            assert log(60) == [(third, None), (second, third.id), (first, None)]
            assert log(51) == [(second, None), (first, None)]
            assert log(60, CREAM) == [(first, None)]
            assert log(60, CHEESE) == [(third, None), (second, third.id)]
            assert log(60, limit=1) == [(third, None)]
            assert log(49) == []

    def test_a_move_is_found_by_its_id(self, store: Store) -> None:
        move = merge(store, MILK, CREAM)
        with store.unit_of_work() as uow:
            uow.mapping.lock()
            assert uow.mapping.find(move.id) == move
            assert uow.mapping.find(MoveId("m_" + "0" * 16)) is None

    def test_what_is_not_committed_was_never_moved(self, store: Store) -> None:
        before = all_answers(store, day(9)), revision(store)
        merge(store, MILK, CREAM, dry_run=True)
        split(store, MILK, [key(MILK)], into=CHEESE, dry_run=True)
        assert (all_answers(store, day(9)), revision(store)) == before
        merge(store, MILK, CREAM)
        assert revision(store) == before[1] + 1

    def test_a_snapshot_does_not_see_what_is_merged_while_it_is_open(self, store: Store) -> None:
        with store.reads() as snapshot:
            before = snapshot.product(CREAM, day(9))
            merge(store, MILK, CREAM)
            assert snapshot.product(CREAM, day(9)) == before
            assert snapshot.moves(LONG_AFTER, product=None, limit=9) == ()

    # Two at once

    def test_keys_that_lead_elsewhere_than_was_seen_are_not_moved(self, store: Store) -> None:
        keys = tuple(KeyMove(key(gtin), born(gtin), born(MILK)) for gtin in sorted((CREAM, CHEESE)))
        stale = Move(MoveKind.MERGED, keys, LONG_AFTER, TESTER)
        split(store, CREAM, [key(CREAM)], into=CHEESE)
        with store.unit_of_work() as uow:
            uow.mapping.lock()
            with pytest.raises(MappingChanged):
                uow.mapping.move(stale)
            assert uow.mapping.keys(born(CHEESE)) == (key(CREAM), key(CHEESE))
            uow.commit()
        with store.reads() as snapshot:
            assert len(snapshot.moves(LONG_AFTER, product=None, limit=9)) == 1
            assert snapshot.product(CREAM, day(9)).id == born(CHEESE)

    def test_merges_and_imports_at_once_end_as_one_after_the_other(self, store: Store) -> None:
        rows = tuple(a_row(str(sku), gtins=[gtin_of(sku)], title=f"Milk {sku}", line=sku) for sku in range(20, 28))
        lists = [PriceList(rows, at=day(number), branch=a_branch(code="b")) for number in (0, 1, 2, 3)]
        import_list(store, lists[0])
        refused: list[CoprraError] = []

        def merging(number: int) -> None:
            for attempt in range(20):
                try:
                    merge(store, MILK, gtin_of(number), now=day(50 + number))
                except MappingChanged as error:
                    refused.extend([error] if attempt == 19 else [])
                else:
                    return

        work = [Thread(target=merging, args=(number,)) for number in range(20, 24)]
        work += [Thread(target=import_list, args=(store, prices)) for prices in lists[1:]]
        for thread in work:
            thread.start()
        for thread in work:
            thread.join()
        assert not refused
        with store.reads() as snapshot:
            product = snapshot.product(MILK, day(9))
            assert snapshot.keys(product.id) == tuple(sorted(key(gtin_of(n)) for n in (1, 20, 21, 22, 23)))
            assert (product.name, product.first_seen) == ("Milk 23", day(0))
            assert len(snapshot.series(product.id, day(4))) == 5
            assert len(snapshot.moves(LONG_AFTER, product=None, limit=99)) == 4

    # Reversible

    @law(data=st.data(), lists=batches())
    def test_what_is_moved_and_undone_was_never_moved(self, data: st.DataObject, lists: list[PriceList]) -> None:
        store = self.make_store()
        for prices in lists:
            import_list(store, prices)
        before = [all_answers(store, day(number)) for number in _INSTANTS], by_former_ids(store)
        acts = data.draw(st.lists(acts_on_products(), max_size=3))
        moves = [move for number, act in enumerate(acts) if (move := done(store, act, day(60 + number)))]
        for number, move in enumerate(reversed(moves)):
            undo(store, move.id, now=day(70 + number))
        assert ([all_answers(store, day(number)) for number in _INSTANTS], by_former_ids(store)) == before

    @law(
        data=st.data(),
        lists=batches(),
        acts=st.lists(acts_on_products(), max_size=4),
        judged=st.lists(judgements(), max_size=2),
    )
    def test_lists_and_decisions_that_come_before_or_after_a_move_give_the_same_answers(
        self,
        data: st.DataObject,
        lists: list[PriceList],
        acts: list[Acting],
        judged: list[tuple[ListingId, Decision]],
    ) -> None:
        """Persons act one after the other; the lists come at any time, as long as the keys are known by then."""
        reference, store = MemoryStore(), self.make_store()
        for prices in lists:
            import_list(reference, prices)
        judged = [one for one in judged if is_decided(reference, *one)]
        known = {number for act in acts for number in act.numbers if is_known(reference, number)}
        acts = [act for act in acts if known.issuperset(act.numbers)]
        for number, act in enumerate(acts):
            done(reference, act, day(60 + number))
        waiting = list(enumerate(acts))
        for prices in data.draw(st.permutations(lists)):
            import_list(store, prices)
            judged = [one for one in judged if not is_decided(store, *one)]
            soon = data.draw(st.integers(0, len(acts)))
            while waiting and soon and all(is_known(store, one) for one in waiting[0][1].numbers):
                number, act = waiting.pop(0)
                done(store, act, day(60 + number))
                soon -= 1
        for number, act in waiting:
            done(store, act, day(60 + number))
        assert not judged
        for instant in _INSTANTS:
            assert all_answers(store, day(instant)) == all_answers(reference, day(instant))
        assert by_former_ids(store) == by_former_ids(reference)
        assert log_of(store) == log_of(reference)


def key(gtin: Gtin) -> ProductKey:
    """The key that every store shares."""
    return ProductKey.of_gtin(gtin)


def born(gtin: Gtin) -> ProductId:
    """The product that the GTIN is born as."""
    return ProductId.born_of(key(gtin))


def merge(
    store: Store,
    into: Gtin | ProductId,
    source: Gtin | ProductId,
    *,
    now: datetime = LONG_AFTER,
    by: Actor = TESTER,
    note: str | None = None,
    dry_run: bool = False,
) -> Move:
    """Merge two products that are two."""
    use_case = MergeProducts(StoppedClock(now), store.reads, store.unit_of_work)
    return _moved(use_case(into, source, by=by, note=note, dry_run=dry_run))


def split(
    store: Store,
    product: Gtin,
    keys: Sequence[ProductKey],
    *,
    into: Gtin | None = None,
    now: datetime = LONG_AFTER,
    dry_run: bool = False,
) -> Move:
    """Split keys off that are there."""
    use_case = SplitProduct(StoppedClock(now), store.reads, store.unit_of_work)
    return _moved(use_case(product, keys, into=into, by=TESTER, dry_run=dry_run))


def undo(store: Store, id: MoveId, *, now: datetime = LONG_AFTER) -> Move:
    """Undo a move that stands."""
    return _moved(UndoMove(StoppedClock(now), store.unit_of_work)(id, by=TESTER))


def _moved(done: MovedKeys) -> Move:
    assert done.move is not None
    return done.move


def done(store: Store, act: Acting, now: datetime) -> Move | None:
    """What the act moved; None where it was refused, or so already."""
    into, other, *_ = (gtin_of(number) for number in act.numbers)
    clock = StoppedClock(now)
    try:
        if act.kind is MoveKind.MERGED:
            return MergeProducts(clock, store.reads, store.unit_of_work)(into, other, by=TESTER).move
        target = gtin_of(act.numbers[2]) if len(act.numbers) > 2 else None
        use_case = SplitProduct(clock, store.reads, store.unit_of_work)
        return use_case(into, [key(other)], into=target, by=TESTER).move
    except CoprraError:
        return None


def is_decided(store: Store, listing: ListingId, decision: Decision) -> bool:
    """Decide, if a list has carried the listing."""
    try:
        decide(store, listing, decision)
    except UnknownListing:
        return False
    return True


def is_known(store: Store, number: int) -> bool:
    """Whether a list carries that GTIN."""
    with store.reads() as snapshot:
        try:
            return bool(snapshot.product(gtin_of(number), LONG_AFTER))
        except UnknownProduct:
            return False


def by_former_ids(store: Store) -> list[Product | None]:
    """Where the ids lead that the GTINs were born as."""
    found: list[Product | None] = []
    with store.reads() as snapshot:
        for number in (1, 2, 3, 9):
            try:
                found.append(snapshot.product(born(gtin_of(number)), LONG_AFTER))
            except UnknownProduct:
                found.append(None)
    return found


def find(store: Store, words: str) -> Sequence[Product]:
    """What a search finds."""
    return FindProducts(StoppedClock(day(30)), store.reads)(words, limit=100).page.products


def revision(store: Store) -> int:
    """How often something was committed."""
    with store.reads() as snapshot:
        return snapshot.revision


def log_of(store: Store) -> Iterable[object]:
    """All moves."""
    with store.reads() as snapshot:
        return snapshot.moves(LONG_AFTER, product=None, limit=100)
