"""What version 1 takes, checked on every request."""

from coprra.domain.prices import list_suspects
from coprra.domain.prices.landed_price import MOST_PIECES
from coprra.domain.prices.show_history import LONGEST_WINDOW_DAYS
from coprra.domain.products.find_products import LARGEST_PAGE
from coprra.entrypoints.http.parameters import (
    Branches,
    BrandCursor,
    BrandName,
    CategoryCode,
    Conditions,
    Country,
    CurrencyCode,
    Cursor,
    Flag,
    Instant,
    Number,
    Query,
    Reference,
    Words,
)
from coprra.entrypoints.http.v1 import views


class FindProducts(Query):
    """GET /products."""

    asks = views.ProductsAsked
    q = Words()
    category = CategoryCode()
    brand = BrandName()
    limit = Number(1, LARGEST_PAGE)
    cursor = Cursor()
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
