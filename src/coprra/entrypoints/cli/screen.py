"""Screen: where answers go, and the blocks of text and tables that they are made of."""

import os
import shutil
import sys
import unicodedata
from dataclasses import dataclass

PIPE_WIDTH = 10_000
"""Wide enough for every row: whoever reads a pipe wants whole lines."""

_NARROWEST = 40
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_HARMLESS = {"\u00ad", "\u200b", "\u200c", "\u200d", "\ufeff"}
"""Soft hyphens, joiners and their like stand in honest titles and do nothing to the line."""


def safe(text: str) -> str:
    """A stranger's text on one line, where whatever could command a terminal or turn the writing round is visible."""
    if text.isprintable():
        return text
    return "".join(_seen(letter) for letter in text)


def _seen(letter: str) -> str:
    if letter in _HARMLESS:
        return ""
    if unicodedata.category(letter) in _UNSEEN:
        return letter.encode("unicode_escape").decode("ascii")
    return letter


@dataclass(frozen=True, slots=True)
class Title:
    """The subject of what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences, wrapped at blanks. indent: of all lines; quiet: a remark."""

    text: str
    indent: int = 0
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. numeric: set to the right; flexible: wrapped first where the screen is too narrow.

    whole_words: wrapped between words only, for those that a reader copies, such as GTINs.
    """

    header: str
    numeric: bool = False
    flexible: bool = False
    whole_words: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells. bright: the rows, from 0, that the eye should find first; quiet: a remark."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    bright: frozenset[int] = frozenset()
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """Lines that are laid out already, such as a plot, perhaps with colours in them."""

    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """An empty line."""


Block = Title | Prose | Table | Figure | Gap


@dataclass(frozen=True, slots=True)
class Screen:
    """What is written to. width: in cells; colour: understood and wanted; ascii_only: its encoding has nothing else."""

    width: int
    colour: bool = False
    ascii_only: bool = False

    @property
    def endless(self) -> bool:
        """Whether it has no width of its own."""
        return self.width >= PIPE_WIDTH


def stdout_screen() -> Screen:
    """The terminal; or a pipe: plain, and as wide as every row needs unless COLUMNS says otherwise."""
    terminal = sys.stdout.isatty()
    columns = os.environ.get("COLUMNS", "")
    if terminal or (columns.isascii() and columns.isdigit() and int(columns) > 0):
        width = max(shutil.get_terminal_size().columns, _NARROWEST)
    else:
        width = PIPE_WIDTH
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    encoding = sys.stdout.encoding or "utf-8"
    return Screen(width, colour, ascii_only=not encoding.lower().startswith("utf"))
