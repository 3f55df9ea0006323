"""Working: a worker's day, from job to job until it is told to stop."""

import os
import signal
import socket
import threading
from collections.abc import Collection
from types import FrameType

import structlog

from coprra.application import Application
from coprra.domain.jobs.job import WORKER_LENGTH
from coprra.domain.jobs.run_next_job import Outcome, Run
from coprra.domain.kernel.errors import Conflict, Unavailable

_log = structlog.stdlib.get_logger(__name__)

_GLANCE_SECONDS = 1.0
"""How long a job waits at most for a worker that has nothing else to do."""
_PATIENCE_SECONDS = 5.0
"""How long a worker waits when the database does not answer."""


def stop_when_told() -> threading.Event:
    """Set by SIGTERM and by Ctrl-C; a second one ends the process at once, and leaves its job to others."""
    stop = threading.Event()

    def tell(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, tell)
    return stop


def work(application: Application, *, only: Collection[str], stop: threading.Event, once: bool) -> None:
    """Do what is due, one job after the other. once: end when nothing is due.

    A database that does not answer is waited for. Raises: UnknownKind; with `once` also Unavailable, Conflict.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}"[-WORKER_LENGTH:]
    while not stop.is_set():
        try:
            application.enqueue_due_jobs()
            run = application.run_next_job(worker=worker, only=only)
        except (Unavailable, Conflict) as error:
            if once:
                raise
            _log.warning("jobs_unavailable", reason=error.message)
            stop.wait(_PATIENCE_SECONDS)
            continue
        if run is not None:
            _tell(run)
        elif once:
            return
        else:
            stop.wait(_GLANCE_SECONDS)


def _tell(run: Run) -> None:
    told = {"job": run.job.id, "kind": run.job.kind, "attempt": run.job.attempts, "outcome": str(run.outcome)}
    if run.outcome is Outcome.DONE:
        _log.info("job_done", **told)
    else:
        _log.error("job_failed", **told, exc_info=run.error)
