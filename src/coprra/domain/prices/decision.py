"""Decision: what a person knows better about one price of one listing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.money import Money
from coprra.domain.kernel.text import plain_text

NOTE_LENGTH = 500


class DecisionKind(StrEnum):
    """What was decided."""

    CONFIRMED = "confirmed"
    """The price is true, however odd it looks."""
    REJECTED = "rejected"
    """The price was never asked: it is shown, and counts for nothing."""
    RECORDED = "recorded"
    """A person saw it."""
    CORRECTED = "corrected"
    """A person says what a list should have said."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Knowledge about the ledger, and no observation: it holds as of `at` and later, whenever it was decided.

    at: the instant it is about; price: what was asked for one piece then, None where a person says that nothing was.
    decided_at: when; the latest about the same price counts. Both aware, UTC.

    Raises: InvalidText for a note that is empty, longer than 500 characters or holds control characters.
    """

    at: datetime
    kind: DecisionKind
    price: Money | None
    decided_at: datetime
    by: Actor
    note: str | None = None

    def __post_init__(self) -> None:
        if self.note is not None:
            plain_text("note", self.note, NOTE_LENGTH)

    @property
    def believes(self) -> bool:
        """Whether the price stands. Who records or corrects one has looked, just as who confirms it."""
        return self.kind is not DecisionKind.REJECTED

    @property
    def order(self) -> tuple[datetime, datetime, str, int, str, str]:
        """The later decision is the greater. Decisions of one microsecond are ordered by content, not by arrival."""
        price = -1 if self.price is None else self.price.minor
        return (self.decided_at, self.at, self.kind.value, price, str(self.by), self.note or "")

    def repeats(self, other: "Decision") -> bool:
        """Whether it says what the other says, only at another time."""
        return (self.at, self.kind, self.price, self.by, self.note) == (
            other.at,
            other.kind,
            other.price,
            other.by,
            other.note,
        )
