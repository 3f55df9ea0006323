"""The memory store keeps the contract of the mapping."""

from coprra.adapters.memory.store import MemoryStore
from coprra.testing.builders import Store
from coprra.testing.contracts.mapping import MappingContract


class TestMemoryMapping(MappingContract):
    """The reference."""

    def make_store(self) -> Store:
        """An empty one."""
        return MemoryStore()
