"""Entries of the journal come back as they were, and in one spelling only."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.backups.document import InvalidDocument, read_document, write_document
from coprra.domain.backups.entry import (
    BEGINNING,
    Body,
    Entry,
    Failed,
    Pinned,
    Removed,
    Rewrapped,
    SignedEntry,
    Taken,
    Unknown,
    Verified,
    read_entry,
)
from coprra.domain.backups.fingerprint import Fingerprint, TableState
from coprra.domain.backups.level import Level
from coprra.domain.backups.manifest import Kind, Manifest, Piece, Wrapping, ids_named_in

NOON = datetime(2026, 11, 23, 12, 0, 0, 5, tzinfo=UTC)
PIECE = Piece(key="v1/c/data/x/000.zst.age", version=None, size=7, sha256="0" * 64)
WRAPPING = Wrapping("f" * 16, PIECE)
MANIFEST = Manifest(
    id="20261123T120000Z-3f9a0c11",
    engine="sqlite",
    source="host:/žaba.sqlite",
    kind=Kind.FULL,
    parent=None,
    started_at=NOON,
    taken_at=NOON,
    finished_at=NOON,
    size=9,
    sha256="1" * 64,
    pieces=(PIECE, PIECE),
    wrappings=(WRAPPING,),
    fingerprint=Fingerprint(method="m", schema="s", objects={"table": 1}, tables={"a": TableState(1, "c")}),
    versions={"sqlite": "3"},
)
BODIES: list[Body] = [
    Taken(MANIFEST),
    Failed("full", "the disk was full\nand \x1b more"),
    Verified(level=Level.L2, backups=("a",), failures={"a": "no"}, size=1, restored=timedelta(seconds=1.5)),
    Removed(backups=("a", "b"), plan="p", forced=True),
    Rewrapped({"a": (WRAPPING,)}),
    Pinned("a", True),
    Unknown("dreamt", {"of": [1, None, "x"]}),
]


def signed(body: Body) -> SignedEntry:
    head = {"cluster": "c", "number": 1, "previous": BEGINNING, "at": NOON, "by": "operator:ana", "signer": "s"}
    return SignedEntry(Entry(**head, body=body), b"signature")  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize("body", BODIES, ids=lambda body: type(body).__name__)
def test_an_entry_comes_back_as_it_was(body: Body) -> None:
    assert read_entry(signed(body).stored) == signed(body)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: type(body).__name__)
def test_every_flipped_bit_makes_another_entry_or_none(body: Body) -> None:
    stored = signed(body).stored
    for bit in range(0, len(stored) * 8, 3):
        damaged = bytearray(stored)
        damaged[bit // 8] ^= 1 << bit % 8
        try:
            read = read_entry(bytes(damaged))
        except InvalidDocument:
            continue
        assert (read.entry.content, read.signature) != (signed(body).entry.content, signed(body).signature)


@given(st.binary(max_size=200))
def test_no_bytes_at_all_break_the_reader(stored: bytes) -> None:
    with pytest.raises(InvalidDocument):
        read_entry(stored)


@pytest.mark.parametrize("content", [b'{"a": 1}', b'{"b":1,"a":1}', b'{"a":1,"a":1}', b"[]", b"1", b"", b"[" * 9999])
def test_another_spelling_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidDocument):
        read_document(content)


def test_there_is_one_spelling() -> None:
    assert write_document({"b": NOON, "a": [None, True, "ž"]}) == (
        b'{"a":[null,true,"\\u017e"],"b":"2026-11-23T12:00:00.000005Z"}'
    )


def test_damaged_content_still_names_backups() -> None:
    stored = signed(Taken(MANIFEST)).stored
    assert ids_named_in(stored[:-20].replace(b"form", b"f\xffrm")) == (MANIFEST.id,)
