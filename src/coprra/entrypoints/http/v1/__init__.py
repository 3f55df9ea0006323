"""Version 1 of the API: one line per endpoint."""

from pyramid.config import Configurator

from coprra.entrypoints.http.keeping import Lasting
from coprra.entrypoints.http.security import PUBLIC
from coprra.entrypoints.http.v1 import schemas, views


def includeme(config: Configurator) -> None:
    """Method, path, view, permission, what it takes, what it gives, for how long the answer lasts."""
    add = config.add_endpoint
    instant, until_stated, always = Lasting.INSTANT, Lasting.UNTIL_STATED, Lasting.ALWAYS
    add("GET", "/products", views.browse_products, PUBLIC, schemas.BrowseProducts, schemas.ProductsPage, until_stated)
    add(
        "GET", "/products/suggest", views.suggest_products, PUBLIC, schemas.SuggestProducts, schemas.Suggestions, always
    )
    add("GET", "/products/{reference}", views.show_product, PUBLIC, schemas.ShowProduct, schemas.Product, always)
    add(
        "GET",
        "/products/{reference}/offers",
        views.compare_offers,
        PUBLIC,
        schemas.CompareOffers,
        schemas.Comparison,
        until_stated,
        linked_data=views.offers_as_linked_data,
    )
    add(
        "GET",
        "/products/{reference}/history",
        views.show_history,
        PUBLIC,
        schemas.ShowHistory,
        schemas.History,
        instant,
    )
    add(
        "GET",
        "/products/{reference}/discounts",
        views.judge_discounts,
        PUBLIC,
        schemas.JudgeDiscounts,
        schemas.Discounts,
        until_stated,
    )
    add("GET", "/categories", views.list_categories, PUBLIC, schemas.ListCategories, schemas.Categories, always)
    add("GET", "/brands", views.list_brands, PUBLIC, schemas.ListBrands, schemas.BrandsPage, always)
    add("GET", "/chains", views.list_chains, PUBLIC, schemas.ListChains, schemas.Chains, always)
    add("GET", "/suspects", views.list_suspects, PUBLIC, schemas.ListSuspects, schemas.Suspects, instant)
