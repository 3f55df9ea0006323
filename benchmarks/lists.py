"""Lists over HTTP: pages of 20 products with best prices, and searches, asked of coprra and of its peers."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from urllib.parse import quote, urlencode

from benchmarks.benchmark import Benchmark, Comparison, Sample, Stopwatch, Work
from benchmarks.catalogue import COMMON_WORD, NOON, Catalogue, vocabulary
from benchmarks.engines import Database
from benchmarks.homes import Home
from benchmarks.load import ask, load, question
from benchmarks.servers import Server, free_port, serving
from coprra.domain.kernel.instants import format_instant, to_micros
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.product import ProductId

ROOT = Path(__file__).parents[1]
PRODUCTS = 1_000_000
CONNECTIONS = 32

MARKET, MANY, FEW = "market", "many_products", "few_products"
"""A tenth of the products in five chains; all of them in one chain; a hundredth of them in one chain."""

_PLACES = 200
_USABLE = sorted(os.sched_getaffinity(0))

_COPRRA = "coprra"
_LIST, _SEARCH, _BEGUN, _FEW_LIST = "20 products", "search", "begun word, of all", "20 products, of few"
_MANY_LIST, _COMMON = "20 products, of all", "common word, of all"


def lists_benchmark(name: str, title: str, home: Home, peers: Path) -> Benchmark:
    """One process each, on a processor of its own. peers: the Python that has their libraries; without it, none."""
    contenders: dict[str, Work] = {_COPRRA: partial(_ask_coprra, home)}
    if peers.exists():
        contenders |= {
            peer: partial(_ask_peer, home, path, partial(command, peers)) for peer, (path, command) in _PEERS.items()
        }
    comparisons = (
        _against(f"{_LIST}, to the best peer", _LIST, _LIST, 4),
        _against(f"{_LIST} again, to the best peer", f"{_LIST} again", _LIST),
        _against("search, to the best peer", _SEARCH, _SEARCH, 1.2),
        _against("search again, to the best peer", f"{_SEARCH} again", _SEARCH, 5),
        _against("common word, to the best peer", _COMMON, _COMMON, 1.2),
        _against("common word again, to the best peer", f"{_COMMON} again", _COMMON, 5),
        Comparison("20 products of all, to those of a hundredth", (_COPRRA, _MANY_LIST), (_COPRRA, _FEW_LIST), 0.67),
    )
    return Benchmark(
        name=name,
        title=title,
        prepare=partial(_prepare, home),
        contenders=contenders,
        comparisons=tuple(one for one in comparisons if one.theirs and one.theirs[0] in contenders),
        rows=PRODUCTS,
        unit="requests",
        size="products",
        small=False,
    )


def _against(text: str, ours: str, theirs: str, goal: float | None = None) -> Comparison:
    first, *others = ((peer, theirs) for peer in _PEERS)
    return Comparison(text, (_COPRRA, ours), first, goal, others=others)


def _uvicorn(module: str, python: Path, port: int) -> Sequence[str]:
    command = ("-m", "uvicorn", f"benchmarks.peers.{module}:app", "--port", str(port), "--no-access-log")
    return (str(python), *command, "--log-level", "warning")


def _gunicorn(module: str, python: Path, port: int) -> Sequence[str]:
    command = ("-m", "gunicorn", f"benchmarks.peers.{module}:app", "--bind", f"127.0.0.1:{port}", "--workers", "1")
    return (str(python), *command, "--worker-class", "gthread", "--threads", "4", "--keep-alive", "60")


_PEERS: dict[str, tuple[str, Callable[[Path, int], Sequence[str]]]] = {
    "FastAPI, Core": ("/core", partial(_uvicorn, "catalogue_fastapi_sync")),
    "FastAPI, Core, async": ("/core", partial(_uvicorn, "catalogue_fastapi_async")),
    "FastAPI, ORM": ("/orm", partial(_uvicorn, "catalogue_fastapi_sync")),
    "FastAPI, ORM, async": ("/orm", partial(_uvicorn, "catalogue_fastapi_async")),
    "Flask, ORM": ("/orm", partial(_gunicorn, "catalogue_flask")),
    "Django": ("/orm", partial(_gunicorn, "catalogue_django")),
}


def catalogues(products: int) -> dict[str, Catalogue]:
    """By the name of their database."""
    return {
        MARKET: Catalogue(max(products // 10, 2), 5),
        MANY: Catalogue(products, 1),
        FEW: Catalogue(max(products // 100, 2), 1),
    }


def _prepare(home: Home, folder: Path, products: int) -> None:
    made = catalogues(products)
    for name, catalogue in made.items():
        lines = [f"{name}\t{id}" for name, id in catalogue.places(_PLACES)]
        (folder / f"{name}.places").write_text("\n".join(lines), "utf-8")
    home.write(folder, tuple(made.items()))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, in the words of one kind of service. places: where a page ended, by name and id."""

    listed: Callable[[str, str], str]
    searched: Callable[[str], str]

    def pages(self, folder: Path, catalogue: str) -> list[bytes]:
        """Pages from all over the catalogue."""
        lines = (folder / f"{catalogue}.places").read_text("utf-8").splitlines()
        places = [line.split("\t") for line in lines]
        Random(4).shuffle(places)
        return [question(self.listed(name, id)) for name, id in places]

    def searches(self) -> list[bytes]:
        """Of one word and of two, frequent and rare ones."""
        words, random = vocabulary(), Random(3)
        picked = [words[int(len(words) * random.random() ** 2)] for _ in range(200)]
        pairs = [f"{word} {COMMON_WORD}" for word in picked[:50]]
        return [question(self.searched(query)) for query in (*picked, *pairs)]


