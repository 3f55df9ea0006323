"""What version 1 takes, checked on every request."""

from coprra.domain.prices import list_suspects
from coprra.domain.prices.landed_price import MOST_PIECES
from coprra.domain.prices.show_history import LONGEST_WINDOW_DAYS
from coprra.domain.products.find_products import LARGEST_PAGE
from coprra.domain.products.suggest_products import MOST_SUGGESTED
from coprra.entrypoints.http.parameters import (
    Amount,
    Branches,
    BrandCursor,
    BrandName,
    BrowseCursor,
    CategoryCode,
    Conditions,
    Country,
    CurrencyCode,
    Cursor,
    Flag,
    GtinNumber,
    Instant,
    Number,
    Order,
    Query,
    Reference,
    Words,
)
from coprra.entrypoints.http.v1 import views


class BrowseProducts(Query):
    """GET /products."""

    asks = views.ProductsAsked
    q = Words()
    category = CategoryCode()
    brand = BrandName()
    chain = Branches()
    gtin = GtinNumber()
    min_price = Amount()
    max_price = Amount()
    currency = CurrencyCode()
    on_special = Flag()
    sort = Order()
    facets = Flag()
    limit = Number(1, LARGEST_PAGE)
    cursor = BrowseCursor()
    as_of = Instant()


class SuggestProducts(Query):
    """GET /products/suggest."""

    asks = views.SuggestionsAsked
    q = Words()
    limit = Number(1, MOST_SUGGESTED)
    as_of = Instant()


class ShowProduct(Query):
    """GET /products/{reference}."""

    asks = views.ProductAsked
    reference = Reference()
    as_of = Instant()


class CompareOffers(Query):
    """GET /products/{reference}/offers."""

    asks = views.OffersAsked
    reference = Reference()
    as_of = Instant()
    branches = Branches()
    country = Country()
    condition = Conditions()
    quantity = Number(1, MOST_PIECES)
    unfold = Flag()
    currency = CurrencyCode()


class ShowHistory(Query):
    """GET /products/{reference}/history."""

    asks = views.HistoryAsked
    reference = Reference()
    as_of = Instant()
    branches = Branches()
    days = Number(1, LONGEST_WINDOW_DAYS)


class JudgeDiscounts(Query):
    """GET /products/{reference}/discounts."""

    asks = views.DiscountsAsked
    reference = Reference()
    as_of = Instant()
    branches = Branches()


class ListCategories(Query):
    """GET /categories."""

    asks = views.CategoriesAsked
    as_of = Instant()


class ListBrands(Query):
    """GET /brands."""

    asks = views.BrandsAsked
    q = Words()
    limit = Number(1, LARGEST_PAGE)
    cursor = BrandCursor()
    as_of = Instant()


class ListChains(Query):
    """GET /chains."""

    asks = views.ChainsAsked
    as_of = Instant()


class ListSuspects(Query):
    """GET /suspects."""

    asks = views.SuspectsAsked
    as_of = Instant()
    branches = Branches()
    limit = Number(1, list_suspects.LARGEST_PAGE)
    cursor = Cursor()
