"""Imports a list, or an archive of several, again and again, each time killed at a later instant.

It tells what was left: JSON on stdout.

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
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, event

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.store import SqlStore
from coprra.testing.answers import all_answers
from coprra.testing.builders import PriceList, Store, a_row, day, gtin_of, import_list
from coprra.testing.copies import exported, import_exported

STEPS = 60
ROWS = range(2, 18)

FIRST = PriceList(tuple(a_row(str(n), f"{n}.00", gtins=[gtin_of(n)], line=n) for n in ROWS))
SECOND = PriceList(
    tuple(a_row(str(n), f"{n + n % 3}.00", gtins=[gtin_of(n)], line=n) for n in ROWS if n % 10), at=day(1)
)


Deed = Callable[[Store], object]


def main(migrated: Path, folder: Path, kills: int, what: str) -> list[dict[str, object]]:
    """Kill `kills` imports: of SECOND into a store that has FIRST, or of an archive of both into an empty one."""
    start = folder / "start.sqlite"
    shutil.copy(migrated, start)
    lists: list[Deed] = [partial(import_list, feed=FIRST), partial(import_list, feed=SECOND)]
    if what == "archive":
        deed: Deed = partial(import_exported, text=_archive(lists))
    else:
        deed = lists.pop()
        _act(start, lists.pop())
        lists.append(deed)
    states = [_answers(start)]
    stage = _copy(start, folder / "stage.sqlite")
    for one in lists:
        _act(stage, one)
        states.append(_answers(stage))
    assert len(set(states)) == len(states)
    undisturbed = _copy(start, folder / "undisturbed.sqlite")
    ticks = _act(undisturbed, deed)
    assert _answers(undisturbed) == states[-1]
    instants = sorted({1 + (ticks - 1) * kill // kills for kill in range(kills)})
    return [_killed(_copy(start, folder / f"{tick}.sqlite"), deed, tick, states) for tick in instants]


def _archive(lists: list[Deed]) -> str:
    source = MemoryStore()
    for one in lists:
        one(source)
    return exported(source)


def _killed(path: Path, deed: Deed, tick: int, states: list[str]) -> dict[str, object]:
    child = os.fork()
    if child == 0:
        _act(path, deed, die_at=tick)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    seen = _answers(path)
    integrity = sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone()[0]
    _act(path, deed)
    return {
        "tick": tick,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        "seen": f"{states.index(seen)} lists of it" if seen in states else "a part of one",
        "integrity": integrity,
        "repeated": "as undisturbed" if _answers(path) == states[-1] else "something else",
    }


def _act(path: Path, deed: Deed, die_at: int | None = None) -> int:
    """Returns how many ticks of SQLite's virtual machine there were before the last list was committed."""
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

    deed(SqlStore(engine))
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
    json.dump(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]), sys.stdout)
