"""Importing: several lists in one go, each by itself."""

import getpass
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from time import perf_counter

import click

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.prices.import_feed import ImportFeed, ImportReport
from coprra.domain.prices.list_run import RowProblem
from coprra.domain.prices.ports import Watch
from coprra.entrypoints import answers
from coprra.entrypoints.answers import JsonObject
from coprra.entrypoints.cli import reports
from coprra.entrypoints.cli.bar import Bar
from coprra.entrypoints.cli.endings import Interrupted, error_lines
from coprra.entrypoints.cli.following import Follower, Log
from coprra.entrypoints.cli.screen import safe
from coprra.entrypoints.cli.wording import count


def operator() -> Actor:
    """Who sits at the command line, by login name; by number where the host knows no name, as in some containers."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):
        name = f"uid-{os.getuid()}"
    return Actor.operator(name[:100])


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How every list of one go is to be taken; see `ImportFeed`."""

    by: Actor
    profile: str | None = None
    branch: str | None = None
    observed_at: date | datetime | None = None
    force: bool = False
    dry_run: bool = False


@dataclass(slots=True, kw_only=True)
class Importing:
    """One go. say, complain: take each line for people, of reports and of errors.

    documents, failed: what became of the files, in their order.
    """

    import_feed: ImportFeed
    wishes: Wishes
    say: Callable[[str], None]
    complain: Callable[[str], None]
    bar: Bar
    log: Log | None = None
    show_all: bool = False
    documents: list[JsonObject] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    before: int = 0
    rows: int = 0
    begun: float = field(default_factory=perf_counter)

    def take(self, files: tuple[str, ...]) -> None:
        """Import each; one that is refused is told on stderr and does not stop the others. Raises: Interrupted."""
        for number, file in enumerate(files, start=1):
            follower = Follower(file, self.bar, self.log, self.show_all)
            self.bar.begin(file, number)
            try:
                report = self._import(file, follower, dry_run=self.wishes.dry_run)
            except CoprraError as error:
                self.bar.end()
                self._tell_problems(follower)
                self._note_failure(file, error)
            except KeyboardInterrupt:
                self.bar.end()
                raise self._interrupted(follower, number, len(files)) from None
            else:
                self.bar.end()
                self._tell_problems(follower)
                self._note(file, report)
            finally:
                self.bar.end()

    def _import(self, file: str, watch: Watch, *, dry_run: bool) -> ImportReport:
        wishes = self.wishes
        return self.import_feed(
            file,
            by=wishes.by,
            profile=wishes.profile,
            branch=wishes.branch,
            observed_at=wishes.observed_at,
            force=wishes.force,
            dry_run=dry_run,
            watch=watch,
        )

    def _tell_problems(self, follower: Follower) -> None:
        for line in follower.told():
            self.say(line)

    def _note(self, file: str, report: ImportReport) -> None:
        self.before += report.already
        self.rows += report.rows
        self.documents.append({**answers.import_report(report)})
        for line in reports.imported(file, report):
            self.say(line)

    def _note_failure(self, file: str, error: CoprraError) -> None:
        self.failed.append(file)
        self.documents.append({"file": Path(file).name, "error": {"code": error.code, "message": error.message}})
        self.complain(error_lines(error.code, _about(file, error.message)))

    def _interrupted(self, follower: Follower, number: int, files: int) -> Interrupted:
        file = follower.file
        if sys.stderr.isatty():
            click.echo(err=True)  # closes the line in which the terminal wrote ^C
        try:
            taken = not self.wishes.dry_run and self._is_taken(file)
        except KeyboardInterrupt:
            return Interrupted(f"interrupted, twice; whether {file} was taken shows when it is imported again")
        if taken:
            was = f"{file} had been taken already"
        elif follower.lists and not self.wishes.dry_run:
            was = f"{count(follower.lists, 'list')} of {file} had been taken; import it again for the others"
        else:
            was = f"nothing of {file} was taken"
        done = number - 1 - len(self.failed)
        return Interrupted(f"interrupted: {was}; {done} of {count(files, 'list')} before it")

    def _is_taken(self, file: str) -> bool:
        """Whether the ledger holds it: Ctrl-C may come in the very moment in which the commit succeeds."""
        try:
            return Path(file).is_file() and self._import(file, _AtFirstRow(), dry_run=True).already
        except (_NotTaken, CoprraError):
            return False

    def summary(self) -> str:
        """All lists in one line."""
        seconds = max(perf_counter() - self.begun, 0.001)
        taken = len(self.documents) - len(self.failed) - self.before
        return (
            f"{count(len(self.documents), 'list')}: {taken} {'read' if self.wishes.dry_run else 'imported'}, "
            f"{self.before} imported before, {len(self.failed)} failed; "
            f"{count(self.rows, 'row')} in {seconds:.1f} s ({self.rows / seconds:,.0f} rows/s)"
        )


def _about(file: str, message: str) -> str:
    """The message with the file as it was given, which many messages begin with by its name."""
    name = Path(file).name
    if message.startswith(tuple(name + follows for follows in (" ", ",", ":"))):
        return f"{safe(file)}{message.removeprefix(name)}"
    return f"{safe(file)}: {message}"


class _NotTaken(Exception):
    """An import that reaches the first row is of a list that the ledger does not hold."""


class _AtFirstRow(Watch):
    """Stops an import before it costs anything."""

    def progress(self, done: int, size: int, rows: int) -> None:  # noqa: ARG002 - a port
        raise _NotTaken

    def problem(self, problem: RowProblem) -> None:  # noqa: ARG002 - a port
        raise _NotTaken

    def taken(self) -> None:
        """Goes on: it is there."""
