"""Load: questions over HTTP on many connections at once, each asked when the one before it is answered."""

import gc
import re
import select
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from time import perf_counter

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it. waited: seconds from each question to its answer, sorted."""

    seconds: float
    waited: Sequence[float]

    @property
    def p99(self) -> float:
        """How long all but one in a hundred waited at most, in seconds."""
        return self.waited[int(len(self.waited) * 0.99)]


@dataclass(slots=True)
class _Client:
    socket: socket.socket
    asked_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def ask(self, question: bytes) -> None:
        self.asked_at = perf_counter()
        self.socket.send(question)

    def answer(self) -> bytes | None:
        """The whole answer, if it has come."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise ConnectionError("The server hung up.")
        self.received += piece
        head = self.received.find(b"\r\n\r\n")
        if head < 0:
            return None
        found = _LENGTH.search(self.received, 0, head)
        if not found and self.received[9:12] != b"304":
            raise ValueError(f"The answer does not say how long it is: {bytes(self.received[:head])!r}")
        if len(self.received) < head + 4 + (int(found[1]) if found else 0):
            return None
        answer = bytes(self.received)
        self.received.clear()
        return answer


def question(path: str, **headers: str) -> bytes:
    """A GET that keeps its connection."""
    said = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{said}\r\n".encode()


def ask(port: int, asked: bytes) -> bytes:
    """One answer, head and body."""
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_SECONDS) as connection:
        client = _Client(connection)
        client.ask(asked)
        while (answer := client.answer()) is None:
            pass
        return answer


def load(port: int, questions: Sequence[bytes], *, seconds: float, connections: int, status: int = 200) -> Load:
    """Ask these questions in turn for so long, and wait for the last answers.

    Raises: AssertionError for an answer of another status, ConnectionError for a connection that was not kept.
    """
    expected = b" %d " % status
    clients = [_Client(socket.create_connection(("127.0.0.1", port), _PATIENCE_SECONDS)) for _ in range(connections)]
    by_file = {client.socket.fileno(): client for client in clients}
    waited: list[float] = []
    gc.disable()
    try:
        begun = perf_counter()
        for client, answered_at in _answers(by_file, cycle(questions), expected, until=begun + seconds):
            waited.append(answered_at - client.asked_at)
        ended = perf_counter()
    finally:
        gc.enable()
        for client in clients:
            client.socket.close()
    return Load(ended - begun, sorted(waited))


def _answers(
    clients: dict[int, _Client], questions: Iterator[bytes], expected: bytes, *, until: float
) -> Iterator[tuple[_Client, float]]:
    poll = select.epoll()
    for file, client in clients.items():
        poll.register(file, select.EPOLLIN)
        client.ask(next(questions))
    open_questions = len(clients)
    while open_questions:
        ready = poll.poll(_PATIENCE_SECONDS)
        if not ready:
            raise TimeoutError("The server answers nothing.")
        for file, _ in ready:
            client = clients[file]
            answer = client.answer()
            if answer:
                assert answer[8:13] == expected, answer[:200]
                now = perf_counter()
                yield client, now
                if now < until:
                    client.ask(next(questions))
                else:
                    open_questions -= 1
    poll.close()
