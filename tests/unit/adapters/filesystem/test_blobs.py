"""A folder keeps the contract of objects, and says what the disk says."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from coprra.adapters.filesystem.blobs import FileBlobStore, FileNewBlob
from coprra.domain.backups.blob import LocksUnsupported, StoreFull, StoreUnreachable
from coprra.domain.backups.ports import BlobStore
from coprra.testing.contracts.blobs import BlobStoreContract, put


class TestFileBlobs(BlobStoreContract):
    """Files."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def make_store(self) -> BlobStore:
        """An empty store."""
        return FileBlobStore(self.folder / "blobs")


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    store = FileBlobStore(tmp_path)
    put(store, "whole", b"1")
    (tmp_path / ".unfinished/left").write_bytes(b"half")
    assert store.sweep(datetime(2100, 1, 1, tzinfo=UTC)) == 1
    assert [blob.key for blob in store.list("")] == ["whole"]
    assert list((tmp_path / ".unfinished").iterdir()) == []


def test_what_others_leave_beside_objects_is_none(tmp_path: Path) -> None:
    """A network's file system keeps a file that is removed while it is read; people make copies."""
    store = FileBlobStore(tmp_path)
    put(store, "journal/1", b"1")
    for name in (".nfs000000000000002a", ".DS_Store", "1 (copy)", "ž"):
        (tmp_path / "journal" / name).write_bytes(b"2")
    assert [blob.key for blob in store.list("journal/")] == ["journal/1"]


def test_files_are_for_nobody_else(tmp_path: Path) -> None:
    put(FileBlobStore(tmp_path), "a", b"1")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_a_folder_says_that_it_can_not_lock(tmp_path: Path) -> None:
    store = FileBlobStore(tmp_path)
    with (
        pytest.raises(LocksUnsupported),
        store.create("a", locked_until=datetime(2100, 1, 1, tzinfo=UTC)),
    ):
        raise AssertionError("it must not come to be")
    with pytest.raises(LocksUnsupported):
        store.lock(put(store, "a", b"1"), datetime(2100, 1, 1, tzinfo=UTC))


def test_a_folder_that_can_not_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreUnreachable):
        put(FileBlobStore(tmp_path / "file"), "a", b"1")


def test_a_full_disk_is_told() -> None:
    """/dev/full is full for whoever writes to it."""
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(StoreFull):
        FileNewBlob("a", full).write(b"1")
