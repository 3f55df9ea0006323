"""The SQL store keeps the contract of stores on SQLite and on MariaDB."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.store import SqlStore
from coprra.domain.kernel.errors import Unavailable
from coprra.testing.builders import KeepingStore, PriceList, Store, a_row, day, import_list
from coprra.testing.contracts.best_prices import BestPricesContract
from coprra.testing.contracts.branch_series import BranchSeriesContract
from coprra.testing.contracts.catalogue import CatalogueContract
from coprra.testing.contracts.kept_offers import KeptOffersContract
from coprra.testing.contracts.search import SearchContract
from coprra.testing.contracts.store import StoreContract


class TestSqliteStore(StoreContract):
    """SQLite in a file, with write-ahead log, as it is deployed."""

    # Each makes dozens of databases; what the rules themselves promise is examined further in memory.
    examples = 20

    @pytest.fixture(autouse=True)
    def _stores(self, make_store: Callable[[], SqlStore]) -> None:
        self._make = make_store

    def make_store(self) -> Store:
        """An empty, migrated database."""
        return self._make()


class TestMariaDbStore(StoreContract):
    """MariaDB 10.11, with the driver that is the default."""

    # Each costs thousands of round trips; SQLite, with the same statements, is examined on all of them.
    examples = 10

    @pytest.fixture(autouse=True)
    def _stores(self, make_mariadb_store: Callable[[], SqlStore]) -> None:
        self._make = make_mariadb_store

    def make_store(self) -> Store:
        """An empty, migrated database."""
        return self._make()


class TestSqliteBranchSeries(BranchSeriesContract):
    """A branch's listings out of SQLite."""

    @pytest.fixture(autouse=True)
    def _stores(self, make_store: Callable[[], SqlStore]) -> None:
        self._make = make_store

    def make_store(self) -> Store:
        """An empty, migrated database."""
        return self._make()


class TestMariaDbBranchSeries(BranchSeriesContract):
    """A branch's listings out of MariaDB."""

    examples = 10

    @pytest.fixture(autouse=True)
    def _stores(self, make_mariadb_store: Callable[[], SqlStore]) -> None:
        self._make = make_mariadb_store

    def make_store(self) -> Store:
        """An empty, migrated database."""
        return self._make()


class TestSqliteCatalogue(CatalogueContract):
    """Brands and categories out of SQLite."""

    @pytest.fixture(autouse=True)
    def _stores(self, make_store: Callable[[], SqlStore]) -> None:
        self._make = make_store

    def make_store(self) -> Store:
        """An empty, migrated database."""
        return self._make()


class TestMariaDbCatalogue(CatalogueContract):
    """Brands and categories out of MariaDB."""

    examples = 10

    @pytest.fixture(autouse=True)
    def _stores(self, make_mariadb_store: Callable[[], SqlStore]) -> None:
        self._make = make_mariadb_store

    def make_store(self) -> Store:
        """An empty, migrated database."""
        return self._make()


class TestSqliteSearch(SearchContract):
    """Search out of SQLite."""

    @pytest.fixture(autouse=True)
    def _stores(self, make_store: Callable[[], SqlStore]) -> None:
        self._make = make_store

    def make_store(self) -> Store:
        """An empty, migrated database."""
        return self._make()


class TestMariaDbSearch(SearchContract):
    """Search out of MariaDB."""

    examples = 10

    @pytest.fixture(autouse=True)
    def _stores(self, make_mariadb_store: Callable[[], SqlStore]) -> None:
        self._make = make_mariadb_store

    def make_store(self) -> Store:
        """An empty, migrated database."""
        return self._make()


class TestSqliteBestPrices(BestPricesContract):
    """Best prices out of SQLite."""

    @pytest.fixture(autouse=True)
    def _stores(self, make_store: Callable[[], SqlStore]) -> None:
        self._make = make_store

    def make_store(self) -> Store:
        """An empty, migrated database."""
        return self._make()


class TestMariaDbBestPrices(BestPricesContract):
    """Best prices out of MariaDB."""

    examples = 6

    @pytest.fixture(autouse=True)
    def _stores(self, make_mariadb_store: Callable[[], SqlStore]) -> None:
        self._make = make_mariadb_store

    def make_store(self) -> Store:
        """An empty, migrated database."""
        return self._make()


def test_a_database_that_was_restored_under_a_running_store_is_read_at_once(migrated: Path, tmp_path: Path) -> None:
    path, backup = tmp_path / "coprra.sqlite", tmp_path / "backup.sqlite"
    shutil.copy(migrated, path)
    shutil.copy(migrated, backup)
    store, restored = (SqlStore(make_engine(f"sqlite:///{file}")) for file in (path, backup))
    import_list(restored, PriceList((a_row(title="Restored"),)))
    assert _names(store) == []
    sqlite3.connect(backup).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    backup.replace(path)
    assert _names(store) == ["Restored"]


def test_a_database_that_was_removed_under_a_running_store_is_missed(migrated: Path, tmp_path: Path) -> None:
    path = tmp_path / "coprra.sqlite"
    shutil.copy(migrated, path)
    store = SqlStore(make_engine(f"sqlite:///{path}"))
    assert _names(store) == []
    path.unlink()
    with pytest.raises(Unavailable, match="coprra db upgrade"):
        _names(store)


def _names(store: Store) -> list[str]:
    with store.reads() as snapshot:
        page = snapshot.find_products((), day(9), after=None, limit=10)
    return [product.name for product in page.products]


class TestSqliteKeptOffers(KeptOffersContract):
    """Kept offers out of SQLite."""

    @pytest.fixture(autouse=True)
    def _stores(self, make_store: Callable[[], SqlStore]) -> None:
        self._make = make_store

    def make_store(self) -> KeepingStore:
        """An empty, migrated database."""
        return self._make()


class TestMariaDbKeptOffers(KeptOffersContract):
    """Kept offers out of MariaDB."""

    examples = 3

    @pytest.fixture(autouse=True)
    def _stores(self, make_mariadb_store: Callable[[], SqlStore]) -> None:
        self._make = make_mariadb_store

    def make_store(self) -> KeepingStore:
        """An empty, migrated database."""
        return self._make()
