"""A worker that is killed leaves its job to another one, and what the job does is done once."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from coprra.adapters.sql.store import SqlStore

EVERY = int(os.environ.get("COPRRA_KILL_EVERY", "2"))
"""Which of a worker's instants are tried; 1 by hand."""


@pytest.mark.parametrize("engine", ["make_store", "make_mariadb_store"])
def test_whenever_a_worker_is_killed_its_job_is_done_once(engine: str, request: pytest.FixtureRequest) -> None:
    make: Callable[[], SqlStore] = request.getfixturevalue(engine)
    store = make()
    url = store._engine.url.render_as_string(hide_password=False)
    script = Path(__file__).with_name("killed_jobs.py")
    run = subprocess.run([sys.executable, str(script), url, str(EVERY)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    outcomes = json.loads(run.stdout)
    assert len(outcomes) > 5
    assert {outcome["signal"] for outcome in outcomes} == {9}
    before = {tuple(outcome["before"]) for outcome in outcomes}
    assert before == {("waiting", 0), ("running", 0), ("done", 1)}
    assert {tuple(outcome["after"]) for outcome in outcomes} == {("done", 1)}
    assert {tuple(outcome["again"]) for outcome in outcomes} == {("done", 1)}
