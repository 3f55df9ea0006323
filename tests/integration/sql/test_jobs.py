"""The SQL store keeps the contract of jobs on SQLite and on MariaDB."""

from collections.abc import Callable

import pytest

from coprra.adapters.sql.store import SqlStore
from coprra.testing.contracts.jobs import JobsContract, JobStore


class TestSqliteJobs(JobsContract):
    """SQLite in a file, with write-ahead log, as it is deployed."""

    @pytest.fixture(autouse=True)
    def _stores(self, make_store: Callable[[], SqlStore]) -> None:
        self._make = make_store

    def make_store(self) -> JobStore:
        """An empty, migrated database."""
        return self._make()


class TestMariaDbJobs(JobsContract):
    """MariaDB 10.11, with the driver that is the default."""

    @pytest.fixture(autouse=True)
    def _stores(self, make_mariadb_store: Callable[[], SqlStore]) -> None:
        self._make = make_mariadb_store

    def make_store(self) -> JobStore:
        """An empty, migrated database."""
        return self._make()
