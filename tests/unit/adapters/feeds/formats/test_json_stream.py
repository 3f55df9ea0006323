"""JSON: events of a document; what is cut, too deep or too long is refused."""

import io
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.feeds.formats.json_stream import DEEPEST, LONGEST_TOKEN, Event, json_events
from coprra.domain.kernel.errors import Unreadable


def events(content: bytes) -> list[Event]:
    return list(json_events(io.BufferedReader(io.BytesIO(content)), "prices.json"))


def test_numbers_are_exact() -> None:
    found = [value for kind, value in events(b'[1, 2.50, 0.1, 1e2, true, null, "x"]') if kind != "start_array"]
    assert found == [1, Decimal("2.50"), Decimal("0.1"), Decimal("1E+2"), True, None, "x", None]
    assert str(found[1]) == "2.50"


def test_a_document_longer_than_a_chunk_is_read_whole() -> None:
    content = b"[" + b",".join(b'"%06d"' % number for number in range(50_000)) + b"]"
    assert len(events(content)) == 50_002


@pytest.mark.parametrize("content", [b"", b"[1, 2", b'{"a": ', b'["abc'])
def test_a_document_that_is_cut_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable, match=r"prices\.json is cut"):
        events(content)


@pytest.mark.parametrize(
    "content", [b"[1] x", b"[1,]", b"\xff\xfe[\0]\0", b'["\xff"]', b'["\xed\xa0\xbd"]', b"[NaN]", b"<a/>", b"{1: 2}"]
)
def test_what_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable, match=r"prices\.json can't be read: it is no JSON"):
        events(content)


def test_what_would_cost_the_memory_is_refused() -> None:
    with pytest.raises(Unreadable, match="nested more than 32 deep"):
        events(b"[" * (DEEPEST + 1))
    with pytest.raises(Unreadable, match="a text of more than 262,144 bytes"):
        events(b'["' + b"a" * 3 * LONGEST_TOKEN + b'"]')
    with pytest.raises(Unreadable, match="a number of more than 400 digits"):
        events(b"[" + b"1" * 5_000 + b"]")


def test_a_huge_number_is_found_wherever_the_chunks_part_it() -> None:
    with pytest.raises(Unreadable, match="a number of more than 400 digits"):
        events(b"[" + b" " * (2**16 - 200) + b"1" * 5_000 + b"]")


@given(st.binary(max_size=200) | st.text(alphabet='[]{}",:0123456789truefalsn \\', max_size=200).map(str.encode))
def test_arbitrary_bytes_give_events_or_a_refusal(content: bytes) -> None:
    with suppress(Unreadable):
        events(content)
