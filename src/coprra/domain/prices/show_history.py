"""Show what was asked for one product over time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.instants import EARLIEST
from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.compare_offers import EVERYWHERE
from coprra.domain.prices.history import ListingHistory, history_of
from coprra.domain.prices.ports import OpenPriceReads
from coprra.domain.prices.quarantine import Peers
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.product import Product, ProductId

LONGEST_WINDOW_DAYS = 3660


class InvalidWindow(Invalid):
    """A window that no history fills."""

    code = "invalid_window"


@dataclass(frozen=True, slots=True)
class PriceHistory:
    """A product's listings, each with its steps and statistics, by chain, branch and sku, up to as_of.

    since: where the window begins; None: when tracking began.
    """

    product: Product
    as_of: datetime
    since: datetime | None
    listings: tuple[ListingHistory, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """Use case: the step function of a product's prices, per listing."""

    clock: Clock
    reads: OpenPriceReads

    def __call__(
        self,
        reference: ProductId | Gtin,
        *,
        as_of: datetime | None = None,
        branches: BranchFilter = EVERYWHERE,
        days: int | None = None,
    ) -> PriceHistory:
        """days: how far back from as_of, 1 to 3660; None: everything.

        Raises: UnknownProduct, UnknownBranch, InvalidWindow, Unavailable.
        """
        if days is not None and not 1 <= days <= LONGEST_WINDOW_DAYS:
            raise InvalidWindow(f"A window has 1 to {LONGEST_WINDOW_DAYS} days.")
        as_of = as_of or self.clock.now()
        since = None if days is None else as_of - min(timedelta(days=days), as_of - EARLIEST)
        with self.reads() as snapshot:
            product = snapshot.product(reference, as_of)
            series = snapshot.series(product.id, as_of)
            revision = snapshot.revision
            if branches.wanted:
                branches.check(branch.id for known in snapshot.chains(as_of) for branch, _ in known.branches)
        peers = Peers(series)
        listings = (history_of(one, peers, since=since) for one in series if one.listing.branch.id in branches)
        return PriceHistory(product, as_of, since, tuple(one for one in listings if one), revision)
