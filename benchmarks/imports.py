"""The import of a long list: for the first time, the next day's, and that one again."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.benchmark import Benchmark, Comparison, Stopwatch
from benchmarks.engines import Engine
from benchmarks.price_lists import FIRST_DAY, NEXT_DAY, write_two_days
from coprra import Settings, build
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.actor import Actor

_BY = Actor.operator("benchmark")
_CLOCK = StoppedClock(datetime(2026, 2, 1, tzinfo=UTC))


def imports(name: str, title: str, engine: Engine) -> Benchmark:
    """A list of a million rows, the next day's (2 % changed) and that one again, into one kind of database."""
    first = ("coprra", "first import")
    return Benchmark(
        name=name,
        title=title,
        prepare=write_two_days,
        contenders={"coprra": partial(import_lists, engine), "limit": partial(fill, engine)},
        comparisons=(
            Comparison("first import, to the limit", first, ("limit", "first import"), 0.35),
            Comparison("next day, to the first import", ("coprra", "next day"), first, 2),
            Comparison("same file again, to the first import", ("coprra", "same file again"), first),
        ),
    )


def import_lists(engine: Engine, folder: Path, watch: Stopwatch) -> None:
    """By the rules."""
    first, following = (str(folder / name) for name in (FIRST_DAY, NEXT_DAY))
    with (
        engine.new_database() as database,
        build(Settings(database_url=database.url), clock=_CLOCK) as application,
    ):
        for step, prices in (("first import", first), ("next day", following), ("same file again", following)):
            with watch.step(step, database.computed):
                application.import_feed(prices, by=_BY)


def fill(engine: Engine, folder: Path, watch: Stopwatch) -> None:
    """Without them."""
    with engine.new_database() as database, watch.step("first import", database.computed):
        engine.fill(database.url, folder / FIRST_DAY)
