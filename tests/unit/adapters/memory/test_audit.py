"""The memory store keeps the contract of the audit trail."""

from coprra.adapters.memory.store import MemoryStore
from coprra.testing.contracts.audit import AuditContract, AuditStore


class TestMemoryAudit(AuditContract):
    """Dictionaries."""

    def make_store(self) -> AuditStore:
        """An empty store."""
        return MemoryStore()
