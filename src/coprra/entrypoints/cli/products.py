"""Commands about products."""

from datetime import datetime

import click

from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import as_of_option, database_url_option, json_option, product_reference

after_option = click.option(
    "--after", metavar="CURSOR", help="Go on behind an earlier page; that page names the cursor."
)


@click.group()
def products() -> None:
    """Find what is compared."""


@products.command()
@click.argument("words", nargs=-1)
@click.option("--limit", type=int, metavar="N", default=20, show_default=True, help="How many at most, 1 to 100.")
@after_option
@click.option("--category", metavar="CODE", help="Only of that kind; `coprra products categories` lists them.")
@click.option("--brand", metavar="NAME", help="Only of that brand; case and accents don't matter.")
@as_of_option
@database_url_option
@json_option
@click.pass_obj
def search(
    invocation: Invocation,
    words: tuple[str, ...],
    limit: int,
    after: str | None,
    category: str | None,
    brand: str | None,
    as_of: datetime | None,
    database_url: str | None,
) -> None:
    """Find products by WORDS of their name or brand.

    Case and accents don't matter, and the beginning of a word is enough. Without WORDS: all products.
    """
    cursor = answers.read_cursor(after) if after else None
    application = invocation.open(database_url)
    found = application.find_products(
        " ".join(words), limit=limit, after=cursor, as_of=as_of, category=category, brand=brand
    )
    invocation.answer(found, answers.products_page, tables.found_products)


@products.command()
@click.argument("reference", metavar="REF")
@as_of_option
@database_url_option
@json_option
@click.pass_obj
def show(invocation: Invocation, reference: str, as_of: datetime | None, database_url: str | None) -> None:
    """Show one product. REF: its GTIN or id."""
    known_as = product_reference(reference)
    shown = invocation.open(database_url).show_product(known_as, as_of=as_of)
    invocation.answer(shown.product, answers.product, tables.product)


@products.command()
@as_of_option
@database_url_option
@json_option
@click.pass_obj
def categories(invocation: Invocation, as_of: datetime | None, database_url: str | None) -> None:
    """List the kinds of goods, and how many products each of them holds, everything below it included."""
    listed = invocation.open(database_url).list_categories(as_of=as_of)
    invocation.answer(listed, answers.categories, tables.categories)


@products.command()
@click.argument("words", nargs=-1)
@click.option("--limit", type=int, metavar="N", default=20, show_default=True, help="How many at most, 1 to 100.")
@after_option
@as_of_option
@database_url_option
@json_option
@click.pass_obj
def brands(
    invocation: Invocation,
    words: tuple[str, ...],
    limit: int,
    after: str | None,
    as_of: datetime | None,
    database_url: str | None,
) -> None:
    """List brands by name, those with WORDS in it. A brand is one however its case and accents are written."""
    slug = answers.read_brand_cursor(after) if after else None
    listed = invocation.open(database_url).list_brands(" ".join(words), limit=limit, after=slug, as_of=as_of)
    invocation.answer(listed, answers.brands_page, tables.brands)
