"""The real servers: ours, Pyramid's starter and waitress' own, started as people start them."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 30
"""A server that says nothing for so long is killed, and the test that waits for it fails."""

SERVE = """
from coprra.bootstrap import build
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.entrypoints.http.server import serve
serve(make_wsgi_app(build()), host={host!r}, port={port}, listening=lambda url: print("ready", url, flush=True))
"""

SERVE_SLOWLY = """
import sys
from coprra.entrypoints.http.server import serve

def slow(environ, start_response):
    print("entered", flush=True)
    sys.stdin.readline()
    length = int(sys.argv[1])
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(length))])
    return [b"x" * length]

serve(slow, port=0, listening=lambda url: print("ready", url, flush=True))
"""

SERVE_BEHIND = """
import sys
from coprra.entrypoints.http.server import serve
from coprra.settings import TrustedProxy

def echo(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    forwarded = [name for name in environ if "FORWARDED" in name and name != "HTTP_X_FORWARDED_FOR"]
    return [f"{environ['REMOTE_ADDR']} {environ['HTTP_HOST']} {environ['wsgi.url_scheme']} {forwarded}".encode()]

proxy = TrustedProxy(sys.argv[1], int(sys.argv[2]))
serve(echo, port=0, proxy=proxy, listening=lambda url: print("ready", url, flush=True))
"""

SERVE_TWICE = """
import socket
from coprra.domain.kernel.errors import Unavailable
from coprra.entrypoints.http.server import serve
taken = socket.create_server(("127.0.0.1", 0))
try:
    serve(None, port=taken.getsockname()[1])
except Unavailable as error:
    print(error.code, error.message.replace(str(taken.getsockname()[1]), "8080"))
"""


class Server:
    """A server process, and what it prints."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.printed: list[str] = []
        assert process.stdout
        assert process.stdin
        self.output: IO[str] = process.stdout
        self.input: IO[str] = process.stdin

    def wait_for(self, pattern: str) -> str:
        """The first group of the pattern, from the first line that holds it."""
        with self._watched():
            for line in self.output:
                self.printed.append(line)
                found = re.search(pattern, line)
                if found:
                    return found.group(found.lastindex or 0)
        raise AssertionError(f"The server ended without saying {pattern!r}: {''.join(self.printed)}")

    def end(self) -> int:
        """Its exit code, once it has ended."""
        with self._watched():
            self.printed += self.output.readlines()
            return self.process.wait()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        watchdog = threading.Timer(PATIENCE_SECONDS, self.process.kill)
        watchdog.start()
        try:
            yield
        finally:
            watchdog.cancel()


@contextmanager
def running(*command: str) -> Iterator[Server]:
    unlimited = {"COPRRA_ANONYMOUS_READS_PER_MINUTE": "0"}
    environment = {**os.environ, **unlimited, "COPRRA_DATABASE_URL": "memory:", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        cwd=ROOT,
    ) as process:
        try:
            yield Server(process)
        finally:
            process.kill()


@contextmanager
def connected(url: str) -> Iterator[http.client.HTTPConnection]:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE_SECONDS)
    try:
        yield connection
    finally:
        connection.close()


def get(connection: http.client.HTTPConnection, path: str, **headers: str) -> http.client.HTTPResponse:
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    response.body = response.read()  # type: ignore[attr-defined]  # read at once, so that the connection is free again
    return response


def exchange(url: str, sent: bytes) -> bytes:
    """What comes back for these bytes on a connection of their own, until the server closes it."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=PATIENCE_SECONDS) as connection:
        received = b""
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                received += piece
        except OSError:
            pass  # it had said all it wanted before everything was sent
        return received


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server of ours that runs as long as the tests of this file."""
    with running("-c", SERVE.format(host="127.0.0.1", port=0)) as server:
        found = server.wait_for("ready (.*)")
        # Nobody reads on, and a full pipe would stop the server.
        threading.Thread(target=server.output.read, daemon=True).start()
        yield found


def pserve(folder: Path) -> list[str]:
    text = (ROOT / "docs/production.ini").read_text(encoding="utf-8")
    ini = folder / "production.ini"
    ini.write_text(text.replace("\nport = 8080\n", "\nport = 0\n"), encoding="utf-8")
    return ["-m", "pyramid.scripts.pserve", str(ini)]


def pserve_with_plain_waitress(folder: Path) -> list[str]:
    text = (ROOT / "docs/production.ini").read_text(encoding="utf-8")
    app, _, server = text.partition("[server:main]")
    plain = "\n".join(line.removeprefix("# ") for line in server.partition("# A plain waitress")[2].splitlines()[1:])
    ini = folder / "production.ini"
    ini.write_text(f"{app}[server:main]\n{plain}".replace(":8080", ":0"), encoding="utf-8")
    return ["-m", "pyramid.scripts.pserve", str(ini)]


def waitress_serve(_folder: Path) -> list[str]:
    return ["-m", "waitress", "--listen", "127.0.0.1:0", "--call", "coprra.entrypoints.http.app:create"]


