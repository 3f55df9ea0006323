"""Imports a list again and again, each time killed at a later instant, and tells what was left: JSON on stdout.

A program of its own, because it forks: the children die by SIGKILL, sent from inside SQLite's virtual machine after so
many of its steps, which is an instant that can be named and repeated.
"""

import json
import os
import shutil
import signal
import sqlite3
import sys
from pathlib import Path

from sqlalchemy import Connection, event

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.store import SqlStore
from coprra.testing.answers import all_answers
from coprra.testing.builders import PriceList, a_row, day, gtin_of, import_list

STEPS = 60
ROWS = range(2, 18)

FIRST = PriceList(tuple(a_row(str(n), f"{n}.00", gtins=[gtin_of(n)], line=n) for n in ROWS))
SECOND = PriceList(
    tuple(a_row(str(n), f"{n + n % 3}.00", gtins=[gtin_of(n)], line=n) for n in ROWS if n % 10), at=day(1)
)


def main(migrated: Path, folder: Path, kills: int) -> list[dict[str, object]]:
    """Kill `kills` imports of SECOND into a store that has FIRST."""
    start = folder / "start.sqlite"
    shutil.copy(migrated, start)
    _import(start, FIRST)
    before = _answers(start)
    undisturbed = _copy(start, folder / "undisturbed.sqlite")
    ticks = _import(undisturbed, SECOND)
    after = _answers(undisturbed)
    assert before != after
    instants = sorted({1 + (ticks - 1) * kill // kills for kill in range(kills)})
    return [_killed(_copy(start, folder / f"{tick}.sqlite"), tick, before, after) for tick in instants]


def _killed(path: Path, tick: int, before: str, after: str) -> dict[str, object]:
    child = os.fork()
    if child == 0:
        _import(path, SECOND, die_at=tick)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    seen = _answers(path)
    integrity = sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone()[0]
    _import(path, SECOND)
    return {
        "tick": tick,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        "seen": "nothing of it" if seen == before else "all of it" if seen == after else "a part of it",
        "integrity": integrity,
        "repeated": "as undisturbed" if _answers(path) == after else "something else",
    }


def _import(path: Path, prices: PriceList, die_at: int | None = None) -> int:
    """Returns how many ticks of SQLite's virtual machine there were before the list was committed."""
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

    import_list(SqlStore(engine), prices)
    engine.dispose()
    # The last commit is of the empty transaction that clears the staging area away.
    return ticks_at_commit[-2]


def _answers(path: Path) -> str:
    engine = make_engine(f"sqlite:///{path}")
    answers = "".join(all_answers(SqlStore(engine), day(number)) for number in (0.5, 1.5))
    engine.dispose()
    return answers


def _copy(source: Path, target: Path) -> Path:
    shutil.copy(source, target)
    return target


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])), sys.stdout)
