"""Persons merge products that are one, split one that is several, and undo either."""

from dataclasses import dataclass

import pytest

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.prices.compare_offers import CompareOffers
from coprra.domain.products.events import KeysMoved
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.list_moves import InvalidLog, ListMoves
from coprra.domain.products.merge_products import MergeProducts, MovedKeys
from coprra.domain.products.move import MappingChanged, Move, MoveId, MoveKind, UnknownMove
from coprra.domain.products.ports import OpenMappingUnitOfWork
from coprra.domain.products.product import ProductId, ProductKey, UnknownProduct
from coprra.domain.products.split_product import KeyElsewhere, OwnKey, SplitProduct
from coprra.domain.products.undo_move import UndoMove
from coprra.testing.answers import all_answers
from coprra.testing.builders import TESTER, PriceList, Store, a_branch, a_chain, a_row, day, gtin_of, import_list

MILK, CREAM, CHEESE = (gtin_of(number) for number in (1, 2, 3))
TITLES = {MILK: "Milk", CREAM: "Cream", CHEESE: "Cheese"}


@pytest.fixture
def store(store: Store) -> Store:
    """Milk, cream and cheese, each at a chain of its own; asked on day 5."""
    for number, (gtin, title) in enumerate(TITLES.items()):
        chain = f"chain{number}"
        row = a_row("1", f"{number + 1}.00", gtins=[gtin], title=title, chain=chain)
        import_list(store, PriceList((row,), branch=a_branch(chain), chain=a_chain(chain)))
    return store


def key(gtin: Gtin) -> ProductKey:
    return ProductKey.of_gtin(gtin)


def born(gtin: Gtin) -> ProductId:
    return ProductId.born_of(key(gtin))


def merge(store: Store, into: Gtin | ProductId, source: Gtin | ProductId, at: float = 5, **wishes: object) -> MovedKeys:
    use_case = MergeProducts(StoppedClock(day(at)), store.reads, store.unit_of_work)
    return use_case(into, source, **{"by": TESTER, **wishes})  # type: ignore[arg-type]  # fields by name


def split(store: Store, product: Gtin, *keys: ProductKey, at: float = 6, **wishes: object) -> MovedKeys:
    use_case = SplitProduct(StoppedClock(day(at)), store.reads, store.unit_of_work)
    return use_case(product, keys, **{"by": TESTER, **wishes})  # type: ignore[arg-type]  # fields by name


def undo(store: Store, move: Move | None, at: float = 7, **wishes: object) -> MovedKeys:
    assert move is not None
    return UndoMove(StoppedClock(day(at)), store.unit_of_work)(move.id, **{"by": TESTER, **wishes})  # type: ignore[arg-type]  # fields by name


def names(moved: MovedKeys) -> set[str]:
    return {product.name for product in moved.products}


def test_a_merge_says_what_moved_and_what_there_is_now(store: Store) -> None:
    merged = merge(store, MILK, CREAM, note="the same")
    move = merged.move
    assert move is not None
    assert (move.kind, move.moved_at, move.by, move.note) == (MoveKind.MERGED, day(5), TESTER, "the same")
    assert [(one.key, one.source, one.target) for one in move.keys] == [(key(CREAM), born(CREAM), born(MILK))]
    (product,) = merged.products
    assert (product.id, product.name, product.gtins) == (born(MILK), "Cream", (MILK, CREAM))


def test_merged_products_are_compared_as_one_under_either_name(store: Store) -> None:
    merge(store, MILK, CREAM)
    compare = CompareOffers(StoppedClock(day(1)), store.reads)
    for reference in (MILK, CREAM, born(MILK), born(CREAM)):
        ranked = compare(reference).ranking.ranked
        assert [entry.chain.code for entry in ranked] == ["chain0", "chain1"]


def test_what_is_merged_already_is_left_alone(store: Store) -> None:
    merge(store, MILK, CREAM)
    for into, source in ((MILK, CREAM), (CREAM, MILK), (born(CREAM), born(MILK)), (MILK, MILK)):
        again = merge(store, into, source)
        assert (again.move, names(again)) == (None, {"Cream"})


def test_a_split_takes_keys_back_to_the_products_they_were_born_as(store: Store) -> None:
    before = all_answers(store, day(3))
    merge(store, MILK, CREAM)
    merge(store, MILK, CHEESE)
    parted = split(store, MILK, key(CHEESE), key(CREAM), key(CREAM))
    assert parted.move is not None
    assert (parted.move.kind, len(parted.move.keys), names(parted)) == (MoveKind.SPLIT, 2, {"Milk", "Cream", "Cheese"})
    assert all_answers(store, day(3)) == before
    again = split(store, MILK, key(CHEESE))
    assert (again.move, names(again)) == (None, {"Milk"})


def test_a_split_may_name_the_product_where_the_keys_belong(store: Store) -> None:
    merge(store, MILK, CREAM)
    parted = split(store, MILK, key(CREAM), into=CHEESE)
    assert {(product.name, product.gtins) for product in parted.products} == {
        ("Milk", (MILK,)),
        ("Cheese", (CREAM, CHEESE)),
    }


