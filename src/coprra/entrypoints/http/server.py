"""Server: waitress, set up for many connections, polite errors and an end that lets requests finish."""

import os
import resource
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic
from types import FrameType
from typing import Any
from uuid import uuid4

import structlog
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer, create_server
from waitress.task import ErrorTask, WSGITask

from coprra.entrypoints.http.errors import problem
from coprra.entrypoints.http.listeners import BACKLOG, listen, url_of
from coprra.entrypoints.http.tweens import SECURITY_HEADERS
from coprra.entrypoints.logging import configure
from coprra.settings import TrustedProxy

CONNECTIONS = 2_048
"""Open connections at most. waitress' own 100 starve the 101st client, and its wait shows up in nobody's numbers."""
SEND_BYTES = 18_000
"""Answers up to this size leave in one piece; waitress sends head and body apart."""
LARGEST_HEAD = 64 * 1024
LARGEST_BODY = 1024 * 1024
GRACE_SECONDS = 20.0
"""How long requests may take to finish after the server was told to stop."""

_GLANCE_SECONDS = 0.25
_SPARE_FILES = 256

_log = structlog.stdlib.get_logger("coprra.http")


class _Task(WSGITask):
    def get_environment(self) -> dict[str, Any]:
        """A quotation mark that does not end makes waitress refuse in its own words; no address has any."""
        environ: dict[str, Any] = super().get_environment()
        if "HTTP_X_FORWARDED_FOR" in environ:
            environ["HTTP_X_FORWARDED_FOR"] = environ["HTTP_X_FORWARDED_FOR"].replace('"', "")
        return environ

    def set_close_on_finish(self) -> None:
        """A 204 or 304 ends where its head ends; waitress closes the connection to say so, which costs a new one."""
        request: Any = self.request  # its stub takes it for an error
        wants_close = request.headers.get("CONNECTION", "").lower() == "close"
        if self.has_body or wants_close or self.version != "1.1":
            super().set_close_on_finish()

    def build_response_header(self) -> bytes:
        """Where no connection is taken any more, a client is told not to ask again on the one it has."""
        if not self.channel.server.accepting:
            super().set_close_on_finish()
        return super().build_response_header()


class _Refusal(ErrorTask):
    def execute(self) -> None:
        """A problem: the answer of waitress repeats what the client sent, and names the library."""
        request: Any = self.request  # its stub takes it for the error
        structlog.contextvars.clear_contextvars()
        request_id = uuid4().hex
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = problem({}, request.error.code)
        response.headers.update(SECURITY_HEADERS)
        response.headers["X-Request-ID"] = request_id
        _log.info("refused_request", status=response.status_int)
        self.status = response.status
        self.response_headers = list(response.headerlist)
        self.set_close_on_finish()
        self.content_length = len(response.body)
        self.write(response.body)


