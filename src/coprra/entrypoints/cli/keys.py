"""Commands about the keys of secrets at rest."""

import re
import secrets

import click

from coprra.domain.kernel.actor import Actor
from coprra.domain.keys.key import KEY_BYTES, write_key
from coprra.domain.keys.rotate_keys import DEFAULT_BATCH, RotatedKeys
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.endings import Ending, ExitCode
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import by_option, database_url_option, dry_run_option, json_option
from coprra.entrypoints.cli.screen import Prose


class UnopenedEnvelopes(Ending):
    """Some envelopes can't be opened; all others are sealed anew."""

    code = "unopened_envelopes"
    exit_code = ExitCode.REFUSED

    @classmethod
    def of(cls, rotated: RotatedKeys) -> "UnopenedEnvelopes":
        """Named are the first ones."""
        return cls(f"{rotated.unopened} can't be opened and stay as they are: {', '.join(rotated.failures)}")


@click.group()
def keys() -> None:
    """Make, rotate and retire the keys of secrets at rest (COPRRA_APP_KEYS)."""


@keys.command()
@click.argument("name", default="k1")
@json_option
@click.pass_obj
def make(invocation: Invocation, name: str) -> None:
    """Make a key named NAME (k1), for COPRRA_APP_KEYS: before those that are there, with a comma between."""
    if not re.fullmatch("[a-z0-9]{1,16}", name):
        raise click.BadParameter("A key's name is 1 to 16 small letters and digits, such as k2.")
    key = write_key(name, secrets.token_bytes(KEY_BYTES))
    document: answers.JsonObject = {"key": key}
    invocation.answer(document, dict, lambda _: [Prose(key)])


@keys.command()
@database_url_option
@json_option
@click.pass_obj
def status(invocation: Invocation, database_url: str | None) -> None:
    """Show which keys there are, and how much each of them seals."""
    invocation.answer(invocation.open(database_url).show_keys(), answers.keys, tables.keys)


@keys.command()
@click.option("--batch", type=int, metavar="N", default=DEFAULT_BATCH, show_default=True, help="Rows at a time.")
@by_option
@dry_run_option
@database_url_option
@json_option
@click.pass_obj
def rotate(invocation: Invocation, batch: int, by: Actor, dry_run: bool, database_url: str | None) -> None:
    """Seal everything anew with the newest key. It may be cut off at any time; run it again, and it does the rest."""
    rotated = invocation.open(database_url).rotate_keys(by=by, batch=batch, dry_run=dry_run)
    invocation.answer(rotated, answers.rotated_keys, tables.rotated_keys)
    if rotated.unopened:
        raise UnopenedEnvelopes.of(rotated)


@keys.command()
@click.argument("name")
@by_option
@database_url_option
@json_option
@click.pass_obj
def retire(invocation: Invocation, name: str, by: Actor, database_url: str | None) -> None:
    """Make sure that nothing needs the key NAME any more, so that it can be taken out of COPRRA_APP_KEYS."""
    invocation.open(database_url).retire_key(name, by=by)
    document: answers.JsonObject = {"retired": name}
    said = f"Nothing needs key {name} any more; take it out of COPRRA_APP_KEYS, and start everything anew."
    invocation.answer(document, dict, lambda _: [Prose(said)])
