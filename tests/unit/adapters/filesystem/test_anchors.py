"""Anchors in a file outlive crashes, and a file that nobody can read is not passed over."""

from pathlib import Path

import pytest

from coprra.adapters.filesystem.anchors import FileAnchors
from coprra.domain.audit.entry import Head
from coprra.domain.kernel.errors import Unavailable, Unreadable
from coprra.testing.builders import day

HEADS = [Head(number, f"{number:064x}") for number in (1, 5, 1000)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "anchors.jsonl"


def test_what_was_never_anchored_has_no_anchors(path: Path) -> None:
    assert (FileAnchors(path).latest(), FileAnchors(path).all()) == (None, {})


def test_anchors_come_back(path: Path) -> None:
    for head in HEADS:
        FileAnchors(path).add(head, day(0))
        assert FileAnchors(path).latest() == head
    assert FileAnchors(path).all() == {head.number: head.hash for head in HEADS}
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("length", [1, 30, 100])
def test_a_line_that_was_cut_off_harms_no_other(path: Path, length: int) -> None:
    FileAnchors(path).add(HEADS[0], day(0))
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:length])
    assert FileAnchors(path).all() == {1: HEADS[0].hash}
    FileAnchors(path).add(HEADS[1], day(0))
    assert FileAnchors(path).latest() == HEADS[1]
    assert set(FileAnchors(path).all()) == {1, 5}


def test_a_line_that_is_no_anchor_is_told(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"number": "one"}\n')
    with pytest.raises(Unreadable):
        FileAnchors(path).all()


def test_a_place_that_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        FileAnchors(tmp_path).all()
    with pytest.raises(Unavailable):
        FileAnchors(tmp_path).add(HEADS[0], day(0))
