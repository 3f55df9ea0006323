"""A worker takes and proves backups on time; one that is killed leaves that to another, and it is done once."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner, Result

from coprra import Settings, build
from coprra.adapters.system.clock import StoppedClock, SystemClock
from coprra.application import Application
from coprra.backup_jobs import NAMES, backup_kinds
from coprra.backups import Backups
from coprra.bootstrap import build_backups, build_worker
from coprra.domain.backups.level import Level
from coprra.domain.jobs.job import Job, JobState
from coprra.domain.jobs.run_next_job import Outcome
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra
from coprra.entrypoints.working import work
from coprra.testing.builders import TESTER

Run: TypeAlias = Callable[..., Result]

KILLED = """
import os, sys, threading
from coprra import Settings
from coprra.{module} import {owner}
from coprra.bootstrap import build_worker
from coprra.entrypoints.working import work

method = {owner}.{method}

def interrupted(self, *given):
    if {condition}:
        print("there", flush=True)
        sys.stdin.read()
    return method(self, *given)

{owner}.{method} = interrupted
work(build_worker(Settings.from_environment(os.environ)), only=["backups.run"], stop=threading.Event(), once=True)
"""
INSTANTS = {
    "while it stores": ("adapters.filesystem.blobs", "FileNewBlob", "write", "'/data/' in self._key"),
    "when all is stored": ("adapters.sql.jobs", "SqlJobs", "finish", "True"),
}


@pytest.fixture
def environment(begun: Run, folder: Path) -> dict[str, str]:
    """Of a worker that does everything, after the first backup."""
    assert begun("list").exit_code == 0
    settings = folder / "etc/backups.toml"
    text = settings.read_text().replace('copy_to = ""', f'copy_to = "file://{folder}/second"')
    text = text.replace('jobs = ["run", "verify", "prune"]', f"jobs = {list(NAMES)}")
    settings.write_text(text.replace('identity = ""', f'identity = "{folder}/safe/operations.key"'))
    return {
        "COPRRA_DATABASE_URL": f"sqlite:///{folder}/coprra.sqlite",
        "COPRRA_BACKUPS": f"{folder}/etc/backups.toml",
    }


def do_all(application: Application, *names: str) -> dict[str, Job]:
    """All of these that is due; the jobs by their kinds."""
    kinds = [f"backups.{name}" for name in names]
    work(application, only=kinds, stop=threading.Event(), once=True)
    return {job.kind: job for job in application.list_jobs(kinds=kinds).jobs}


def opened_at(environment: dict[str, str], now: datetime) -> tuple[Application, Backups]:
    """A worker, and the backups, at another time."""
    settings = Settings.from_environment(environment)
    backups = build_backups(settings, clock=StoppedClock(now))
    return build(settings, clock=StoppedClock(now), kinds=backup_kinds(NAMES, lambda: backups)), backups


def test_a_worker_does_everything_on_time(environment: dict[str, str]) -> None:
    application = build_worker(Settings.from_environment(environment))
    jobs = do_all(application, *NAMES)
    assert {job.state for job in jobs.values()} == {JobState.DONE}, jobs
    application.close()
    backups = build_backups(Settings.from_environment(environment))
    newest, *_ = backups.list_backups()
    assert newest.proved(Level.L2)
    assert backups.show_health().good
    assert backups.copy_backups().objects == 2


def test_what_is_wrong_is_left_to_a_person(environment: dict[str, str], folder: Path) -> None:
    piece = next((folder / "store/v1/coprra/data").rglob("*.age"))
    piece.write_bytes(piece.read_bytes()[:-1])
    application = build_worker(Settings.from_environment(environment))
    job = do_all(application, "verify")["backups.verify"]
    assert (job.state, job.attempts) == (JobState.DEAD, 1)
    assert job.message is not None
    assert piece.name in job.message
    application.close()


@pytest.mark.parametrize("instant", INSTANTS)
def test_whenever_a_worker_is_killed_there_is_one_more_backup(environment: dict[str, str], instant: str) -> None:
    module, owner, method, condition = INSTANTS[instant]
    script = KILLED.format(module=module, owner=owner, method=method, condition=condition)
    with subprocess.Popen(
        [sys.executable, "-c", script],
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        while (line := process.stdout.readline()) != "there\n":
            assert line, "it ended before"
        process.send_signal(signal.SIGKILL)
    application, backups = opened_at(environment, SystemClock().now() + timedelta(minutes=40))
    # Nothing new is enqueued: later it may be time for another backup as well.
    run = application.run_next_job(worker="another", only=["backups.run"])
    assert run is not None
    assert (run.outcome, run.job.attempts) == (Outcome.DONE, 2)
    assert len(backups.list_backups()) == 2
    assert backups.verify_backups(by=TESTER).good
    application.close()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('"run"', '"ran"'), "[worker]: 'ran' is no job; there are run, copy, verify, restore, prune."),
        (('"run"', '"copy"'), "[worker]: copy needs a second store"),
        (('"run"', '"restore"'), "[worker]: restore needs a secret key"),
    ],
)
def test_a_worker_that_could_not_do_what_it_should_does_not_begin(
    folder: Path, begun: Run, change: tuple[str, str], message: str
) -> None:
    assert begun("status").exit_code == 9
    settings = folder / "etc/backups.toml"
    settings.write_text(settings.read_text().replace(*change))
    environment = {"COPRRA_DATABASE_URL": "memory:", "COPRRA_BACKUPS": str(settings)}
    ended = CliRunner().invoke(coprra, ["worker"], obj=Invocation(environment=environment), prog_name="coprra")
    assert (ended.exit_code, message in ended.stderr) == (2, True)
