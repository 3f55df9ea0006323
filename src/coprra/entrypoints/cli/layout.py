"""Layout: blocks as text for a screen, with rich."""

from collections.abc import Sequence
from io import StringIO

from rich.box import Box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from coprra.entrypoints.cli.screen import Block, Figure, Gap, Prose, Screen, Table, Title

READABLE_WIDTH = 100
"""Prose is wrapped here at the latest, however wide the terminal is."""

_GAP = 2
_LEAST_FLEXIBLE = 8
# Nothing but a line below the header: the fourth of the eight lines that a box is described by.
_LINE = Box("    \n    \n ── \n    \n    \n    \n    \n    \n")
_ASCII_LINE = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)


def laid_out(blocks: Sequence[Block], screen: Screen) -> str:
    """The blocks one below the other, without trailing blanks. Nothing is cut off: what does not fit is wrapped."""
    return "\n".join(line for block in blocks for line in _lines(block, screen))


def _lines(block: Block, screen: Screen) -> list[str]:
    if isinstance(block, Figure):
        return block.text.split("\n")
    if isinstance(block, Gap):
        return [""]
    width = screen.width
    if isinstance(block, Prose) and not screen.endless:
        width = min(width, READABLE_WIDTH)
    written = StringIO()
    console = Console(
        file=written,
        width=width,
        force_terminal=screen.colour,
        color_system="standard" if screen.colour else None,
        no_color=not screen.colour,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    console.print(_renderable(block, screen))
    return [line.rstrip() for line in written.getvalue().removesuffix("\n").split("\n")]


def _renderable(block: Title | Prose | Table, screen: Screen) -> RenderableType:
    match block:
        case Title(text):
            return Text(text, style="bold")
        case Prose(text, indent, quiet):
            return Padding(Text(text, style="dim" if quiet else ""), (0, 0, 0, indent), expand=False)
        case Table():
            return _table(block, screen)


def _table(table: Table, screen: Screen) -> RichTable:
    widths = _widths(table, screen.width)
    if widths is None:
        return _records(table)
    drawn = RichTable(
        box=_ASCII_LINE if screen.ascii_only else _LINE,
        show_edge=False,
        pad_edge=False,
        padding=(0, _GAP // 2, 0, 0),
        header_style="bold",
        style="dim",
        row_styles=["dim"] if table.quiet else None,
        safe_box=False,
    )
    for column, width in zip(table.columns, widths, strict=True):
        drawn.add_column(
            column.header,
            justify="right" if column.numeric else "left",
            no_wrap=not column.flexible,
            overflow="fold",
            width=width,
        )
    for index, row in enumerate(table.rows):
        drawn.add_row(*(Text(cell) for cell in row), style="bold green" if index in table.bright else None)
    return drawn


def _widths(table: Table, width: int) -> list[int] | None:
    """Of each column; None where even the columns that should stay whole would have to be wrapped."""
    widths, least = [], []
    for index, column in enumerate(table.columns):
        cells = [column.header, *(row[index] for row in table.rows)]
        natural = max(cell_len(cell) for cell in cells)
        widths.append(natural)
        if column.whole_words:
            least.append(max(cell_len(word) for cell in cells for word in cell.split(" ")))
        else:
            least.append(min(natural, _LEAST_FLEXIBLE) if column.flexible else natural)
    room = width - _GAP * (len(widths) - 1)
    if sum(least) > room:
        return None
    while sum(widths) > room:
        widest = max((index for index in range(len(widths)) if widths[index] > least[index]), key=widths.__getitem__)
        widths[widest] -= 1
    return widths


def _records(table: Table) -> RichTable:
    """Each row by itself, a line for each cell: so ids and prices can be copied from a narrow screen, too."""
    drawn = RichTable.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
    drawn.add_column(no_wrap=True, style="bold")
    drawn.add_column(overflow="fold")
    for index, row in enumerate(table.rows):
        if index:
            drawn.add_row()
        style = "bold green" if index in table.bright else "dim" if table.quiet else None
        for column, cell in zip(table.columns, row, strict=True):
            if cell:
                drawn.add_row(Text(column.header), Text(cell), style=style)
    return drawn