def ours(_folder: Path) -> list[str]:
    return ["-c", SERVE.format(host="127.0.0.1", port=0)]


@pytest.mark.parametrize("command", [ours, pserve, pserve_with_plain_waitress, waitress_serve])
def test_each_way_to_serve_answers_logs_in_json_and_ends_when_told(
    command: Callable[[Path], list[str]], tmp_path: Path
) -> None:
    with running(*command(tmp_path)) as server:
        url = server.wait_for(r"(http://127\.0\.0\.1:\d+)")
        with connected(url) as connection:
            assert json.loads(get(connection, "/health/live").body) == {"status": "alive"}  # type: ignore[attr-defined]
            chains = get(connection, "/api/v1/chains")
            assert json.loads(chains.body)["chains"] == []  # type: ignore[attr-defined]
            assert chains.headers["X-Content-Type-Options"] == "nosniff"
            again = get(connection, "/api/v1/chains", **{"If-None-Match": chains.headers["ETag"]})
            assert (again.status, again.body) == (304, b"")  # type: ignore[attr-defined]
        server.process.send_signal(signal.SIGINT)
        server.end()
        requests = [json.loads(line) for line in server.printed if '"event":"request"' in line]
        assert [request["status"] for request in requests] == [200, 304]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_server_ends_with_0(number: signal.Signals) -> None:
    with running("-c", SERVE.format(host="127.0.0.1", port=0)) as server:
        server.wait_for("ready (.*)")
        server.process.send_signal(number)
        assert server.end() == 0
        assert "Traceback" not in "".join(server.printed)


@pytest.mark.parametrize("length", [4, 1_000_000])
def test_a_stopped_server_finishes_what_runs_and_takes_nothing_new(length: int) -> None:
    with running("-c", SERVE_SLOWLY, str(length)) as server:
        url = server.wait_for("ready (.*)")
        with connected(url) as busy, connected(url) as idle:
            idle.connect()
            busy.request("GET", "/")
            server.wait_for("entered")
            server.process.send_signal(signal.SIGTERM)
            server.wait_for('"event":"stopping"')
            server.input.write("go on\n")
            server.input.flush()
            response = busy.getresponse()
            assert (response.status, len(response.read())) == (200, length)
            assert idle.sock.recv(1) == b""
        assert server.end() == 0
        with pytest.raises(ConnectionRefusedError), connected(url) as late:
            late.connect()


def test_further_signals_do_not_cut_off_what_runs() -> None:
    with running("-c", SERVE_SLOWLY, "4") as server:
        url = server.wait_for("ready (.*)")
        with connected(url) as busy:
            busy.request("GET", "/")
            server.wait_for("entered")
            server.process.send_signal(signal.SIGINT)
            server.process.send_signal(signal.SIGTERM)
            server.wait_for('"event":"stopping"')
            server.process.send_signal(signal.SIGTERM)
            server.process.send_signal(signal.SIGINT)
            server.input.write("go on\n")
            server.input.flush()
            assert busy.getresponse().read() == b"xxxx"
        assert server.end() == 0
        assert "Signal" not in "".join(server.printed)


def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    with running("-c", SERVE_TWICE) as server:
        assert server.wait_for("(address_in_use .*)") == (
            "address_in_use address 127.0.0.1:8080 is in use; choose another with --port"
        )


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "a" * 300, "2001:db8::1"])
def test_an_address_that_is_not_this_machines_is_said_too(host: str) -> None:
    script = SERVE_TWICE.replace("serve(None, port=taken.getsockname()[1])", f"serve(None, host={host!r})")
    with running("-c", script) as server:
        assert "--host" in server.wait_for("(cannot_listen .*)")


def test_a_name_of_several_addresses_is_served_on_all_of_them() -> None:
    with running("-c", SERVE.format(host="localhost", port=0)) as server:
        url = server.wait_for("ready (.*)")
        assert url.startswith("http://localhost:")
        families = {found[0] for found in socket.getaddrinfo("localhost", urlsplit(url).port, type=socket.SOCK_STREAM)}
        reached = set()
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            if family in families:
                try:
                    socket.create_connection((address, urlsplit(url).port), timeout=PATIENCE_SECONDS).close()
                except OSError:
                    continue  # a name for an address that this machine has not
                reached.add(address)
        assert "127.0.0.1" in reached


# What only a real server can show.


def test_a_connection_stays_open_after_an_answer_without_a_body(url: str) -> None:
    with connected(url) as connection:
        tag = get(connection, "/").headers["ETag"]
        port = connection.sock.getsockname()[1]
        for _ in range(3):
            assert get(connection, "/", **{"If-None-Match": tag}).status == 304
        connection.request("OPTIONS", "/")
        assert connection.getresponse().read() == b""
        connection.request("HEAD", "/")
        assert connection.getresponse().read() == b""
        assert get(connection, "/").status == 200
        assert connection.sock.getsockname()[1] == port


