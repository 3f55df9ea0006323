"""Answers over HTTP: the offers of a product, asked of coprra and of its peers, out of the same database."""

import math
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
from benchmarks.load import ask, question
from benchmarks.market import NOON, gtins, write_market
from benchmarks.servers import Server, free_port, serving
from benchmarks.services import CONNECTIONS, PEERS, USABLE, Asking, Peer, apart, coprra, environment, uvicorn

PRODUCTS = 2_000

_COPRRA = "coprra"
_CONSTANT = "constant body"
_WORKERS = {"one worker": 1, "two workers": 2}
_CORE_WORKERS = "FastAPI, Core, two workers"
_CORE = ("FastAPI, Core", "FastAPI, Core, async")
_ORM = ("FastAPI, ORM", "FastAPI, ORM, async", "Flask, ORM", "Django")

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
        contenders |= {name: partial(_ask_peer, home, peer, peers) for name, peer in PEERS.items()}
        contenders[_CORE_WORKERS] = partial(
            _ask_workers, home, _Workers(2, "/core/offers/{}", partial(_two_uvicorns, peers))
        )
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
    return coprra(database, NOON, port, workers)


def _two_uvicorns(python: Path, _: Database, port: int) -> Sequence[str]:
    return uvicorn("fastapi_sync", python, port, workers=2)


def _ask_coprra(home: Home, folder: Path, watch: Stopwatch) -> None:
    questions = [question(_OFFERS.format(gtin)) for gtin in gtins(watch.rows)]
    port = free_port()
    with _opened(home, folder) as database:
        with _apart(_coprra(database, port), database, port) as server:
            _asking(server, database, watch)("offers", questions)
            watch.peak = server.peak()
        with _apart(_coprra(database, port), database, port, cache_mb=32) as server:
            asking = _asking(server, database, watch)
            asking("same product", questions[:1])
            found = re.search(rb"\r\netag: *([^\r]+)", ask(port, questions[0]), re.IGNORECASE)
            assert found
            asked = question(_OFFERS.format(gtins(1)[0]), If_None_Match=found[1].decode())
            asking("304", [asked], status=304)


def _ask_for_a_constant(home: Home, folder: Path, watch: Stopwatch) -> None:
    port = free_port()
    command = (sys.executable, "-m", "benchmarks.constant_body", str(port), "6800")
    with _opened(home, folder) as database, _apart(command, database, port) as server:
        _asking(server, database, watch)("body", [question("/body")])
        watch.peak = server.peak()


def _ask_peer(home: Home, peer: Peer, python: Path, folder: Path, watch: Stopwatch) -> None:
    port = free_port()
    questions = [question(f"{peer.path}/offers/{gtin}") for gtin in gtins(watch.rows)]
    with _opened(home, folder) as database, _apart(peer.command(python, port), database, port) as server:
        _asking(server, database, watch)("offers", questions)
        watch.peak = server.peak()


def _ask_workers(home: Home, workers: _Workers, folder: Path, watch: Stopwatch) -> None:
    """On every processor there is, by somebody who leaves them alone. The peak is what each worker takes of memory."""
    port = free_port()
    paths = [workers.path.format(gtin) for gtin in gtins(watch.rows)]
    ask_lightly = partial(light_load, port, paths, connections=CONNECTIONS, folder=folder)
    with (
        _opened(home, folder) as database,
        serving(workers.command(database, port), environment(database, NOON), port, USABLE) as server,
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


def _asking(server: Server, database: Database, watch: Stopwatch) -> Asking:
    return Asking(server, database, watch, _seconds(watch.rows))


def _apart(command: Sequence[str], database: Database, port: int, cache_mb: int = 0) -> AbstractContextManager[Server]:
    return apart(command, environment(database, NOON, cache_mb), port)
