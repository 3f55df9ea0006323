"""The memory store keeps the contract of objects, locks included."""

from coprra.adapters.memory.blobs import MemoryBlobStore
from coprra.adapters.system.clock import SystemClock
from coprra.domain.backups.ports import BlobStore
from coprra.testing.contracts.blobs import LockingBlobStoreContract


class TestMemoryBlobs(LockingBlobStoreContract):
    """Dictionaries."""

    def make_store(self) -> BlobStore:
        """An empty store."""
        return MemoryBlobStore(SystemClock())