def test_head_and_body_leave_in_one_piece(url: str) -> None:
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=PATIENCE_SECONDS) as connection:
        for _ in range(300):  # sent in two pieces, they arrive as one now and then
            connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")
            assert connection.recv(65536).endswith(b'{"status":"alive"}\n')


def test_more_clients_than_waitress_serves_by_default_are_served_at_once(url: str) -> None:
    address = urlsplit(url)
    with ExitStack() as stack:
        connections = [
            stack.enter_context(socket.create_connection((address.hostname, address.port), timeout=PATIENCE_SECONDS))
            for _ in range(300)
        ]
        for connection in connections:
            connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")
        assert all(connection.recv(65536).startswith(b"HTTP/1.1 200") for connection in connections)


GET = b"GET /health/live HTTP/1.1\r\n"
MALFORMED = [
    (b"nonsense\r\n\r\n", 400),
    (b"GET\r\n\r\n", 400),
    (b"get /health/live HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    (b"GET /health/live HTTP/9.9\r\nHost: a, b\r\n\r\n", 400),
    (GET + b"Host: a\r\nHost: b\r\n\r\n", 400),
    (GET + b"\r\n", 400),
    (GET + b"Host: a\r\nX\r\n\r\n", 400),
    (GET + b"Host: a\r\nX : y\r\n\r\n", 400),
    (GET + b"Host: a\r\nContent-Length: x\r\n\r\n", 400),
    (GET + b"Host: a\r\nContent-Length: -1\r\n\r\n", 400),
    (GET + b"Host: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
    (GET + b"Host: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    (GET + b"Host: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    # Not a byte more than is read: what is left unread when the server closes makes the machine take the answer back.
    ((GET + b"Host: a\r\nX: ").ljust(65_536, b"y"), 431),
    (b"GET /".ljust(65_536, b"a"), 431),
    (b"GET /" + b"a" * 45_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    (GET + b"Host: a\r\nContent-Length: 9999999999\r\n\r\n", 413),
    (b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n", 404),
    (b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    (b"GET /?\xff HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    (b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 404),
    (b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 404),
    (b"GET http://[::1 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    (b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
    (b"POST /api/v1/products HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", 405),
]


@pytest.mark.parametrize(("sent", "status"), MALFORMED, ids=[repr(sent[:40]) for sent, _ in MALFORMED])
def test_a_malformed_request_gets_a_problem_that_names_no_library(url: str, sent: bytes, status: int) -> None:
    head, _, body = exchange(url, sent).partition(b"\r\n\r\n")
    assert re.match(rb"HTTP/1\.[01] (\d{3}) ", head).group(1) == str(status).encode()  # type: ignore[union-attr]
    problem = json.loads(body)
    assert (problem["status"], set(problem)) == (status, {*"type title status detail instance code request_id".split()})
    assert b"content-type: application/problem+json" in head.lower()
    assert b"x-content-type-options: nosniff" in head.lower()
    assert b"\r\nserver:" not in head.lower()
    assert b"waitress" not in (head + body).lower()
    assert f"x-request-id: {problem['request_id']}".encode() in head.lower()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    sent=st.one_of(
        st.binary(max_size=300),
        st.builds(
            lambda line: b"GET /api/v1/products?" + line + b" HTTP/1.1\r\nHost: a\r\n\r\n", st.binary(max_size=100)
        ),
        st.builds(lambda header: GET + b"Host: a\r\n" + header + b"\r\n\r\n", st.binary(max_size=100)),
    )
)
def test_whatever_bytes_come_over_the_wire_no_answer_is_a_mistake_of_ours(url: str, sent: bytes) -> None:
    for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", exchange(url, sent)):
        assert int(status) < 500 or int(status) == HTTPStatus.NOT_IMPLEMENTED


FORGED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "1",
    "Forwarded": "for=203.0.113.66;host=evil.example",
}


@pytest.mark.parametrize(
    ("proxy", "count", "forwarded", "believed"),
    [
        ("127.0.0.1", 1, "203.0.113.66, 192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", 2, "203.0.113.66, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        ("127.0.0.1", 1, "2001:db8::7", "2001:db8::7"),
        ("127.0.0.1", 1, '"203.0.113.66, 192.0.2.7', "192.0.2.7"),
        ("192.0.2.1", 1, "203.0.113.66", "127.0.0.1"),
    ],
)
def test_where_a_request_comes_from_is_believed_of_the_trusted_proxy_and_nothing_else(
    proxy: str, count: int, forwarded: str, believed: str
) -> None:
    with running("-c", SERVE_BEHIND, proxy, str(count)) as server, connected(server.wait_for("ready (.*)")) as there:
        said = get(there, "/", Host="shop.example", **{"X-Forwarded-For": forwarded}, **FORGED)
        assert said.body == f"{believed} shop.example http []".encode()  # type: ignore[attr-defined]  # see get
