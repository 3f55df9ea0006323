"""Threads that ask while a read is under way share the next one, and nobody is given what was read before."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from coprra.adapters.sql.shared_read import SharedRead

WAITING = 5


class Source:
    """Reads the number of its reads, once the gate is open."""

    def __init__(self) -> None:
        self.gate, self.begun = Event(), Event()
        self.reads = 0

    def __call__(self) -> int:
        self.reads += 1
        number = self.reads
        self.begun.set()
        assert self.gate.wait(60)
        return number


def test_those_who_ask_during_a_read_share_the_next_one() -> None:
    source = Source()
    shared = SharedRead(source)
    with ThreadPoolExecutor(1 + WAITING) as threads:
        first = threads.submit(shared)
        assert source.begun.wait(60)
        others = [threads.submit(shared) for _ in range(WAITING)]
        while len(shared._changed._waiters) < WAITING:  # type: ignore[attr-defined]  # there is no other way to know
            pass
        source.gate.set()
        assert first.result() == 1
        assert {other.result() for other in others} == {2}


def test_whoever_asks_alone_reads_anew() -> None:
    source = Source()
    source.gate.set()
    shared = SharedRead(source)
    assert [shared() for _ in range(3)] == [1, 2, 3]


def test_everybody_gets_what_began_to_be_read_after_the_question() -> None:
    source = Source()
    source.gate.set()
    shared = SharedRead(source)

    def ask(_: int) -> bool:
        before = source.reads
        return shared() > before

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(2_000)))


def test_a_read_that_fails_is_repeated_by_those_who_wait() -> None:
    class Failing(Source):
        def __call__(self) -> int:
            if super().__call__() == 1:
                raise OSError("the connection broke")
            return self.reads

    source = Failing()
    shared = SharedRead(source)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(shared)
        assert source.begun.wait(60)
        second = threads.submit(shared)
        source.gate.set()
        with pytest.raises(OSError, match="broke"):
            first.result()
        assert second.result() == 2
