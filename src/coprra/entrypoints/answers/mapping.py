"""Merges and splits as JSON-ready values."""

from coprra.domain.products.list_moves import Moves
from coprra.domain.products.merge_products import MovedKeys
from coprra.domain.products.move import Move, MoveId
from coprra.entrypoints.answers.products import product
from coprra.entrypoints.answers.values import JsonObject, instant


def moved_keys(value: MovedKeys) -> JsonObject:
    """What became of a merge, split or undoing. move: null when it was so already."""
    return {
        "move": _move(value.move) if value.move else None,
        "products": [product(one) for one in value.products],
        "dry_run": value.dry_run,
    }


def moves(value: Moves) -> JsonObject:
    """The log, the latest first. undone_by: the latest move that undid it; null where none did."""
    return {
        "as_of": instant(value.as_of),
        "moves": [{**_move(one.move), "undone_by": _id(one.undone_by)} for one in value.moves],
    }


def _move(value: Move) -> JsonObject:
    return {
        "id": value.id.value,
        "kind": str(value.kind),
        "keys": [{"key": str(one.key), "from": one.source.value, "to": one.target.value} for one in value.keys],
        "moved_at": instant(value.moved_at),
        "by": str(value.by),
        "note": value.note,
        "undoes": _id(value.undoes),
    }


def _id(value: MoveId | None) -> str | None:
    return value.value if value else None
