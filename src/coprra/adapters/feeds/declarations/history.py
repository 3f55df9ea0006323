"""History: how the rows of a file say since when their prices hold, where it tells of many days."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from coprra.adapters.feeds.declarations.declaration import Table
from coprra.adapters.feeds.declarations.file_names import DATE_ORDERS, read_date
from coprra.adapters.feeds.formats.records import same_column

_TRUE = frozenset({"1", "true", "yes"})


@dataclass(frozen=True, slots=True)
class HistoryForm:
    """What such rows say besides an article and its price.

    day: the names of the column with the day from which on the price holds, the first one found counts. only: for a
    column the text of the rows that count; the others are another profile's. unavailable: of the column whose "1",
    "true" or "yes" says that the article is not to be had on the file's last day.
    """

    day: tuple[str, ...]
    date_order: str = "ymd"
    only: Mapping[str, str] = field(default_factory=dict)
    unavailable: tuple[str, ...] = ()

    @classmethod
    def declared(cls, table: Table) -> "HistoryForm | None":
        """From a profile's [history]; None without one."""
        if not table.keys:
            return None
        day = table.texts("day")
        if not day:
            table.note("day", "is missing; give the name of the column")
        order = table.text("date_order", "ymd", like="|".join(DATE_ORDERS), hint=f"one of {', '.join(DATE_ORDERS)}")
        unavailable = table.texts("unavailable")
        only = table.table("only")
        wanted = {column: only.text(column) for column in only.keys}
        table.close()
        return cls(day, order, wanted, unavailable)

    def columns(self, there: Collection[str]) -> tuple[str, ...]:
        """Of the columns of a file, those of the day, of availability ("" where it is absent) and of `only`."""
        return (_first(self.day, there), _first(self.unavailable, there), *self.only)

    def terms(self, there: Collection[str]) -> tuple[tuple[str, str], ...]:
        """The same columns, each after what it is taken for."""
        day, unavailable, *only = self.columns(there)
        return (("day", day), ("unavailable", unavailable), *(("only", name) for name in only))

    def missing(self, there: Collection[str]) -> list[str]:
        """What the columns of a file lack, for people."""
        problems = [] if _first(self.day, there) else [f"no column {' or '.join(map(repr, self.day))} (day)"]
        return problems + [f"no column {name!r} (only)" for name in self.only if not _first((name,), there)]

    def reader(self) -> "Callable[[tuple[str, ...]], Dated | None]":
        """Makes of the texts in `columns` what they say; None for another profile's row."""
        wanted = tuple(same_column(text) for text in self.only.values())

        def read(texts: tuple[str, ...]) -> Dated | None:
            day, unavailable, *only = texts
            if tuple(map(same_column, only)) != wanted:
                return None
            return Dated(read_date(day, self.date_order), unavailable.strip().lower() in _TRUE)

        return read


@dataclass(frozen=True, slots=True)
class Dated:
    """What a row says of time. day: None: it names no day."""

    day: date | None
    unavailable: bool


def _first(names: tuple[str, ...], there: Collection[str]) -> str:
    known = {same_column(name) for name in there}
    return next((name for name in names if same_column(name) in known), "")
