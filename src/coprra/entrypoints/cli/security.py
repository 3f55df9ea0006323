"""The command that looks for what must not be."""

from pathlib import Path

import click

from coprra.domain.kernel.errors import Unreadable
from coprra.domain.security.finding import Verdict
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.endings import Ending, ExitCode
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import database_url_option, json_option


class Insecure(Ending):
    """Something is as it must not be."""

    code = "insecure"
    exit_code = ExitCode.REFUSED


class UnknownSecurity(Ending):
    """Something could not be looked at."""

    code = "unknown_security"
    exit_code = ExitCode.UNKNOWN


@click.group()
def security() -> None:
    """Look for what must not be."""


@security.command()
@click.option(
    "--waivers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A TOML file of findings to live with, for 30 days at most.",
)
@click.option(
    "--report",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Keep what was found there, with the list of components, in files named for the day.",
)
@database_url_option
@json_option
@click.pass_obj
def audit(invocation: Invocation, waivers: Path | None, report: Path | None, database_url: str | None) -> None:
    """Look at accounts, keys, tokens, the audit trail, and by tools at the program and what it is made of.

    The tools come with `pip install coprra[security]`. Ends with 1 when something is wrong and not waived, with 3 when
    something could not be looked at, such as when an advisory service does not answer.
    """
    application = invocation.open(database_url)
    records = application.security_records(report, waivers)
    try:
        given = records.waivers()
    except Unreadable as error:
        raise click.UsageError(f"{waivers}: {error.message}") from error
    found = application.audit_security(given)
    records.keep(found)
    invocation.answer(found, answers.security_report, tables.security_report)
    if found.verdict is Verdict.WRONG:
        raise Insecure("Something is wrong; mend it, or waive it for a while.")
    if found.verdict is Verdict.UNKNOWN:
        raise UnknownSecurity("Something could not be looked at; that is no pass.")
