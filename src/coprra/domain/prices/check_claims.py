"""Check what lists claim of their own prices, for one product or for a whole store."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.chain import Branch, BranchFilter
from coprra.domain.prices.claim_check import ClaimCheck, ClaimKind, check_claims
from coprra.domain.prices.compare_offers import EVERYWHERE
from coprra.domain.prices.ports import ClaimWatch, OpenPriceReads, PriceReads, SoldSeries
from coprra.domain.prices.quarantine import Peers
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.product import ProductId

EVERY_KIND = frozenset(ClaimKind)

_Count = tuple[str, ClaimKind, bool | None]


@dataclass(frozen=True, slots=True)
class ClaimCount:
    """How many claims of one chain and kind agree with the ledger, disagree with it, and can't be told."""

    chain: str
    kind: ClaimKind
    agree: int
    disagree: int
    unknown: int


@dataclass(frozen=True, slots=True)
class CheckedClaims:
    """Counts by chain and kind; what is never claimed is left out. From the snapshot of that revision."""

    counts: tuple[ClaimCount, ...]
    as_of: datetime
    revision: int


class Unwatched(ClaimWatch):
    """Nobody follows."""

    def branch(self, branch: Branch, number: int, of: int) -> None:
        """Ignored."""

    def claim(self, sold: SoldSeries, check: ClaimCheck) -> None:
        """Ignored."""


@dataclass(frozen=True, slots=True)
class CheckClaims:
    """Use case: which claims of the newest lists the ledger bears out, and which it contradicts."""

    clock: Clock
    reads: OpenPriceReads

    def __call__(
        self,
        reference: ProductId | Gtin | None = None,
        *,
        as_of: datetime | None = None,
        branches: BranchFilter = EVERYWHERE,
        kinds: frozenset[ClaimKind] = EVERY_KIND,
        watch: ClaimWatch | None = None,
    ) -> CheckedClaims:
        """Without a reference: of everything that was ever listed. Each claim is told to `watch`, and counted here.

        Claims come by chain, branch, sku and kind. Memory does not grow with their number.

        Raises: UnknownProduct, UnknownBranch, Unavailable.
        """
        as_of = as_of or self.clock.now()
        watch = watch or Unwatched()
        counts: Counter[_Count] = Counter()
        with self.reads() as snapshot:
            revision = snapshot.revision
            known = [branch for chain in snapshot.chains(as_of) for branch, _ in chain.branches]
            branches.check(branch.id for branch in known)
            wanted = [branch for branch in known if branch.id in branches]
            found = (
                _of_everything(snapshot, wanted, as_of, watch)
                if reference is None
                else _of_product(snapshot, snapshot.product(reference, as_of).id, branches, as_of)
            )
            for sold, check in found:
                if check.kind in kinds:
                    counts[sold.series.listing.chain.code, check.kind, check.agrees] += 1
                    watch.claim(sold, check)
        return CheckedClaims(_counted(counts), as_of, revision)


def _of_everything(
    snapshot: PriceReads, branches: list[Branch], as_of: datetime, watch: ClaimWatch
) -> Iterator[tuple[SoldSeries, ClaimCheck]]:
    for number, branch in enumerate(branches, start=1):
        watch.branch(branch, number, len(branches))
        for sold in snapshot.series_of_branch(branch.id, as_of):
            checks = check_claims(sold.series, (sold.series,))
            if any(check.agrees is not None and check.kind is not ClaimKind.UNIT_PRICE for check in checks):
                # What others ask may make a price suspect, which takes knowledge away and adds none. So it is not
                # read where nothing is known anyway: that is nearly always, and would take hours.
                checks = check_claims(sold.series, Peers(snapshot.series(sold.product, as_of)))
            yield from ((sold, check) for check in checks)


def _of_product(
    snapshot: PriceReads, product: ProductId, branches: BranchFilter, as_of: datetime
) -> Iterator[tuple[SoldSeries, ClaimCheck]]:
    series = Peers(snapshot.series(product, as_of))
    for one in series:
        if one.listing.branch.id in branches:
            yield from ((SoldSeries(product, one), check) for check in check_claims(one, series))


def _counted(counts: Counter[_Count]) -> tuple[ClaimCount, ...]:
    return tuple(
        ClaimCount(chain, kind, counts[chain, kind, True], counts[chain, kind, False], counts[chain, kind, None])
        for chain in sorted({chain for chain, _, _ in counts})
        for kind in ClaimKind
        if any((chain, kind, agrees) in counts for agrees in (True, False, None))
    )
