"""Compacts a ledger again and again, each time killed at a later instant, and tells what was left: JSON on stdout.

A program of its own, because it forks: the children die by SIGKILL, sent from inside SQLite's virtual machine after so
many of its steps, which is an instant that can be named and repeated.
"""

import json
import os
import shutil
import signal
import sqlite3
import sys
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, event

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.store import SqlStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.prices.compact_ledger import CompactLedger
from coprra.testing.answers import all_answers
from coprra.testing.builders import LONG_AFTER, TESTER, PriceList, a_branch, a_row, day, gtin_of, import_list
from coprra.testing.copies import exported

STEPS = 20
BRANCHES = ("a", "b", "c", "d")
"""Each has a transaction of its own."""


def main(migrated: Path, folder: Path, kills: int) -> list[dict[str, object]]:
    """Kill `kills` of the compactions, at different instants, of lists that came backwards."""
    start = Path(shutil.copy(migrated, folder / "start.sqlite"))
    engine = make_engine(f"sqlite:///{start}")
    for number in reversed(range(5)):
        for code in BRANCHES:
            rows = tuple(a_row(str(n), f"{n + number // 3}.00", gtins=[gtin_of(n)], line=n) for n in range(2, 6))
            import_list(SqlStore(engine), PriceList(rows, at=day(number), branch=a_branch(code=code)))
    engine.dispose()
    undisturbed = _copy(start, folder / "undisturbed.sqlite")
    ticks = _compact(undisturbed)
    instants = sorted({1 + (ticks - 1) * kill // kills for kill in range(kills)})
    return [_killed(start, _copy(start, folder / f"{tick}.sqlite"), tick, undisturbed) for tick in instants]


def _killed(start: Path, path: Path, tick: int, undisturbed: Path) -> dict[str, object]:
    child = os.fork()
    if child == 0:
        _compact(path, die_at=tick)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    integrity = sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone()[0]
    left = _observations(path)
    answers = "the same" if _answers(path) == _answers(start) else "others"
    _compact(path)
    return {
        "tick": tick,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        "integrity": integrity,
        "whole_branches_done": (len(_observations(start)) - len(left)) / 12,
        "answers": answers,
        "repeated": "as undisturbed" if _observations(path) == _observations(undisturbed) else "something else",
    }


def _compact(path: Path, die_at: int | None = None) -> int:
    """Returns how many ticks of SQLite's virtual machine there were before the last commit."""
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

    store = SqlStore(engine)
    CompactLedger(StoppedClock(LONG_AFTER), store.reads, store.unit_of_work, timedelta())(by=TESTER)
    engine.dispose()
    return ticks_at_commit[-1]


def _observations(path: Path) -> list[tuple[object, ...]]:
    order = "listing_id, instant, precedence"
    return sqlite3.connect(path).execute(f"SELECT * FROM observations ORDER BY {order}").fetchall()


def _answers(path: Path) -> str:
    engine = make_engine(f"sqlite:///{path}")
    store = SqlStore(engine)
    answers = "".join(all_answers(store, day(number)) for number in (0.5, 2.5, 6)) + exported(store)
    engine.dispose()
    return answers


def _copy(source: Path, target: Path) -> Path:
    return Path(shutil.copy(source, target))


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])), sys.stdout)
