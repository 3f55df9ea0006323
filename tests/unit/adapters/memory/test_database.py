"""The database in a dictionary keeps the contract of databases that can be backed up."""

from coprra.adapters.memory.database import MemoryDatabase
from coprra.domain.backups.ports import Database
from coprra.testing.contracts.backup_databases import InstantBackupDatabaseContract


class TestMemoryDatabase(InstantBackupDatabaseContract):
    """A dictionary."""

    def make_database(self) -> Database:
        """With one row."""
        self.made = MemoryDatabase({"a": ["1"]})
        return self.made

    def change(self) -> None:
        """Add a row."""
        self.made.tables["a"].append("2")

    def new_place(self) -> str:
        """Any name."""
        return "elsewhere"
