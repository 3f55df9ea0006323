"""The memory store keeps the contract of stores."""

from coprra.adapters.memory.store import MemoryStore
from coprra.testing.builders import Store
from coprra.testing.contracts.store import StoreContract


class TestMemoryStore(StoreContract):
    """The reference: the ledger's law in its plainest form."""

    def make_store(self) -> Store:
        """An empty one."""
        return MemoryStore()
