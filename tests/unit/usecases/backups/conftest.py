"""A small database and its backups, in memory."""

import pytest

from coprra.testing.backups import Site, make_site


@pytest.fixture
def site() -> Site:
    """Nothing is backed up yet."""
    return make_site()
