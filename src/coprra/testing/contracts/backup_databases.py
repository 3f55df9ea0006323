"""The contract of a database that can be backed up: what `Database`, `Snapshot` and `Target` promise together.

An adapter takes the exam with::

    class TestMyDatabase(BackupDatabaseContract):
        def make_database(self):
            return MyDatabase(...)  # with something in it

        def change(self):
            ...  # let it hold something else

        def new_place(self):
            return "..."  # a name for `Database.target` where nothing is
"""

from abc import abstractmethod
from io import BytesIO

import pytest

from coprra.domain.backups.damage import Mismatch
from coprra.domain.backups.fingerprint import Fingerprint
from coprra.domain.backups.manifest import Kind
from coprra.domain.backups.ports import Database, Target
from coprra.domain.backups.snapshot import TargetRefused
from coprra.testing.contracts.law import Contract


class BackupDatabaseContract(Contract):
    """Subclass it, say how a database is made, and inherit every promise."""

    @abstractmethod
    def make_database(self) -> Database:
        """A database with something in it that nobody else uses."""

    @abstractmethod
    def change(self) -> None:
        """Let that database hold something else."""

    @abstractmethod
    def new_place(self) -> str:
        """Where something could be restored to."""

    @pytest.fixture
    def database(self) -> Database:
        """One that holds something."""
        return self.make_database()

    def test_a_snapshot_comes_back_with_its_fingerprint(self, database: Database) -> None:
        content, taken = copied(database)
        with database.scratch() as target:
            receive(target, content)
            assert taken.differences(target.fingerprint()) == ()
            assert target.faults() == ()
        assert taken.rows > 0

    def test_a_snapshot_says_what_it_is_of(self, database: Database) -> None:
        with database.snapshot(Kind.FULL, None) as snapshot:
            content = snapshot.read()
            assert 0.5 * len(content) <= snapshot.size <= 2 * len(content)
            assert snapshot.read() == b""
            assert snapshot.versions
        assert Kind.FULL in database.kinds
        assert database.engine
        assert database.source

    def test_what_changes_after_a_snapshot_was_read_is_not_in_it(self, database: Database) -> None:
        with database.snapshot(Kind.FULL, None) as snapshot:
            content = snapshot.read()
            self.change()
            snapshot.end()
            taken = snapshot.fingerprint
        with database.scratch() as target:
            receive(target, content)
            assert taken.differences(target.fingerprint()) == ()
        assert taken.differences(copied(database)[1])

    def test_what_changes_before_a_snapshot_is_read_is_in_both_or_in_neither(self, database: Database) -> None:
        with database.snapshot(Kind.FULL, None) as snapshot:
            self.change()
            content = snapshot.read()
            snapshot.end()
            taken = snapshot.fingerprint
        with database.scratch() as target:
            receive(target, content)
            assert taken.differences(target.fingerprint()) == ()

    def test_what_did_not_change_has_the_same_fingerprint(self, database: Database) -> None:
        assert copied(database)[1] == copied(database)[1]

    def test_what_is_kept_is_there_and_nothing_is_restored_over_it(self, database: Database) -> None:
        place = self.new_place()
        content, _ = copied(database)
        with database.target(place) as target:
            receive(target, content)
            target.keep()
        with pytest.raises(TargetRefused), database.target(place):
            raise AssertionError("there is something")

    def test_what_is_not_kept_was_never_there(self, database: Database) -> None:
        place = self.new_place()
        content, _ = copied(database)
        for _ in range(2):
            with database.target(place) as target:
                receive(target, content)

    def test_of_two_who_restore_to_one_place_one_is_refused(self, database: Database) -> None:
        place = self.new_place()
        content, _ = copied(database)
        with database.target(place) as first, database.target(place) as second:
            receive(first, content)
            receive(second, content)
            first.keep()
            with pytest.raises(TargetRefused):
                second.keep()

    def test_what_is_no_database_is_found(self, database: Database) -> None:
        with database.scratch() as target, pytest.raises(Mismatch):
            _restored(target, b"not a database at all")


class InstantBackupDatabaseContract(BackupDatabaseContract):
    """Of databases whose snapshot is of the instant at which it is opened."""

    def test_what_changes_after_a_snapshot_is_not_in_it(self, database: Database) -> None:
        with database.snapshot(Kind.FULL, None) as snapshot:
            self.change()
            content = snapshot.read()
            snapshot.end()
            taken = snapshot.fingerprint
        with database.scratch() as target:
            receive(target, content)
            assert taken.differences(target.fingerprint()) == ()
        assert taken.differences(copied(database)[1])


def copied(database: Database) -> tuple[bytes, Fingerprint]:
    """A whole backup of it as it is now."""
    content = BytesIO()
    with database.snapshot(Kind.FULL, None) as snapshot:
        while chunk := snapshot.read(65_536):
            content.write(chunk)
        snapshot.end()
        return content.getvalue(), snapshot.fingerprint


def _restored(target: Target, content: bytes) -> Fingerprint:
    receive(target, content)
    return target.fingerprint()


def receive(target: Target, content: bytes) -> None:
    """Restore it there."""
    with target.receive(Kind.FULL) as sink:
        sink.write(content)
