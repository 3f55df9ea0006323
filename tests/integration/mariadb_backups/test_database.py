"""A MariaDB server keeps the contract of databases that can be backed up."""

from collections.abc import Callable
from pathlib import Path

import pytest

from coprra.adapters.mariadb.address import read_address
from coprra.adapters.mariadb.database import MariaDbDatabase
from coprra.domain.backups.ports import Database
from coprra.testing.contracts.backup_databases import BackupDatabaseContract


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
