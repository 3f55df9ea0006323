"""The memory store keeps the contract of jobs."""

from coprra.adapters.memory.store import MemoryStore
from coprra.testing.contracts.jobs import JobsContract, JobStore


class TestMemoryJobs(JobsContract):
    """Dictionaries."""

    def make_store(self) -> JobStore:
        """An empty store."""
        return MemoryStore()
