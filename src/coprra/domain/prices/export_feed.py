"""Export what one branch asks, as its own merchant feed would say it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.chain import BranchFilter, BranchId
from coprra.domain.prices.compare_offers import ONE_PIECE
from coprra.domain.prices.offer import Aside, Offer, offer_of
from coprra.domain.prices.ports import OpenPriceReads, PriceReads
from coprra.domain.prices.quarantine import BAND, Peers
from coprra.domain.products.category import category as category_of

_BATCH = 1_000
_TOLD = frozenset({None, Aside.OUT_OF_STOCK})


@dataclass(frozen=True, slots=True)
class ExportFeed:
    """Use case: what a branch sells as of an instant, and asks for it."""

    clock: Clock
    reads: OpenPriceReads

    def __call__(
        self, branch: BranchId, *, as_of: datetime | None = None, category: str | None = None
    ) -> Iterator[Offer]:
        """Of one snapshot, streamed, by sku: what can be had, and what is sold out and still asked a price for.

        What nobody should be told as its price is left out: stale, suspect and rejected ones. category: a code; with
        all below it.

        Raises: UnknownBranch, UnknownCategory, Unavailable; each with the first offer.
        """
        codes = category_of(category).codes if category is not None else None
        as_of = as_of or self.clock.now()
        with self.reads() as snapshot:
            known = (branch.id for chain in snapshot.chains(as_of) for branch, _ in chain.branches)
            BranchFilter(frozenset({str(branch)})).check(known)
            for offer in _offers(snapshot, branch, as_of):
                sold_in = offer.article.category if offer.article else None
                if offer.asked and offer.aside in _TOLD and (codes is None or sold_in in codes):
                    yield offer


def _offers(snapshot: PriceReads, branch: BranchId, as_of: datetime) -> Iterator[Offer]:
    sold = snapshot.series_of_branch(branch, as_of)
    while batch := list(islice(sold, _BATCH)):
        # Where prices lie close together none of them is suspect, so the other stores' need not be read.
        spread = snapshot.spread_beyond(BAND, [one.product for one in batch], as_of)
        for one in batch:
            peers = Peers(snapshot.series(one.product, as_of) if one.product in spread else (one.series,))
            offer = offer_of(one.series, peers, ONE_PIECE)
            if offer:
                yield offer
