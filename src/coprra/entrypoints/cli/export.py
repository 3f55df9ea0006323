"""Commands that write out what is known, for other programs or another store."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from coprra.application import Application
from coprra.domain.prices.chain import Branch, BranchFilter
from coprra.domain.prices.list_run import ListRun
from coprra.domain.prices.ports import ExportWatch
from coprra.entrypoints.cli.claims import ProgressLine
from coprra.entrypoints.cli.invocation import Invocation, print_json
from coprra.entrypoints.cli.options import as_of_option, branches_option, database_url_option, json_option
from coprra.entrypoints.cli.output import STDOUT, Output, output, refuse_database
from coprra.entrypoints.cli.screen import safe
from coprra.entrypoints.cli.wording import count

_ANNOUNCED_EVERY = 5_000

output_option = click.option(
    "--output",
    "-o",
    "file",
    default=STDOUT,
    type=click.Path(dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Write to FILE, in the place of what it held, once all is there; packed where its name ends in .gz. "
    "Default: stdout.",
)


@dataclass(slots=True)
class Following(ExportWatch):
    """Says how far an export of lists is, and counts them."""

    progress: ProgressLine
    out: Output
    branches: int = 0
    lists: int = 0
    place: str = ""
    announced: int = 0

    def branch(self, branch: Branch, number: int, of: int) -> None:
        """See `ExportWatch.branch`."""
        self.branches = number
        self.place = f"{branch.id} ({number} of {of})"
        self.progress.say(f"{self.place} …")

    def written(self, run: ListRun) -> None:  # noqa: ARG002 - a port
        """See `ExportWatch.written`."""
        self.lists += 1

    def going_on(self) -> None:
        """A line was written."""
        if self.out.lines >= self.announced + _ANNOUNCED_EVERY:
            self.announced = self.out.lines
            self.progress.say(f"{self.place}: {count(self.lists, 'list')}, {count(self.out.lines, 'line')}")


@click.group()
def export() -> None:
    """Write out what is known: all price lists, or what is asked now."""


@export.command()
@output_option
@branches_option
@as_of_option
@database_url_option
@json_option
@click.pass_obj
def lists(invocation: Invocation, file: str, branches: str, as_of: datetime | None, database_url: str | None) -> None:
    """Write everything that price lists ever said, as JSON Lines that `coprra feeds import` reads.

    Imported into an empty database it gives the same answers. --as-of: only lists of instants until then.
    """
    within = BranchFilter.parse(branches)
    application = _open_for(invocation, file, database_url)
    with output(file) as out:
        following = Following(ProgressLine(), out)
        try:
            for line in application.export_lists(as_of=as_of, branches=within, watch=following):
                out.write(line)
                following.going_on()
        finally:
            following.progress.clear()
    if file == STDOUT:
        return
    if invocation.as_json:
        print_json(
            {
                "file": Path(file).name,
                "branches": following.branches,
                "lists": following.lists,
                "lines": out.lines,
            }
        )
    else:
        places = count(following.branches, "branch", "branches")
        click.echo(f"{safe(file)}: {count(following.lists, 'list')} of {places}, {count(out.lines, 'line')}")


def _open_for(invocation: Invocation, file: str, database_url: str | None) -> Application:
    refuse_database(file, invocation.settings(database_url=database_url).database_url)
    return invocation.open(database_url)
