"""The SQL store keeps the contract of the audit trail, refuses to change it, and tells when somebody did."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from coprra.adapters.memory.audit import MemoryAnchors
from coprra.adapters.sql.store import SqlStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.audit.anchor_audit import AnchorAudit
from coprra.domain.audit.chain import Fault, FaultKind
from coprra.domain.audit.verify_audit import VerifyAudit
from coprra.domain.jobs.job import NewJob
from coprra.domain.jobs.retry_job import RetryJob
from coprra.domain.kernel.errors import Unavailable
from coprra.testing.builders import TESTER, day
from coprra.testing.contracts.audit import AuditContract, AuditStore, a_record, append, trail_of

both = pytest.mark.parametrize("engine", ["make_store", "make_mariadb_store"])


class TestSqliteAudit(AuditContract):
    """SQLite in a file, with write-ahead log, as it is deployed."""

    @pytest.fixture(autouse=True)
    def _stores(self, make_store: Callable[[], SqlStore]) -> None:
        self._make = make_store

    def make_store(self) -> AuditStore:
        """An empty, migrated database."""
        return self._make()


class TestMariaDbAudit(AuditContract):
    """MariaDB 10.11, with the driver that is the default."""

    @pytest.fixture(autouse=True)
    def _stores(self, make_mariadb_store: Callable[[], SqlStore]) -> None:
        self._make = make_mariadb_store

    def make_store(self) -> AuditStore:
        """An empty, migrated database."""
        return self._make()


@pytest.fixture
def store(engine: str, request: pytest.FixtureRequest) -> SqlStore:
    """With ten entries, numbers 1 to 10."""
    made: SqlStore = request.getfixturevalue(engine)()
    for number in range(10):
        append(made, a_record(details={"number": str(number)}))
    return made


def _execute(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


@both
@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET event = 'x'", "DELETE FROM audit_entries"])
def test_the_database_refuses_to_change_the_trail(store: SqlStore, statement: str) -> None:
    with pytest.raises(Exception, match="is appended to, and never changed"):
        _execute(store._engine, statement)
    assert len(trail_of(store)) == 10


_UNGUARD = ("DROP TRIGGER audit_entries_no_update", "DROP TRIGGER audit_entries_no_delete")
_SET_HEAD = "UPDATE audit_head SET number = {0}, hash = (SELECT hash FROM audit_entries WHERE number = {0})"
_SWAP = tuple(
    f"UPDATE audit_entries SET number = {new} WHERE number = {old}" for old, new in ((5, 99), (6, 5), (99, 6))
)
_RENUMBER = tuple(f"UPDATE audit_entries SET number = {old - 1} WHERE number = {old}" for old in range(5, 11))

TAMPERINGS = {
    "edited": (("UPDATE audit_entries SET actor = 'operator:eve' WHERE number = 4",), Fault(FaultKind.EDITED, 4)),
    "removed": (("DELETE FROM audit_entries WHERE number = 4",), Fault(FaultKind.REMOVED, 4)),
    "first removed": (("DELETE FROM audit_entries WHERE number = 1",), Fault(FaultKind.REMOVED, 1)),
    "reordered": (_SWAP, Fault(FaultKind.MOVED, 5)),
    "removed and renumbered": (("DELETE FROM audit_entries WHERE number = 4", *_RENUMBER), Fault(FaultKind.MOVED, 4)),
    "cut": (("DELETE FROM audit_entries WHERE number > 7",), Fault(FaultKind.CUT, 8)),
    "cut with its head": (
        ("DELETE FROM audit_entries WHERE number > 7", _SET_HEAD.format(7)),
        Fault(FaultKind.CUT, 8),
    ),
    "all gone": (
        ("DELETE FROM audit_entries", f"UPDATE audit_head SET number = 0, hash = '{'0' * 64}'"),
        Fault(FaultKind.CUT, 1),
    ),
    "another head": ((_SET_HEAD.format(9),), Fault(FaultKind.REWRITTEN, 10)),
}


@both
@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_the_first_entry_that_was_tampered_with_is_named(store: SqlStore, tampering: str) -> None:
    anchors = MemoryAnchors()
    verify = VerifyAudit(store.audit_reads, anchors)
    assert AnchorAudit(StoppedClock(day(1)), store.audit_reads, anchors)().number == 10
    assert (verify().fault, verify().anchored) == (None, 10)
    statements, fault = TAMPERINGS[tampering]
    try:
        _execute(store._engine, *_UNGUARD, *statements)
        assert verify().fault == fault
    finally:
        _guard(store._engine)


def _guard(engine: Engine) -> None:
    """As the migration does; the database is used again."""
    if engine.dialect.name == "sqlite":
        return
    for act in ("UPDATE", "DELETE"):
        _execute(
            engine,
            f"CREATE TRIGGER IF NOT EXISTS audit_entries_no_{act.lower()} BEFORE {act} ON audit_entries FOR EACH ROW "
            "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit_entries is appended to, and never changed'",
        )


@both
def test_a_trail_that_was_written_anew_is_not_the_one_that_was_anchored(
    store: SqlStore, engine: str, request: pytest.FixtureRequest
) -> None:
    anchors = MemoryAnchors()
    AnchorAudit(StoppedClock(day(1)), store.audit_reads, anchors)()
    other: SqlStore = request.getfixturevalue(engine)()
    for _ in range(12):
        append(other, a_record())
    assert VerifyAudit(other.audit_reads, MemoryAnchors())().fault is None
    assert VerifyAudit(other.audit_reads, anchors)().fault == Fault(FaultKind.REWRITTEN, 10)


@both
def test_a_change_that_can_not_be_written_down_does_not_happen(store: SqlStore) -> None:
    _execute(store._engine, "DELETE FROM audit_head")
    retry = RetryJob(StoppedClock(day(1)), store.unit_of_work)
    with store.unit_of_work() as uow:
        uow.jobs.add(NewJob("work", day(0), TESTER), day(0))
        taken = uow.jobs.claim(["work"], day(0), lambda _: day(1), "tester")
        assert taken is not None
        uow.jobs.bury(taken.lease, day(0), "why")
        uow.commit()
    with store.job_reads() as reads:
        dead = reads.find(taken.id)
    try:
        with pytest.raises(Unavailable, match="has lost its end"):
            retry(taken.id, by=TESTER)
        with store.job_reads() as reads:
            assert reads.find(taken.id) == dead
    finally:
        _execute(store._engine, f"INSERT INTO audit_head (id, number, hash) VALUES (1, 0, '{'0' * 64}')")
