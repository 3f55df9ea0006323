"""A file is whole and plain text, or refused with its name and what to do, before anything is taken from it."""

import gzip
import hashlib
import os
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coprra.adapters.feeds.formats import whole_file
from coprra.domain.kernel.errors import Unreadable

if TYPE_CHECKING:
    from tests.unit.adapters.feeds.conftest import Lists

HEADER = "sku,title,brand,pack,price,special,gtin\n"
GOOD = "1,Milk 1 l,Cow,1 l,1.99,,4006381333931\n"
PACKED = gzip.compress((HEADER + GOOD * 500).encode())


def refusal(lists: "Lists", content: bytes, name: str = "local_main_2026-01-05.csv") -> str:
    with pytest.raises(Unreadable) as refused:
        lists.read(content, name=name)
    assert refused.value.message.startswith(name)
    return refused.value.message


def test_a_file_that_is_not_there_says_so(lists: "Lists") -> None:
    with pytest.raises(Unreadable, match=r"^prices\.csv is not there; check the path\."):
        lists.rows(str(lists.folder / "prices.csv"))


def test_a_folder_is_no_file(lists: "Lists") -> None:
    with pytest.raises(Unreadable, match=r"^lists is no file; name the lists in it\."):
        lists.rows(str(lists.folder))


def test_a_pipe_is_refused_and_not_waited_for(lists: "Lists") -> None:
    pipe = lists.folder / "prices.csv"
    os.mkfifo(pipe)
    with pytest.raises(Unreadable, match="is no file"):
        lists.rows(str(pipe))


@pytest.mark.parametrize("path", ["a\0b.csv", "x" * 5000])
def test_a_path_that_can_t_be_is_refused(lists: "Lists", path: str) -> None:
    with pytest.raises(Unreadable, match="can't be read"):
        lists.rows(path)


@pytest.mark.parametrize("content", [b"", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_refused(lists: "Lists", content: bytes) -> None:
    assert "is empty" in refusal(lists, content)


@pytest.mark.parametrize("missing", [1, 4, 8, 20, len(PACKED) - 3])
def test_a_cut_gzip_is_refused(lists: "Lists", missing: int) -> None:
    assert "is cut" in refusal(lists, PACKED[:-missing])


def test_a_gzip_with_a_wrong_checksum_is_refused(lists: "Lists") -> None:
    wrong = PACKED[:-8] + bytes([PACKED[-8] ^ 1]) + PACKED[-7:]
    assert "is damaged" in refusal(lists, wrong)


def test_a_gzip_with_a_broken_body_is_refused(lists: "Lists") -> None:
    body = zlib.compressobj(wbits=-15)
    assert "is damaged" in refusal(lists, PACKED[:10] + b"\xff" * 200 + body.flush())


def test_a_gzip_bomb_is_refused_before_it_is_unpacked(lists: "Lists", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_file, "FREE_OF_RATIO", 2**20)
    bomb = gzip.compress(HEADER.encode() + b"," * 2**25)
    assert "a gzip bomb" in refusal(lists, bomb)


def test_a_file_larger_than_any_list_is_refused(lists: "Lists", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_file, "LARGEST", 2**20)
    assert "no price list does" in refusal(lists, b"x" * (2**20 + 1))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04" + b"x" * 50, "Excel workbook"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 50, "Excel workbook"),
        (b"%PDF-1.7\n", "PDF"),
        (b"BZh91AY", "bzip2"),
        (b"\xfd7zXZ\0", "xz"),
        (PACKED, "gzip twice"),
        (b"sku,title\n1,\0\n", "binary (a NUL byte on line 2)"),
        (bytes(range(256)), "binary (a NUL byte on line 1)"),
    ],
)
def test_what_is_no_text_is_named_for_what_it_is(lists: "Lists", content: bytes, what: str) -> None:
    assert what in refusal(lists, gzip.compress(content))


def test_a_packed_copy_is_the_same_list_whatever_its_name(lists: "Lists") -> None:
    content = (HEADER + GOOD).encode()
    plain = lists.write(content)
    packed = lists.write(content, "local_main_2026-01-05.csv.gz", packed=True)
    disguised = lists.write(content, "local_other_2026-01-05.csv", packed=True)
    with (
        lists.feeds.open(plain) as (one,),
        lists.feeds.open(packed) as (other,),
        lists.feeds.open(disguised) as (third,),
    ):
        assert one.sha256 == other.sha256 == third.sha256 == hashlib.sha256(content).hexdigest()
        assert one.size == other.size == third.size == len(content)
        assert list(one.rows()) == list(other.rows()) == list(third.rows())
        assert (one.branch, one.listed_at) == (other.branch, other.listed_at)


def test_the_position_goes_from_nothing_to_the_whole_size(lists: "Lists") -> None:
    source = lists.write(HEADER + "".join(f"{n},Milk,,,1.99,,\n" for n in range(20_000)), packed=True)
    with lists.feeds.open(source) as (feed,):
        rows = feed.rows()
        next(rows)
        assert 0 < feed.position < feed.size
        assert len(list(rows)) == 19_999
        assert feed.position == feed.size
        assert len(list(feed.rows())) == 20_000, "and the rows can be read again"


def test_a_file_that_somebody_writes_to_is_refused_at_the_end(lists: "Lists") -> None:
    source = lists.write(HEADER + GOOD)
    with lists.feeds.open(source) as (feed,):
        with Path(source).open("a", encoding="utf-8") as file:
            file.write(GOOD)
        with pytest.raises(Unreadable, match="changed while it was read"):
            list(feed.rows())
