"""Use cases are told by a memory store, which passed the contract of stores."""

import pytest

from coprra.adapters.memory.store import MemoryStore
from coprra.testing.builders import Store


@pytest.fixture
def store() -> Store:
    """An empty one."""
    return MemoryStore()
