"""Commands about price lists."""

from contextlib import ExitStack
from datetime import date, datetime
from functools import partial

import click

from coprra.domain.prices.check_feed import MOST_ROWS
from coprra.entrypoints import answers
from coprra.entrypoints.cli import checks, reports
from coprra.entrypoints.cli.endings import ExitCode, ListsFailed
from coprra.entrypoints.cli.following import MOST_SHOWN, bar_for
from coprra.entrypoints.cli.importing import Importing, Wishes, operator
from coprra.entrypoints.cli.invocation import Invocation, print_json
from coprra.entrypoints.cli.options import database_url_option, json_option, list_date
from coprra.entrypoints.cli.problem_log import problem_log, refuse_to_overwrite
from coprra.entrypoints.cli.wording import count


@click.group()
def feeds() -> None:
    """Take in price lists, or look at how they are read."""


@feeds.command()
@database_url_option
@json_option
@click.pass_obj
def profiles(invocation: Invocation, database_url: str | None) -> None:
    """List the profiles that price lists are read with: the shipped ones and your own."""
    application = invocation.build(invocation.settings(database_url=database_url))
    invocation.answer(application.list_profiles(), answers.profiles, reports.profiles)


@feeds.command()
@database_url_option
@json_option
@click.pass_obj
def schema(invocation: Invocation, database_url: str | None) -> None:
    """Print the JSON Schema of profiles, for editors that check what is typed. It is JSON with --json and without."""
    application = invocation.build(invocation.settings(database_url=database_url))
    click.echo(application.show_profile_schema(), nl=False)


@feeds.command()
@click.argument("file")
@click.option("--profile", metavar="NAME", help="Read it with this profile. Default: the one that fits.")
@click.option(
    "--rows",
    type=click.IntRange(1, MOST_ROWS),
    metavar="N",
    default=10,
    show_default=True,
    help="How many to show, at most 1000.",
)
@database_url_option
@json_option
@click.pass_obj
def check(invocation: Invocation, file: str, profile: str | None, rows: int, database_url: str | None) -> None:
    """Show how FILE is understood, and what to do next, without importing it.

    Its first rows are shown; what is odd is counted in all of them, up to 100,000.
    """
    application = invocation.build(invocation.settings(database_url=database_url))
    checked = application.check_feed(file, profile=profile, rows=rows)
    invocation.answer(checked, answers.checked_feed, partial(checks.checked_feed, file))


@feeds.command()
@click.argument("file")
@database_url_option
@json_option
@click.pass_obj
def draft(invocation: Invocation, file: str, database_url: str | None) -> None:
    """Print the beginning of a profile for FILE, for lists that none fits.

    What was seen is stated, what was guessed is marked. Save it, complete it, and look with `coprra feeds check`.
    """
    application = invocation.build(invocation.settings(database_url=database_url))
    text = application.draft_profile(file)
    if invocation.as_json:
        print_json({"draft": text})
    else:
        click.echo(text, nl=False)


@feeds.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--profile", metavar="NAME", help="Read them with this profile. Default: the one that fits each.")
@click.option("--branch", metavar="CODE", help="Whose lists they are. Default: as their names or contents say.")
@click.option(
    "--observed-at",
    type=list_date,
    metavar="WHEN",
    help="When they were true: a date (the beginning of the branch's day), its local time, or an instant with a zone. "
    "Default: as they say.",
)
@click.option(
    "--force", is_flag=True, help="Take lists that shrank, and readable rows of lists with too many bad ones."
)
@click.option("--dry-run", is_flag=True, help="Do everything but save.")
@click.option(
    "--all-problems",
    is_flag=True,
    help=f"Print every error and warning. Default: the first {MOST_SHOWN} errors of a list.",
)
@click.option(
    "--problems",
    type=click.Path(dir_okay=False, writable=True),
    metavar="FILE",
    help="Write every error and warning to FILE as JSON Lines, in the place of what it held.",
)
@database_url_option
@json_option
@click.pass_obj
def import_(
    invocation: Invocation,
    files: tuple[str, ...],
    profile: str | None,
    branch: str | None,
    observed_at: date | datetime | None,
    force: bool,
    dry_run: bool,
    all_problems: bool,
    problems: str | None,
    database_url: str | None,
) -> None:
    """Import price lists, each completely or not at all.

    A list that was imported before changes nothing, and the order of the lists does not matter. One that fails does not
    stop the others; the exit code is 1 at the end. After Ctrl-C nothing of the list that was being read is taken.
    """
    if problems:
        refuse_to_overwrite(problems, files, invocation.settings(database_url=database_url).database_url)
    application = invocation.open(database_url)
    with ExitStack() as stack:
        log = stack.enter_context(problem_log(problems)) if problems else None
        importing = Importing(
            import_feed=application.import_feed,
            wishes=Wishes(
                by=operator(), profile=profile, branch=branch, observed_at=observed_at, force=force, dry_run=dry_run
            ),
            say=_unsaid if invocation.as_json else click.echo,
            complain=_unsaid if invocation.as_json else partial(click.echo, err=True),
            bar=bar_for(files, printing=all_problems and not invocation.as_json),
            log=log,
            show_all=all_problems and not invocation.as_json,
        )
        importing.take(files)
    if invocation.as_json:
        print_json({"lists": importing.documents})
    elif len(files) > 1:
        click.echo(importing.summary())
    if importing.failed and len(files) == 1 and not invocation.as_json:
        # Its error has just been told; there is nothing to sum up.
        click.get_current_context().exit(ExitCode.REFUSED)
    if importing.failed:
        raise ListsFailed(
            f"{len(importing.failed)} of {count(len(files), 'list')} failed: {', '.join(importing.failed)}"
        )


def _unsaid(_line: str) -> None:
    """With --json reports and errors come in one document at the end."""
