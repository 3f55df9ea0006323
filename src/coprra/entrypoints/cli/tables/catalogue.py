"""Categories and brands as blocks for a screen."""

from coprra.domain.products.list_brands import ListedBrands
from coprra.domain.products.list_categories import CountedCategories
from coprra.entrypoints import answers
from coprra.entrypoints.cli.screen import Block, Column, Gap, Prose, Table, safe
from coprra.entrypoints.cli.wording import count, minute_utc


def categories(listed: CountedCategories) -> list[Block]:
    """The tree, indented, with the products that each category and all below it hold."""
    rows = tuple(
        (f"{'  ' * (len(one.category.path) - 1)}{one.category.code}", one.category.name, f"{one.products:,}")
        for one in listed.categories
    )
    columns = (Column("Category"), Column("What it is", flexible=True), Column("Products", numeric=True))
    without = f"{count(listed.unsorted, 'product')} without a category; " if listed.unsorted else ""
    return [Table(columns, rows), Gap(), Prose(f"{without}as of {minute_utc(listed.as_of)}.", quiet=True)]


def brands(listed: ListedBrands) -> list[Block]:
    """A page of brands."""
    if not listed.page.brands:
        return [Prose("No brand has these words in its name.")]
    rows = tuple((safe(one.brand.name), f"{one.products:,}") for one in listed.page.brands)
    shown: list[Block] = [Table((Column("Brand", flexible=True), Column("Products", numeric=True)), rows)]
    if listed.page.next:
        follow = answers.brand_cursor(listed.page.next)
        shown += [Gap(), Prose(f"There are more; they follow with --after {follow}", quiet=True)]
    return shown
