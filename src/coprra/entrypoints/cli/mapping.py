"""Commands by which persons say what is the same product."""

from datetime import datetime

import click

from coprra.domain.kernel.actor import Actor
from coprra.domain.products.move import MoveId
from coprra.domain.products.product import read_product_key
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import (
    as_of_option,
    by_option,
    database_url_option,
    dry_run_option,
    json_option,
    note_option,
    product_reference,
)


@click.command()
@click.argument("into", metavar="INTO")
@click.argument("source", metavar="FROM")
@by_option
@note_option
@dry_run_option
@database_url_option
@json_option
@click.pass_obj
def merge(
    invocation: Invocation,
    into: str,
    source: str,
    by: Actor,
    note: str | None,
    dry_run: bool,
    database_url: str | None,
) -> None:
    """Make two products one: all that is sold as FROM is sold as INTO, now and in the past.

    INTO, FROM: GTINs or ids. What was seen stays as it is, so it can be undone; the id of FROM still answers.
    """
    stays, goes = product_reference(into), product_reference(source)
    moved = invocation.open(database_url).merge_products(stays, goes, by=by, note=note, dry_run=dry_run)
    invocation.answer(moved, answers.moved_keys, tables.moved_keys)


@click.command()
@click.argument("reference", metavar="PRODUCT")
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@click.option("--into", metavar="REF", help="The product they are. Default: the one that each was before any merge.")
@by_option
@note_option
@dry_run_option
@database_url_option
@json_option
@click.pass_obj
def split(
    invocation: Invocation,
    reference: str,
    keys: tuple[str, ...],
    into: str | None,
    by: Actor,
    note: str | None,
    dry_run: bool,
    database_url: str | None,
) -> None:
    """Split keys off PRODUCT, because what they name is another one, now and in the past.

    PRODUCT: a GTIN or id. KEY: a GTIN, or store:sku where an article has none.
    """
    known_as = product_reference(reference)
    target = product_reference(into) if into else None
    wanted = [read_product_key(key) for key in keys]
    split_product = invocation.open(database_url).split_product
    moved = split_product(known_as, wanted, into=target, by=by, note=note, dry_run=dry_run)
    invocation.answer(moved, answers.moved_keys, tables.moved_keys)


@click.command()
@click.argument("move", metavar="MOVE")
@by_option
@note_option
@dry_run_option
@database_url_option
@json_option
@click.pass_obj
def undo(
    invocation: Invocation, move: str, by: Actor, note: str | None, dry_run: bool, database_url: str | None
) -> None:
    """Undo a merge or a split, as if it had never been. MOVE: its id, which `coprra products log` names.

    What later moves took elsewhere has to be undone first.
    """
    id = MoveId(move)
    moved = invocation.open(database_url).undo_move(id, by=by, note=note, dry_run=dry_run)
    invocation.answer(moved, answers.moved_keys, tables.moved_keys)


@click.command()
@click.argument("reference", metavar="[REF]", required=False)
@click.option("--limit", type=int, metavar="N", default=20, show_default=True, help="How many at most, 1 to 1000.")
@as_of_option
@database_url_option
@json_option
@click.pass_obj
def log(
    invocation: Invocation, reference: str | None, limit: int, as_of: datetime | None, database_url: str | None
) -> None:
    """List who merged and split which products, the latest first. REF: only those of one product, by GTIN or id."""
    known_as = product_reference(reference) if reference else None
    moves = invocation.open(database_url).list_moves(known_as, as_of=as_of, limit=limit)
    invocation.answer(moves, answers.moves, tables.moves)


MAPPING = (merge, split, undo, log)
"""They belong to `coprra products`."""
