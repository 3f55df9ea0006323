"""Compare the offers of one product: what each store asks as of an instant, in order, and why."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.landed_price import Order
from coprra.domain.prices.observation import ANY_CONDITION, Condition
from coprra.domain.prices.offer import offer_of
from coprra.domain.prices.ports import OpenPriceReads
from coprra.domain.prices.quarantine import Peers
from coprra.domain.prices.ranking import Ranking, rank
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.product import Product, ProductId

EVERYWHERE = BranchFilter()
ONE_PIECE = Order()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A product's ranking as of an instant (aware, UTC), from the snapshot of that revision.

    conditions: those that were asked for.
    """

    product: Product
    as_of: datetime
    order: Order
    ranking: Ranking
    revision: int
    conditions: frozenset[Condition] = ANY_CONDITION


@dataclass(frozen=True, slots=True)
class CompareOffers:
    """Use case: which offer costs least, delivered, and why."""

    clock: Clock
    reads: OpenPriceReads

    def __call__(
        self,
        reference: ProductId | Gtin,
        *,
        as_of: datetime | None = None,
        branches: BranchFilter = EVERYWHERE,
        order: Order = ONE_PIECE,
        conditions: frozenset[Condition] = ANY_CONDITION,
        unfold: bool = False,
    ) -> Comparison:
        """as_of: the clock's now when not given. conditions: offers in others are set aside.

        branches narrows what is shown; what is suspect is judged among all.

        Raises: UnknownProduct, UnknownBranch, Unavailable.
        """
        as_of = as_of or self.clock.now()
        with self.reads() as snapshot:
            product = snapshot.product(reference, as_of)
            series = snapshot.series(product.id, as_of)
            revision = snapshot.revision
            if branches.wanted:
                branches.check(branch.id for known in snapshot.chains(as_of) for branch, _ in known.branches)
        shown = [one for one in series if one.listing.branch.id in branches]
        peers = Peers(series)
        offers = [offer.wanted_in(conditions) for one in shown if (offer := offer_of(one, peers, order))]
        return Comparison(product, as_of, order, rank(offers, unfold=unfold), revision, conditions)
