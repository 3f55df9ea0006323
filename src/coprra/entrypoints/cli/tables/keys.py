"""Keys as blocks for a screen; never their secrets."""

from collections.abc import Sequence

from coprra.domain.keys.rotate_keys import RotatedKeys
from coprra.domain.keys.show_keys import KeyState
from coprra.entrypoints.cli.screen import Block, Column, Prose, Table
from coprra.entrypoints.cli.wording import count


def keys(states: Sequence[KeyState]) -> list[Block]:
    """Which there are, and how much needs them."""
    if not states:
        return [Prose("There is no key, and nothing is sealed; `coprra keys make` makes one.")]
    columns = (Column("Key"), Column("Use"), Column("Needed by", numeric=True))
    return [Table(columns, tuple((one.name, _use(one), f"{one.total:,}") for one in states))]


def rotated_keys(rotated: RotatedKeys) -> list[Block]:
    """How many envelopes have the newest key now."""
    tail = " (dry run, nothing was saved)" if rotated.dry_run else ""
    return [Prose(f"{count(rotated.resealed, 'envelope')} sealed anew with key {rotated.key}{tail}.")]


def _use(one: KeyState) -> str:
    if not one.known:
        return "missing"
    if one.newest:
        return "seals and opens"
    return "opens" if one.total else "opens nothing any more: retire it"
