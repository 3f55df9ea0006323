"""Commands about second factors."""

import click

from coprra.domain.kernel.actor import Actor
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import by_option, database_url_option, json_option, user_argument
from coprra.entrypoints.cli.prompts import confirm_by_typing
from coprra.entrypoints.cli.screen import Prose, safe


@click.group()
def mfa() -> None:
    """Look at second factors, and take one off whom nobody else can help. USER is an address or an id (u_…)."""


@mfa.command()
@user_argument
@database_url_option
@json_option
@click.pass_obj
def status(invocation: Invocation, user: str, database_url: str | None) -> None:
    """Show whether USER has a second factor, whether it is locked, and how many recovery codes are left."""
    accounts = invocation.open(database_url).accounts
    state = accounts.show_second_factor(accounts.show_user(user).id)
    invocation.answer(state, answers.second_factor, tables.second_factor)


@mfa.command()
@user_argument
@by_option
@database_url_option
@json_option
@click.pass_obj
def reset(invocation: Invocation, user: str, by: Actor, database_url: str | None) -> None:
    """Take the second factor off the account of USER: break-glass, for whom no other admin can help.

    A person has to type the account's address at a terminal. Make sure first that it is really them who ask. It is
    written to the audit trail, and told to the owner and to the admins where letters are carried.
    """
    accounts = invocation.open(database_url).accounts
    known = accounts.show_user(user)
    confirm_by_typing(
        known.email.text, f"Type the account's address to take its second factor off ({safe(known.email.text)})"
    )
    accounts.reset_second_factor(known.id, by=by)
    document: answers.JsonObject = {"user": known.id.value}
    said = f"{safe(known.email.text)} has no second factor any more, and is signed in nowhere."
    invocation.answer(document, dict, lambda _: [Prose(said)])
