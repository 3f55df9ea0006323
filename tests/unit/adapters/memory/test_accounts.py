"""The memory store keeps the contract of accounts."""

from coprra.adapters.memory.accounts.store import MemoryAccounts
from coprra.testing.accounts import AccountStore
from coprra.testing.contracts.accounts import AccountsContract


class TestMemoryAccounts(AccountsContract):
    """In dictionaries."""

    def make_store(self) -> AccountStore:
        """An empty one."""
        return MemoryAccounts()
