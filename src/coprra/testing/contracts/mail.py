"""The contract of an outbox and of the vault that its envelopes stand in: `MailUnitOfWork` and `KeysUnitOfWork`.

An adapter takes the exam with::

    class TestMyMail(MailContract):
        def make_store(self):
            return MyStore(...)  # empty, and no other test's
"""

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import Protocol

import pytest

from coprra.adapters.cryptography.ring import CryptographyKeyRing
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.audit.ports import AuditReads
from coprra.domain.keys.key import Key, KeyInUse, UnknownKey
from coprra.domain.keys.ports import KeysUnitOfWork
from coprra.domain.keys.retire_key import RetireKey
from coprra.domain.keys.rotate_keys import InvalidBatch, RotatedKeys, RotateKeys
from coprra.domain.keys.show_keys import KeyState, ShowKeys
from coprra.domain.mail.ports import PURPOSE, MailUnitOfWork, Posted
from coprra.testing.builders import TESTER, day
from coprra.testing.contracts.law import Contract
from coprra.testing.keys import K1, K2, K3

CLOCK = StoppedClock(day(1))
OUTBOX = "outbox.sealed"


class VaultUnitOfWork(MailUnitOfWork, KeysUnitOfWork, Protocol):
    """One atomic change of letters, jobs, envelopes and the audit trail."""


class MailStore(Protocol):
    """What the contract of mail examines."""

    def audit_reads(self) -> AbstractContextManager[AuditReads]:
        """A snapshot of the audit trail."""

    def unit_of_work(self) -> AbstractContextManager[VaultUnitOfWork]:
        """A unit of work."""


class MailContract(Contract):
    """Subclass it, say how a store is made, and inherit every promise."""

    @abstractmethod
    def make_store(self) -> MailStore:
        """An empty store that nobody else uses."""

    @pytest.fixture
    def store(self) -> MailStore:
        """An empty store."""
        return self.make_store()

    def test_a_letter_comes_back_until_it_was_sent(self, store: MailStore) -> None:
        letter = Posted("f" * 32, "v1.k1." + "x" * 200_000, day(0.123456))
        with store.unit_of_work() as uow:
            id, other = uow.outbox.add(letter), uow.outbox.add(Posted("e" * 32, "v1.k1.y", day(0)))
            uow.commit()
        assert find(store, id) == letter
        with store.unit_of_work() as uow:
            uow.outbox.remove(id)
            uow.commit()
        assert find(store, id) is None
        assert find(store, other) is not None

    def test_what_is_not_committed_was_never_posted(self, store: MailStore) -> None:
        with store.unit_of_work() as uow:
            id = uow.outbox.add(Posted("f" * 32, "v1.k1.x", day(0)))
        assert find(store, id) is None

    def test_a_rotation_seals_everything_anew_with_the_newest_key(self, store: MailStore) -> None:
        ids = [*seal(store, K1, 3), *seal(store, K2, 2), *seal(store, K1, 2)]
        assert states(store, K2, K1) == [("k2", True, True, 2), ("k1", False, True, 5)]
        assert rotate(store, K2, K1, dry_run=True).resealed == 5
        assert states(store, K2, K1) == [("k2", True, True, 2), ("k1", False, True, 5)]
        assert rotate(store, K2, K1).resealed == 5
        assert rotate(store, K2, K1).resealed == 0
        assert states(store, K2, K1) == [("k2", True, True, 7), ("k1", False, True, 0)]
        assert opened(store, ids, K2) == [b"secret"] * 7

    def test_a_rotation_in_small_batches_forgets_nothing(self, store: MailStore) -> None:
        ids = seal(store, K1, 7)
        assert rotate(store, K2, K1, batch=2).resealed == 7
        assert opened(store, ids, K2) == [b"secret"] * 7
        for batch in (0, 10_001):
            with pytest.raises(InvalidBatch):
                rotate(store, K2, K1, batch=batch)

    def test_an_envelope_that_can_not_be_opened_is_named_and_keeps_nobody_from_the_others(
        self, store: MailStore
    ) -> None:
        first, lost, last = seal(store, K1, 1)[0], seal(store, K3, 1)[0], seal(store, K1, 1)[0]
        rotated = rotate(store, K2, K1)
        assert (rotated.resealed, rotated.unopened, rotated.failures) == (2, 1, (f"{OUTBOX} {lost}",))
        assert opened(store, [first, last], K2) == [b"secret"] * 2
        assert states(store, K2, K1)[-1] == ("k3", False, False, 1)
        with store.audit_reads() as reads:
            events = [(entry.event, entry.target) for entry in reads.entries()]
        assert events == [("decrypt.fail", f"{OUTBOX} {lost}"), ("key.rotate", "key:k2")]

    def test_an_envelope_that_changed_meanwhile_stays_as_it_is(self, store: MailStore) -> None:
        (id,) = seal(store, K1, 1)
        with store.unit_of_work() as uow:
            (old,) = uow.vault.others(OUTBOX, "k2", after=None, limit=9)
            assert uow.vault.replace(old, "v1.k2.new")
            assert not uow.vault.replace(old, "v1.k2.newer")
            uow.commit()
        letter = find(store, id)
        assert letter is not None
        assert letter.sealed == "v1.k2.new"

    def test_a_key_is_retired_when_nothing_needs_it(self, store: MailStore) -> None:
        seal(store, K1, 1)
        retire = RetireKey(CLOCK, CryptographyKeyRing([K2, K1]), store.unit_of_work)
        for name, refusal in {"k1": KeyInUse, "k2": KeyInUse, "k3": UnknownKey}.items():
            with pytest.raises(refusal):
                retire(name, by=TESTER)
        rotate(store, K2, K1)
        retire("k1", by=TESTER)
        with store.audit_reads() as reads:
            assert [entry.event for entry in reads.entries()] == ["key.rotate", "key.retire"]


def seal(store: MailStore, key: Key, number: int) -> list[int]:
    """So many letters, sealed with that key."""
    ring = CryptographyKeyRing([key])
    ids = []
    for _ in range(number):
        with store.unit_of_work() as uow:
            message_id = f"{key.name}-{sum(uow.vault.counts()[OUTBOX].values())}"
            ids.append(uow.outbox.add(Posted(message_id, ring.seal(PURPOSE, message_id, b"secret"), day(0))))
            uow.commit()
    return ids


def find(store: MailStore, id: int) -> Posted | None:
    """A letter in the outbox."""
    with store.unit_of_work() as uow:
        return uow.outbox.find(id)


def opened(store: MailStore, ids: list[int], *keys: Key) -> list[bytes]:
    """What the letters hold, opened with these keys alone."""
    letters = [find(store, id) for id in ids]
    ring = CryptographyKeyRing(keys)
    return [ring.open(PURPOSE, letter.message_id, letter.sealed) for letter in letters if letter]


def rotate(store: MailStore, *keys: Key, batch: int = 500, dry_run: bool = False) -> RotatedKeys:
    """Seal everything with the first of the keys."""
    act = RotateKeys(CLOCK, CryptographyKeyRing(keys), store.unit_of_work)
    return act(by=TESTER, batch=batch, dry_run=dry_run)


def states(store: MailStore, *keys: Key) -> list[tuple[str, bool, bool, int]]:
    """Name, newest, known and number of envelopes of each key."""
    shown: tuple[KeyState, ...] = ShowKeys(CryptographyKeyRing(keys), store.unit_of_work)()
    return [(one.name, one.newest, one.known, one.total) for one in shown]
