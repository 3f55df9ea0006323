"""Files of decisions come from anywhere, too: what no export writes is refused, and nothing of it is taken."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.errors import CoprraError, Unreadable
from coprra.domain.kernel.money import Money
from coprra.domain.prices.decision import Decision, DecisionKind
from coprra.domain.prices.listing import ListingId
from coprra.domain.products.merge_products import MergeProducts
from coprra.domain.products.move import MappingChanged
from coprra.testing.builders import LONG_AFTER, TESTER, PriceList, a_row, day, decide, gtin_of, import_list
from coprra.testing.copies import exported_decisions, import_decisions

Said = dict[str, Any]


def _with_lists() -> MemoryStore:
    store = MemoryStore()
    import_list(store, PriceList((a_row(gtins=[gtin_of(1)]), a_row("2", gtins=[gtin_of(2)]))))
    return store


def _exported() -> str:
    store = _with_lists()
    euro = Money.of("2.00", "EUR")
    for kind, note in ((DecisionKind.REJECTED, "the shelf says “3”"), (DecisionKind.CONFIRMED, None)):
        decide(store, ListingId.parse("konzum/0613/1"), Decision(day(0), kind, euro, day(9), TESTER, note))
    MergeProducts(StoppedClock(LONG_AFTER), store.reads, store.unit_of_work)(gtin_of(1), gtin_of(2), by=TESTER)
    return exported_decisions(store)


FILE = _exported()
LINES = [json.loads(line) for line in FILE.splitlines()]
HEAD, DECISION, MOVE, END = 0, 1, 3, 4


def changed(number: int, **values: object) -> str:
    line = {key: value for key, value in {**LINES[number], **values}.items() if value is not None}
    lines = [*LINES[:number], line, *LINES[number + 1 :]]
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines).replace('{"type": ', '{"type":')


def test_decisions_and_moves_are_written_one_to_a_line() -> None:
    assert [line["type"] for line in LINES] == ["coprra-decisions", "decision", "decision", "move", "end"]
    assert LINES[END] == {"type": "end", "decisions": 2, "moves": 1}
    copy = _with_lists()
    taken = import_decisions(copy, FILE)
    assert (taken.decisions, taken.moves, taken.known) == (2, 1, 0)
    assert exported_decisions(copy) == FILE


@pytest.mark.parametrize(
    ("number", "values", "reason"),
    [
        (HEAD, {"version": 2}, "use a newer coprra"),
        (HEAD, {"type": "coprra-lists"}, "no file of decisions"),
        (DECISION, {"listing": "konzum"}, "names no listing"),
        (DECISION, {"kind": "guessed"}, "never say"),
        (DECISION, {"price": 2}, "never say"),
        (DECISION, {"price": "2.0"}, "never say"),
        (DECISION, {"currency": None}, "never say"),
        (DECISION, {"at": "2025-12-01"}, "never say"),
        (DECISION, {"by": "nobody"}, "never say"),
        (DECISION, {"note": "x" * 501}, "note"),
        (DECISION, {"note": "\u0007"}, "control character"),
        (DECISION, {"mood": "angry"}, "never say"),
        (DECISION, {"type": "guess"}, "does not belong here"),
        (MOVE, {"id": "m_0123456789abcdef"}, "never say"),
        (MOVE, {"keys": []}, "never say"),
        (MOVE, {"keys": LINES[MOVE]["keys"] * 2}, "never say"),
        (MOVE, {"kind": "undone"}, "never say"),
        (MOVE, {"undoes": "m_1"}, "move's id"),
        (END, {"moves": 2}, "does not fit"),
    ],
)
def test_what_no_export_writes_is_refused_and_nothing_is_taken(number: int, values: Said, reason: str) -> None:
    copy = _with_lists()
    before = exported_decisions(copy)
    with pytest.raises(Unreadable, match=reason):
        import_decisions(copy, changed(number, **values))
    assert exported_decisions(copy) == before


def test_a_cut_file_and_decisions_behind_moves_are_refused() -> None:
    lines = FILE.splitlines(keepends=True)
    for text, reason in (
        ("".join(lines[:-1]), "it is cut"),
        ("".join([*lines[:DECISION], lines[MOVE], lines[DECISION], *lines[END:]]), "does not belong here"),
        (FILE + lines[END], "does not fit"),
    ):
        with pytest.raises(Unreadable, match=reason):
            import_decisions(_with_lists(), text)


def test_a_move_of_keys_that_lead_elsewhere_is_refused_with_all_the_rest() -> None:
    copy = _with_lists()
    MergeProducts(StoppedClock(day(1)), copy.reads, copy.unit_of_work)(gtin_of(1), gtin_of(2), by=TESTER)
    before = exported_decisions(copy)
    with pytest.raises(MappingChanged, match="Import the lists first"):
        import_decisions(copy, FILE)
    assert exported_decisions(copy) == before


@given(data=st.data(), value=st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers()))
def test_whatever_a_value_is_replaced_by_all_of_it_is_taken_or_nothing(data: st.DataObject, value: object) -> None:
    number = data.draw(st.integers(0, END))
    text = changed(number, **{data.draw(st.sampled_from(sorted(LINES[number]))): value})
    copy = _with_lists()
    before = exported_decisions(copy)
    try:
        import_decisions(copy, text)
    except CoprraError:
        assert exported_decisions(copy) == before
    else:
        assert _said(exported_decisions(copy)) == _said(text)


def _said(text: str) -> list[Said]:
    return [json.loads(line) for line in text.splitlines()]
