"""Refusals: who is turned away how often, collected for a minute before it is written down."""

import threading
from collections.abc import Callable, Sequence

import structlog

from coprra.domain.sessions.report_refusals import Refusal

MOST_COLLECTED = 100
"""How many are told apart in a report; of further ones it is told how many there were."""

_MINUTE_SECONDS = 60.0

_log = structlog.stdlib.get_logger("coprra.http")

Report = Callable[[Sequence[tuple[Refusal, int]]], None]


class Refusals:
    """Shared by threads. report: writes them down; later: calls what it is given after a minute, in another thread.

    A refusal costs no statement: nobody can fill a database by being refused. Whatever is collected when the process is
    killed is not told.
    """

    def __init__(self, report: Report, later: Callable[[Callable[[], None]], None] | None = None) -> None:
        self._report = report
        self._later = later or _in_a_minute
        self._lock = threading.Lock()
        self._counts: dict[Refusal, int] = {}

    def add(self, refusal: Refusal) -> None:
        """Once more."""
        with self._lock:
            if len(self._counts) >= MOST_COLLECTED and refusal not in self._counts:
                refusal = Refusal(kind=refusal.kind, reason="others", user=None, address="")
            first = not self._counts
            self._counts[refusal] = self._counts.get(refusal, 0) + 1
        if first:
            self._later(self.report)

    def report(self) -> None:
        """Write down what was collected. What can't be written is in the log."""
        with self._lock:
            counts, self._counts = self._counts, {}
        try:
            self._report(tuple(counts.items()))
        except Exception:  # noqa: BLE001 - nobody is there to be told
            _log.exception("refusals_not_reported", refusals=sum(counts.values()))


def _in_a_minute(deed: Callable[[], None]) -> None:
    timer = threading.Timer(_MINUTE_SECONDS, deed)
    timer.daemon = True
    timer.start()
