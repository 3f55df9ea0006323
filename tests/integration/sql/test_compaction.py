"""The SQL store lets go of what nobody misses, on SQLite and on MariaDB."""

from collections.abc import Callable

import pytest

from coprra.adapters.sql.store import SqlStore
from coprra.testing.builders import Store
from coprra.testing.contracts.compaction import CompactionContract


class TestSqliteCompaction(CompactionContract):
    """SQLite in a file, with write-ahead log, as it is deployed."""

    examples = 5

    @pytest.fixture(autouse=True)
    def _stores(self, make_store: Callable[[], SqlStore]) -> None:
        self._make = make_store

    def make_store(self) -> Store:
        """An empty, migrated database."""
        return self._make()


class TestMariaDbCompaction(CompactionContract):
    """MariaDB 10.11, with the driver that is the default."""

    # Each costs hundreds of round trips.
    examples = 3

    @pytest.fixture(autouse=True)
    def _stores(self, make_mariadb_store: Callable[[], SqlStore]) -> None:
        self._make = make_mariadb_store

    def make_store(self) -> Store:
        """An empty, migrated database."""
        return self._make()
