"""Products and pages of them as JSON-ready values."""

from coprra.domain.products.find_products import FoundProducts
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.product import InvalidProductId, Product, ProductId
from coprra.domain.products.relevance import Relevance
from coprra.entrypoints.answers.cursors import InvalidCursor, opened, sealed
from coprra.entrypoints.answers.values import JsonObject, instant


def product(value: Product) -> JsonObject:
    """A product. gtins: as people write them, 8, 13 or 14 digits (a UPC-A with its zero); every form is understood."""
    return {
        "id": value.id.value,
        "name": value.name,
        "brand": value.brand,
        "category": value.category,
        "gtins": [gtin.short for gtin in value.gtins],
        "first_seen": instant(value.first_seen),
    }


def products_page(value: FoundProducts) -> JsonObject:
    """A page of products. next: the cursor of the following page; null on the last."""
    return {
        "as_of": instant(value.as_of),
        "products": [product(one) for one in value.page.products],
        "next": cursor(value.page.next) if value.page.next else None,
    }


def cursor(value: ProductCursor) -> str:
    """A page's end as an opaque word that is safe in a URL."""
    found = [] if value.relevance is Relevance.NAME else [str(value.relevance.value)]
    return sealed([value.sort_name, value.id.value, *found])


def read_cursor(text: str) -> ProductCursor:
    """The inverse of `cursor`. Raises: InvalidCursor for anything that `cursor` did not give."""
    try:
        sort_name, product_id, *found = opened(text)
        relevance = Relevance(int(*found)) if found else Relevance.NAME
        return ProductCursor(sort_name, ProductId(product_id), relevance)
    except (ValueError, InvalidProductId) as error:
        raise InvalidCursor.of_strangers() from error
