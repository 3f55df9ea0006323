"""The memory store keeps the contract of editions."""

from coprra.adapters.memory.store import MemoryStore
from coprra.testing.contracts.editions import EditionsContract, EditionStore


class TestMemoryEditions(EditionsContract):
    """In dictionaries."""

    def make_store(self) -> EditionStore:
        """An empty one."""
        return MemoryStore()
