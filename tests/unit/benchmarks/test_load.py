"""Load: every answer is waited for, and one that is not what was asked for ends the measurement."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from benchmarks.load import ask, load, question

FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"


@contextmanager
def a_server(answer: Callable[[int], list[bytes]]) -> Iterator[int]:
    """Gives the pieces of its answer to each question, which it counts from 1; no pieces: it hangs up."""
    numbers = iter(range(1, 10**9))
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk(connection: socket.socket) -> None:
            with connection, suppress(ConnectionError):
                while connection.recv(65536):
                    pieces = answer(next(numbers))
                    if not pieces:
                        return
                    for piece in pieces:
                        connection.sendall(piece)

        def listen() -> None:
            try:
                while True:
                    threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()
            except OSError:
                return

        threading.Thread(target=listen, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def test_each_connection_asks_again_when_it_is_answered_and_all_answers_are_waited_for() -> None:
    asked: list[int] = []

    def answer(number: int) -> list[bytes]:
        asked.append(number)
        return [FINE]

    with a_server(answer) as port:
        done = load(port, [question("/")], seconds=0.05, connections=3)
    assert len(done.waited) == len(asked) >= 3
    assert list(done.waited) == sorted(done.waited)
    assert 0 < done.waited[0] <= done.p99 <= done.seconds


def test_an_answer_that_comes_in_pieces_is_one_answer() -> None:
    with a_server(lambda _: [FINE[:10], FINE[10:40], FINE[40:]]) as port:
        assert ask(port, question("/")) == FINE


def test_an_answer_without_a_body_ends_where_its_head_ends() -> None:
    with a_server(lambda _: [b"HTTP/1.1 304 Not Modified\r\n\r\n"]) as port:
        assert load(port, [question("/")], seconds=0, connections=1, status=304).waited


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ([FINE.replace(b"200", b"404")], AssertionError),
        ([b"HTTP/1.1 200 OK\r\n\r\n"], ValueError),
        ([], ConnectionError),
    ],
)
def test_anything_else_ends_the_measurement(answer: list[bytes], error: type[Exception]) -> None:
    with a_server(lambda _: answer) as port, pytest.raises(error):
        load(port, [question("/")], seconds=10, connections=2)
