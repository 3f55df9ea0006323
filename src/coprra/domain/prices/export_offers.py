"""Export what is asked for every product, as a comparison of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.compare_offers import EVERYWHERE, ONE_PIECE, Comparison
from coprra.domain.prices.offer import offer_of
from coprra.domain.prices.ports import OpenPriceReads, PriceReads
from coprra.domain.prices.quarantine import Peers
from coprra.domain.prices.ranking import rank
from coprra.domain.products.category import category as category_of
from coprra.domain.products.product import Product

_PAGE = 500


@dataclass(frozen=True, slots=True)
class ExportOffers:
    """Use case: the offers of all products as of an instant, as `CompareOffers` gives those of one."""

    clock: Clock
    reads: OpenPriceReads

    def __call__(
        self,
        *,
        as_of: datetime | None = None,
        branches: BranchFilter = EVERYWHERE,
        category: str | None = None,
        unfold: bool = False,
    ) -> Iterator[Comparison]:
        """Of one snapshot, streamed: by the products' folded names, then ids; those without any offer are left out.

        branches narrows what is shown; what is suspect is judged among all. category: a code; with all below it.

        Raises: UnknownBranch, UnknownCategory, Unavailable; each with the first comparison.
        """
        codes = category_of(category).codes if category is not None else None
        as_of = as_of or self.clock.now()
        with self.reads() as snapshot:
            branches.check(branch.id for known in snapshot.chains(as_of) for branch, _ in known.branches)
            for product in _products(snapshot, as_of, codes):
                series = snapshot.series(product.id, as_of)
                peers = Peers(series)
                shown = (one for one in series if one.listing.branch.id in branches)
                offers = [offer for one in shown if (offer := offer_of(one, peers, ONE_PIECE))]
                if offers:
                    ranking = rank(offers, unfold=unfold)
                    yield Comparison(product, as_of, ONE_PIECE, ranking, snapshot.revision)


def _products(snapshot: PriceReads, as_of: datetime, categories: frozenset[str] | None) -> Iterator[Product]:
    following = None
    while True:
        page = snapshot.find_products((), as_of, after=following, limit=_PAGE, categories=categories)
        yield from page.products
        following = page.next
        if following is None:
            return
