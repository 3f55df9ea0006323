"""Compare the offers of one product: what each store asks as of an instant, in order, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from coprra.domain.exchange.exchange import MAX_AGE, Exchange
from coprra.domain.exchange.rate import last_day_known
from coprra.domain.kernel.money import Currency
from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.conversion import in_currency
from coprra.domain.prices.landed_price import Order
from coprra.domain.prices.observation import ANY_CONDITION, Condition
from coprra.domain.prices.offer import offer_of
from coprra.domain.prices.ports import NOTHING_KEPT, KeptOffers, OpenPriceReads
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
    max_rate_age: timedelta = MAX_AGE
    kept: KeptOffers = NOTHING_KEPT

    def __call__(
        self,
        reference: ProductId | Gtin,
        *,
        as_of: datetime | None = None,
        branches: BranchFilter = EVERYWHERE,
        order: Order = ONE_PIECE,
        conditions: frozenset[Condition] = ANY_CONDITION,
        unfold: bool = False,
        currency: Currency | None = None,
    ) -> Comparison:
        """as_of: the clock's now when not given. conditions: offers in others are set aside.

        branches narrows what is shown; what is suspect is judged among all.

        currency: what every offer is converted to and compared in; without it no rate is read, and nothing converted.

        Raises: UnknownProduct, UnknownBranch, Unavailable; UnknownRate, StaleRate and InvalidMoney, see `in_currency`.
        """
        as_of = as_of or self.clock.now()
        kept = None if currency or branches.wanted else self.kept.find(reference, as_of, order)
        if kept:
            offers = [offer.wanted_in(conditions) for offer in kept.offers]
            return Comparison(kept.product, as_of, order, rank(offers, unfold=unfold), kept.revision, conditions)
        with self.reads() as snapshot:
            product = snapshot.product(reference, as_of)
            series = snapshot.series(product.id, as_of)
            revision = snapshot.revision
            publication = snapshot.publication(last_day_known(as_of)) if currency else None
            if branches.wanted:
                branches.check(branch.id for known in snapshot.chains(as_of) for branch, _ in known.branches)
        shown = [one for one in series if one.listing.branch.id in branches]
        peers = Peers(series)
        offers = [offer.wanted_in(conditions) for one in shown if (offer := offer_of(one, peers, order))]
        conversion = None
        if currency:
            offers, conversion = in_currency(offers, currency, Exchange(publication, as_of, self.max_rate_age))
        ranking = rank(offers, unfold=unfold, conversion=conversion)
        return Comparison(product, as_of, order, ranking, revision, conditions)
