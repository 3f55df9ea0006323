"""The contract of an audit trail: what `AuditReads` and `AuditUnitOfWork` promise together.

An adapter takes the exam with::

    class TestMyAudit(AuditContract):
        def make_store(self):
            return MyStore(...)  # empty, and no other test's
"""

from abc import abstractmethod
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from threading import Barrier
from typing import Protocol

import pytest

from coprra.domain.audit.chain import examine
from coprra.domain.audit.entry import NO_ENTRIES, Entry, Head, Origin, Outcome, Record
from coprra.domain.audit.ports import AuditReads, AuditUnitOfWork
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Conflict
from coprra.testing.builders import TESTER, day
from coprra.testing.contracts.law import Contract


class AuditStore(Protocol):
    """What the contract of the audit trail examines."""

    def audit_reads(self) -> AbstractContextManager[AuditReads]:
        """A snapshot."""

    def unit_of_work(self) -> AbstractContextManager[AuditUnitOfWork]:
        """A unit of work."""


class AuditContract(Contract):
    """Subclass it, say how a store is made, and inherit every promise."""

    @abstractmethod
    def make_store(self) -> AuditStore:
        """An empty store that nobody else uses."""

    @pytest.fixture
    def store(self) -> AuditStore:
        """An empty store."""
        return self.make_store()

    def test_an_empty_trail_has_no_entries(self, store: AuditStore) -> None:
        with store.audit_reads() as reads:
            assert (reads.head(), list(reads.entries())) == (NO_ENTRIES, [])
            assert reads.latest(events=(), actor=None, limit=9) == ()

    def test_an_entry_comes_back_exactly_as_it_was_written(self, store: AuditStore) -> None:
        origin = Origin(ip="2001:db8::1", user_agent="Mozilla/5.0 (ž ☃ 𝄞)", request_id="r" * 64)
        said = Record(
            event="login.fail",
            at=day(0.123456),
            actor=None,
            target="account:žaba",
            outcome=Outcome.FAIL,
            origin=origin,
            details={"reason": "wrong"},
        )
        written = append(store, said)
        (entry,) = trail_of(store)
        assert entry == written
        assert (entry.number, entry.previous, entry.hash) == (1, NO_ENTRIES.hash, entry.computed_hash())

    def test_what_a_stranger_wrote_can_not_forge_a_line_nor_command_a_terminal(self, store: AuditStore) -> None:
        forged = "a\r\nb\x1b[31m\x00\ud800\u202e\\"
        entry = append(
            store, a_record(target=forged, origin=Origin(user_agent=forged * 100), details={"reason": forged})
        )
        assert entry.target == "a\\r\\nb\\x1b[31m\\x00\\ud800\\u202e\\\\"
        assert trail_of(store) == [entry]
        assert all(text.isprintable() for text in (entry.target, str(entry.user_agent), entry.details))

    def test_entries_follow_each_other(self, store: AuditStore) -> None:
        entries = [append(store, a_record(event=f"test.{letter}")) for letter in "abc"]
        assert [entry.number for entry in entries] == [1, 2, 3]
        assert [entry.previous for entry in entries[1:]] == [entry.hash for entry in entries[:2]]
        with store.audit_reads() as reads:
            assert reads.head() == Head(3, entries[2].hash)
            assert examine(reads.entries(), reads.head(), {}) == (reads.head(), None)

    def test_several_entries_of_one_unit_of_work_follow_each_other(self, store: AuditStore) -> None:
        with store.unit_of_work() as uow:
            first, second = (uow.trail.append(a_record(event=f"test.{letter}")) for letter in "ab")
            uow.commit()
        assert trail_of(store) == [first, second]
        assert second.previous == first.hash

    def test_what_is_not_committed_leaves_no_trace(self, store: AuditStore) -> None:
        with store.unit_of_work() as uow:
            uow.trail.append(a_record())
        assert trail_of(store) == []
        assert append(store, a_record()).number == 1

    def test_the_latest_entries_are_listed_first(self, store: AuditStore) -> None:
        ana = Actor.operator("ana")
        for event, actor in (("test.a", ana), ("test.b", TESTER), ("test.a", TESTER), ("test.c", ana)):
            append(store, a_record(event=event, actor=actor))
        with store.audit_reads() as reads:

            def listed(*events: str, actor: str | None = None, limit: int = 9) -> list[int]:
                return [entry.number for entry in reads.latest(events=events, actor=actor, limit=limit)]

            assert listed() == [4, 3, 2, 1]
            assert listed(limit=1) == [4]
            assert listed("test.a", "test.b") == [3, 2, 1]
            assert listed("test.a", actor="operator:ana") == [1]

    def test_a_thousand_and_one_entries_come_back_in_order(self, store: AuditStore) -> None:
        with store.unit_of_work() as uow:
            for _ in range(1001):
                uow.trail.append(a_record())
            uow.commit()
        assert [entry.number for entry in trail_of(store)] == list(range(1, 1002))

    def test_the_chain_holds_however_many_write_at_once(self, store: AuditStore) -> None:
        writing, each = 4, 6
        together = Barrier(writing)

        def write(_: int) -> int:
            """Every third change is taken back."""
            together.wait()
            committed = 0
            for number in range(each):
                with suppress(Conflict), store.unit_of_work() as uow:
                    uow.trail.append(a_record())
                    if number % 3:
                        uow.commit()
                        committed += 1
            return committed

        with ThreadPoolExecutor(writing) as pool:
            committed = sum(pool.map(write, range(writing)))
        with store.audit_reads() as reads:
            assert examine(reads.entries(), reads.head(), {}) == (reads.head(), None)
            assert reads.head().number == committed > each


def a_record(**changes: object) -> Record:
    """A record of something that a test did."""
    return Record(**({"event": "test.done", "at": day(0), "actor": TESTER} | changes))  # type: ignore[arg-type]  # by name


def append(store: AuditStore, record: Record) -> Entry:
    """Write one entry."""
    with store.unit_of_work() as uow:
        entry = uow.trail.append(record)
        uow.commit()
    return entry


def trail_of(store: AuditStore) -> list[Entry]:
    """Every entry."""
    with store.audit_reads() as reads:
        return list(reads.entries())
