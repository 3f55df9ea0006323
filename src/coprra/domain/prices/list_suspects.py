"""List the prices that are quarantined, so that a person can look at them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.compare_offers import EVERYWHERE
from coprra.domain.prices.ports import OpenPriceReads, PriceReads
from coprra.domain.prices.quarantine import BAND, Peers, Suspicion, suspect_since
from coprra.domain.prices.series import Listing, Step
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.product import Product, ProductId

LARGEST_PAGE = 100
MOST_EXAMINED = 2_000
_BATCH = 1_000


class InvalidPage(Invalid):
    """A page of a size that nobody gets."""

    code = "invalid_page"


@dataclass(frozen=True, slots=True)
class SuspectPrice:
    """A price in force that is not believed, and why; `step` says since when it is asked."""

    listing: Listing
    step: Step
    suspicion: Suspicion


@dataclass(frozen=True, slots=True)
class SuspectProduct:
    """A product with suspect prices, by chain, branch and sku."""

    product: Product
    prices: tuple[SuspectPrice, ...]


@dataclass(frozen=True, slots=True)
class Suspects:
    """A page of products with suspect prices, by folded name, then id. examined: how many products it looked through.

    next: where the following page begins after; None on the last. A page may be empty and not the last.
    """

    products: tuple[SuspectProduct, ...]
    as_of: datetime
    examined: int
    next: ProductCursor | None
    revision: int


@dataclass(frozen=True, slots=True)
class ListSuspects:
    """Use case: which prices in force as of an instant are quarantined.

    Nothing is stored about it, so it looks through all products, and a page through 2,000 of them at most: one query
    for each 1,000 tells which have prices more than four times apart, and those alone are judged as a comparison would
    judge them.
    """

    clock: Clock
    reads: OpenPriceReads

    def __call__(
        self,
        reference: ProductId | Gtin | None = None,
        *,
        as_of: datetime | None = None,
        branches: BranchFilter = EVERYWHERE,
        limit: int = 20,
        after: ProductCursor | None = None,
    ) -> Suspects:
        """reference: one product; None: all. branches narrows what is shown; what is suspect is judged among all.

        limit: how many products, 1 to 100.

        Raises: UnknownProduct, UnknownBranch, InvalidPage, Unavailable.
        """
        if not 1 <= limit <= LARGEST_PAGE:
            raise InvalidPage(f"A page has 1 to {LARGEST_PAGE} products.")
        as_of = as_of or self.clock.now()
        with self.reads() as snapshot:
            if branches.wanted:
                branches.check(branch.id for known in snapshot.chains(as_of) for branch, _ in known.branches)
            if reference is not None:
                one = _suspects(snapshot, snapshot.product(reference, as_of), as_of, branches)
                return Suspects((one,) if one.prices else (), as_of, 1, None, snapshot.revision)
            return _page(snapshot, as_of, branches, limit, after)


def _page(
    snapshot: PriceReads, as_of: datetime, branches: BranchFilter, limit: int, after: ProductCursor | None
) -> Suspects:
    found: list[SuspectProduct] = []
    examined = 0
    for product, last in _spread_products(snapshot, as_of, after):
        examined += 1
        after = last
        if product is not None:
            suspects = _suspects(snapshot, product, as_of, branches)
            found += [suspects] if suspects.prices else []
        if len(found) == limit or examined == MOST_EXAMINED:
            break
    else:
        after = None
    return Suspects(tuple(found), as_of, examined, after, snapshot.revision)


def _spread_products(
    snapshot: PriceReads, as_of: datetime, after: ProductCursor | None
) -> Iterator[tuple[Product | None, ProductCursor]]:
    """All products after the cursor, each with its own; None for those whose prices lie close together."""
    following = after
    while True:
        page = snapshot.find_products((), as_of, after=following, limit=_BATCH)
        spread = snapshot.spread_beyond(BAND, [product.id for product in page.products], as_of)
        for product in page.products:
            yield (product if product.id in spread else None), ProductCursor.of(product)
        following = page.next
        if following is None:
            return


def _suspects(snapshot: PriceReads, product: Product, as_of: datetime, branches: BranchFilter) -> SuspectProduct:
    peers = Peers(snapshot.series(product.id, as_of))
    prices = tuple(
        SuspectPrice(one.listing, one.steps[-1], doubt[1])
        for one in peers
        if one.listing.branch.id in branches and (doubt := suspect_since(one, peers))
    )
    return SuspectProduct(product, prices)
