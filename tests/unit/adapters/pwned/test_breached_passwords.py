"""Breached passwords are asked for by five letters of a digest, within a second, at a real server on this machine."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from coprra.adapters.pwned.breached_passwords import PwnedBreachedPasswords
from coprra.domain.kernel.errors import Unavailable
from coprra.testing.accounts import PASSWORD

DIGEST = hashlib.sha1(PASSWORD.encode()).hexdigest().upper()


@dataclass
class Service:
    """What a server answers, and what it was asked."""

    body: bytes = b""
    status: int = 200
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    before: Callable[[], object] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/range/"

    port: int = 0


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.asked.append((self.path, self.headers["Add-Padding"]))
            service.before()
            # Who asked may have gone.
            with suppress(OSError):
                self.send_response(service.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(service.body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()


def lines(*suffixes: tuple[str, int]) -> bytes:
    return "".join(f"{suffix}:{times}\r\n" for suffix, times in suffixes).encode()


@pytest.mark.parametrize(("times", "known"), [(7, True), (0, False)])
def test_a_digest_that_was_seen_is_known_and_padding_is_not(times: int, known: bool) -> None:
    with serving(Service(lines(("0" * 35, 3), (DIGEST[5:], times), ("F" * 35, 0)))) as service:
        assert PwnedBreachedPasswords(service.url).hold(PASSWORD) is known
    assert service.asked == [(f"/range/{DIGEST[:5]}", "true")]


@pytest.mark.parametrize(("status", "body"), [(503, b"x"), (302, b"x"), (200, b""), (200, b"x" * 1_000_001)])
def test_what_is_no_answer_tells_nothing(status: int, body: bytes) -> None:
    with serving(Service(body, status)) as service, pytest.raises(Unavailable, match="in time"):
        PwnedBreachedPasswords(service.url).hold(PASSWORD)
    assert len(service.asked) == 1


def test_a_slow_service_holds_up_two_for_so_long_and_nobody_else() -> None:
    done = threading.Event()
    with serving(Service(lines((DIGEST[5:], 1)), before=done.wait)) as service:
        passwords = PwnedBreachedPasswords(service.url, timeout_seconds=0.05)
        for _ in range(2):
            with pytest.raises(Unavailable):
                passwords._asked("00000")
        patient = PwnedBreachedPasswords(service.url, timeout_seconds=60)
        patient._free.acquire()
        patient._free.acquire()
        with pytest.raises(Unavailable):
            patient.hold(PASSWORD)
        done.set()


def test_nobody_there_tells_nothing() -> None:
    with pytest.raises(Unavailable):
        PwnedBreachedPasswords("http://127.0.0.1:9/range/").hold(PASSWORD)
