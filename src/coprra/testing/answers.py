"""Everything a store answers, in one comparable text: what must not depend on the order of arrival."""

from datetime import datetime

from coprra.adapters.system.clock import StoppedClock
from coprra.domain.prices.compare_offers import CompareOffers
from coprra.domain.prices.list_chains import ListChains
from coprra.domain.prices.show_history import ShowHistory
from coprra.domain.products.find_products import FindProducts
from coprra.testing.builders import Store


def all_answers(store: Store, as_of: datetime) -> str:
    """Products, chains, offers and histories as of an instant, without the revision, which counts arrivals."""
    clock = StoppedClock(as_of)
    page = FindProducts(clock, store.reads)("", limit=100).page
    lines = [repr(page), repr(ListChains(clock, store.reads)().chains)]
    for product in page.products:
        comparison = CompareOffers(clock, store.reads)(product.id)
        history = ShowHistory(clock, store.reads)(product.id)
        lines += [repr(comparison.ranking), repr(history.listings)]
    return "\n".join(lines)
