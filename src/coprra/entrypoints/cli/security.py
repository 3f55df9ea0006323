"""The command that looks for what must not be."""

import tomllib
from datetime import date
from pathlib import Path

import click

from coprra.domain.security.finding import SecurityReport, Verdict, Waiver
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.endings import Ending, ExitCode
from coprra.entrypoints.cli.invocation import Invocation, json_text
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
    given = _read_waivers(waivers) if waivers else ()
    found = invocation.open(database_url).audit_security(given)
    if report is not None:
        _keep(found, report)
    invocation.answer(found, answers.security_report, tables.security_report)
    if found.verdict is Verdict.WRONG:
        raise Insecure("Something is wrong; mend it, or waive it for a while.")
    if found.verdict is Verdict.UNKNOWN:
        raise UnknownSecurity("Something could not be looked at; that is no pass.")


def _read_waivers(file: Path) -> tuple[Waiver, ...]:
    try:
        listed = tomllib.loads(file.read_text("utf-8"))["waiver"]
        read = tuple(Waiver(**one) for one in listed)
    except (ValueError, KeyError, TypeError) as error:
        raise click.UsageError(
            f"{file} is no file of waivers: each is a [[waiver]] with check, subject, reason and until."
        ) from error
    if not all(type(one.until) is date for one in read):
        raise click.UsageError(f"{file}: until is a date, such as 2026-12-01.")
    return read


def _keep(found: SecurityReport, folder: Path) -> None:
    stem = f"security-{found.at.date()}"
    document = answers.security_report(found)
    (folder / f"{stem}.json").write_text(json_text(document, indent=2) + "\n", "utf-8")
    lines = [f"{one.verdict}: {one.check} {one.subject}: {one.says}" for one in found.findings]
    (folder / f"{stem}.txt").write_text("\n".join([f"{found.at.isoformat()} {found.verdict}", *lines, ""]), "utf-8")
    if found.components is not None:
        (folder / f"{stem}-components.json").write_text(found.components, "utf-8")
