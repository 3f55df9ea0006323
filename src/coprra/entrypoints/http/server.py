"""Server: waitress, set up for many connections, polite errors and an end that lets requests finish."""

import errno
import resource
import signal
import socket
import threading
from collections.abc import Callable, Iterator
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

from coprra.domain.kernel.errors import Unavailable
from coprra.entrypoints.http.errors import problem
from coprra.entrypoints.http.tweens import SECURITY_HEADERS
from coprra.entrypoints.logging import configure

CONNECTIONS = 2_048
"""Open connections at most. waitress' own 100 starve the 101st client, and its wait shows up in nobody's numbers."""
BACKLOG = 2_048
SEND_BYTES = 18_000
"""Answers up to this size leave in one piece; waitress sends head and body apart."""
LARGEST_HEAD = 64 * 1024
LARGEST_BODY = 1024 * 1024
GRACE_SECONDS = 20.0
"""How long requests may take to finish after the server was told to stop."""

_GLANCE_SECONDS = 0.25
_SPARE_FILES = 256

_log = structlog.stdlib.get_logger("coprra.http")


class AddressInUse(Unavailable):
    """Another program listens there."""

    code = "address_in_use"


class CannotListen(Unavailable):
    """The address is not this machine's, or not for this user."""

    code = "cannot_listen"


class _Task(WSGITask):
    def set_close_on_finish(self) -> None:
        """A 204 or 304 ends where its head ends; waitress closes the connection to say so, which costs a new one."""
        request: Any = self.request  # its stub takes it for an error
        wants_close = request.headers.get("CONNECTION", "").lower() == "close"
        if self.has_body or wants_close or self.version != "1.1":
            super().set_close_on_finish()


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
) -> None:
    """Serve until SIGTERM or SIGINT; then take no new connections, finish what runs, and return.

    host: a name that means several addresses is served on all of them. port: 0 for a free one. listening: called with
    the URL when the first request can come. Further signals change nothing; after `GRACE_SECONDS` it ends anyway.

    Raises: AddressInUse, CannotListen.
    """
    if not structlog.is_configured():
        # Unconfigured, structlog prints local variables beside each traceback, and a secret may be one of them.
        configure()
    listeners = _listen(host, port)
    url = _url(host, listeners[0])
    _allow_files(CONNECTIONS + _SPARE_FILES)
    channels: dict[int, Any] = {}
    create_server(
        wsgi_app,
        map=channels,
        sockets=listeners,
        threads=threads,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        backlog=BACKLOG,
        max_request_header_size=LARGEST_HEAD,
        max_request_body_size=LARGEST_BODY,
        server_name=host or "localhost",
        ident=None,
    )
    servers = [each for each in channels.values() if isinstance(each, TcpWSGIServer)]
    for server in servers:
        server.channel_class = _Channel
        # As an argument it makes waitress warn that it will be gone one day; the test of one send per answer will tell.
        server.adj.send_bytes = SEND_BYTES
    with _signals() as stop:
        try:
            _log.info("listening", url=url)
            if listening:
                listening(url)
            while not stop.is_set():
                wasyncore.loop(timeout=_GLANCE_SECONDS, use_poll=True, map=channels, count=1)
            _log.info("stopping")
            _drain(servers, channels)
        finally:
            servers[0].task_dispatcher.shutdown(timeout=1)
            wasyncore.close_all(channels)
        _log.info("stopped")


def run(wsgi_app: Any, _global_config: dict[str, str], **settings: str) -> None:
    """For an ini file read by ``pserve``: ``paste.server_runner = coprra.entrypoints.http.server:run``.

    settings: host, port, threads.
    """
    numbers = {name: int(settings.pop(name)) for name in ("port", "threads") if name in settings}
    serve(wsgi_app, **settings, **numbers)  # type: ignore[arg-type]  # an unknown setting is a TypeError that names it


def _listen(host: str, port: int) -> list[socket.socket]:
    where = f"{host or '*'}:{port}"
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise CannotListen(f"{host} is no address of this machine; choose another with --host.") from error
    listeners: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            try:
                listeners.append(_listener(family, kind, protocol, (address[0], port, *address[2:])))
            except OSError as error:
                # "localhost" means ::1 as well, also where the machine has no IPv6.
                if error.errno not in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT} or len(found) == 1:
                    raise
                continue
            # With port 0 the first address finds a free one, and the others follow.
            port = listeners[0].getsockname()[1]
    except OSError as error:
        for listener in listeners:
            listener.close()
        if error.errno == errno.EADDRINUSE:
            raise AddressInUse(f"address {where} is in use; choose another with --port") from error
        if error.errno == errno.EACCES:
            raise CannotListen(f"only root may listen on {where}; choose a --port from 1024 on") from error
        raise CannotListen(f"{where} is no address of this machine; choose another with --host") from error
    if not listeners:
        raise CannotListen(f"{where} is no address of this machine; choose another with --host")
    return listeners


def _listener(family: int, kind: int, protocol: int, address: tuple[Any, ...]) -> socket.socket:
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _url(host: str, listener: socket.socket) -> str:
    address, port = listener.getsockname()[:2]
    shown = host or address
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def _allow_files(wanted: int) -> None:
    """With fewer open files than connections, accepting would fail before the limit is noticed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextmanager
def _signals() -> Iterator[threading.Event]:
    """An event that is set by every SIGTERM or SIGINT; in another thread than the main one by nothing."""
    stop = threading.Event()
    before: dict[int, Any] = {}

    # It stays until the end: exchanged for another while a second signal is under way, Python prints a traceback.
    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            before[number] = signal.signal(number, handle)
    try:
        yield stop
    finally:
        for changed, handler in before.items():
            signal.signal(changed, handler)


def _drain(servers: list[TcpWSGIServer], channels: dict[int, Any]) -> None:
    """Go on until what was asked is answered: where its loop ends, waitress drops the answers of running requests."""
    for server in servers:
        # Not server.close(), which closes the trigger by which threads wake the loop.
        wasyncore.dispatcher.close(server)
    deadline = monotonic() + GRACE_SECONDS
    while _busy(channels) and monotonic() < deadline:
        wasyncore.loop(timeout=_GLANCE_SECONDS, use_poll=True, map=channels, count=1)


def _busy(channels: dict[int, Any]) -> bool:
    """Whether a request runs or an answer waits to be sent. Idle connections are told to close."""
    busy = False
    for channel in list(channels.values()):
        if isinstance(channel, HTTPChannel):
            if channel.requests or channel.total_outbufs_len:
                busy = True
            else:
                channel.will_close = True
    return busy
