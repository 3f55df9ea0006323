"""Following: what an import shows while it runs, and what it keeps of a list's problems."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import click

from coprra.domain.prices.list_run import RowProblem, Severity
from coprra.domain.prices.ports import Watch
from coprra.entrypoints import answers
from coprra.entrypoints.cli.bar import Bar, NoBar
from coprra.entrypoints.cli.invocation import json_text
from coprra.entrypoints.cli.reports import problem_line

MOST_SHOWN = 20
"""Errors of one list that are printed unless all are asked for."""


class Log(Protocol):
    """Takes every problem of a list."""

    def write(self, line: str, /) -> object:
        """One line, with its end."""


def bar_for(files: tuple[str, ...], *, printing: bool) -> Bar:
    """A bar on stderr if that is a terminal. printing: rows come on stdout all the while; both on one screen clash."""
    if not sys.stderr.isatty() or (printing and sys.stdout.isatty()):
        return NoBar()
    from coprra.entrypoints.cli.terminal_bar import TerminalBar  # noqa: PLC0415 - loads rich; a cron job does without

    return TerminalBar(files)


@dataclass(slots=True)
class Follower(Watch):
    """Follows the import of one file. Keeps a few problems at most, so that memory stays flat.

    log: takes every problem as JSON Lines; None: nobody asked. show_all: print every problem as it comes.
    """

    file: str
    bar: Bar
    log: Log | None = None
    show_all: bool = False
    first_errors: list[RowProblem] = field(default_factory=list)
    errors: int = 0
    lists: int = 0

    def progress(self, done: int, size: int, rows: int) -> None:
        """See `Watch.progress`."""
        self.bar.update(done, size, rows)

    def problem(self, problem: RowProblem) -> None:
        """See `Watch.problem`."""
        if self.log:
            self.log.write(json_text({"file": self.file, **answers.problem(problem)}) + "\n")
        if self.show_all:
            click.echo(problem_line(self.file, problem))
        elif problem.severity is Severity.ERROR:
            self.errors += 1
            if len(self.first_errors) < MOST_SHOWN:
                self.first_errors.append(problem)

    def taken(self) -> None:
        """See `Watch.taken`."""
        self.lists += 1

    def told(self) -> Iterator[str]:
        """The first errors, and how many more there are."""
        for problem in self.first_errors:
            yield problem_line(self.file, problem)
        more = self.errors - len(self.first_errors)
        if more:
            yield f"… and {more:,} more errors; --all-problems prints them, --problems FILE writes them"
