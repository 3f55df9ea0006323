"""What the room tells after a commit."""

from dataclasses import dataclass

from coprra.domain.kernel.events import Event
from coprra.domain.products.move import Move


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysMoved(Event):
    """A person merged or split products, or undid it."""

    move: Move
