"""Commands about tokens."""

from datetime import timedelta

import click

from coprra.domain.kernel.actor import Actor
from coprra.domain.sessions.token import PERSONAL_LASTS, PERSONAL_LASTS_AT_MOST
from coprra.domain.users.role import Permission
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import by_option, database_url_option, json_option, user_argument
from coprra.entrypoints.cli.screen import Prose, safe


@click.group()
def tokens() -> None:
    """Make, look at and end tokens, by which programs sign in. USER is an address or an id (u_…)."""


@tokens.command()
@user_argument
@click.argument("name")
@click.option(
    "--ability",
    "abilities",
    type=click.Choice([str(permission) for permission in Permission]),
    multiple=True,
    required=True,
    help="What it may do, and nothing else; may be given more than once.",
)
@click.option(
    "--days",
    type=click.IntRange(1, PERSONAL_LASTS_AT_MOST.days),
    default=PERSONAL_LASTS.days,
    show_default=True,
    help="How long it lasts.",
)
@by_option
@database_url_option
@json_option
@click.pass_obj
def create(
    invocation: Invocation,
    user: str,
    name: str,
    abilities: tuple[str, ...],
    days: int,
    by: Actor,
    database_url: str | None,
) -> None:
    """Make a token of USER called NAME. It goes to stdout, once; it is kept nowhere.

    It was made without a second factor, so it may not do what wants one.
    """
    accounts = invocation.open(database_url).accounts
    allowed = [Permission(one) for one in abilities]
    id = accounts.show_user(user).id
    new = accounts.create_token_on_host(id, name, allowed, by=by, lasts=timedelta(days=days))
    invocation.answer(new, answers.new_token, lambda made: [Prose(made.token.text)])


@tokens.command("list")
@user_argument
@database_url_option
@json_option
@click.pass_obj
def list_(invocation: Invocation, user: str, database_url: str | None) -> None:
    """List the tokens of USER, the newest first; those of one sign-in together."""
    accounts = invocation.open(database_url).accounts
    invocation.answer(accounts.list_tokens(accounts.show_user(user).id), answers.tokens, tables.tokens)


@tokens.command()
@user_argument
@click.argument("token", metavar="ID")
@by_option
@database_url_option
@json_option
@click.pass_obj
def revoke(invocation: Invocation, user: str, token: str, by: Actor, database_url: str | None) -> None:
    """End a token of USER by its ID, which `coprra tokens list` names, with all others of its sign-in."""
    accounts = invocation.open(database_url).accounts
    id = accounts.show_user(user).id
    accounts.revoke_token_on_host(id, token, by=by)
    document: answers.JsonObject = {"user": id.value, "revoked": token}
    invocation.answer(document, dict, lambda _: [Prose(f"The token {safe(token)} has ended.")])


@tokens.command()
@database_url_option
@json_option
@click.pass_obj
def prune(invocation: Invocation, database_url: str | None) -> None:
    """Forget tokens and sessions that ended 30 days ago, and links and counts that are over; a worker does so daily."""
    invocation.answer(invocation.open(database_url).accounts.prune_access(), answers.pruned, tables.pruned)
