"""A second store has all of it, and is enough when the first one is gone."""

from dataclasses import replace

import pytest

from coprra.adapters.memory.blobs import MemoryBlobStore
from coprra.domain.backups.blob import StoreUnreachable
from coprra.domain.backups.copy_backups import Copied, CopyBackups, SecondStore
from coprra.domain.backups.manifest import Kind
from coprra.domain.backups.policy import InvalidPolicy
from coprra.domain.backups.show_backups import ListBackups
from coprra.testing.backups import ESCROW, Site, on_another_machine


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


def test_without_a_second_store_it_says_so(site: Site) -> None:
    with pytest.raises(InvalidPolicy, match="copy_to"):
        CopyBackups(site.repository, None)()
