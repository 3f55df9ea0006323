"""Terminal bar: how far an import is, on a terminal, with rich."""

import sys
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Column

from coprra.entrypoints.cli.bar import Bar
from coprra.entrypoints.cli.screen import safe


class TerminalBar(Bar):
    """A line for the file that is read and, for several, one for all of them by their size on disk."""

    def __init__(self, files: tuple[str, ...]) -> None:
        self._sizes = [_size(file) for file in files]
        self._progress = Progress(
            TextColumn("{task.description}", markup=False, table_column=Column(ratio=1, no_wrap=True)),
            BarColumn(bar_width=16, complete_style="green", finished_style="green", pulse_style="cyan"),
            DownloadColumn(),
            TextColumn("{task.fields[speed]}", markup=False, justify="right"),
            TimeRemainingColumn(compact=True),
            console=Console(file=sys.stderr),
            transient=True,
            # Otherwise what belongs into a pipe would be printed above the bar, on stderr.
            redirect_stdout=False,
            redirect_stderr=False,
            expand=True,
        )
        self._all = self._progress.add_task(
            f"all {len(files)} lists", total=sum(self._sizes), speed="", visible=len(files) > 1
        )
        self._one: TaskID | None = None
        self._number = 0
        self._begun = 0.0

    def begin(self, file: str, number: int) -> None:
        """See `Bar.begin`."""
        self._number = number
        self._begun = perf_counter()
        # Without a total the bar swings: the file is being read for its digest.
        self._one = self._progress.add_task(safe(Path(file).name), total=None, speed="")
        self._progress.start()

    def update(self, done: int, size: int, rows: int) -> None:
        """See `Bar.update`."""
        if self._one is None:
            return
        speed = rows / max(perf_counter() - self._begun, 0.001)
        self._progress.update(self._one, total=size, completed=done, speed=f"{speed:,.0f} rows/s")
        if size and done >= size:
            self._progress.update(self._one, description="publishing …")
        before = sum(self._sizes[: self._number - 1])
        self._progress.update(self._all, completed=before + self._sizes[self._number - 1] * done / max(size, 1))

    def end(self) -> None:
        """See `Bar.end`."""
        self._progress.stop()
        if self._one is not None:
            self._progress.remove_task(self._one)
            self._one = None
        self._progress.update(self._all, completed=sum(self._sizes[: self._number]))


def _size(file: str) -> int:
    try:
        return Path(file).stat().st_size
    except OSError:
        return 0
