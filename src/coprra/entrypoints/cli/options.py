"""Options that several commands share, and the forms of their values."""

import re
import shlex
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import click

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.instants import InvalidInstant, parse_instant
from coprra.domain.prices.listing import ListingId
from coprra.domain.products.gtin import Gtin, InvalidGtin
from coprra.domain.products.product import ProductId, read_product_reference
from coprra.entrypoints.cli.importing import operator
from coprra.entrypoints.cli.invocation import Invocation

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def instant(text: str) -> datetime:
    """An option's instant, aware, UTC; see `parse_instant`."""
    try:
        return parse_instant(text)
    except InvalidInstant as error:
        raise click.BadParameter(error.message) from error


def list_date(text: str) -> date | datetime:
    """When a list was true: a date or a naive time of its branch, or an instant with a zone."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            f"{text[:40]!r} is no date (2025-12-29), local time (2025-12-29T06:30) or instant (2025-12-29T05:30:00Z)."
        ) from error


def product_reference(text: str) -> ProductId | Gtin:
    """See `read_product_reference`. Who gives a name instead is told how to find what it stands for.

    Raises: InvalidProductId; InvalidGtin.
    """
    if not text.startswith("p_") and any(letter.isalpha() for letter in text):
        words = " ".join(shlex.quote(word) for word in text[:40].split())
        raise InvalidGtin(
            f"{text[:40]!r} is no GTIN: name a GTIN or a product id (p_…); find one with `coprra products search "
            f"{words}`."
        )
    return read_product_reference(text)


def amount(text: str) -> Decimal:
    """An amount of the store's currency, in ASCII digits with a decimal point."""
    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,4})?", text):
        raise click.BadParameter(f"{text[:40]!r} is no amount: write it with a point, such as 1.69.")
    return Decimal(text)


def _actor(_context: click.Context, _parameter: click.Parameter, name: str | None) -> Actor:
    try:
        return operator() if name is None else Actor.operator(name)
    except Invalid as error:
        raise click.BadParameter(error.message) from error


def _listing(_context: click.Context, _parameter: click.Parameter, text: str) -> ListingId:
    return ListingId.parse(text)


def _remember_json(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    invocation = context.find_object(Invocation)
    if invocation:
        invocation.as_json = value


def json_option(command: Decorated) -> Decorated:
    """``--json``, read before all others, so that errors of the others are told in JSON as well."""
    return click.option(
        "--json",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_remember_json,
        help="Print the API's JSON.",
    )(command)


database_url_option = click.option(
    "--database-url", metavar="URL", help="Where the data is; wins over COPRRA_DATABASE_URL."
)

as_of_option = click.option(
    "--as-of",
    type=instant,
    metavar="INSTANT",
    help="As it was known then: a date (the end of that day in UTC) or 2025-12-30T12:00:00Z. Default: now.",
)

branches_option = click.option(
    "--branches", default="", metavar="LIST", help="Only these stores or branches: spar,konzum/0613."
)

listing_argument = click.argument("listing", metavar="LISTING", callback=_listing)

user_argument = click.argument("user")

by_option = click.option(
    "--by", metavar="NAME", callback=_actor, help="Who decides; whoever asks will see it. Default: your login name."
)

note_option = click.option("--note", metavar="TEXT", help="Why; whoever asks will see it. At most 500 characters.")

dry_run_option = click.option("--dry-run", is_flag=True, help="Do everything but save.")