def _cursor(name: str, id: str) -> str:
    from coprra.entrypoints.answers import browse_cursor

    return f"/api/v1/products?cursor={browse_cursor(ProductCursor(name, ProductId(id)))}"


_OURS = Asked(_cursor, lambda query: f"/api/v1/products?q={quote(query)}")


def _theirs(path: str) -> Asked:
    return Asked(
        lambda name, id: f"{path}/list?{urlencode({'name': name, 'id': id})}",
        lambda query: f"{path}/search?{urlencode({'q': query})}",
    )


def _ask_coprra(home: Home, folder: Path, watch: Stopwatch) -> None:
    with home.open(folder) as opened:
        market, many, few = map(opened, (MARKET, MANY, FEW))
        with _coprra(market) as server:
            _measure(server, market, watch, _LIST, _OURS.pages(folder, MARKET))
            _measure(server, market, watch, _SEARCH, _OURS.searches())
            watch.peak = server.peak()
        with _coprra(few) as server:
            _measure(server, few, watch, _FEW_LIST, _OURS.pages(folder, FEW))
        with _coprra(many) as server:
            _measure(server, many, watch, _MANY_LIST, _OURS.pages(folder, MANY))
            _measure(server, many, watch, _COMMON, [question(_OURS.searched(COMMON_WORD))])
            _measure(server, many, watch, _BEGUN, [question(_OURS.searched(COMMON_WORD[:5]))])
        with _coprra(many, cache_mb=32) as server:
            _measure_again(server, many, watch, _LIST, _OURS.pages(folder, MANY))
            _measure_again(server, many, watch, _SEARCH, _OURS.searches())
            _measure_again(server, many, watch, _COMMON, [question(_OURS.searched(COMMON_WORD))])


def _ask_peer(home: Home, path: str, command: Callable[[int], Sequence[str]], folder: Path, watch: Stopwatch) -> None:
    asked = _theirs(path)
    with home.open(folder) as opened:
        market, many = map(opened, (MARKET, MANY))
        with _peer(market, command) as server:
            _measure(server, market, watch, _LIST, asked.pages(folder, MARKET))
            _measure(server, market, watch, _SEARCH, asked.searches())
            watch.peak = server.peak()
        with _peer(many, command) as server:
            _measure(server, many, watch, _COMMON, [question(asked.searched(COMMON_WORD))])


def _measure_again(server: Server, database: Database, watch: Stopwatch, step: str, questions: Sequence[bytes]) -> None:
    """The same, of which each was asked before."""
    for one in questions:
        ask(server.port, one)
    _measure(server, database, watch, f"{step} again", questions)


def _measure(server: Server, database: Database, watch: Stopwatch, step: str, questions: Sequence[bytes]) -> None:
    seconds = min(max(watch.rows / 200_000, 0.1), 5.0)
    load(server.port, questions, seconds=seconds / 5, connections=CONNECTIONS)
    before = server.computed() + database.computed()
    done = load(server.port, questions, seconds=seconds, connections=CONNECTIONS)
    computed = max(server.computed() + database.computed() - before, 0.01)
    watch.samples[step] = Sample(len(done.waited), done.seconds, computed, done.p99)


@contextmanager
def _coprra(database: Database, cache_mb: int = 0) -> Iterator[Server]:
    port = free_port()
    threads = "4" if database.url.startswith("sqlite") else "8"
    command = (
        *(sys.executable, "-m", "coprra", "serve", "--port", str(port), "--workers", "1", "--threads", threads),
        *("--database-url", database.url, "--as-of", format_instant(NOON)),
    )
    with _apart(command, {"COPRRA_ANSWER_CACHE_MB": str(cache_mb)}, port) as server:
        yield server


@contextmanager
def _peer(database: Database, command: Callable[[int], Sequence[str]]) -> Iterator[Server]:
    port = free_port()
    url = database.url.replace("mariadb:", "mysql:")
    with _apart(command(port), {"CATALOGUE_URL": url, "CATALOGUE_AS_OF": str(to_micros(NOON))}, port) as server:
        yield server


@contextmanager
def _apart(command: Sequence[str], environment: dict[str, str], port: int) -> Iterator[Server]:
    """The server on the first processor, whoever asks on the last; one of a database on whichever is free."""
    os.sched_setaffinity(0, _USABLE[-1:])
    try:
        with serving(command, {**environment, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}, port, _USABLE[:1]) as server:
            yield server
    finally:
        os.sched_setaffinity(0, _USABLE)
