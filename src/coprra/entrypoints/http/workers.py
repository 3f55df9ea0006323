"""Workers: processes that answer at the same sockets, and the supervisor that replaces the one that dies."""

import gc
import os
import select
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, NoReturn

import structlog

from coprra.domain.kernel.errors import Unavailable
from coprra.entrypoints.http import processors
from coprra.entrypoints.http.listeners import listen, url_of
from coprra.entrypoints.http.server import GRACE_SECONDS, answer
from coprra.settings import TrustedProxy

CHECK = "--check"
"""Added to a command that serves, it only looks whether it could."""

_HANDOVER = "COPRRA_HANDOVER"
"""What a supervisor leaves to the one it becomes: file numbers of its listeners, process ids of its workers."""

_HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
_RETRY_SECONDS = 1.0
_PATIENCE_SECONDS = GRACE_SECONDS + 5
_ID_BYTES = 4

_log = structlog.stdlib.get_logger("coprra.http")

OpenWsgiApp = Callable[[], AbstractContextManager[Any]]
"""Makes a WSGI application, and lets go of what it holds."""


class CannotStart(Unavailable):
    """A worker ended before it could answer anything."""

    code = "cannot_start"


def supervise(
    open_wsgi_app: OpenWsgiApp,
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    workers: int,
    threads: int,
    command: Sequence[str],
    listening: Callable[[str], object],
    proxy: TrustedProxy | None = None,
) -> None:
    """Serve with so many processes until SIGTERM or SIGINT; then let them finish what runs, and return.

    A worker that dies is replaced at once. On SIGHUP this process becomes a new one of `command`, after that has been
    found to work with `CHECK`: it has the same id and the same sockets, starts workers of its own, and when they can
    answer the old ones retire. open_wsgi_app: called in each worker, so that none of them share a connection.
    listening: called with the URL when all workers can answer, and not again after SIGHUP. proxy: see `serve`.

    Raises: AddressInUse, CannotListen, CannotStart.
    """
    reloaded = is_handed_over()
    listeners, retiring = _handed_over()
    supervisor = _Supervisor(
        open_wsgi_app=open_wsgi_app,
        listeners=listeners or listen(host, port),
        host=host,
        workers=workers,
        threads=threads,
        command=command,
        listening=listening,
        proxy=proxy,
        retiring=retiring,
        reloaded=reloaded,
    )
    supervisor.run()
    _log.info("stopped")


def is_handed_over() -> bool:
    """Whether this process was a supervisor before, whose sockets and workers `supervise` will take over."""
    return _HANDOVER in os.environ


def _handed_over() -> tuple[list[socket.socket], set[int]]:
    files, _, workers = os.environ.pop(_HANDOVER, "").partition(";")
    return [socket.socket(fileno=int(file)) for file in files.split()], {int(worker) for worker in workers.split()}


