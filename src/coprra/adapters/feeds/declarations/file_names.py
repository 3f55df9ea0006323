"""File names: whose list it is, and of when, from what chains call their files."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock
from pathlib import PurePath

DATE_ORDERS = ("ymd", "dmy", "mdy")
GROUPS = frozenset({"branch", "address", "date", "time"})

_TAIL = 3
"""How many parts of a path a pattern may speak of: folders are names too, such as 2025-07-03/0204.csv."""

_LONGEST_TAIL = 255
"""Characters of them; folders beyond are left out. What is tried in a long name grows faster than the name."""

_PARTS = re.compile(
    r"(?P<open>\(\??)|(?P<close>\))|(?P<fixed>\{\d+\})|(?P<repeat>[*+]|\{\d*,\d*\})|(?P<choice>[?|])"
    r"|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.",
    re.DOTALL,
)
"""What a regular expression is made of, as far as `is_endless` asks."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a name says. branch: a code or alias; listed_at: local; None: not said, or no such day or time."""

    branch: str | None = None
    address: str | None = None
    listed_at: date | datetime | None = None


@dataclass(frozen=True, slots=True)
class NamePattern:
    """One way in which a chain names its files: a regular expression with groups branch, address, date and time.

    It is compared with the end of the path, from the beginning of a file's or folder's name on, in any case, without
    ``.gz``. date_order: "ymd", "dmy" or "mdy", where no signs part the digits or the year does not come first.
    """

    expression: re.Pattern[str]
    date_order: str = "ymd"

    @classmethod
    def of(cls, pattern: str, date_order: str = "ymd") -> "NamePattern":
        """Raises: re.error for what is no regular expression."""
        re.compile(pattern)
        return cls(re.compile(rf"(?:.*/)?(?:{pattern})", re.IGNORECASE | re.DOTALL), date_order)

    def read(self, path: PurePath) -> Origin | None:
        """None for another name."""
        tail = "/".join(path.parts[-_TAIL:])
        tail = re.sub(r"(?i)\.gz$", "", tail)
        while len(tail) > _LONGEST_TAIL and "/" in tail:
            tail = tail.partition("/")[2]
        match = self.expression.fullmatch(tail) if len(tail) <= _LONGEST_TAIL else None
        if match is None:
            return None
        said = match.groupdict()
        address = (said.get("address") or "").replace("_", " ")
        return Origin(
            said.get("branch") or None,
            address or None,
            _instant(said.get("date") or "", said.get("time") or "", self.date_order),
        )


def is_endless(pattern: str) -> bool:
    """Whether a regular expression repeats a group that can match in several lengths or ways, such as ``(a+)+``.

    A name that it nearly matches could be parted in so many ways that trying them does not end. Some such groups are
    harmless; a file name can always be described without them.
    """
    varies = [False]
    closed = False
    for part in _PARTS.finditer(pattern):
        kind = part.lastgroup
        if kind in {"fixed", "repeat"} and closed:
            return True
        closed = False
        if kind == "open":
            varies.append(False)
        elif kind == "close" and len(varies) > 1:
            closed = varies.pop()
            varies[-1] |= closed
        elif kind in {"repeat", "choice"}:
            varies[-1] = True
    return False


def house_patterns(chain: str) -> Sequence[NamePattern]:
    """The names that every profile understands besides the chain's own, for files that people keep in order themselves.

    ``konzum_0613_vrsar_2025-12-29.csv``, ``konzum_0613_2025-12-29T0520.csv`` and ``konzum/2025-12-29/0613.csv``.
    """
    chain = re.escape(chain)
    day, code = r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})", r"(?P<branch>[a-z0-9.-]+)"
    return (
        NamePattern.of(rf"{chain}_{code}_(?:[^/]*_)?{day}(?:T(?P<time>[0-9]{{4,6}}))?(?:_[^/]*)?\.[a-z]+"),
        NamePattern.of(rf"{chain}/{day}/{code}\.[a-z]+"),
    )


def _instant(day: str, time: str, order: str) -> date | datetime | None:
    try:
        on = read_date(day, order)
        if on is None:
            return None
        at = _time(re.findall("[0-9]+", time))
        return datetime.combine(on, at) if at is not None else on
    except ValueError:
        return None


def read_date(text: str, order: str) -> date | None:
    """The day that the text's digits name; order: "ymd", "dmy" or "mdy". None where they name none."""
    parts = re.findall("[0-9]+", text)
    if len(parts) == 1 and len(parts[0]) == 8:
        digits = parts[0]
        cuts = (4, 6) if order == "ymd" else (2, 4)
        parts = [digits[: cuts[0]], digits[cuts[0] : cuts[1]], digits[cuts[1] :]]
    if len(parts) != 3:
        return None
    named = dict(zip(order, map(int, parts), strict=True))
    try:
        return date(named["y"], named["m"], named["d"])
    except (ValueError, OverflowError):
        return None


def _time(parts: list[str]) -> clock | None:
    if len(parts) == 1 and len(parts[0]) in {4, 6}:
        parts = re.findall("[0-9]{2}", parts[0])
    if len(parts) < 2:
        return None
    return clock(int(parts[0]), int(parts[1]), int(parts[2]) if len(parts) > 2 else 0)
