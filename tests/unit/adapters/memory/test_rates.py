"""The memory store keeps the contract of exchange rates."""

from coprra.adapters.memory.store import MemoryStore
from coprra.testing.contracts.rates import RatesContract
from coprra.testing.rates import RateStore


class TestMemoryRates(RatesContract):
    """In dictionaries."""

    def make_store(self) -> RateStore:
        """An empty one."""
        return MemoryStore()
