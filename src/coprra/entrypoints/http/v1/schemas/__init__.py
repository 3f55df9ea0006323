"""Schemas of version 1: what is taken, checked on every request, and what is given, checked by the tests."""

from coprra.entrypoints.http.v1.schemas.chains import Chains
from coprra.entrypoints.http.v1.schemas.comparison import Comparison
from coprra.entrypoints.http.v1.schemas.history import History
from coprra.entrypoints.http.v1.schemas.products import Product, ProductsPage
from coprra.entrypoints.http.v1.schemas.questions import (
    CompareOffers,
    FindProducts,
    ListChains,
    ShowHistory,
    ShowProduct,
)

__all__ = [
    "Chains",
    "CompareOffers",
    "Comparison",
    "FindProducts",
    "History",
    "ListChains",
    "Product",
    "ProductsPage",
    "ShowHistory",
    "ShowProduct",
]
