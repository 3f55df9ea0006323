"""Products and pages of them as JSON-ready values."""

from coprra.domain.prices.best_price import BestPrice
from coprra.domain.prices.browse_products import BrowsedProducts, Cursor, Facets, PriceCursor, Sorting
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.product import InvalidProductId, Product, ProductId
from coprra.domain.products.relevance import Relevance
from coprra.domain.products.suggest_products import SuggestedProducts
from coprra.entrypoints.answers.cursors import InvalidCursor, opened, sealed
from coprra.entrypoints.answers.values import JsonObject, instant, instant_or_none, money_or_none

_BY_PRICE = (Sorting.PRICE, Sorting.PRICE_DESCENDING)


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


def products_page(value: BrowsedProducts) -> JsonObject:
    """A page of products with what each costs least. next: the cursor of the following page; null on the last.

    complete: false where by price only the first 1,000 products that were found are in order, and no others follow.
    facets: null where they were not asked for. valid_until: until then the prices stay so without a new list.
    """
    return {
        "as_of": instant(value.as_of),
        "products": [{**product(one.product), "best_price": best_price(one.best)} for one in value.products],
        "facets": facets(value.facets) if value.facets else None,
        "next": browse_cursor(value.next) if value.next else None,
        "complete": value.complete,
        "valid_until": instant_or_none(value.valid_until),
    }


def best_price(value: BestPrice) -> JsonObject:
    """What one piece costs least; price: null where nothing can be relied on. chains: who asks something for it."""
    return {
        "price": money_or_none(value.price),
        "special": value.special,
        "offers": value.offers,
        "chains": list(value.chains),
    }


def facets(value: Facets) -> JsonObject:
    """How many of the products found there are of each kind, the most frequent first."""
    return {
        "categories": [{"code": code, "products": number} for code, number in value.categories],
        "brands": [{"name": brand.name, "slug": brand.slug, "products": number} for brand, number in value.brands],
        "chains": [{"code": code, "products": number} for code, number in value.chains],
        "counted": value.counted,
        "complete": value.complete,
    }


def suggestions(value: SuggestedProducts) -> JsonObject:
    """The products that fit best what is typed."""
    return {
        "as_of": instant(value.as_of),
        "products": [{"id": one.id.value, "name": one.name, "brand": one.brand} for one in value.products],
    }


def browse_cursor(value: Cursor) -> str:
    """The end of a page of `products_page` as an opaque word that is safe in a URL."""
    if isinstance(value, ProductCursor):
        return cursor(value)
    return sealed([*_texts(value.product), value.sort.value, "" if value.price is None else str(value.price)])


def read_browse_cursor(text: str) -> Cursor:
    """The inverse of `browse_cursor`. Raises: InvalidCursor for anything that `browse_cursor` did not give."""
    try:
        *product_texts, kind, price = opened(text)
        if kind in _BY_PRICE:
            return PriceCursor(int(price) if price else None, _place(product_texts), Sorting(kind))
    except (ValueError, InvalidProductId) as error:
        raise InvalidCursor.of_strangers() from error
    return read_cursor(text)


def cursor(value: ProductCursor) -> str:
    """A page's end as an opaque word that is safe in a URL."""
    return sealed(_texts(value))


def read_cursor(text: str) -> ProductCursor:
    """The inverse of `cursor`. Raises: InvalidCursor for anything that `cursor` did not give."""
    try:
        return _place(opened(text))
    except (ValueError, InvalidProductId) as error:
        raise InvalidCursor.of_strangers() from error


def _texts(value: ProductCursor) -> list[str]:
    found = [] if value.relevance is Relevance.NAME else [str(value.relevance.value)]
    return [value.sort_name, value.id.value, *found]


def _place(texts: list[str]) -> ProductCursor:
    sort_name, product_id, relevance = texts if len(texts) > 2 else [*texts, str(Relevance.NAME.value)]
    return ProductCursor(sort_name, ProductId(product_id), Relevance(int(relevance)))
