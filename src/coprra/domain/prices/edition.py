"""Edition: which state of a store an answer is made from, and until when it says the same."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Edition:
    """A store's newest state, as it stands for a question about `as_of` (aware, UTC).

    state: equal as long as nothing is committed, and never equal to that of a store that was put in its place; to be
    compared, and nothing else. changes_at: the next instant after as_of at which something that is stored already
    becomes known, such as a list of that instant; None where nothing will.

    Two questions that differ in their instant alone have the same answer where their editions have one state, no
    `changes_at` lies between them, and no `valid_until` of the answer does.
    """

    state: Hashable
    as_of: datetime
    changes_at: datetime | None

    def holds_at(self, instant: datetime) -> bool:
        """Whether it is known to stand for a question about that instant as well, as long as the state is the same."""
        return self.as_of <= instant and (self.changes_at is None or instant < self.changes_at)
