"""Commands about sessions."""

import click

from coprra.domain.kernel.actor import Actor
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import by_option, database_url_option, json_option, user_argument
from coprra.entrypoints.cli.screen import Prose, safe


@click.group()
def sessions() -> None:
    """Look at where somebody is signed in with a browser, and end it. USER is an address or an id (u_…)."""


@sessions.command("list")
@user_argument
@database_url_option
@json_option
@click.pass_obj
def list_(invocation: Invocation, user: str, database_url: str | None) -> None:
    """List the sessions of USER, the one that was seen last first."""
    accounts = invocation.open(database_url).accounts
    invocation.answer(accounts.list_sessions(accounts.show_user(user).id), answers.sessions, tables.sessions)


@sessions.command()
@user_argument
@click.argument("session", required=False)
@click.option("--all", "everything", is_flag=True, help="All of them, and all tokens as well.")
@by_option
@database_url_option
@json_option
@click.pass_obj
def revoke(
    invocation: Invocation, user: str, session: str | None, everything: bool, by: Actor, database_url: str | None
) -> None:
    """End one SESSION of USER, by its id, or with --all everything that USER is signed in with."""
    if everything == (session is not None):
        raise click.UsageError("Name one session, or --all.")
    accounts = invocation.open(database_url).accounts
    known = accounts.show_user(user)
    if session is None:
        accounts.revoke_access(known.id, by=by)
        said = f"{safe(known.email.text)} is signed in nowhere any more."
    else:
        accounts.revoke_session_on_host(known.id, session, by=by)
        said = f"The session {safe(session)} has ended."
    document: answers.JsonObject = {"user": known.id.value, "revoked": session}
    invocation.answer(document, dict, lambda _: [Prose(said)])
