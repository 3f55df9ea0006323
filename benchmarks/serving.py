"""Answers over HTTP: the offers of a product, asked of coprra and of its peers, out of the same database."""

import os
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from benchmarks.benchmark import Benchmark, Comparison, Sample, Stopwatch, Work
from benchmarks.load import ask, load, question
from benchmarks.market import DATABASE, NOON, gtins, write_market
from benchmarks.servers import Server, free_port, serving
from coprra.domain.kernel.instants import format_instant, to_micros

ROOT = Path(__file__).parents[1]
PRODUCTS = 2_000
CONNECTIONS = 32

_USABLE = sorted(os.sched_getaffinity(0))

_COPRRA = "coprra"
_CONSTANT = "constant body"
_WORKERS = {"one worker": 1, "two workers": 2}
_CORE = ("FastAPI, Core", "FastAPI, Core, async")
_ORM = ("FastAPI, ORM", "FastAPI, ORM, async", "Flask, ORM", "Django")

Command = Callable[[Path, int], Sequence[str]]


def offers_benchmark(peers: Path) -> Benchmark:
    """One process each, on a processor of its own. peers: the Python that has their libraries; without it, none."""
    contenders: dict[str, Work] = {
        _COPRRA: _ask_coprra,
        _CONSTANT: _ask_for_a_constant,
        **{name: partial(_ask_workers, workers) for name, workers in _WORKERS.items()},
    }
    if peers.exists():
        contenders |= {
            name: partial(_ask_peer, path, partial(command, peers)) for name, (path, command) in _PEERS.items()
        }
    ours = (_COPRRA, "offers")
    comparisons = (
        _against(_CORE, "to FastAPI with Core", ours, 2.5),
        _against(_ORM, "to the best ORM peer", ours, 4),
        _against((*_CORE, *_ORM), "p99, to the best peer's", ours, 0.5, measure="p99"),
        _against(_CORE, "memory of a process, to FastAPI's", ours, 0.75, measure="peak"),
        Comparison("the same product again, to a constant body", (_COPRRA, "same product"), (_CONSTANT, "body"), 0.85),
        Comparison("two workers, to one", ("two workers", "offers"), ("one worker", "offers"), 1.9),
        Comparison("304, to the same product again", (_COPRRA, "304"), (_COPRRA, "same product"), 1),
    )
    return Benchmark(
        name="serve_offers",
        title="Offers of a product over HTTP, SQLite",
        prepare=write_market,
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


def _against(peers: Sequence[str], text: str, ours: tuple[str, str], goal: float, measure: str = "speed") -> Comparison:
    theirs, *others = ((peer, "offers") for peer in peers)
    return Comparison(text, ours, theirs, goal, others=others, measure=measure)


def _seconds(products: int) -> float:
    """For how long each question is asked: five seconds, less where everything is smaller."""
    return min(max(products / 400, 0.3), 5.0)


def _coprra(folder: Path, port: int, workers: int = 1) -> Sequence[str]:
    return (
        *(sys.executable, "-m", "coprra", "serve", "--port", str(port), "--workers", str(workers), "--threads", "4"),
        *("--database-url", f"sqlite:///{folder / DATABASE}", "--as-of", format_instant(NOON)),
    )


def _uvicorn(module: str, python: Path, _folder: Path, port: int) -> Sequence[str]:
    command = ("-m", "uvicorn", f"benchmarks.peers.{module}:app", "--port", str(port), "--no-access-log")
    return (str(python), *command, "--log-level", "warning")


def _gunicorn(module: str, python: Path, _folder: Path, port: int) -> Sequence[str]:
    command = ("-m", "gunicorn", f"benchmarks.peers.{module}:app", "--bind", f"127.0.0.1:{port}", "--workers", "1")
    return (str(python), *command, "--worker-class", "gthread", "--threads", "4", "--keep-alive", "60")


_PEERS: dict[str, tuple[str, Callable[[Path, Path, int], Sequence[str]]]] = {
    "FastAPI, Core": ("/core/", partial(_uvicorn, "fastapi_sync")),
    "FastAPI, Core, async": ("/core/", partial(_uvicorn, "fastapi_async")),
    "FastAPI, ORM": ("/orm/", partial(_uvicorn, "fastapi_sync")),
    "FastAPI, ORM, async": ("/orm/", partial(_uvicorn, "fastapi_async")),
    "Flask, ORM": ("/orm/", partial(_gunicorn, "flask_app")),
    "Django": ("/orm/", partial(_gunicorn, "django_app")),
}


def _ask_coprra(folder: Path, watch: Stopwatch) -> None:
    questions = [question(f"/api/v1/products/{gtin}/offers") for gtin in gtins(watch.rows)]
    port = free_port()
    with _apart(_coprra(folder, port), folder, port) as server:
        _measure(server, watch, "offers", questions)
        watch.peak = server.peak()
    with _apart(_coprra(folder, port), folder, port, cache_mb=32) as server:
        _measure(server, watch, "same product", questions[:1])
        found = re.search(rb"\r\netag: *([^\r]+)", ask(port, questions[0]), re.IGNORECASE)
        assert found
        asked = question(f"/api/v1/products/{gtins(1)[0]}/offers", If_None_Match=found[1].decode())
        _measure(server, watch, "304", [asked], status=304)


def _ask_for_a_constant(folder: Path, watch: Stopwatch) -> None:
    port = free_port()
    command = (sys.executable, "-m", "benchmarks.constant_body", str(port), "6800")
    with _apart(command, folder, port) as server:
        _measure(server, watch, "body", [question("/body")])
        watch.peak = server.peak()


def _ask_peer(path: str, command: Command, folder: Path, watch: Stopwatch) -> None:
    port = free_port()
    with _apart(command(folder, port), folder, port) as server:
        _measure(server, watch, "offers", [question(f"{path}{gtin}") for gtin in gtins(watch.rows)])
        watch.peak = server.peak()


def _ask_workers(workers: int, folder: Path, watch: Stopwatch) -> None:
    """On every processor there is, as whoever asks."""
    port = free_port()
    with serving(_coprra(folder, port, workers), _environment(folder), port, _USABLE) as server:
        questions = [question(f"/api/v1/products/{gtin}/offers") for gtin in gtins(watch.rows)]
        _measure(server, watch, "offers", questions)
        watch.peak = server.peak()


def _measure(server: Server, watch: Stopwatch, step: str, questions: Sequence[bytes], status: int = 200) -> None:
    seconds = _seconds(watch.rows)
    load(server.port, questions, seconds=seconds / 5, connections=CONNECTIONS, status=status)
    computed = server.computed()
    done = load(server.port, questions, seconds=seconds, connections=CONNECTIONS, status=status)
    computed = max(server.computed() - computed, 0.01)
    watch.samples[step] = Sample(len(done.waited), done.seconds, computed, done.p99)


def _apart(command: Sequence[str], folder: Path, port: int, cache_mb: int = 0) -> AbstractContextManager[Server]:
    """The server on the first processor, whoever asks on the last."""
    os.sched_setaffinity(0, _USABLE[-1:])
    return serving(command, _environment(folder, cache_mb), port, _USABLE[:1])


def _environment(folder: Path, cache_mb: int = 0) -> dict[str, str]:
    return {
        "COPRRA_ANSWER_CACHE_MB": str(cache_mb),
        "MARKET_DATABASE": str(folder / DATABASE),
        "MARKET_AS_OF": str(to_micros(NOON)),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
