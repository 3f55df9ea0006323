"""Commands about the audit trail."""

from pathlib import Path

import click

from coprra.domain.audit.chain import Fault, FaultKind
from coprra.domain.kernel.actor import Actor
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.endings import Ending, ExitCode
from coprra.entrypoints.cli.export import output_option
from coprra.entrypoints.cli.invocation import Invocation, json_text, print_json
from coprra.entrypoints.cli.options import by_option, database_url_option, json_option
from coprra.entrypoints.cli.output import STDOUT, output, refuse_database
from coprra.entrypoints.cli.screen import safe
from coprra.entrypoints.cli.wording import count

_SAID = {
    FaultKind.EDITED: "Entry {} was edited: its content is not what its hash says.",
    FaultKind.REMOVED: "Entry {} was removed: there are later ones.",
    FaultKind.MOVED: "Entry {} does not follow the one before it: entries were reordered, or taken out between.",
    FaultKind.CUT: "The trail was cut: entry {} and whatever came after it are gone.",
    FaultKind.REWRITTEN: "Entry {} is not the one that was anchored: the trail was rewritten.",
}


class AuditBroken(Ending):
    """The audit trail was changed."""

    code = "audit_broken"
    exit_code = ExitCode.REFUSED

    @classmethod
    def by(cls, fault: Fault) -> "AuditBroken":
        """What is wrong first."""
        return cls(_SAID[fault.kind].format(fault.number))


@click.group()
def audit() -> None:
    """Look at what was done that matters to security, and whether all of it is still there."""


@audit.command("list")
@click.option("--event", "events", metavar="EVENT", multiple=True, help="Only these, such as job.retry.")
@click.option("--actor", metavar="ACTOR", help="Only what they did, such as operator:ana.")
@click.option("--limit", type=int, metavar="N", default=20, show_default=True, help="How many at most, 1 to 1000.")
@database_url_option
@json_option
@click.pass_obj
def list_(
    invocation: Invocation, events: tuple[str, ...], actor: str | None, limit: int, database_url: str | None
) -> None:
    """List the latest entries of the audit trail, the latest first."""
    entries = invocation.open(database_url).list_audit(events=frozenset(events), actor=actor, limit=limit)
    invocation.answer(entries, answers.audit_entries, tables.audit_entries)


@audit.command()
@database_url_option
@json_option
@click.pass_obj
def verify(invocation: Invocation, database_url: str | None) -> None:
    """Verify that every entry is there, unchanged and in its place; else name the first that is not, and end with 1."""
    verdict = invocation.open(database_url).verify_audit()
    invocation.answer(verdict, answers.audit_verdict, tables.audit_verdict)
    if verdict.fault:
        raise AuditBroken.by(verdict.fault)


@audit.command()
@output_option
@by_option
@database_url_option
@json_option
@click.pass_obj
def export(invocation: Invocation, file: str, by: Actor, database_url: str | None) -> None:
    """Write every entry with its hashes, as JSON Lines. That it was exported is the last of them."""
    refuse_database(file, invocation.settings(database_url=database_url).database_url)
    application = invocation.open(database_url)
    with application.export_audit(by=by) as entries, output(file) as out:
        for entry in entries:
            out.write(json_text(answers.audit_entry(entry)) + "\n")
    if file == STDOUT:
        return
    if invocation.as_json:
        print_json({"file": Path(file).name, "entries": out.lines})
    else:
        click.echo(f"{safe(file)}: {count(out.lines, 'entry', 'entries')}")
