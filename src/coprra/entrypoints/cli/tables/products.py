"""Products as blocks for a screen."""

from coprra.domain.products.find_products import FoundProducts
from coprra.domain.products.product import Product
from coprra.entrypoints import answers
from coprra.entrypoints.cli.screen import Block, Column, Gap, Prose, Table, Title, safe
from coprra.entrypoints.cli.wording import (
    minute_utc,
    product_line,
)


def found_products(found: FoundProducts) -> list[Block]:
    """A page of the catalogue."""
    if not found.page.products:
        return [Prose("No product has these words in its name or brand.")]
    rows = tuple(
        (
            ", ".join(gtin.short for gtin in product.gtins) or "none",
            safe(product.name),
            safe(product.brand or ""),
            str(product.id),
        )
        for product in found.page.products
    )
    columns = (
        Column("GTIN", flexible=True, whole_words=True),
        Column("Product", flexible=True),
        Column("Brand", flexible=True),
        Column("Id"),
    )
    shown: list[Block] = [Table(columns, rows)]
    if found.page.next:
        shown += [
            Gap(),
            Prose(f"There are more; they follow with --after {answers.cursor(found.page.next)}", quiet=True),
        ]
    return shown


def product(shown: Product) -> list[Block]:
    """One product's directory entry."""
    return [
        Title(safe(shown.name)),
        Prose(product_line(shown)),
        Prose(f"First listed {minute_utc(shown.first_seen)}.", quiet=True),
    ]
