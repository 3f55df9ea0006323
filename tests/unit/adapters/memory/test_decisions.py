"""The memory store keeps the contract of decisions."""

from coprra.adapters.memory.store import MemoryStore
from coprra.testing.builders import Store
from coprra.testing.contracts.decisions import DecisionsContract


class TestMemoryDecisions(DecisionsContract):
    """The reference."""

    def make_store(self) -> Store:
        """An empty one."""
        return MemoryStore()
