"""A MariaDB server keeps the contract of databases that can be backed up."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from coprra.adapters.mariadb.address import read_address
from coprra.adapters.mariadb.database import MariaDbDatabase
from coprra.adapters.mariadb.examination import definitions, fingerprint, rows_of
from coprra.adapters.mariadb.family import MARIADB
from coprra.domain.backups.ports import Database
from coprra.testing.contracts.backup_databases import BackupDatabaseContract


def test_rows_are_told_as_many_as_there_are_whatever_the_table_is_like(url: str, change: Callable[..., None]) -> None:
    change(
        "CREATE TABLE parted (id INT PRIMARY KEY) ENGINE=InnoDB PARTITION BY HASH (id) PARTITIONS 4",
        "INSERT INTO parted SELECT seq FROM seq_1_to_70",
        "CREATE TABLE keyless (cents INT) ENGINE=InnoDB",
        "INSERT INTO keyless SELECT seq FROM seq_1_to_90",
        "DELETE FROM keyless WHERE cents <= 10",
        "CREATE TABLE empty (id INT) ENGINE=InnoDB",
    )
    with closing(read_address(url).connect()) as connection:
        defined = definitions(connection, MARIADB.objects)
        rows_of(connection, "START TRANSACTION")
        told = fingerprint(connection, defined).tables
    assert {name: table.rows for name, table in told.items()} == {
        "empty": 0,
        "keyless": 80,
        "parted": 70,
        "prices": 500,
        "shops": 3,
    }


class TestMariaDbDatabase(BackupDatabaseContract):
    """A server with a binary log."""

    @pytest.fixture(autouse=True)
    def _places(self, backup_url: str, change: Callable[..., None], tmp_path: Path) -> None:
        self.url, self.execute, self.folder = backup_url, change, tmp_path

    def make_database(self) -> Database:
        """With every sort of object."""
        return MariaDbDatabase(read_address(self.url), {})

    def change(self) -> None:
        """One value of many."""
        self.execute("UPDATE prices SET cents = cents + 1000 WHERE id = 250")

    def new_place(self) -> str:
        """A folder beside others."""
        return str(self.folder / "restored")
