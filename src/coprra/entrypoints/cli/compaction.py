"""The command that makes the ledger smaller."""

from dataclasses import dataclass
from datetime import timedelta

import click

from coprra.domain.kernel.actor import Actor
from coprra.domain.prices.chain import Branch, BranchFilter
from coprra.domain.prices.ports import CompactionWatch
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.claims import ProgressLine
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import branches_option, by_option, database_url_option, dry_run_option, json_option
from coprra.entrypoints.cli.wording import count
from coprra.settings import MOST_KEEP_OBSERVATIONS_DAYS


@dataclass(slots=True)
class Following(CompactionWatch):
    """Says how far a compaction is."""

    progress: ProgressLine
    place: str = ""
    repeats: int = 0

    def branch(self, branch: Branch, number: int, of: int) -> None:
        """See `CompactionWatch.branch`."""
        self.place = f"{branch.id} ({number} of {of})"
        self.progress.say(f"{self.place} …")

    def let_go(self, repeats: int) -> None:
        """See `CompactionWatch.let_go`."""
        self.repeats += repeats
        self.progress.say(f"{self.place}: {count(self.repeats, 'observation')}")


@click.command()
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(0, MOST_KEEP_OBSERVATIONS_DAYS),
    metavar="DAYS",
    help="Keep everything that is younger. Default: COPRRA_KEEP_OBSERVATIONS_DAYS, else 30.",
)
@branches_option
@by_option
@dry_run_option
@database_url_option
@json_option
@click.pass_obj
def compact(
    invocation: Invocation, days: int | None, branches: str, by: Actor, dry_run: bool, database_url: str | None
) -> None:
    """Let go of old observations that no answer needs. No answer changes, now or after any later import.

    Lists that come late leave observations that repeat the one before. May be stopped at any time and run again, also
    while others ask and import.
    """
    within = BranchFilter.parse(branches)
    application = invocation.open(database_url)
    following = Following(ProgressLine())
    try:
        done = application.compact_ledger(
            by=by,
            older_than=None if days is None else timedelta(days=days),
            branches=within,
            dry_run=dry_run,
            watch=following,
        )
    finally:
        following.progress.clear()
    invocation.answer(done, answers.compacted_ledger, lambda told: tables.compacted_ledger(told, within))
