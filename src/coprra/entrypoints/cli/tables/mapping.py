"""Merges and splits as blocks for a screen."""

from coprra.domain.products.list_moves import Moves
from coprra.domain.products.merge_products import MovedKeys
from coprra.domain.products.move import LoggedMove
from coprra.entrypoints.cli.screen import Block, Column, Prose, Table, safe
from coprra.entrypoints.cli.wording import count, minute, minute_utc, product_line

_MOST_KEYS_NAMED = 3


def moved_keys(moved: MovedKeys) -> list[Block]:
    """What became of it, and which products there are now."""
    products: list[Block] = [
        Prose(f"{safe(one.name)} · {product_line(one)}", indent=2, quiet=True) for one in moved.products
    ]
    if moved.move is None:
        return [Prose("It was so already, and nothing changed:"), *products]
    tail = (
        " (dry run, nothing was saved)" if moved.dry_run else f"; undo it with `coprra products undo {moved.move.id}`"
    )
    keys = count(len(moved.move.keys), "key")
    return [Prose(f"{moved.move.kind}: {keys} moved{tail}. There is now:"), *products]


def moves(made: Moves) -> list[Block]:
    """The log."""
    if not made.moves:
        return [Prose(f"Nothing was merged or split up to {minute_utc(made.as_of)}.")]
    columns = (
        Column("Move"),
        Column("When (UTC)"),
        Column("By", flexible=True),
        Column("What"),
        Column("Keys", flexible=True, whole_words=True),
        Column("From", flexible=True, whole_words=True),
        Column("To", flexible=True, whole_words=True),
        Column("Note", flexible=True),
    )
    return [Table(columns, tuple(_row(one) for one in made.moves))]


def _row(logged: LoggedMove) -> tuple[str, ...]:
    move = logged.move
    keys = [str(one.key) for one in move.keys]
    notes = [f"undoes {move.undoes}"] if move.undoes else []
    notes += [f"undone by {logged.undone_by}"] if logged.undone_by else []
    notes += [safe(move.note)] if move.note else []
    return (
        move.id.value,
        minute(move.moved_at),
        safe(move.by.name),
        str(move.kind),
        safe(", ".join(keys)) if len(keys) <= _MOST_KEYS_NAMED else count(len(keys), "key"),
        ", ".join(sorted({one.source.value for one in move.keys})),
        ", ".join(sorted({one.target.value for one in move.keys})),
        "; ".join(notes),
    )
