"""Rotates keys again and again, each time killed at a later instant, and tells what was left: JSON on stdout.

A program of its own, because it forks. The children die by SIGKILL before one of their statements, or around a commit.
"""

import json
import os
import signal
import sys

from sqlalchemy import Engine, event

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.store import SqlStore
from coprra.domain.keys.key import Key
from coprra.testing.contracts.mail import opened, rotate, seal, states
from coprra.testing.keys import K1, K2

LETTERS = 5
BATCH = 2


def main(url: str, every: int) -> list[dict[str, object]]:
    """Kill one of so many instants; each rotation goes from the key of the one before to the other."""
    engine = make_engine(url)
    ids = seal(SqlStore(engine), K1, LETTERS)
    seen = _watch(engine)
    rotate(SqlStore(engine), K2, K1, batch=BATCH)
    instants = len(seen)
    engine.dispose()
    new, old = K1, K2
    outcomes = []
    for instant in range(1, instants + 1, every):
        outcomes.append(_killed(url, ids, instant, new, old))
        new, old = old, new
    return outcomes


def _killed(url: str, ids: list[int], instant: int, new: Key, old: Key) -> dict[str, object]:
    child = os.fork()
    if child == 0:
        own = make_engine(url)
        _watch(own, die_at=instant)
        rotate(SqlStore(own), new, old, batch=BATCH)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    engine = make_engine(url)
    store = SqlStore(engine)
    left = opened(store, ids, new, old)
    done = states(store, new, old)[0][3]
    rest = rotate(store, new, old, batch=BATCH)
    after = opened(store, ids, new)
    engine.dispose()
    return {
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        "left": [secret.decode() for secret in left],
        "done": done,
        "resumed": done + rest.resealed,
        "after": [secret.decode() for secret in after],
    }


def _watch(engine: Engine, die_at: int | None = None) -> list[str]:
    """What happened, in its order; it dies at that place of it."""
    seen: list[str] = []

    def see(what: str) -> None:
        seen.append(what)
        if len(seen) == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", lambda *_: see("statement"))
    event.listen(engine, "commit", lambda _: see("before a commit"))
    event.listen(engine.pool, "checkin", lambda *_: see("after a unit of work"))
    return seen


if __name__ == "__main__":
    json.dump(main(sys.argv[1], int(sys.argv[2])), sys.stdout)
