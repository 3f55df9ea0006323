"""A second store has all of it, and is enough when the first one is gone."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

import pytest

from coprra.adapters.memory.blobs import MemoryBlobStore
from coprra.domain.backups.blob import StoreUnreachable
from coprra.domain.backups.copy_backups import Copied, CopyBackups, SecondStore
from coprra.domain.backups.damage import Damaged
from coprra.domain.backups.lease import LeaseHeld
from coprra.domain.backups.manifest import Kind
from coprra.domain.backups.pin_backup import PinBackup
from coprra.domain.backups.policy import InvalidPolicy
from coprra.domain.backups.show_backups import ListBackups
from coprra.domain.backups.verify_backups import VerifyBackups
from coprra.testing.backups import ESCROW, Site, make_repository, on_another_machine, rewrite
from coprra.testing.builders import TESTER
from coprra.testing.contracts.blobs import put, read

Create: TypeAlias = Callable[..., object]


@pytest.fixture
def second(site: Site) -> MemoryBlobStore:
    """Empty."""
    return MemoryBlobStore(site.clock)


def copy(site: Site, second: MemoryBlobStore) -> Copied:
    return CopyBackups(site.repository, SecondStore(second))()


def test_the_copy_is_enough(site: Site, second: MemoryBlobStore) -> None:
    site.run()
    copied = copy(site, second)
    assert (copied.objects, copied.size) == (4, sum(blob.size for blob in second.list("")))
    bare = replace(on_another_machine(site.repository, ESCROW), store=second)
    assert site.restore("elsewhere", repository=bare) == site.database.tables


def test_what_is_there_is_not_copied_again(site: Site, second: MemoryBlobStore) -> None:
    site.run()
    copy(site, second)
    assert copy(site, second).objects == 0
    site.run(Kind.INCREMENTAL)
    assert copy(site, second).objects == 4


def test_a_copy_that_is_cut_off_is_an_older_one(
    site: Site, second: MemoryBlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = site.run()
    copy(site, second)
    site.run()
    create, left = second.create, iter(range(2))

    def create_two(key: str, **how: None) -> object:
        if next(left, None) is None:
            raise StoreUnreachable("The line was cut.")
        return create(key, **how)

    with monkeypatch.context() as line:
        line.setattr(second, "create", create_two)
        with pytest.raises(StoreUnreachable):
            copy(site, second)
    there = replace(on_another_machine(site.repository), store=second)
    assert [backup.id for backup in ListBackups(there)()] == [first.id]
    copy(site, second)
    assert len(ListBackups(there)()) == 2


def test_wherever_a_copy_is_cut_off_it_is_one_of_what_was_there_before(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = [site.run().id for _ in range(3)]
    whole = copy(site, MemoryBlobStore(site.clock)).objects
    for objects in range(whole):
        second = MemoryBlobStore(site.clock)
        left = iter(range(objects))
        create = second.create

        def create_some(key: str, left: Iterator[int] = left, create: Create = create, **how: None) -> object:
            if next(left, None) is None:
                raise StoreUnreachable("The line was cut.")
            return create(key, **how)

        with monkeypatch.context() as line:
            line.setattr(second, "create", create_some)
            with pytest.raises(StoreUnreachable):
                copy(site, second)
        there = replace(on_another_machine(site.repository, ESCROW), store=second)
        copied = [backup.id for backup in reversed(ListBackups(there)())]
        assert copied == taken[: len(copied)]
        verify = VerifyBackups(there, site.database)
        assert not copied or verify(by=TESTER, everything=True).good


def test_one_copies_at_a_time(site: Site, second: MemoryBlobStore) -> None:
    site.run()
    with site.repository.job("copy"), pytest.raises(LeaseHeld):
        copy(site, second)


def test_a_second_store_that_has_entries_of_its_own_gets_nothing(site: Site, second: MemoryBlobStore) -> None:
    first = site.run()
    copy(site, second)
    PinBackup(make_repository(second, site.clock))(first.id, by=TESTER)
    before = list(second.list(""))
    with pytest.raises(Damaged, match="entries of its own"):
        copy(site, second)
    site.run()
    with pytest.raises(Damaged, match="entries of its own"):
        copy(site, second)
    assert list(second.list("")) == before


def test_what_is_not_what_was_signed_gets_no_name_there_and_keeps_nothing_else_back(
    site: Site, second: MemoryBlobStore
) -> None:
    damaged, sound = site.run(), site.run()
    key = damaged.pieces[0].key
    whole = read(site.store, key)
    rewrite(site.store, key, lambda content: content[:-1] + b"x")
    put(site.store, f"v1/test/data/{sound.id}/999.zst.age", b"nobody's")
    copied = copy(site, second)
    (damage,) = copied.damages
    assert (damage.key, damage.backups) == (key, (damaged.id,))
    there = {blob.key for blob in second.list("")}
    assert there == {piece.key for backup in site.repository.history().backups for piece in backup.pieces} - {key} | {
        entry.key for entry in site.store.list("v1/test/journal/")
    }
    assert copied.size == sum(blob.size for blob in second.list(""))
    rewrite(site.store, key, lambda _: whole)
    assert copy(site, second) == Copied(1, len(whole))


def test_what_lies_there_in_another_size_is_told(site: Site, second: MemoryBlobStore) -> None:
    manifest = site.run()
    copy(site, second)
    rewrite(second, manifest.pieces[0].key, lambda content: content[1:])
    (damage,) = copy(site, second).damages
    assert damage.said.startswith(f"The second store has {manifest.pieces[0].key} with ")


def test_without_a_second_store_it_says_so(site: Site) -> None:
    with pytest.raises(InvalidPolicy, match="copy_to"):
        CopyBackups(site.repository, None)()
