"""Commands that write out what is known, for other programs or another store."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click

from coprra.application import Application
from coprra.domain.prices.chain import Branch, BranchFilter, BranchId
from coprra.domain.prices.compare_offers import Comparison
from coprra.domain.prices.list_run import ListRun
from coprra.domain.prices.offer import Offer
from coprra.domain.prices.ports import ExportWatch
from coprra.entrypoints import answers
from coprra.entrypoints.cli import sheets
from coprra.entrypoints.cli.claims import ProgressLine
from coprra.entrypoints.cli.invocation import Invocation, json_text, print_json
from coprra.entrypoints.cli.options import as_of_option, branches_option, database_url_option, json_option
from coprra.entrypoints.cli.output import STDOUT, Output, output, refuse_database
from coprra.entrypoints.cli.screen import safe
from coprra.entrypoints.cli.wording import count

_ANNOUNCED_EVERY = 1_000

One = TypeVar("One")

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
        following = Following(_progress(file), out)
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


@export.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "google", "jsonl", "jsonld"]),
    default="csv",
    show_default=True,
    help="csv: a row for each offer. google: one branch as its merchant feed, text with tabs. jsonl: a line for each "
    "product, as the API answers. jsonld: products of schema.org.",
)
@output_option
@branches_option
@click.option("--category", metavar="CODE", help="Only products of it and of what is below it, such as drinks.")
@as_of_option
@database_url_option
@json_option
@click.pass_obj
def offers(
    invocation: Invocation,
    form: str,
    file: str,
    branches: str,
    category: str | None,
    as_of: datetime | None,
    database_url: str | None,
) -> None:
    """Write what every store asks for every product, by product; or with --format google what one branch asks.

    In CSV, texts that a spreadsheet would take for formulas begin with an apostrophe.
    """
    within = BranchFilter.parse(branches)
    application = _open_for(invocation, file, database_url)
    counted: Counted[Comparison] | Counted[Offer]
    if form == "google":
        branch = _only_branch(application, within, as_of)
        counted = Counted("offer", _progress(file), application.export_feed(branch, as_of=as_of, category=category))
        lines = sheets.google_sheet(counted)
    else:
        compared = application.export_offers(as_of=as_of, branches=within, category=category, unfold=form == "csv")
        counted = products = Counted("product", _progress(file), compared)
        lines = {"csv": sheets.csv_sheet, "jsonl": _json_lines, "jsonld": _linked_data}[form](products)
    with output(file) as out:
        try:
            for line in lines:
                out.write(line)
        finally:
            counted.progress.clear()
    if file == STDOUT:
        return
    if invocation.as_json:
        print_json({"file": Path(file).name, "format": form, f"{counted.thing}s": counted.number})
    else:
        click.echo(f"{safe(file)}: {count(counted.number, counted.thing)}")


@export.command()
@output_option
@database_url_option
@json_option
@click.pass_obj
def decisions(invocation: Invocation, file: str, database_url: str | None) -> None:
    """Write everything that persons decided about prices and products, for `coprra prices take-over`."""
    application = _open_for(invocation, file, database_url)
    with output(file) as out:
        for line in application.export_decisions():
            out.write(line)
    if file == STDOUT:
        return
    number = out.lines - 2
    if invocation.as_json:
        print_json({"file": Path(file).name, "decisions": number})
    else:
        click.echo(f"{safe(file)}: {count(number, 'decision')}")


class Counted(Iterator[One]):
    """Counts what goes through, and says now and then how many there were."""

    def __init__(self, thing: str, progress: ProgressLine, those: Iterator[One]) -> None:
        self.thing = thing
        self.number = 0
        self.progress = progress
        self._those = those

    def __next__(self) -> One:
        one = next(self._those)
        self.number += 1
        if self.number % _ANNOUNCED_EVERY == 0:
            self.progress.say(count(self.number, self.thing))
        return one


class _Unseen(ProgressLine):
    """The text itself goes to the terminal; both on one screen clash."""

    def say(self, text: str) -> None:
        """Nothing."""


def _progress(file: str) -> ProgressLine:
    return _Unseen() if file == STDOUT and sys.stdout.isatty() else ProgressLine()


def _json_lines(those: Iterable[Comparison]) -> Iterator[str]:
    return (json_text(answers.comparison(one)) + "\n" for one in those)


def _linked_data(those: Iterable[Comparison]) -> Iterator[str]:
    """One document, whatever its size."""
    before = '{"@context": "https://schema.org", "@graph": [\n'
    for one in those:
        yield before + answers.harmless(json_text(answers.linked_product(one)))
        before = ",\n"
    yield "\n]}\n" if before[0] == "," else f"{before}]}}\n"


def _only_branch(application: Application, within: BranchFilter, as_of: datetime | None) -> BranchId:
    known = [branch.id for one in application.list_chains(as_of=as_of).chains for branch, _ in one.branches]
    within.check(known)
    fitting = [branch for branch in known if branch in within]
    if len(fitting) != 1:
        raise click.BadParameter(
            f"A merchant feed is of one branch, and {len(fitting)} fit; name it, such as konzum/0613.",
            param_hint="--branches",
        )
    return fitting[0]


def _open_for(invocation: Invocation, file: str, database_url: str | None) -> Application:
    refuse_database(file, invocation.settings(database_url=database_url).database_url)
    return invocation.open(database_url)
