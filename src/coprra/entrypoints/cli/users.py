"""Commands about accounts."""

import click

from coprra.domain.kernel.actor import Actor
from coprra.domain.users.language import Language
from coprra.domain.users.list_users import MOST_LISTED
from coprra.domain.users.role import Role
from coprra.domain.users.user import User, UserId
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import by_option, database_url_option, json_option, user_argument
from coprra.entrypoints.cli.prompts import new_password
from coprra.entrypoints.cli.screen import Prose, safe

LANGUAGES = click.Choice([str(language) for language in Language])
ROLES = click.Choice([str(role) for role in Role if role is not Role.GUEST])


@click.group()
def users() -> None:
    """Make accounts, and change what they may do. USER is an address or an id (u_…)."""


@users.command()
@click.argument("email")
@click.option("--name", required=True, metavar="NAME", help="How they want to be called.")
@click.option("--role", type=ROLES, default=str(Role.USER), show_default=True, help="What they may do.")
@click.option("--language", type=LANGUAGES, default="en", show_default=True, help="Of letters to them.")
@by_option
@database_url_option
@json_option
@click.pass_obj
def create(
    invocation: Invocation, email: str, name: str, role: str, language: str, by: Actor, database_url: str | None
) -> None:
    """Make an account for EMAIL, whose mailbox you vouch for. The password is asked for, or read from stdin."""
    accounts = invocation.open(database_url).accounts
    user = accounts.create_user(email, new_password(), name=name, role=Role(role), by=by, language=Language(language))
    _answer(invocation, user)


@users.command("list")
@click.option("--role", type=ROLES, help="Only accounts with that role.")
@click.option("--after", metavar="ID", help="Begin after that account: the last id of the page before.")
@click.option("--limit", type=click.IntRange(1, MOST_LISTED), default=MOST_LISTED, show_default=True, help="How many.")
@database_url_option
@json_option
@click.pass_obj
def list_(invocation: Invocation, role: str | None, after: str | None, limit: int, database_url: str | None) -> None:
    """List accounts by id."""
    page = invocation.open(database_url).accounts.list_users(
        after=UserId(after) if after else None, limit=limit, role=Role(role) if role else None
    )
    invocation.answer(page, answers.users, tables.users)


@users.command()
@user_argument
@database_url_option
@json_option
@click.pass_obj
def show(invocation: Invocation, user: str, database_url: str | None) -> None:
    """Show the account of USER."""
    _answer(invocation, invocation.open(database_url).accounts.show_user(user))


@users.command()
@user_argument
@by_option
@database_url_option
@json_option
@click.pass_obj
def disable(invocation: Invocation, user: str, by: Actor, database_url: str | None) -> None:
    """Let nobody sign in to the account of USER any more; who is signed in is out."""
    accounts = invocation.open(database_url).accounts
    _answer(invocation, accounts.disable_user(accounts.show_user(user).id, by=by))


@users.command()
@user_argument
@by_option
@database_url_option
@json_option
@click.pass_obj
def enable(invocation: Invocation, user: str, by: Actor, database_url: str | None) -> None:
    """Let the account of USER be signed in to again."""
    accounts = invocation.open(database_url).accounts
    _answer(invocation, accounts.enable_user(accounts.show_user(user).id, by=by))


@users.command()
@user_argument
@click.argument("role", type=ROLES)
@by_option
@database_url_option
@json_option
@click.pass_obj
def role(invocation: Invocation, user: str, role: str, by: Actor, database_url: str | None) -> None:
    """Give the account of USER another ROLE; whoever is signed in to it is out."""
    accounts = invocation.open(database_url).accounts
    _answer(invocation, accounts.change_role(accounts.show_user(user).id, Role(role), by=by))


@users.command()
@user_argument
@by_option
@database_url_option
@json_option
@click.pass_obj
def password(invocation: Invocation, user: str, by: Actor, database_url: str | None) -> None:
    """Give the account of USER another password, which is asked for, or read from stdin; who is signed in is out."""
    accounts = invocation.open(database_url).accounts
    known = accounts.show_user(user)
    accounts.set_password(known.id, new_password(), by=by)
    document: answers.JsonObject = {"user": known.id.value}
    said = f"{safe(known.email.text)} has another password, and is signed in nowhere."
    invocation.answer(document, dict, lambda _: [Prose(said)])


def _answer(invocation: Invocation, user: User) -> None:
    invocation.answer(user, answers.user, tables.user)
