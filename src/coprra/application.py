"""Application: every use case by name, typed; what entrypoints and embedders hold."""

from dataclasses import dataclass

from coprra.domain.kernel.ports import Schema
from coprra.domain.prices.check_feed import CheckFeed
from coprra.domain.prices.compare_offers import CompareOffers
from coprra.domain.prices.import_feed import ImportFeed
from coprra.domain.prices.list_chains import ListChains
from coprra.domain.prices.list_profiles import ListProfiles
from coprra.domain.prices.show_history import ShowHistory
from coprra.domain.products.find_products import FindProducts
from coprra.domain.products.show_product import ShowProduct


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """All that coprra can do, ready to call: ``app.compare_offers(gtin)``. Safe to share between threads."""

    find_products: FindProducts
    show_product: ShowProduct
    compare_offers: CompareOffers
    show_history: ShowHistory
    list_chains: ListChains
    list_profiles: ListProfiles
    check_feed: CheckFeed
    import_feed: ImportFeed
    schema: Schema
