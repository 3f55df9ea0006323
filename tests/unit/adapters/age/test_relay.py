"""A relay writes everything in order, and tells whoever fills it what went wrong."""

from threading import Event, current_thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.age.relay import Relay
from coprra.domain.backups.ports import Sink

MANY = 100
HELD = 8
"""How many may wait."""


class Kept(Sink):
    """Keeps what is written; the one that is named can't be."""

    def __init__(self, refused: int | None = None) -> None:
        self.written: list[bytes] = []
        self.threads: set[str] = set()
        self._refused = refused

    def write(self, content: bytes, /) -> int:
        """As it is."""
        self.threads.add(current_thread().name)
        if len(self.written) == self._refused:
            raise OSError("the disk is full")
        self.written.append(content)
        return len(content)


@given(chunks=st.lists(st.binary(max_size=8), max_size=40))
def test_everything_arrives_in_order(chunks: list[bytes]) -> None:
    sink = Kept()
    with Relay(sink) as relay:
        assert [relay.write(chunk) for chunk in chunks] == [len(chunk) for chunk in chunks]
    assert sink.written == chunks


def test_another_thread_writes() -> None:
    sink = Kept()
    with Relay(sink) as relay:
        relay.write(b"1")
    assert sink.threads
    assert current_thread().name not in sink.threads


@pytest.mark.parametrize("refused", [0, 5, MANY - 1])
def test_what_can_not_be_written_is_told_and_nothing_is_written_after_it(refused: int) -> None:
    sink = Kept(refused)

    def write_many() -> None:
        with Relay(sink) as relay:
            for number in range(MANY):
                relay.write(b"%d" % number)

    with pytest.raises(OSError, match="the disk is full"):
        write_many()
    assert sink.written == [b"%d" % number for number in range(refused)]


def test_whoever_writes_goes_on_while_the_sink_is_slow() -> None:
    go_on = Event()

    class Slow(Kept):
        def write(self, content: bytes, /) -> int:
            go_on.wait()
            return super().write(content)

    sink = Slow()
    with Relay(sink) as relay:
        for number in range(MANY):
            if number == HELD:
                go_on.set()
            relay.write(b"%d" % number)
    assert len(sink.written) == MANY
