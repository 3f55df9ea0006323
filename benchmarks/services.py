"""Services that answer over HTTP: coprra and its peers, started beside a database and asked by many at once."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from benchmarks.benchmark import Sample, Stopwatch
from benchmarks.engines import Database
from benchmarks.load import load
from benchmarks.servers import Server, serving
from coprra.domain.kernel.instants import format_instant, to_micros

ROOT = Path(__file__).parents[1]
CONNECTIONS = 32
USABLE = sorted(os.sched_getaffinity(0))
"""The processors that there are."""

Command = Callable[[int], Sequence[str]]
"""What starts a service at a port."""


def coprra(database: Database, as_of: datetime, port: int, workers: int = 1) -> Sequence[str]:
    """What starts coprra, to answer as of that instant."""
    threads = "4" if database.url.startswith("sqlite") else "8"
    processes = ("--workers", str(workers), "--threads", threads)
    asked = ("--database-url", database.url, "--as-of", format_instant(as_of))
    return (sys.executable, "-m", "coprra", "serve", "--port", str(port), *processes, *asked)


@dataclass(frozen=True, slots=True)
class Peer:
    """One of the others. path: how its addresses begin; command: what starts it, by the Python of its libraries."""

    path: str
    command: Callable[[Path, int], Sequence[str]]


def uvicorn(module: str, python: Path, port: int, workers: int = 1) -> Sequence[str]:
    """What starts a peer that has coroutines inside."""
    command = ("-m", "uvicorn", f"benchmarks.peers.{module}:app", "--port", str(port), "--workers", str(workers))
    return (str(python), *command, "--no-access-log", "--log-level", "warning")


def gunicorn(module: str, python: Path, port: int) -> Sequence[str]:
    """What starts a peer that has threads alone."""
    command = ("-m", "gunicorn", f"benchmarks.peers.{module}:app", "--bind", f"127.0.0.1:{port}", "--workers", "1")
    return (str(python), *command, "--worker-class", "gthread", "--threads", "4", "--keep-alive", "60")


PEERS = {
    "FastAPI, Core": Peer("/core", partial(uvicorn, "fastapi_sync")),
    "FastAPI, Core, async": Peer("/core", partial(uvicorn, "fastapi_async")),
    "FastAPI, ORM": Peer("/orm", partial(uvicorn, "fastapi_sync")),
    "FastAPI, ORM, async": Peer("/orm", partial(uvicorn, "fastapi_async")),
    "Flask, ORM": Peer("/orm", partial(gunicorn, "flask_app")),
    "Django": Peer("/orm", partial(gunicorn, "django_app")),
}


def environment(database: Database, as_of: datetime, cache_mb: int = 0) -> dict[str, str]:
    """What any of them is told."""
    return {
        "COPRRA_ANSWER_CACHE_MB": str(cache_mb),
        "PEERS_URL": database.url.replace("mariadb:", "mysql:"),
        "PEERS_AS_OF": str(to_micros(as_of)),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }


@contextmanager
def apart(command: Sequence[str], told: dict[str, str], port: int) -> Iterator[Server]:
    """The server on the first processor, whoever asks on the last; one of a database on whichever is free."""
    os.sched_setaffinity(0, USABLE[-1:])
    try:
        with serving(command, told, port, USABLE[:1]) as server:
            yield server
    finally:
        os.sched_setaffinity(0, USABLE)


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks a server, and notes how often it answered. seconds: for how long, after a fifth of that to warm up."""

    server: Server
    database: Database
    watch: Stopwatch
    seconds: float

    def __call__(self, step: str, questions: Sequence[bytes], *, status: int = 200) -> None:
        """What the database computes counts as the server's."""
        load(self.server.port, questions, seconds=self.seconds / 5, connections=CONNECTIONS, status=status)
        before = self._computed()
        done = load(self.server.port, questions, seconds=self.seconds, connections=CONNECTIONS, status=status)
        computed = max(self._computed() - before, 0.01)
        self.watch.samples[step] = Sample(len(done.waited), done.seconds, computed, done.p99)

    def _computed(self) -> float:
        return self.server.computed() + self.database.computed()
