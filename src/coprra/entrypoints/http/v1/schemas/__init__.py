"""Schemas of version 1: what is taken, checked on every request, and what is given, checked by the tests."""

from coprra.entrypoints.http.v1.schemas.catalogue import BrandsPage, Categories
from coprra.entrypoints.http.v1.schemas.chains import Chains
from coprra.entrypoints.http.v1.schemas.comparison import Comparison
from coprra.entrypoints.http.v1.schemas.decisions import Suspects
from coprra.entrypoints.http.v1.schemas.discounts import Discounts
from coprra.entrypoints.http.v1.schemas.history import History
from coprra.entrypoints.http.v1.schemas.products import Product, ProductsPage, Suggestions
from coprra.entrypoints.http.v1.schemas.questions import (
    BrowseProducts,
    CompareOffers,
    JudgeDiscounts,
    ListBrands,
    ListCategories,
    ListChains,
    ListSuspects,
    ShowHistory,
    ShowProduct,
    SuggestProducts,
)

__all__ = [
    "BrandsPage",
    "BrowseProducts",
    "Categories",
    "Chains",
    "CompareOffers",
    "Comparison",
    "Discounts",
    "History",
    "JudgeDiscounts",
    "ListBrands",
    "ListCategories",
    "ListChains",
    "ListSuspects",
    "Product",
    "ProductsPage",
    "ShowHistory",
    "ShowProduct",
    "SuggestProducts",
    "Suggestions",
    "Suspects",
]
