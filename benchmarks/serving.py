"""Answers over HTTP: the offers of a product, asked of coprra and of its peers, out of the same database."""

import math
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.benchmark import Benchmark, Comparison, Sample, Stopwatch, Work
from benchmarks.engines import Database
from benchmarks.homes import Home
from benchmarks.light_load import light_load
from benchmarks.load import ask, load, question
from benchmarks.market import NOON, gtins, write_market
from benchmarks.servers import Server, free_port, serving
from coprra.domain.kernel.instants import format_instant, to_micros

ROOT = Path(__file__).parents[1]
PRODUCTS = 2_000
CONNECTIONS = 32

_USABLE = sorted(os.sched_getaffinity(0))

_COPRRA = "coprra"
_CONSTANT = "constant body"
_WORKERS = {"one worker": 1, "two workers": 2}
_CORE_WORKERS = "FastAPI, Core, two workers"
_CORE = ("FastAPI, Core", "FastAPI, Core, async")
_ORM = ("FastAPI, ORM", "FastAPI, ORM, async", "Flask, ORM", "Django")

Command = Callable[[int], Sequence[str]]
"""What starts a service at a port."""

_OFFERS = "/api/v1/products/{}/offers"


@dataclass(frozen=True, slots=True)
class _Workers:
    """So many processes that answer at the same port. path: of a product's offers."""

    count: int
    path: str
    command: Callable[[Database, int], Sequence[str]]


_MARKET = "offers"
"""The name of the database."""


def offers_benchmark(name: str, title: str, home: Home, peers: Path, goal: float) -> Benchmark:
    """One process each, on a processor of its own.

    peers: the Python that has their libraries; without it, none. goal: how many times as fast as the best with Core.
    """
    contenders: dict[str, Work] = {
        _COPRRA: partial(_ask_coprra, home),
        _CONSTANT: partial(_ask_for_a_constant, home),
        **{
            name: partial(_ask_workers, home, _Workers(count, _OFFERS, partial(_coprra, workers=count)))
            for name, count in _WORKERS.items()
        },
    }
    if peers.exists():
        contenders |= {
            peer: partial(_ask_peer, home, path, partial(command, peers)) for peer, (path, command) in _PEERS.items()
        }
        contenders[_CORE_WORKERS] = partial(_ask_workers, home, _Workers(2, "/core/{}", partial(_two_uvicorns, peers)))
    ours = (_COPRRA, "offers")
    comparisons = (
        _against(_CORE, "to FastAPI with Core", ours, goal),
        _against(_ORM, "to the best ORM peer", ours, 4),
        _against((*_CORE, *_ORM), "p99, to the best peer's", ours, 0.5, measure="p99"),
        _against(_CORE, "memory of a process, to FastAPI's", ours, 0.75, measure="peak"),
        Comparison("the same product again, to a constant body", (_COPRRA, "same product"), (_CONSTANT, "body"), 0.85),
        Comparison("two workers, to one", ("two workers", "offers"), ("one worker", "offers"), 1.9),
        Comparison(
            "memory of each of two, to FastAPI's",
            ("two workers", "offers"),
            (_CORE_WORKERS, "offers"),
            0.75,
            measure="peak",
        ),
        Comparison("304, to the same product again", (_COPRRA, "304"), (_COPRRA, "same product"), 1),
    )
    return Benchmark(
        name=name,
        title=title,
        prepare=partial(_prepare, home),
        contenders=contenders,
        comparisons=tuple(
            one
            for one in comparisons
            if one.theirs and {one.theirs[0], *(name for name, _ in one.others)} <= contenders.keys()
        ),
        rows=PRODUCTS,
        unit="requests",
        size="products",
    )


def _prepare(home: Home, folder: Path, products: int) -> None:
    home.fill(folder, _MARKET, partial(write_market, products=products))


def _against(peers: Sequence[str], text: str, ours: tuple[str, str], goal: float, measure: str = "speed") -> Comparison:
    theirs, *others = ((peer, "offers") for peer in peers)
    return Comparison(text, ours, theirs, goal, others=others, measure=measure)


def _seconds(products: int) -> float:
    """For how long each question is asked: five seconds, less where everything is smaller."""
    return min(max(products / 100, 0.3), 5.0)


def _coprra(database: Database, port: int, workers: int = 1) -> Sequence[str]:
    threads = "4" if database.url.startswith("sqlite") else "8"
    return (
        *(
            sys.executable,
            "-m",
            "coprra",
            "serve",
            "--port",
            str(port),
            "--workers",
            str(workers),
            "--threads",
            threads,
        ),
        *("--database-url", database.url, "--as-of", format_instant(NOON)),
    )


def _uvicorn(module: str, python: Path, port: int) -> Sequence[str]:
    command = ("-m", "uvicorn", f"benchmarks.peers.{module}:app", "--port", str(port), "--no-access-log")
    return (str(python), *command, "--log-level", "warning")


