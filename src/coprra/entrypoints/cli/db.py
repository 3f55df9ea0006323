"""Commands about the database."""

import click

from coprra.entrypoints.answers import JsonObject
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import database_url_option, json_option
from coprra.entrypoints.cli.screen import Prose


@click.group()
def db() -> None:
    """Set up the database, and keep it in shape."""


@db.command()
@database_url_option
@json_option
@click.pass_obj
def upgrade(invocation: Invocation, database_url: str | None) -> None:
    """Bring the database to the shape that this version works with.

    In one step or not at all. The first time it makes the database.
    """
    schema = invocation.build(invocation.settings(database_url=database_url)).schema
    before = schema.current()
    schema.upgrade()
    after = schema.current()
    said = f"The database is at revision {after}"
    if before == after:
        said += " already; nothing was done."
    elif before is None:
        said += "; it is new."
    else:
        said += f"; it was at {before}."
    document: JsonObject = {"from": before, "to": after}
    invocation.answer(document, dict, lambda _: [Prose(said)])


@db.command()
@database_url_option
@json_option
@click.pass_obj
def status(invocation: Invocation, database_url: str | None) -> None:
    """Show which revision the database is at, and which one this version works with."""
    schema = invocation.build(invocation.settings(database_url=database_url)).schema
    current, newest = schema.current(), schema.newest()
    advice = "." if current == newest else "; run `coprra db upgrade`."
    place = f"at revision {current}" if current else "not set up"
    said = f"The database is {place}; this version works with {newest}{advice}"
    document: JsonObject = {"current": current, "newest": newest}
    invocation.answer(document, dict, lambda _: [Prose(said)])
