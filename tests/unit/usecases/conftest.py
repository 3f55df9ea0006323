"""Use cases are told by a memory store, which passed the contract of stores."""

import pytest
from hypothesis import settings

from coprra.adapters.memory.store import MemoryStore
from coprra.testing.builders import Store

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture
def store() -> Store:
    """An empty one."""
    return MemoryStore()
