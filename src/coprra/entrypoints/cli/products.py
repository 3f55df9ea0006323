"""Commands about products."""

from datetime import datetime
from decimal import Decimal

import click

from coprra.domain.kernel.money import Currency
from coprra.domain.prices.browse_products import Sorting, Wanted
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.products.gtin import read_gtin
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import (
    amount,
    as_of_option,
    database_url_option,
    json_option,
    product_reference,
)

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
@click.option("--chain", metavar="LIST", default="", help="Only what one of these chains sells now: spar,konzum.")
@click.option("--gtin", metavar="GTIN", help="Only the product of that number.")
@click.option("--min-price", type=amount, metavar="AMOUNT", help="Only what costs at least that much.")
@click.option("--max-price", type=amount, metavar="AMOUNT", help="Only what costs at most that much.")
@click.option("--currency", metavar="CODE", help="Only what is priced in it, such as EUR.")
@click.option("--on-special/--not-on-special", default=None, help="Only where the best price is a special one, or not.")
@click.option(
    "--sort",
    type=click.Choice([str(order) for order in Sorting]),
    default=Sorting.RELEVANCE.value,
    show_default=True,
    help="The order.",
)
@click.option("--facets", is_flag=True, help="Count what is found by category, brand and chain.")
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
    chain: str,
    gtin: str | None,
    min_price: Decimal | None,
    max_price: Decimal | None,
    currency: str | None,
    on_special: bool | None,
    sort: str,
    facets: bool,
    as_of: datetime | None,
    database_url: str | None,
) -> None:
    """Find products by WORDS of their name or brand, and what each costs least.

    Case and accents don't matter, and the beginning of a word is enough. Without WORDS: all products.
    """
    cursor = answers.read_browse_cursor(after) if after else None
    asked_in = Currency(currency) if currency else None
    wanted = Wanted(min_price, max_price, asked_in, BranchFilter.parse(chain), on_special)
    number = read_gtin(gtin).gtin if gtin else None
    browsed = invocation.open(database_url).browse_products(
        " ".join(words),
        category=category,
        brand=brand,
        gtin=number,
        wanted=wanted,
        sort=Sorting(sort),
        limit=limit,
        after=cursor,
        facets=facets,
        as_of=as_of,
    )
    invocation.answer(browsed, answers.products_page, tables.browsed_products)


@products.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=int, metavar="N", default=8, show_default=True, help="How many at most, 1 to 20.")
@as_of_option
@database_url_option
@json_option
@click.pass_obj
def suggest(
    invocation: Invocation, words: tuple[str, ...], limit: int, as_of: datetime | None, database_url: str | None
) -> None:
    """Complete WORDS as somebody types them: the names that fit best, each once."""
    suggested = invocation.open(database_url).suggest_products(" ".join(words), limit=limit, as_of=as_of)
    invocation.answer(suggested, answers.suggestions, tables.suggestions)


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
