"""A world of accounts in memory."""

import pytest

from coprra.testing.accounts import World, memory_world


@pytest.fixture
def world() -> World:
    return memory_world()