class _Pipe:
    """Bytes from processes and signal handlers to the loop; neither side ever waits."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.reading, False)
        os.set_blocking(self.writing, False)

    def read(self) -> bytes:
        """What has come since, perhaps nothing."""
        try:
            return os.read(self.reading, 65536)
        except BlockingIOError:
            return b""


@dataclass(slots=True, kw_only=True)
class _Supervisor:
    """The loop of `supervise`. Workers are known by the ids of their processes."""

    open_wsgi_app: OpenWsgiApp
    listeners: list[socket.socket]
    host: str
    workers: int
    threads: int
    command: Sequence[str]
    listening: Callable[[str], object]
    proxy: TrustedProxy | None
    retiring: set[int]
    reloaded: bool

    running: dict[int, int] = field(default_factory=dict)
    """Worker and its number."""
    answering: set[int] = field(default_factory=set)
    due: dict[int, float] = field(default_factory=dict)
    """Number of a worker that is not there, and when to start it."""
    check: int | None = None
    told: bool = False
    stopping: bool = False
    has_terminal: bool = field(default_factory=lambda: os.isatty(0))
    signals: _Pipe = field(default_factory=_Pipe)
    readiness: _Pipe = field(default_factory=_Pipe)

    def run(self) -> None:
        """Until told to stop."""
        signal.set_wakeup_fd(self.signals.writing, warn_on_full_buffer=False)
        for number in _HEARD:
            signal.signal(number, lambda *_: None)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)
        self._bury()
        # What is in memory before the first worker is shared with all of them, as long as no collector writes to it.
        gc.collect()
        gc.freeze()
        self.due = dict.fromkeys(range(self.workers), 0.0)
        try:
            while not self.stopping:
                self._start_due()
                self._listen_to_processes()
                if len(self.answering) == self.workers and not self.told:
                    self._tell()
        finally:
            self._end()

    def _start_due(self) -> None:
        for number, when in list(self.due.items()):
            if when <= monotonic():
                del self.due[number]
                self._start(number)

    def _start(self, number: int) -> None:
        _flush()
        # Until the worker hears signals for itself, none may reach what it has of the supervisor.
        signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
        supervisor = os.getpid()
        worker = os.fork()
        if not worker:
            self._work(number, supervisor)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)
        self.running[worker] = number

    def _work(self, number: int, supervisor: int) -> NoReturn:
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for heard in _HEARD:
                signal.signal(heard, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)
            structlog.contextvars.bind_contextvars(worker=number)
            usable = processors.usable()
            processors.stay_on(usable[number % len(usable)])
            with self.open_wsgi_app() as wsgi_app:
                answer(
                    wsgi_app,
                    self.listeners,
                    host=self.host,
                    threads=self.threads,
                    ready=lambda: os.write(self.readiness.writing, os.getpid().to_bytes(_ID_BYTES)),
                    supervisor=supervisor,
                    proxy=self.proxy,
                )
            status = 0
        except BaseException:  # noqa: BLE001 - nothing of a worker may go on as a second supervisor
            _log.exception("worker_failed")
        finally:
            _flush()
            os._exit(status)

    def _listen_to_processes(self, timeout: float | None = None) -> None:
        """Wait until a signal or a worker says something, or it is time to do something, and take it in."""
        if timeout is None and self.due:
            timeout = max(min(self.due.values()) - monotonic(), 0)
        select.select([self.signals.reading, self.readiness.reading], [], [], timeout)
        said = self.readiness.read()
        workers = {int.from_bytes(said[at : at + _ID_BYTES]) for at in range(0, len(said), _ID_BYTES)}
        for worker in workers & self.running.keys():
            self.answering.add(worker)
            _log.info("worker_ready", worker=self.running[worker], pid=worker)
        for number in self.signals.read():
            if number == signal.SIGCHLD:
                self._bury()
            elif number == signal.SIGHUP and not self._has_lost_its_terminal():
                self._begin_reload()
            else:
                self.stopping = True

    def _has_lost_its_terminal(self) -> bool:
        """Whether SIGHUP says what it once meant: somebody closed the terminal that this runs in."""
        return self.has_terminal and not os.isatty(0)

    def _bury(self) -> None:
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not process:
                return
            ended = os.waitstatus_to_exitcode(status)
            if process == self.check:
                self.check = None
                self._reload(ended)
            elif process in self.running:
                self._replace(process, ended)
            else:
                self.retiring.discard(process)

    def _replace(self, worker: int, status: int) -> None:
        number = self.running.pop(worker)
        if self.stopping:
            return
        _log.error("worker_died", worker=number, pid=worker, status=status)
        if worker in self.answering:
            self.answering.remove(worker)
            self.due[number] = 0.0
        elif self.told or self.reloaded:
            self.due[number] = monotonic() + _RETRY_SECONDS
        else:
            raise CannotStart("A worker ended before it could answer; the log says why.")

    def _tell(self) -> None:
        self.told = True
        if self.reloaded:
            _log.info("reloaded")
            self._signal(self.retiring, signal.SIGHUP)
        else:
            url = url_of(self.host, self.listeners[0])
            _log.info("listening", url=url, workers=self.workers, threads=self.threads)
            self.listening(url)

    def _begin_reload(self) -> None:
        if self.check is None and not self.stopping:
            _log.info("reloading")
            self.check = os.posix_spawn(self.command[0], [*self.command, CHECK], os.environ)

    def _reload(self, status: int) -> None:
        """Become the command, if it would work."""
        if self.stopping:
            return
        if status:
            _log.error("reload_refused", status=status)
            return
        os.environ[_HANDOVER] = f"{_listed(each.fileno() for each in self.listeners)};{_listed(self._children())}"
        for listener in self.listeners:
            listener.set_inheritable(True)
        _flush()
        signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
        os.execv(self.command[0], [*self.command])  # noqa: S606 - what this very process was started with

    def _end(self) -> None:
        """Stop all workers; those that have not ended when their time is over are killed."""
        self.stopping = True
        for listener in self.listeners:
            listener.close()
        self._signal(self._children(), signal.SIGTERM)
        deadline = monotonic() + _PATIENCE_SECONDS
        while self._children() and monotonic() < deadline:
            self._listen_to_processes(deadline - monotonic())
        self._signal(self._children(), signal.SIGKILL)
        signal.set_wakeup_fd(-1)

    def _children(self) -> list[int]:
        return [*self.running, *self.retiring, *([self.check] if self.check else [])]

    @staticmethod
    def _signal(processes: Iterable[int], number: signal.Signals) -> None:
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, number)


def _listed(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers))


def _flush() -> None:
    """What is written and not sent would be sent by both processes, or by none. Whoever read it may be gone."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
