"""Products as blocks for a screen."""

from coprra.domain.prices.browse_products import MOST_EXAMINED, BrowsedProducts, Facets
from coprra.domain.products.product import Product
from coprra.domain.products.suggest_products import SuggestedProducts
from coprra.entrypoints import answers
from coprra.entrypoints.cli.screen import Block, Column, Gap, Prose, Table, Title, safe
from coprra.entrypoints.cli.wording import (
    count,
    minute_utc,
    product_line,
)

_MOST_NAMED = 12


def browsed_products(found: BrowsedProducts) -> list[Block]:
    """A page of the catalogue, with best prices."""
    shown: list[Block] = [_products(found)] if found.products else []
    if not found.products and not found.next:
        shown.append(Prose("No product has these words in its name or brand."))
    if not found.complete:
        shown += [
            Gap(),
            Prose(f"By price are the first {MOST_EXAMINED:,} that were found; there are others.", quiet=True),
        ]
    if found.facets:
        shown += [Gap(), *_facets(found.facets)]
    if found.next:
        follow = answers.browse_cursor(found.next)
        shown += [Gap(), Prose(f"There are more; they follow with --after {follow}", quiet=True)]
    return shown


def _products(found: BrowsedProducts) -> Table:
    rows = tuple(
        (
            ", ".join(gtin.short for gtin in one.product.gtins) or "none",
            safe(one.product.name),
            safe(one.product.brand or ""),
            f"{one.best.price}{'*' if one.best.special else ''}" if one.best.price else "",
            str(one.best.offers) if one.best.offers else "",
            str(one.product.id),
        )
        for one in found.products
    )
    columns = (
        Column("GTIN", flexible=True, whole_words=True),
        Column("Product", flexible=True),
        Column("Brand", flexible=True),
        Column("Best price", numeric=True),
        Column("Offers", numeric=True),
        Column("Id"),
    )
    return Table(columns, rows)


def _facets(facets: Facets) -> list[Block]:
    counted = (
        ("Categories", [f"{code} {number:,}" for code, number in facets.categories]),
        ("Brands", [f"{safe(brand.name)} {number:,}" for brand, number in facets.brands]),
        ("Chains", [f"{code} {number:,}" for code, number in facets.chains]),
    )
    of = "" if facets.complete else f" Counted among the first {MOST_EXAMINED:,} that were found."
    lines = [Prose(f"{name}: {', '.join(said[:_MOST_NAMED])}") for name, said in counted if said]
    return [*lines, Prose(f"{count(facets.counted, 'product')}.{of}", quiet=True)]


def suggestions(suggested: SuggestedProducts) -> list[Block]:
    """Names, the best fit first."""
    if not suggested.products:
        return [Prose("No product has these words in its name or brand.")]
    rows = tuple((safe(one.name), safe(one.brand or ""), str(one.id)) for one in suggested.products)
    return [Table((Column("Product", flexible=True), Column("Brand", flexible=True), Column("Id")), rows)]


def product(shown: Product) -> list[Block]:
    """One product's directory entry."""
    return [
        Title(safe(shown.name)),
        Prose(product_line(shown)),
        Prose(f"First listed {minute_utc(shown.first_seen)}.", quiet=True),
    ]
