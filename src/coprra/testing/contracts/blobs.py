"""The contract of a store of objects: what `BlobStore` promises, and what one promises that locks.

An adapter takes the exam with::

    class TestMyBlobs(BlobStoreContract):  # or LockingBlobStoreContract
        def make_store(self):
            return MyBlobStore(...)  # empty, and no other test's
"""

from abc import abstractmethod
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import chain
from threading import Barrier

import pytest

from coprra.adapters.system.clock import SystemClock
from coprra.domain.backups.blob import Blob, BlobChanged, BlobExists, BlobLocked, InvalidBlobKey, UnknownBlob
from coprra.domain.backups.ports import BlobStore
from coprra.testing.contracts.law import Contract

LARGE = 17 * 2**20 + 5
"""More than two parts of a multipart upload."""


class BlobStoreContract(Contract):
    """Subclass it, say how a store is made, and inherit every promise."""

    @abstractmethod
    def make_store(self) -> BlobStore:
        """An empty store that nobody else uses."""

    @pytest.fixture
    def store(self) -> BlobStore:
        """An empty store."""
        return self.make_store()

    def test_what_was_stored_comes_back(self, store: BlobStore) -> None:
        blob = put(store, "a/b.json", b"content")
        assert (blob.key, blob.size) == ("a/b.json", 7)
        assert read(store, "a/b.json") == b"content"
        assert store.find("a/b.json", blob.version) == store.find("a/b.json")
        assert put(store, "empty", b"").size == 0
        assert read(store, "empty") == b""

    def test_what_is_large_comes_back_in_pieces(self, store: BlobStore) -> None:
        part = bytes(range(256)) * 4096
        with store.create("large") as new:
            for _ in range(17):
                assert new.write(part) == len(part)
            new.write(b"12345")
        assert new.blob.size == LARGE
        with store.open("large", new.blob.version) as source:
            assert source.read(3) == part[:3]
            rest = b"".join(iter(lambda: source.read(1_000_003), b""))
        assert rest == part[3:] + part * 16 + b"12345"

    @pytest.mark.parametrize("size", [5, LARGE])
    def test_what_is_broken_off_was_never_there(self, store: BlobStore, size: int) -> None:
        with suppress(ZeroDivisionError), store.create("broken") as new:
            new.write(bytes(size))
            raise ZeroDivisionError
        assert store.find("broken") is None
        assert list(store.list("")) == []
        with pytest.raises(ValueError, match="stored"):
            _ = new.blob
        assert put(store, "broken", b"whole").size == 5

    @pytest.mark.parametrize("size", [5, LARGE])
    def test_nobody_sees_it_before_it_is_whole(self, store: BlobStore, size: int) -> None:
        with store.create("new") as new:
            new.write(bytes(size))
            assert store.find("new") is None
            assert list(store.list("")) == []

    @pytest.mark.parametrize("size", [5, LARGE])
    def test_nothing_is_overwritten(self, store: BlobStore, size: int) -> None:
        put(store, "one", b"first")
        with pytest.raises(BlobExists):
            put(store, "one", bytes(size))
        assert read(store, "one") == b"first"

    def test_of_many_who_store_under_one_key_one_wins(self, store: BlobStore) -> None:
        together = Barrier(6)

        def store_it(number: int) -> list[int]:
            with suppress(BlobExists):
                with store.create("contested") as new:
                    new.write(b"%d" % number)
                    together.wait()
                return [number]
            return []

        with ThreadPoolExecutor(6) as pool:
            winners = list(chain.from_iterable(pool.map(store_it, range(6))))
        assert read(store, "contested") == b"%d" % winners[0]
        assert len(winners) == 1

    def test_it_is_replaced_by_whoever_saw_it_last(self, store: BlobStore) -> None:
        first = put(store, "lease", b"1")
        second = store.replace(first, b"22")
        assert second == store.find("lease")
        assert (second.size, read(store, "lease")) == (2, b"22")
        for seen in (first, first):
            with pytest.raises(BlobChanged):
                store.replace(seen, b"333")
        assert read(store, "lease") == b"22"

    def test_what_is_not_there_is_told(self, store: BlobStore) -> None:
        gone = put(store, "gone", b"1")
        store.remove(gone)
        store.remove(gone)
        assert store.find("gone") is None
        with pytest.raises(UnknownBlob), store.open("gone") as source:
            source.read()
        with pytest.raises(BlobChanged):
            store.replace(gone, b"2")
        assert list(store.list("")) == []

    def test_what_was_removed_may_be_stored_anew(self, store: BlobStore) -> None:
        store.remove(put(store, "again", b"1"))
        put(store, "again", b"2")
        assert read(store, "again") == b"2"

    def test_a_thousand_and_one_keys_are_listed_in_order(self, store: BlobStore) -> None:
        keys = [f"many/{number:04}" for number in range(1001)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda key: put(store, key, b"1"), reversed(keys)))
        assert [blob.key for blob in store.list("many/")] == keys

    def test_a_list_is_of_what_begins_so(self, store: BlobStore) -> None:
        for key in ("v1/a/1", "v1/a/1.sig", "v1/ab", "v1/b/1", "v2"):
            put(store, key, b"12")
        assert [(blob.key, blob.size) for blob in store.list("v1/a")] == [
            ("v1/a/1", 2),
            ("v1/a/1.sig", 2),
            ("v1/ab", 2),
        ]
        assert [blob.key for blob in store.list("v1/a/")] == ["v1/a/1", "v1/a/1.sig"]
        assert list(store.list("v3/")) == []

    @pytest.mark.parametrize("key", ["", "/a", "a//b", "../a", "a/.b", "a b", "ž", "a\x00", "a" * 513])
    def test_a_strange_key_is_refused(self, store: BlobStore, key: str) -> None:
        with pytest.raises(InvalidBlobKey):
            store.find(key)
        with pytest.raises(InvalidBlobKey), store.create(key) as new:
            new.write(b"1")

    def test_sweeping_takes_nothing_that_is_whole_or_young(self, store: BlobStore) -> None:
        put(store, "whole", b"1")
        with store.create("young") as new:
            new.write(bytes(LARGE))
            assert store.sweep(SystemClock().now() - timedelta(hours=1)) == 0
        assert read(store, "whole") == b"1"
        assert new.blob.size == LARGE


