"""Products and pages of them as JSON-ready values."""

import base64
import binascii
import hashlib
import json

from coprra.domain.kernel.errors import Invalid
from coprra.domain.products.find_products import FoundProducts
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.product import Product, ProductId
from coprra.entrypoints.answers.values import JsonObject, instant


class InvalidCursor(Invalid):
    """A text that is not the `next` of an earlier page."""

    code = "invalid_cursor"


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
    place = [value.sort_name, value.id.value]
    # The digest keeps nobody out; it tells a cursor that lost a letter on its way from one that is whole.
    digest = hashlib.sha256(repr(place).encode("utf-8", "surrogatepass")).hexdigest()[:8]
    text = json.dumps([*place, digest], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str) -> ProductCursor:
    """The inverse of `cursor`. Raises: InvalidCursor for anything that `cursor` did not give."""
    try:
        place = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        sort_name, product_id, _ = place
        value = ProductCursor(str(sort_name), ProductId(str(product_id)))
        if cursor(value) == text:
            return value
    except (ValueError, TypeError, RecursionError, binascii.Error, Invalid):
        pass
    raise InvalidCursor("This is not the `next` of an earlier page; begin again without a cursor.")
