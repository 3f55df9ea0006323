"""Move: product keys that a person led to another product."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Conflict, Invalid, NotFound
from coprra.domain.kernel.text import plain_text
from coprra.domain.products.product import ProductId, ProductKey

NOTE_LENGTH = 500


class InvalidMoveId(Invalid):
    """A text that is no move's name."""

    code = "invalid_move_id"


class UnknownMove(NotFound):
    """Nobody made this move."""

    code = "unknown_move"


class MappingChanged(Conflict):
    """The keys lead elsewhere than the caller saw: somebody has moved them since."""

    code = "mapping_changed"


class MoveKind(StrEnum):
    """Why keys were moved."""

    MERGED = "merged"
    SPLIT = "split"
    UNDONE = "undone"
    """Back to where another move had taken them from."""


@dataclass(frozen=True, slots=True, order=True)
class MoveId:
    """A move's public name: ``m_`` and 16 hexadecimal digits."""

    value: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"m_[0-9a-f]{16}", self.value):
            raise InvalidMoveId("A move's id is m_ and 16 digits 0-9 or a-f; `coprra products log` names them.")

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, order=True)
class KeyMove:
    """One key, from the product it led to, to another."""

    key: ProductKey
    source: ProductId
    target: ProductId


@dataclass(frozen=True, slots=True)
class Move:
    """What one person did at once. keys: sorted, at least one; moved_at: aware, UTC; undoes: of an undoing one.

    It changes which product a key leads to, and nothing else: what was seen stays with its listing.

    Raises: InvalidText for a note that is empty, longer than 500 characters or holds control characters.
    """

    kind: MoveKind
    keys: tuple[KeyMove, ...]
    moved_at: datetime
    by: Actor
    note: str | None = None
    undoes: MoveId | None = None

    def __post_init__(self) -> None:
        if self.note is not None:
            plain_text("note", self.note, NOTE_LENGTH)

    @property
    def id(self) -> MoveId:
        """Derived, not counted: the same in every store."""
        content = (
            self.kind.value,
            *((one.key.value, one.source.value, one.target.value) for one in self.keys),
            self.moved_at.isoformat(),
            str(self.by),
            self.note,
            self.undoes and self.undoes.value,
        )
        return MoveId("m_" + hashlib.sha256(repr(content).encode()).hexdigest()[:16])

    @property
    def products(self) -> frozenset[ProductId]:
        """Those that lose or gain keys."""
        return frozenset(id for one in self.keys for id in (one.source, one.target))

    def back(self, moved_at: datetime, by: Actor, note: str | None) -> "Move":
        """The move that undoes this one."""
        keys = tuple(KeyMove(one.key, one.target, one.source) for one in self.keys)
        return Move(MoveKind.UNDONE, keys, moved_at, by, note, undoes=self.id)


@dataclass(frozen=True, slots=True)
class LoggedMove:
    """A move, and the latest that undid it; None where nobody has."""

    move: Move
    undone_by: MoveId | None
