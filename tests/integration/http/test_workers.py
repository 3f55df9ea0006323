"""Several processes at one socket: how they end, how they are replaced, and how all of them are started anew."""

from __future__ import annotations

import http.client
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

PATIENCE_SECONDS = 30
"""A server that says nothing for so long is killed, and the test that waits for it fails."""

SUPERVISE = """
import os
import sys
from contextlib import contextmanager
from pathlib import Path

from coprra.domain.kernel.errors import Unavailable
from coprra.entrypoints.http.workers import supervise
from coprra.entrypoints.logging import configure

folder = Path(sys.argv[1])
configure()
if "--check" in sys.argv:
    sys.exit((folder / "broken").exists())

def say(*words):
    # In one piece: several processes write to the same pipe.
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

def answer(environ, start_response):
    if environ["PATH_INFO"] == "/held":
        say("held by", os.getpid())
        (folder / "gate").read_bytes()
    body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]

@contextmanager
def open_wsgi_app():
    if (folder / "broken").exists():
        raise RuntimeError("broken")
    yield answer

try:
    supervise(
        open_wsgi_app,
        port=0,
        workers=2,
        threads=2,
        command=(sys.executable, *sys.orig_argv[1:]),
        listening=lambda url: say("ready", url),
    )
except Unavailable as error:
    say("refused", error.code)
"""


@dataclass
class Served:
    """A supervisor and what it prints. folder: where its gate is, and what may break it."""

    process: subprocess.Popen[str]
    folder: Path
    url: str = ""
    log: list[dict[str, Any]] = field(default_factory=list)

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The first line from here on that the pattern is found in."""
        assert self.process.stdout
        watchdog = threading.Timer(PATIENCE_SECONDS, self.process.kill)
        watchdog.start()
        try:
            for line in self.process.stdout:
                if line.startswith("{"):
                    self.log.append(json.loads(line))
                if found := re.search(pattern, line):
                    return found
        finally:
            watchdog.cancel()
        raise AssertionError(f"It ended without saying {pattern!r}; it said {self.log}.")

    def wait_for_event(self, name: str) -> dict[str, Any]:
        self.wait_for(f'"event":"{name}"')
        return self.log[-1]

    def start(self) -> None:
        self.url = self.wait_for("^ready (.*)")[1]

    def workers(self) -> set[int]:
        """Those that were said to be ready so far."""
        return {line["pid"] for line in self.log if line["event"] == "worker_ready"}

    def open_gate(self) -> None:
        """Lets what is held go on."""
        (self.folder / "gate").write_bytes(b"")

    def end(self) -> int:
        """Its exit code, once it has ended."""
        assert self.process.stdout
        watchdog = threading.Timer(PATIENCE_SECONDS, self.process.kill)
        watchdog.start()
        try:
            self.log += [json.loads(line) for line in self.process.stdout if line.startswith("{")]
            return self.process.wait()
        finally:
            watchdog.cancel()


@contextmanager
def supervisor(folder: Path) -> Iterator[Served]:
    os.mkfifo(folder / "gate")
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            yield Served(process, folder)
        finally:
            process.kill()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Two workers with two threads each."""
    with supervisor(tmp_path) as started:
        started.start()
        yield started


@contextmanager
def connected(url: str) -> Iterator[http.client.HTTPConnection]:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE_SECONDS)
    try:
        yield connection
    finally:
        connection.close()


def asked(url: str) -> int:
    """Which worker answers on a connection of its own."""
    with connected(url) as connection:
        connection.request("GET", "/")
        return int(connection.getresponse().read())


def has_ended(process: int) -> bool:
    """Once it has; a process that is nobody's child can't be waited for otherwise."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], PATIENCE_SECONDS)[0])
    finally:
        os.close(handle)


def test_each_worker_stays_on_a_processor_of_its_own(served: Served) -> None:
    assert len(served.workers()) == 2
    homes = [os.sched_getaffinity(worker) for worker in served.workers()]
    assert all(len(home) == 1 for home in homes)
    usable = os.sched_getaffinity(served.process.pid)
    assert len(set.union(*homes)) == min(2, len(usable))
    assert asked(served.url) in served.workers()


def test_a_worker_that_is_killed_is_replaced_and_what_others_do_goes_on(served: Served) -> None:
    with connected(served.url) as held:
        held.request("GET", "/held")
        busy = int(served.wait_for(r"held by (\d+)")[1])
        (victim,) = served.workers() - {busy}
        os.kill(victim, signal.SIGKILL)
        died = served.wait_for_event("worker_died")
        assert (died["pid"], died["status"]) == (victim, -signal.SIGKILL)
        assert asked(served.url) != victim
        replacement = served.wait_for_event("worker_ready")
        assert replacement["worker"] == died["worker"]
        served.open_gate()
        assert int(held.getresponse().read()) == busy


def test_each_worker_that_is_killed_is_replaced_every_time(served: Served) -> None:
    for _ in range(3):
        for worker in sorted(served.workers())[-2:]:
            os.kill(worker, signal.SIGKILL)
            served.wait_for_event("worker_ready")
    assert asked(served.url) in served.workers()
    assert len(served.workers()) == 8


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_all_workers_finish_what_runs_when_told_to_stop(served: Served, number: signal.Signals) -> None:
    with ExitStack() as stack:
        held = [stack.enter_context(connected(served.url)) for _ in range(3)]
        for connection in held:
            connection.request("GET", "/held")
        for _ in held[:2]:
            served.wait_for("held by")
        served.process.send_signal(number)
        for _ in range(2):
            served.wait_for_event("stopping")
        answers: list[http.client.HTTPResponse] = []
        for connection in held:
            # Two threads of one worker hold two of them; the third may have to wait until one is free.
            threading.Thread(target=served.open_gate, daemon=True).start()
            answers.append(connection.getresponse())
        for answer in answers:
            assert (answer.status, answer.headers["Connection"]) == (200, "close")
            assert int(answer.read()) in served.workers()
    assert served.end() == 0
    assert all(has_ended(worker) for worker in served.workers())
    with pytest.raises(ConnectionRefusedError):
        asked(served.url)


class Client(threading.Thread):
    """Asks one question after the other, on one connection as long as the server keeps it."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.enough = threading.Event()
        self.by: list[int] = []
        self.failures: list[Exception] = []

    def run(self) -> None:
        with connected(self.url) as connection:
            while not self.enough.is_set():
                try:
                    connection.request("GET", "/")
                    self.by.append(int(connection.getresponse().read()))
                except (OSError, http.client.HTTPException) as error:
                    self.failures.append(error)
                    connection.close()


