"""The SQL store keeps the contract of exchange rates on SQLite and on MariaDB."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.schema import SqlSchema
from coprra.adapters.sql.store import SqlStore
from coprra.testing.contracts.rates import RatesContract
from coprra.testing.rates import RateStore, import_rates, quoted


class TestSqliteRates(RatesContract):
    """SQLite in a file, with write-ahead log, as it is deployed."""

    @pytest.fixture(autouse=True)
    def _stores(self, make_store: Callable[[], SqlStore]) -> None:
        self._make = make_store

    def make_store(self) -> RateStore:
        """An empty, migrated database."""
        return self._make()


class TestMariaDbRates(RatesContract):
    """MariaDB 10.11, with the driver that is the default."""

    examples = 10

    @pytest.fixture(autouse=True)
    def _stores(self, make_mariadb_store: Callable[[], SqlStore]) -> None:
        self._make = make_mariadb_store

    def make_store(self) -> RateStore:
        """An empty, migrated database."""
        return self._make()


def test_a_corrected_rate_stays_as_evidence_with_the_file_that_said_it(tmp_path: Path) -> None:
    path = tmp_path / "coprra.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    SqlSchema(engine).upgrade()
    store = SqlStore(engine)
    import_rates(store, quoted("2025-12-01", USD="1.16"))
    import_rates(store, quoted("2025-12-02", USD="1.17"), quoted("2025-12-01", USD="1.15"))
    query = (
        "SELECT day, per_euro, newest, source, imported_by FROM fx_rates JOIN fx_imports ON id = import_id "
        "ORDER BY day, import_id"
    )
    assert sqlite3.connect(path).execute(query).fetchall() == [
        ("2025-12-01", 1_160_000, "2025-12-01", "eurofxref.csv", "operator:tester"),
        ("2025-12-01", 1_150_000, "2025-12-02", "eurofxref.csv", "operator:tester"),
        ("2025-12-02", 1_170_000, "2025-12-02", "eurofxref.csv", "operator:tester"),
    ]
