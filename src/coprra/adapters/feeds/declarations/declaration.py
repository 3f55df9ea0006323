"""Declarations: TOML files that people write, read strictly, with every mistake told at once."""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar

from coprra.domain.kernel.errors import Invalid

_MISSING = "is missing"


class InvalidDeclaration(Invalid):
    """A declaration with mistakes. problems: a sentence for each, naming file and key; the message has them all."""

    code: ClassVar[str] = "invalid_declaration"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Table:
    """One table of a declaration. A mistake is added to `problems`, and something harmless is answered instead.

    So the reader of a declaration asks for everything, and raises once at the end. file: how messages name the file.
    """

    def __init__(self, content: dict[str, object], file: str, problems: list[str], path: str = "") -> None:
        self._content = content
        self._file = file
        self._path = path
        self._asked: set[str] = set()
        self.problems = problems

    @classmethod
    def parse(cls, text: str, file: str, problems: list[str]) -> "Table":
        """The whole file as a table; an empty one with a problem when it is no TOML."""
        try:
            return cls(tomllib.loads(text), file, problems)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            problems.append(f"{file}: is no TOML: {error}.")
            return cls({}, file, problems)

    def over(self, base: Mapping[str, object]) -> "Table":
        """This table laid over another: what it does not say holds as it stands there, in tables inside as well."""
        return Table(_laid_over(base, self._content), self._file, self.problems, self._path)

    def note(self, key: str, what: str) -> None:
        """Add a problem. key: in this table, empty for the table itself; what: goes on from there."""
        where = f"[{self._path}] {key}".strip() if self._path else key
        stop = "" if what.endswith("?") else "."
        self.problems.append(": ".join(filter(None, (self._file, where, what))) + stop)

    def text(self, key: str, default: str | None = None, *, like: str = "(?s).+", hint: str = "a text") -> str:
        """A text that matches `like` as a whole; required when there is no default. hint: what is expected."""
        value = self._take(key)
        if value is None:
            if default is None:
                self.note(key, f"{_MISSING}; give {hint}")
            return default or ""
        if not isinstance(value, str) or not re.fullmatch(like, value):
            self.note(key, f"{_shown(value)} is not {hint}")
            return default or ""
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.note(key, f"{_shown(value)} is neither true nor false")
            return default
        return value

    def whole(self, key: str, low: int, high: int, default: int | None) -> int | None:
        """A whole number from low to high."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.note(key, f"{_shown(value)} is not a whole number from {low} to {high}")
            return default
        return value

    def day(self, key: str) -> date | None:
        """A date, such as 2025-05-02 (without quotes)."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            self.note(key, f"{_shown(value)} is not a date such as 2025-05-02 (without quotes)")
            return None
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """One text or a list of texts; empty where there is none."""
        value = self._take(key)
        values = [] if value is None else value if isinstance(value, list) else [value]
        texts = tuple(text for text in values if isinstance(text, str) and text.strip())
        if len(texts) != len(values) or (value is not None and not values):
            self.note(key, f"{_shown(value)} is neither a text nor a list of texts")
        return texts

    def table(self, key: str, *, required: bool = False) -> "Table":
        """A table inside this one; an empty one where there is none."""
        value = self._take(key)
        if value is None and required:
            self.note(f"[{key}]" if not self._path else key, _MISSING)
        if value is not None and not isinstance(value, dict):
            self.note(key, f"{_shown(value)} is not a table")
        return Table(value if isinstance(value, dict) else {}, self._file, self.problems, self._under(key))

    def tables(self, key: str) -> list["Table"]:
        """The tables of a [[list of tables]]."""
        value = self._take(key)
        values = value if isinstance(value, list) else []
        if value is not None and (not values or not all(isinstance(one, dict) for one in values)):
            self.note(key, f"{_shown(value)} is not a list of tables; write [[{self._under(key)}]]")
            return []
        return [
            Table(one, self._file, self.problems, f"{self._under(key)} {number}")
            for number, one in enumerate(values, 1)
        ]

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys that stand here, for a table whose keys are the writer's own."""
        return tuple(self._content)

    def close(self) -> None:
        """Note the keys that nobody asked for: a misspelt one would be ignored in silence."""
        for key in sorted(self._content.keys() - self._asked):
            near = difflib.get_close_matches(key, self._asked - self._content.keys(), 1) or [""]
            self.note(key, f"is not known{f'; is {near[0]} meant?' if near[0] else f'; known are {self._known}'}")

    @property
    def _known(self) -> str:
        return ", ".join(sorted(self._asked))

    def _take(self, key: str) -> object:
        self._asked.add(key)
        return self._content.get(key)

    def _under(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key


def _laid_over(base: Mapping[str, object], content: Mapping[str, object]) -> dict[str, object]:
    merged = {**base, **content}
    for key in base.keys() & content.keys():
        below, above = base[key], content[key]
        if isinstance(below, dict) and isinstance(above, dict):
            merged[key] = _laid_over(below, above)
    return merged


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
