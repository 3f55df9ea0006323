"""Categories and brands as JSON-ready values."""

from coprra.domain.products.list_brands import ListedBrands
from coprra.domain.products.list_categories import CountedCategories
from coprra.entrypoints.answers.cursors import InvalidCursor, opened, sealed
from coprra.entrypoints.answers.values import JsonObject, instant


def categories(value: CountedCategories) -> JsonObject:
    """The tree as a list, parents before their children; each with the products that it or anything below it holds.

    unsorted: products that no list gives a known category.
    """
    return {
        "as_of": instant(value.as_of),
        "categories": [
            {
                "code": one.category.code,
                "name": one.category.name,
                "parent": one.category.parent,
                "products": one.products,
            }
            for one in value.categories
        ],
        "unsorted": value.unsorted,
    }


def brands_page(value: ListedBrands) -> JsonObject:
    """A page of brands. next: the cursor of the following page; null on the last."""
    return {
        "as_of": instant(value.as_of),
        "brands": [
            {"name": one.brand.name, "slug": one.brand.slug, "products": one.products} for one in value.page.brands
        ],
        "next": brand_cursor(value.page.next) if value.page.next else None,
    }


def brand_cursor(slug: str) -> str:
    """A page's end as an opaque word that is safe in a URL."""
    return sealed([slug])


def read_brand_cursor(text: str) -> str:
    """The inverse of `brand_cursor`. Raises: InvalidCursor for anything that `brand_cursor` did not give."""
    try:
        (slug,) = opened(text)
    except ValueError as error:
        raise InvalidCursor.of_strangers() from error
    return slug
