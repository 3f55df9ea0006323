"""Lets a person act again and again, each time killed at a later instant, and tells what was left: JSON on stdout.

A program of its own, because it forks: the children die by SIGKILL, sent from inside SQLite's virtual machine after so
many of its steps, which is an instant that can be named and repeated.
"""

import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Connection, event

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.store import SqlStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.prices.correct_price import Amendment, CorrectPrice
from coprra.domain.prices.listing import ListingId
from coprra.domain.products.merge_products import MergeProducts
from coprra.testing.answers import all_answers
from coprra.testing.builders import LONG_AFTER, TESTER, PriceList, a_row, day, gtin_of, import_list

STEPS = 4
CLOCK = StoppedClock(LONG_AFTER)


def _correct(store: SqlStore) -> None:
    """Four sightings, each with a run, observations and a decision of its own."""
    amendment = Amendment(price=Decimal("0.50"))
    CorrectPrice(CLOCK, store.unit_of_work)(
        ListingId.parse("konzum/0613/2"), amendment, since=day(0), through=day(3), by=TESTER
    )


def _merge(store: SqlStore) -> None:
    """Two products of one key each, sold at four instants."""
    MergeProducts(CLOCK, store.reads, store.unit_of_work)(gtin_of(2), gtin_of(3), by=TESTER)


ACTS = {"correct": _correct, "merge": _merge}


def main(act: Callable[[SqlStore], None], migrated: Path, folder: Path, kills: int) -> list[dict[str, object]]:
    """Kill `kills` of the acts, at different instants, on a store with four lists."""
    start = folder / "start.sqlite"
    shutil.copy(migrated, start)
    engine = make_engine(f"sqlite:///{start}")
    for number in range(4):
        rows = tuple(a_row(str(n), f"{n}.00", gtins=[gtin_of(n)], line=n) for n in range(2, 8))
        import_list(SqlStore(engine), PriceList(rows, at=day(number)))
    engine.dispose()
    before = _answers(start)
    undisturbed = _copy(start, folder / "undisturbed.sqlite")
    ticks = _run(act, undisturbed)
    after = _answers(undisturbed)
    assert before != after
    instants = sorted({1 + (ticks - 1) * kill // kills for kill in range(kills)})
    return [_killed(act, _copy(start, folder / f"{tick}.sqlite"), tick, before, after) for tick in instants]


def _killed(act: Callable[[SqlStore], None], path: Path, tick: int, before: str, after: str) -> dict[str, object]:
    child = os.fork()
    if child == 0:
        _run(act, path, die_at=tick)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    seen = _answers(path)
    integrity = sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone()[0]
    _run(act, path)
    return {
        "tick": tick,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        "seen": "nothing of it" if seen == before else "all of it" if seen == after else "a part of it",
        "integrity": integrity,
        "repeated": "as undisturbed" if _answers(path) == after else "something else",
    }


def _run(act: Callable[[SqlStore], None], path: Path, die_at: int | None = None) -> int:
    """Returns how many ticks of SQLite's virtual machine there were before the act was committed."""
    engine = make_engine(f"sqlite:///{path}")
    ticks = 0
    ticks_at_commit: list[int] = []

    def tick() -> int:
        nonlocal ticks
        ticks += 1
        if ticks == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    @event.listens_for(engine, "connect")
    def _watch(connection: sqlite3.Connection, _: object) -> None:
        connection.set_progress_handler(tick, STEPS)

    @event.listens_for(engine, "commit")
    def _count(_: Connection) -> None:
        ticks_at_commit.append(ticks)

    act(SqlStore(engine))
    engine.dispose()
    return ticks_at_commit[-1]


def _answers(path: Path) -> str:
    engine = make_engine(f"sqlite:///{path}")
    answers = "".join(all_answers(SqlStore(engine), day(number)) for number in (0.5, 2.5, 4))
    engine.dispose()
    return answers


def _copy(source: Path, target: Path) -> Path:
    shutil.copy(source, target)
    return target


if __name__ == "__main__":
    json.dump(main(ACTS[sys.argv[1]], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])), sys.stdout)
