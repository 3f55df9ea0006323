"""Commands about jobs."""

import click

from coprra.domain.jobs.job import JobState
from coprra.domain.kernel.actor import Actor
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import by_option, database_url_option, json_option


@click.group()
def jobs() -> None:
    """Look at the work that waits for a worker, and at what was given up."""


@jobs.command("list")
@click.option(
    "--state",
    "states",
    type=click.Choice([str(state) for state in JobState]),
    multiple=True,
    help="Only jobs in that state; may be given more than once.",
)
@click.option("--kind", "kinds", metavar="KIND", multiple=True, help="Only jobs of that kind; likewise.")
@click.option("--limit", type=int, metavar="N", default=20, show_default=True, help="How many at most, 1 to 1000.")
@database_url_option
@json_option
@click.pass_obj
def list_(
    invocation: Invocation, states: tuple[str, ...], kinds: tuple[str, ...], limit: int, database_url: str | None
) -> None:
    """List jobs, the latest first, how many there are, and when what comes due by itself does so next."""
    wanted = frozenset(JobState(state) for state in states)
    listed = invocation.open(database_url).list_jobs(states=wanted, kinds=frozenset(kinds), limit=limit)
    invocation.answer(listed, answers.jobs, tables.jobs)


@jobs.command()
@click.argument("id", metavar="JOB", type=int)
@database_url_option
@json_option
@click.pass_obj
def show(invocation: Invocation, id: int, database_url: str | None) -> None:
    """Show what is known of one JOB, by its number."""
    invocation.answer(invocation.open(database_url).show_job(id), answers.job, tables.job)


@jobs.command()
@click.argument("id", metavar="JOB", type=int)
@by_option
@database_url_option
@json_option
@click.pass_obj
def retry(invocation: Invocation, id: int, by: Actor, database_url: str | None) -> None:
    """Try a dead JOB again, with all its attempts before it."""
    invocation.answer(invocation.open(database_url).retry_job(id, by=by), answers.job, tables.job)