class LockingBlobStoreContract(BlobStoreContract):
    """What a store promises besides that locks objects."""

    @pytest.mark.parametrize("size", [5, LARGE])
    def test_what_is_locked_can_not_be_removed(self, store: BlobStore, size: int) -> None:
        until = hour_from_now()
        with store.create("locked", locked_until=until) as new:
            new.write(bytes(size))
        blob = store.find("locked", new.blob.version)
        assert blob is not None
        assert blob.locked_until == until
        with pytest.raises(BlobLocked):
            store.remove(blob)
        assert store.find("locked") is not None

    def test_a_lock_is_extended_and_never_shortened(self, store: BlobStore) -> None:
        blob = put(store, "free", b"1")
        assert blob.locked_until is None
        for hours, lasts in ((2, 2), (1, 2), (3, 3)):
            store.lock(blob, hour_from_now(hours))
            assert found(store, "free").locked_until == hour_from_now(lasts)
        with pytest.raises(BlobLocked):
            store.remove(found(store, "free"))


def put(store: BlobStore, key: str, content: bytes) -> Blob:
    """Store it at once."""
    with store.create(key) as new:
        new.write(content)
    return new.blob


def read(store: BlobStore, key: str) -> bytes:
    """All of it."""
    with store.open(key) as source:
        return b"".join(iter(lambda: source.read(65_536), b""))


def found(store: BlobStore, key: str) -> Blob:
    """What is known of it."""
    blob = store.find(key)
    assert blob is not None
    return blob


_BEGUN = SystemClock().now().replace(microsecond=0)


def hour_from_now(hours: int = 1) -> datetime:
    """So many hours after this module was loaded, in whole seconds."""
    return _BEGUN + timedelta(hours=hours)
