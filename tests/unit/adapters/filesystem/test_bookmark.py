"""The bookmark in a file remembers the latest end of the journal, and never an earlier one."""

import errno
import os
from pathlib import Path

import pytest

from coprra.adapters.filesystem.bookmark import FileBookmark
from coprra.domain.backups.blob import StoreFull
from coprra.domain.kernel.errors import Unavailable, Unreadable


def test_the_latest_is_remembered_by_whoever_comes_later(tmp_path: Path) -> None:
    path = tmp_path / "new" / "seen.json"
    assert FileBookmark(path).latest() is None
    for number in (2, 3, 1):
        FileBookmark(path).note(number, f"hash {number}")
    assert FileBookmark(path).latest() == (3, "hash 3")
    assert [one.name for one in path.parent.iterdir()] == ["seen.json"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"number": "x", "hash": "y"}', "\x00"])
def test_a_file_that_is_no_bookmark_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "seen.json").write_text(content)
    with pytest.raises(Unreadable, match=r"seen\.json does not say"):
        FileBookmark(tmp_path / "seen.json").latest()


def test_a_full_disk_is_told_and_what_was_noted_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bookmark = FileBookmark(tmp_path / "seen.json")
    bookmark.note(1, "hash")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFull, match=r"seen\.json is full"):
        bookmark.note(2, "other")
    assert bookmark.latest() == (1, "hash")
    assert [one.name for one in tmp_path.iterdir()] == ["seen.json"]


def test_a_place_that_can_not_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable):
        FileBookmark(tmp_path / "file" / "seen.json").note(1, "hash")
