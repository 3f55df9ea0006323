"""The memory store keeps the contract of mail and envelopes."""

from coprra.adapters.memory.store import MemoryStore
from coprra.testing.contracts.mail import MailContract, MailStore


class TestMemoryMail(MailContract):
    """Dictionaries."""

    def make_store(self) -> MailStore:
        """An empty store."""
        return MemoryStore()
