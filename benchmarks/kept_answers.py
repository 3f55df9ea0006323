"""Answers that are given again: what it costs to find out that they still stand, without a server around it."""

from functools import partial
from pathlib import Path

from benchmarks.benchmark import Benchmark, Comparison, Stopwatch
from benchmarks.engines import Engine


def kept_answers(name: str, title: str, engine: Engine) -> Benchmark:
    """The offers of a product in five chains, asked for again and again; a row is a request."""
    kept = ("coprra", "kept answer")
    return Benchmark(
        name=name,
        title=title,
        prepare=_nothing,
        contenders={"coprra": partial(_ask_again, engine), "constant body": partial(_ask_constant, engine)},
        comparisons=(
            Comparison("kept answer, to a constant body", kept, ("constant body", "constant body"), 0.85),
            Comparison("304, to a kept answer", ("coprra", "304"), kept, 1),
        ),
        rows=20_000,
    )


def _nothing(folder: Path, rows: int) -> None:
    """A database is made by each contender for itself."""


def _ask_again(engine: Engine, _: Path, watch: Stopwatch) -> None:
    """As a service does, behind its tweens."""
    # Pyramid alone takes more memory than what other contenders are measured with.
    from benchmarks import in_process

    with in_process.service(engine) as service:
        tag = in_process.ask(service)[1]["ETag"]
        with watch.step("kept answer"):
            for _number in range(watch.rows):
                in_process.ask(service)
        with watch.step("304"):
            for _number in range(watch.rows):
                in_process.ask(service, tag)


def _ask_constant(engine: Engine, _: Path, watch: Stopwatch) -> None:
    """The same bytes out of a view that does nothing, behind the same tweens."""
    from benchmarks import in_process

    with in_process.service(engine) as service:
        constant = in_process.constant(in_process.ask(service)[2])
        with watch.step("constant body"):
            for _number in range(watch.rows):
                in_process.ask(constant)
