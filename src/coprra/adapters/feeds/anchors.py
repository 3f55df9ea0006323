"""Anchor prices that carry their own day, such as ``MPC 2.5.2025=7,99€``."""

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from coprra.adapters.feeds.declarations.file_names import read_date

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class AnchorForm:
    """How a list writes them: a regular expression with the groups price and date, for the whole text."""

    GROUPS: ClassVar[frozenset[str]] = frozenset({"price", "date"})

    expression: re.Pattern[str]
    date_order: str

    def read(self, text: str) -> tuple[str, date] | None:
        """The text of the price, and its day; None for a text of another form, or a day that never was."""
        match = self.expression.fullmatch(text.strip()) if len(text) <= _LONGEST else None
        if match is None:
            return None
        on = read_date(match["date"] or "", self.date_order)
        return (match["price"] or "", on) if on else None
