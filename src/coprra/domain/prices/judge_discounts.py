"""Judge the announced reductions of one product: is each one a reduction of the lowest price of the 30 days before?"""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.compare_offers import EVERYWHERE
from coprra.domain.prices.discount import Discount, discount_changes_at, discount_of
from coprra.domain.prices.ports import OpenPriceReads
from coprra.domain.prices.quarantine import Peers
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.product import Product, ProductId


@dataclass(frozen=True, slots=True)
class JudgedDiscounts:
    """A verdict for each listing of the product with a special price in force, by chain, branch and sku.

    valid_until: until then it stays the same without a new observation; None when it always would.
    """

    product: Product
    as_of: datetime
    discounts: tuple[Discount, ...]
    revision: int
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class JudgeDiscounts:
    """Use case: which of a product's special prices are honest reductions, for each branch by itself."""

    clock: Clock
    reads: OpenPriceReads

    def __call__(
        self, reference: ProductId | Gtin, *, as_of: datetime | None = None, branches: BranchFilter = EVERYWHERE
    ) -> JudgedDiscounts:
        """What is suspect is judged among all branches; `branches` narrows what is shown.

        Raises: UnknownProduct, UnknownBranch, Unavailable.
        """
        as_of = as_of or self.clock.now()
        with self.reads() as snapshot:
            product = snapshot.product(reference, as_of)
            series = snapshot.series(product.id, as_of)
            revision = snapshot.revision
            if branches.wanted:
                branches.check(branch.id for known in snapshot.chains(as_of) for branch, _ in known.branches)
        peers = Peers(series)
        judged = [(one, discount_of(one, peers)) for one in series if one.listing.branch.id in branches]
        turns = [discount_changes_at(one, peers, in_force=discount is not None) for one, discount in judged]
        return JudgedDiscounts(
            product,
            as_of,
            tuple(discount for _, discount in judged if discount),
            revision,
            min((turn for turn in turns if turn), default=None),
        )