def test_a_key_that_is_not_there_or_has_nowhere_to_go_is_not_split_off(store: Store) -> None:
    with pytest.raises(OwnKey, match="into which"):
        split(store, MILK, key(MILK))
    with pytest.raises(OwnKey):
        split(store, MILK, key(MILK), into=MILK)
    merge(store, MILK, CREAM)
    with pytest.raises(KeyElsewhere, match=f"{MILK.short}, {CREAM.short}"):
        split(store, MILK, key(CREAM), key(gtin_of(9)))


def test_an_undone_merge_leaves_every_answer_as_it_was(store: Store) -> None:
    before = all_answers(store, day(3))
    move = merge(store, MILK, CREAM).move
    assert all_answers(store, day(3)) != before
    back = undo(store, move, note="they are two")
    assert back.move is not None
    assert (back.move.kind, back.move.undoes, back.move.note) == (MoveKind.UNDONE, move and move.id, "they are two")
    assert names(back) == {"Milk", "Cream"}
    assert all_answers(store, day(3)) == before
    assert undo(store, move).move is None, "it is undone already"
    assert names(undo(store, back.move)) == {"Cream"}, "an undoing can be undone"


def test_what_a_later_move_took_on_has_to_be_undone_first(store: Store) -> None:
    first = merge(store, MILK, CREAM).move
    second = merge(store, CHEESE, MILK, at=6).move
    with pytest.raises(MappingChanged, match="undo it first"):
        undo(store, first)
    undo(store, second)
    assert names(undo(store, first)) == {"Milk", "Cream"}


def test_who_has_seen_another_mapping_is_told_to_look_again(store: Store) -> None:
    """Somebody else moves keys between the look and the move."""

    @dataclass(frozen=True)
    class Overtaken:
        unit_of_work: OpenMappingUnitOfWork

        def __call__(self):  # type: ignore[no-untyped-def]  # a unit of work
            use_case = MergeProducts(StoppedClock(day(4)), store.reads, self.unit_of_work)
            use_case(CHEESE, CREAM, by=TESTER)
            return self.unit_of_work()

    overtaken = Overtaken(store.unit_of_work)
    with pytest.raises(MappingChanged, match="look again"):
        MergeProducts(StoppedClock(day(5)), store.reads, overtaken)(MILK, CREAM, by=TESTER)
    undo(store, ListMoves(StoppedClock(day(9)), store.reads)().moves[0].move)
    with pytest.raises(MappingChanged, match="look again"):
        SplitProduct(StoppedClock(day(5)), store.reads, overtaken)(CREAM, [key(CREAM)], into=MILK, by=TESTER)
    assert CompareOffers(StoppedClock(day(1)), store.reads)(CREAM).product.id == born(CHEESE)


def test_a_product_that_no_list_carries_by_now_can_not_be_merged(store: Store) -> None:
    for into, source in ((MILK, gtin_of(9)), (gtin_of(9), MILK)):
        with pytest.raises(UnknownProduct):
            merge(store, into, source)
    with pytest.raises(UnknownProduct):
        merge(store, MILK, CREAM, at=-1)
    with pytest.raises(UnknownMove, match="log"):
        UndoMove(StoppedClock(day(5)), store.unit_of_work)(MoveId("m_" + "0" * 16), by=TESTER)


def test_a_dry_run_says_what_there_would_be_and_saves_nothing(store: Store) -> None:
    before = all_answers(store, day(3))
    assert names(merge(store, MILK, CREAM, dry_run=True)) == {"Cream"}
    assert all_answers(store, day(3)) == before
    move = merge(store, MILK, CREAM).move
    assert names(split(store, MILK, key(CREAM), dry_run=True)) == {"Milk", "Cream"}
    assert names(undo(store, move, dry_run=True)) == {"Milk", "Cream"}
    assert all_answers(store, day(3)) != before
    assert len(ListMoves(StoppedClock(day(9)), store.reads)().moves) == 1


def test_the_log_can_be_asked_about_one_product_and_an_instant(store: Store) -> None:
    merge(store, MILK, CREAM)
    merge(store, CHEESE, MILK, at=6)
    log = ListMoves(StoppedClock(day(9)), store.reads)
    assert [len(log(reference).moves) for reference in (None, CREAM, born(CREAM), born(MILK), born(CHEESE))] == [
        2,
        1,
        1,
        2,
        1,
    ]
    assert [len(log(as_of=day(number)).moves) for number in (4, 5, 6)] == [0, 1, 2]
    assert log(limit=1).moves == log().moves[:1]
    for limit in (0, 1001):
        with pytest.raises(InvalidLog):
            log(limit=limit)


def test_others_hear_of_a_move_after_its_commit() -> None:
    heard: list[object] = []
    store = MemoryStore(heard.append)
    import_list(store, PriceList((a_row("1", gtins=[MILK]), a_row("2", gtins=[CREAM], line=3))))
    heard.clear()
    merge(store, MILK, CREAM, dry_run=True)
    merged = merge(store, MILK, CREAM).move
    merge(store, MILK, CREAM)
    parted = split(store, MILK, key(CREAM)).move
    undone = undo(store, parted).move
    assert [one.move for one in heard if isinstance(one, KeysMoved)] == [merged, parted, undone]
    assert len(heard) == 3
