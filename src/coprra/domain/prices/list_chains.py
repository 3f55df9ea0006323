"""List the chains whose prices are known, with their branches."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.ports import KnownChain, OpenPriceReads


@dataclass(frozen=True, slots=True)
class KnownChains:
    """Chains by code, as of an instant, from the snapshot of that revision."""

    chains: tuple[KnownChain, ...]
    as_of: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class ListChains:
    """Use case: who is compared, and how fresh each branch's list is."""

    clock: Clock
    reads: OpenPriceReads

    def __call__(self, *, as_of: datetime | None = None) -> KnownChains:
        """Raises: Unavailable."""
        as_of = as_of or self.clock.now()
        with self.reads() as snapshot:
            return KnownChains(snapshot.chains(as_of), as_of, snapshot.revision)