class _Parser(HTTPRequestParser):
    def parse_header(self, header_plus: bytes) -> None:
        """``GET http://[::1`` makes the URL parser raise what waitress does not expect; it would hang up in silence."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            raise ParsingError("Bad URI") from error


class _Channel(HTTPChannel):
    task_class = _Task
    error_task_class = _Refusal
    parser_class = _Parser


def serve(
    wsgi_app: Any,
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    threads: int = 4,
    listening: Callable[[str], object] | None = None,
    proxy: TrustedProxy | None = None,
) -> None:
    """Serve until SIGTERM, SIGINT or SIGHUP; then take no new connections, finish what runs, and return.

    host: a name that means several addresses is served on all of them. port: 0 for a free one. listening: called with
    the URL when the first request can come. proxy: who is believed about where requests come from. Further signals
    change nothing; after `GRACE_SECONDS` it ends anyway.

    Raises: AddressInUse, CannotListen.
    """
    if not structlog.is_configured():
        # Unconfigured, structlog prints local variables beside each traceback, and a secret may be one of them.
        configure()
    listeners = listen(host, port)
    url = url_of(host, listeners[0])

    def ready() -> None:
        _log.info("listening", url=url)
        if listening:
            listening(url)

    answer(wsgi_app, listeners, host=host, threads=threads, ready=ready, proxy=proxy)


def answer(
    wsgi_app: Any,
    listeners: Sequence[socket.socket],
    *,
    host: str,
    threads: int,
    ready: Callable[[], object],
    supervisor: int | None = None,
    proxy: TrustedProxy | None = None,
) -> None:
    """Answer on those sockets until told to stop; then take no new connections, finish what runs, and return.

    host: as people wrote it. ready: called when the first request can come. proxy: see `serve`. supervisor: the parent
    process that looks after this one, which then also stops when that is gone, and on SIGHUP retires: clients that are
    connected may ask once more, on their connection or on that of another worker.
    """
    channels: dict[int, Any] = {}
    create_server(
        wsgi_app,
        map=channels,
        sockets=list(listeners),
        threads=threads,
        connection_limit=_allow_connections(),
        asyncore_use_poll=True,
        backlog=BACKLOG,
        max_request_header_size=LARGEST_HEAD,
        max_request_body_size=LARGEST_BODY,
        server_name=host or "localhost",
        ident=None,
        clear_untrusted_proxy_headers=True,
        **_trust(proxy),
    )
    servers = [each for each in channels.values() if isinstance(each, TcpWSGIServer)]
    for server in servers:
        server.channel_class = _Channel
        # As an argument it makes waitress warn that it will be gone one day; the test of one send per answer will tell.
        server.adj.send_bytes = SEND_BYTES
    with _orders(supervisor) as orders:
        try:
            ready()
            while not (orders.stop or orders.retire):
                _turn(channels)
            _close(servers)
            _log.info("stopping" if orders.stop else "retiring")
            _drain(channels, orders)
        finally:
            servers[0].task_dispatcher.shutdown(timeout=1)
            wasyncore.close_all(channels)
        _log.info("stopped")


def _trust(proxy: TrustedProxy | None) -> dict[str, Any]:
    """What waitress is told of a proxy. Where requests come from is all that one is believed about."""
    if proxy is None:
        return {}
    return {
        "trusted_proxy": proxy.address,
        "trusted_proxy_count": proxy.count,
        "trusted_proxy_headers": {"x-forwarded-for"},
    }


def run(wsgi_app: Any, _global_config: dict[str, str], **settings: str) -> None:
    """For an ini file read by ``pserve``: ``paste.server_runner = coprra.entrypoints.http.server:run``.

    settings: host, port, threads, trusted_proxy, trusted_proxy_count.
    """
    numbers = {name: int(settings.pop(name)) for name in ("port", "threads") if name in settings}
    address, count = settings.pop("trusted_proxy", None), int(settings.pop("trusted_proxy_count", "1"))
    proxy = TrustedProxy(address, count) if address else None
    # An unknown setting is a TypeError that names it.
    serve(wsgi_app, proxy=proxy, **settings, **numbers)  # type: ignore[arg-type]  # see above


def _allow_connections() -> int:
    """How many connections may be open; with fewer files than that, taking one would fail before the limit is seen."""
    wanted = CONNECTIONS + _SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
            soft = allowed
    files = wanted if soft == resource.RLIM_INFINITY else min(wanted, soft)
    connections = max(files - _SPARE_FILES, files // 2)
    if connections < CONNECTIONS:
        _log.warning("few_connections", connections=connections, open_files=files)
    return connections


class _Orders:
    """What the process was told so far."""

    def __init__(self, supervisor: int | None) -> None:
        self._supervisor = supervisor
        self._stop = False
        self.retire = False

    @property
    def stop(self) -> bool:
        """Whether it is to end soon."""
        return self._stop or (self._supervisor is not None and os.getppid() != self._supervisor)

    # They stay until the end: exchanged for others while a second signal is under way, Python prints a traceback.
    def stop_now(self, _number: int, _frame: FrameType | None) -> None:
        self._stop = True

    def retire_now(self, _number: int, _frame: FrameType | None) -> None:
        self.retire = True


@contextmanager
def _orders(supervisor: int | None) -> Iterator[_Orders]:
    """Orders by signals; in another thread than the main one none come."""
    orders = _Orders(supervisor)
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            before[number] = signal.signal(number, orders.stop_now)
        before[signal.SIGHUP] = signal.signal(
            signal.SIGHUP, orders.stop_now if supervisor is None else orders.retire_now
        )
    try:
        yield orders
    finally:
        for changed, handler in before.items():
            signal.signal(changed, handler)


def _turn(channels: dict[int, Any]) -> None:
    wasyncore.loop(timeout=_GLANCE_SECONDS, use_poll=True, map=channels, count=1)


def _close(servers: list[TcpWSGIServer]) -> None:
    """Take no more connections."""
    for server in servers:
        # Not server.close(), which closes the trigger by which threads wake the loop.
        wasyncore.dispatcher.close(server)


def _drain(channels: dict[int, Any], orders: _Orders) -> None:
    """Go on until what was asked is answered: where its loop ends, waitress drops the answers of running requests."""
    deadline = monotonic() + GRACE_SECONDS
    while _busy(channels, hang_up=orders.stop) and monotonic() < deadline:
        _turn(channels)


def _busy(channels: dict[int, Any], *, hang_up: bool) -> bool:
    """Whether a request runs, an answer waits to be sent, or somebody may ask once more. hang_up: nobody may."""
    busy = False
    for channel in list(channels.values()):
        if isinstance(channel, HTTPChannel):
            if channel.requests or channel.total_outbufs_len or not hang_up:
                busy = True
            else:
                channel.will_close = True
    return busy