def _two_uvicorns(python: Path, _: Database, port: int) -> Sequence[str]:
    return (*_uvicorn("fastapi_sync", python, port), "--workers", "2")


def _gunicorn(module: str, python: Path, port: int) -> Sequence[str]:
    command = ("-m", "gunicorn", f"benchmarks.peers.{module}:app", "--bind", f"127.0.0.1:{port}", "--workers", "1")
    return (str(python), *command, "--worker-class", "gthread", "--threads", "4", "--keep-alive", "60")


_PEERS: dict[str, tuple[str, Callable[[Path, int], Sequence[str]]]] = {
    "FastAPI, Core": ("/core/", partial(_uvicorn, "fastapi_sync")),
    "FastAPI, Core, async": ("/core/", partial(_uvicorn, "fastapi_async")),
    "FastAPI, ORM": ("/orm/", partial(_uvicorn, "fastapi_sync")),
    "FastAPI, ORM, async": ("/orm/", partial(_uvicorn, "fastapi_async")),
    "Flask, ORM": ("/orm/", partial(_gunicorn, "flask_app")),
    "Django": ("/orm/", partial(_gunicorn, "django_app")),
}


def _ask_coprra(home: Home, folder: Path, watch: Stopwatch) -> None:
    questions = [question(_OFFERS.format(gtin)) for gtin in gtins(watch.rows)]
    port = free_port()
    with _opened(home, folder) as database:
        with _apart(_coprra(database, port), database, port) as server:
            _measure(server, database, watch, "offers", questions)
            watch.peak = server.peak()
        with _apart(_coprra(database, port), database, port, cache_mb=32) as server:
            _measure(server, database, watch, "same product", questions[:1])
            found = re.search(rb"\r\netag: *([^\r]+)", ask(port, questions[0]), re.IGNORECASE)
            assert found
            asked = question(_OFFERS.format(gtins(1)[0]), If_None_Match=found[1].decode())
            _measure(server, database, watch, "304", [asked], status=304)


def _ask_for_a_constant(home: Home, folder: Path, watch: Stopwatch) -> None:
    port = free_port()
    command = (sys.executable, "-m", "benchmarks.constant_body", str(port), "6800")
    with _opened(home, folder) as database, _apart(command, database, port) as server:
        _measure(server, database, watch, "body", [question("/body")])
        watch.peak = server.peak()


def _ask_peer(home: Home, path: str, command: Command, folder: Path, watch: Stopwatch) -> None:
    port = free_port()
    with _opened(home, folder) as database, _apart(command(port), database, port) as server:
        _measure(server, database, watch, "offers", [question(f"{path}{gtin}") for gtin in gtins(watch.rows)])
        watch.peak = server.peak()


def _ask_workers(home: Home, workers: _Workers, folder: Path, watch: Stopwatch) -> None:
    """On every processor there is, by somebody who leaves them alone. The peak is what each worker takes of memory."""
    port = free_port()
    paths = [workers.path.format(gtin) for gtin in gtins(watch.rows)]
    ask_lightly = partial(light_load, port, paths, connections=CONNECTIONS, folder=folder)
    with (
        _opened(home, folder) as database,
        serving(workers.command(database, port), _environment(database), port, _USABLE) as server,
    ):
        ask_lightly(seconds=1)
        before = server.computed() + database.computed()
        done = ask_lightly(seconds=math.ceil(_seconds(watch.rows)))
        computed = max(server.computed() + database.computed() - before, 0.01)
        watch.samples["offers"] = Sample(done.requests, done.seconds, computed, done.p99)
        watch.peak = server.memory() // workers.count


@contextmanager
def _opened(home: Home, folder: Path) -> Iterator[Database]:
    with home.open(folder) as opened:
        yield opened(_MARKET)


def _measure(
    server: Server, database: Database, watch: Stopwatch, step: str, questions: Sequence[bytes], *, status: int = 200
) -> None:
    seconds = _seconds(watch.rows)
    load(server.port, questions, seconds=seconds / 5, connections=CONNECTIONS, status=status)
    before = server.computed() + database.computed()
    done = load(server.port, questions, seconds=seconds, connections=CONNECTIONS, status=status)
    computed = max(server.computed() + database.computed() - before, 0.01)
    watch.samples[step] = Sample(len(done.waited), done.seconds, computed, done.p99)


def _apart(command: Sequence[str], database: Database, port: int, cache_mb: int = 0) -> AbstractContextManager[Server]:
    """The server on the first processor, whoever asks on the last, where a database has its own server as well."""
    os.sched_setaffinity(0, _USABLE[-1:])
    return serving(command, _environment(database, cache_mb), port, _USABLE[:1])


def _environment(database: Database, cache_mb: int = 0) -> dict[str, str]:
    return {
        "COPRRA_ANSWER_CACHE_MB": str(cache_mb),
        "MARKET_URL": database.url.replace("mariadb:", "mysql:"),
        "MARKET_AS_OF": str(to_micros(NOON)),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