def test_starting_anew_loses_no_request_and_keeps_the_process(served: Served) -> None:
    before = served.workers()
    clients = [Client(served.url) for _ in range(4)]
    for client in clients:
        client.start()
    for _ in range(2):
        served.process.send_signal(signal.SIGHUP)
        served.wait_for_event("reloaded")
        for _ in range(2):
            served.wait_for_event("stopped")
    for client in clients:
        client.enough.set()
        client.join(PATIENCE_SECONDS)
        assert client.failures == []
        assert before & set(client.by)
        assert not before & {client.by[-1]}
    assert len(served.workers()) == 6
    assert all(has_ended(worker) for worker in before)
    assert asked(served.url) in served.workers() - before
    served.process.send_signal(signal.SIGTERM)
    assert served.end() == 0


def test_what_runs_while_all_is_started_anew_is_finished_by_the_old_worker(served: Served) -> None:
    with connected(served.url) as held:
        held.request("GET", "/held")
        busy = int(served.wait_for(r"held by (\d+)")[1])
        served.process.send_signal(signal.SIGHUP)
        served.wait_for_event("reloaded")
        served.wait_for_event("retiring")
        served.wait_for_event("retiring")
        served.open_gate()
        answer = held.getresponse()
        assert int(answer.read()) == busy
        assert answer.headers["Connection"] == "close"
        assert has_ended(busy)


def test_a_client_that_is_connected_to_an_old_worker_may_ask_once_more(served: Served) -> None:
    with connected(served.url) as connection:
        connection.request("GET", "/")
        old = int(connection.getresponse().read())
        served.process.send_signal(signal.SIGHUP)
        for _ in range(2):
            served.wait_for_event("retiring")
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert (int(answer.read()), answer.headers["Connection"]) == (old, "close")
        assert has_ended(old)


def test_what_would_not_start_does_not_replace_what_runs(served: Served) -> None:
    (served.folder / "broken").touch()
    served.process.send_signal(signal.SIGHUP)
    served.wait_for_event("reload_refused")
    assert asked(served.url) in served.workers()
    (served.folder / "broken").unlink()
    served.process.send_signal(signal.SIGHUP)
    served.wait_for_event("reloaded")
    assert len(served.workers()) == 4


def test_a_worker_that_can_not_be_replaced_is_tried_again(served: Served) -> None:
    (served.folder / "broken").touch()
    victim = min(served.workers())
    os.kill(victim, signal.SIGKILL)
    served.wait_for_event("worker_failed")
    served.wait_for_event("worker_failed")
    assert asked(served.url) in served.workers() - {victim}
    (served.folder / "broken").unlink()
    served.wait_for_event("worker_ready")


def test_workers_that_can_not_start_at_all_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    with supervisor(tmp_path) as started:
        assert started.wait_for("^refused (.*)")[1] == "cannot_start"
        assert started.end() == 0
    assert next(line["event"] for line in started.log if line["level"] == "error") == "worker_failed"


def test_workers_end_when_their_supervisor_is_killed(served: Served) -> None:
    served.process.kill()
    assert all(has_ended(worker) for worker in served.workers())
    with pytest.raises(ConnectionRefusedError):
        asked(served.url)


def test_a_terminal_that_closes_ends_what_runs_in_it(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    os.mkfifo(tmp_path / "gate")
    command = [sys.executable, "-c", f"import os; os.login_tty({theirs})\n{SUPERVISE}", str(tmp_path)]
    with subprocess.Popen(command, pass_fds=[theirs]) as process:
        try:
            os.close(theirs)
            said = b""
            while not re.search(rb"ready http.*\n", said):
                assert select.select([ours], [], [], PATIENCE_SECONDS)[0], said
                said += os.read(ours, 65536)
            os.close(ours)
            assert process.wait(PATIENCE_SECONDS) == 0
        finally:
            process.kill()


SERVE_WITH_FEW_FILES = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
from coprra.entrypoints.http.server import serve

def answer(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]

serve(answer, port=0, listening=lambda url: print("ready", url, flush=True))
"""


def test_where_few_files_may_be_open_clients_beyond_that_wait_and_are_served(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVE_WITH_FEW_FILES], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            server = Served(process, tmp_path)
            server.start()
            assert next(line for line in server.log if line["event"] == "few_connections")["connections"] == 64
            address = urlsplit(server.url)
            with ExitStack() as stack:
                clients = [
                    stack.enter_context(
                        socket.create_connection((address.hostname, address.port), timeout=PATIENCE_SECONDS)
                    )
                    for _ in range(160)
                ]
                for client in clients:
                    client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                for client in clients:
                    assert client.recv(65536).endswith(b"ok")
                    client.close()
        finally:
            process.kill()
