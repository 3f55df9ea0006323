"""A move says which keys went where, who moved them and why, and has a name made of all that."""

from dataclasses import replace

import pytest

from coprra.domain.kernel.errors import Invalid
from coprra.domain.products.move import NOTE_LENGTH, KeyMove, Move, MoveId, MoveKind
from coprra.domain.products.product import ProductId, ProductKey
from coprra.testing.builders import TESTER, day, gtin_of

ONE, TWO = (ProductKey.of_gtin(gtin_of(number)) for number in (1, 2))
HERE, THERE = ProductId.born_of(ONE), ProductId.born_of(TWO)
MOVE = Move(MoveKind.MERGED, (KeyMove(ONE, HERE, THERE),), day(1), TESTER, "the same milk")


def test_equal_moves_have_one_name_and_others_have_others() -> None:
    assert replace(MOVE).id == MOVE.id
    others = (
        replace(MOVE, kind=MoveKind.SPLIT),
        replace(MOVE, keys=(KeyMove(TWO, THERE, HERE),)),
        replace(MOVE, moved_at=day(2)),
        replace(MOVE, note=None),
        replace(MOVE, undoes=MOVE.id),
    )
    assert len({MOVE.id, *(other.id for other in others)}) == 6


def test_the_way_back_takes_each_key_to_where_it_came_from() -> None:
    back = MOVE.back(day(2), TESTER, None)
    assert (back.kind, back.keys, back.undoes) == (MoveKind.UNDONE, (KeyMove(ONE, THERE, HERE),), MOVE.id)
    assert back.back(day(3), TESTER, None).keys == MOVE.keys
    assert MOVE.products == back.products == {HERE, THERE}


@pytest.mark.parametrize("note", ["", "x" * (NOTE_LENGTH + 1), "two\nlines"])
def test_a_note_is_a_line_of_plain_text(note: str) -> None:
    with pytest.raises(Invalid):
        replace(MOVE, note=note)


@pytest.mark.parametrize("text", ["", "1", "m_", "m_123", "p_" + "0" * 16, "m_" + "G" * 16, "m_" + "0" * 17])
def test_a_text_that_names_no_move_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        MoveId(text)
