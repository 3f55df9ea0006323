"""The memory store keeps the contract of stores."""

from coprra.adapters.memory.store import MemoryStore
from coprra.testing.builders import KeepingStore, Store
from coprra.testing.contracts.best_prices import BestPricesContract
from coprra.testing.contracts.branch_series import BranchSeriesContract
from coprra.testing.contracts.catalogue import CatalogueContract
from coprra.testing.contracts.compaction import CompactionContract
from coprra.testing.contracts.kept_offers import KeptOffersContract
from coprra.testing.contracts.search import SearchContract
from coprra.testing.contracts.store import StoreContract


class TestMemoryStore(StoreContract):
    """The reference: the ledger's law in its plainest form."""

    def make_store(self) -> Store:
        """An empty one."""
        return MemoryStore()


class TestMemoryBranchSeries(BranchSeriesContract):
    """A branch's listings out of dictionaries."""

    def make_store(self) -> Store:
        """An empty one."""
        return MemoryStore()


class TestMemoryCatalogue(CatalogueContract):
    """Brands and categories out of dictionaries."""

    def make_store(self) -> Store:
        """An empty one."""
        return MemoryStore()


class TestMemorySearch(SearchContract):
    """Search in its plainest form."""

    def make_store(self) -> Store:
        """An empty one."""
        return MemoryStore()


class TestMemoryBestPrices(BestPricesContract):
    """Best prices, compared anew each time."""

    def make_store(self) -> Store:
        """An empty one."""
        return MemoryStore()


class TestMemoryCompaction(CompactionContract):
    """The rule in its plainest form."""

    examples = 20

    def make_store(self) -> Store:
        """An empty one."""
        return MemoryStore()


class TestMemoryKeptOffers(KeptOffersContract):
    """Nothing is kept in dictionaries."""

    examples = 3

    def make_store(self) -> KeepingStore:
        """An empty one."""
        return MemoryStore()
