"""A drill: many sign in at once with long passwords while others go on asking: python -m benchmarks.sign_ins --help.

It tells ratios to the same server when nobody signs in; figures in seconds are this machine's alone.
"""

import argparse
import http.client
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.servers import Server, free_port, serving
from coprra import Settings, build
from coprra.domain.kernel.actor import Actor
from coprra.domain.keys.key import write_key
from coprra.domain.users.role import Role
from coprra.testing.keys import K1

LONG_PASSWORD = "correct horse battery staple " * 4  # pragma: allowlist secret
_LIVE, _SIGN_IN = "/health/live", "/api/v1/tokens"
_GLANCES = 300
_PATIENCE_SECONDS = 120


@dataclass(slots=True)
class Storm:
    """What came of it. waits: of who asked for a sign of life meanwhile, in seconds; polite: refusals with a time."""

    statuses: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    polite: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sign_ins", description=__doc__)
    parser.add_argument("--people", type=int, default=200, help="who sign in at once (default 200)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each of them does (default 3)")
    parser.add_argument("--threads", type=int, default=4, help="of the one process that answers (default 4)")
    chosen = parser.parse_args()
    with _served(chosen.threads) as server:
        _glance(server, _GLANCES)
        idle = _glance(server, _GLANCES)
        _sign_in(server, 0)
        before = server.peak()
        storm = _storm(server, chosen.people, chosen.rounds)
        after = server.peak()
    told = {
        "answered": dict(sorted(storm.statuses.items())),
        "refusals_with_retry_after": storm.polite,
        "signs_of_life": len(storm.waits),
        "idle_ms": _milliseconds(idle),
        "storm_ms": _milliseconds(storm.waits),
        "median_ratio": round(median(storm.waits) / median(idle), 1),
        "memory_mib": {"after one sign-in": before >> 20, "after the storm": after >> 20},
    }
    print(json.dumps(told, indent=2))


@contextmanager
def _served(threads: int) -> Iterator[Server]:
    """A process with an account, which believes this machine about where requests come from."""
    with TemporaryDirectory() as folder:
        url, port = f"sqlite:///{Path(folder) / 'accounts.sqlite'}", free_port()
        with build(Settings(database_url=url)) as application:
            application.schema.upgrade()
            ana = "ana@example.com"
            application.accounts.create_user(ana, LONG_PASSWORD, name="Ana", role=Role.USER, by=Actor.operator("drill"))
        environment = {
            "COPRRA_DATABASE_URL": url,
            "COPRRA_APP_KEYS": write_key("k1", K1.secret),
            "COPRRA_TRUSTED_PROXY": "127.0.0.1",
        }
        command = [sys.executable, "-m", "coprra", "serve", "--port", str(port), "--workers", "1"]
        usable = sorted(os.sched_getaffinity(0))
        with serving([*command, "--threads", str(threads)], environment, port, usable[:1]) as server:
            yield server


def _glance(server: Server, times: int) -> list[float]:
    """How long each sign of life takes."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=_PATIENCE_SECONDS)
    waits = []
    for _ in range(times):
        began = time.perf_counter()
        connection.request("GET", _LIVE)
        answer = connection.getresponse()
        answer.read()
        waits.append(time.perf_counter() - began)
    connection.close()
    return waits


def _sign_in(server: Server, number: int) -> tuple[int, bool]:
    """The status, and whether a time to come back is named. number: of the network that it is tried from."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=_PATIENCE_SECONDS)
    email = "ana@example.com" if number % 2 else f"nobody{number}@example.com"
    sent = json.dumps({"email": email, "password": LONG_PASSWORD})
    network = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    connection.request(
        "POST", _SIGN_IN, sent, {"Content-Type": "application/json", "X-Forwarded-For": network, "Connection": "close"}
    )
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers["Retry-After"] is not None


def _storm(server: Server, people: int, rounds: int) -> Storm:
    storm, start, over = Storm(), threading.Barrier(people), threading.Event()

    def try_often(person: int) -> list[tuple[int, bool]]:
        start.wait()
        return [_sign_in(server, person + people * turn + 1) for turn in range(rounds)]

    def watch() -> None:
        while not over.is_set():
            storm.waits += _glance(server, 1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(people) as crowd:
        answers = [answer for tried in crowd.map(try_often, range(people)) for answer in tried]
    over.set()
    watcher.join()
    storm.statuses.update(status for status, _ in answers)
    storm.polite = sum(status == 503 and named for status, named in answers)
    return storm


def _milliseconds(waits: list[float]) -> dict[str, float]:
    return {"median": round(median(waits) * 1000, 2), "longest": round(max(waits) * 1000, 2)}


if __name__ == "__main__":
    main()
