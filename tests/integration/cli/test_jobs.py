"""Workers do what waits, the program shows what there is, and a dead job is tried again."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from coprra import Settings, build
from coprra.application import Application
from coprra.domain.jobs.job import Job
from coprra.domain.jobs.kind import Kind
from coprra.domain.kernel.errors import Refused
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra
from coprra.entrypoints.working import work
from coprra.testing.builders import TESTER, OneFile, PriceList, a_row


class Broken:
    """A kind of work that is refused until it is mended."""

    def __init__(self) -> None:
        self.mended = False

    def perform(self, _: Job) -> None:
        if not self.mended:
            raise Refused("A person has to decide.")


@pytest.fixture
def broken() -> Broken:
    return Broken()


@pytest.fixture
def application(tmp_path: Path, broken: Broken) -> Application:
    application = build(
        Settings(database_url=f"sqlite:///{tmp_path / 'coprra.sqlite'}"),
        feeds=OneFile(PriceList((a_row(),))),
        kinds=(Kind(name="test.broken", perform=broken.perform),),
    )
    application.schema.upgrade()
    return application


def ask(application: Application, *arguments: str) -> Result:
    invocation = Invocation(build=lambda _: application, build_worker=lambda _: application, environment={})
    return CliRunner().invoke(coprra, arguments, obj=invocation)


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def do_all(application: Application, *only: str) -> None:
    work(application, only=only, stop=threading.Event(), once=True)


def test_an_import_is_followed_by_one_refreshing_of_best_prices(application: Application) -> None:
    application.import_feed("list.csv", by=TESTER)
    listed = document(ask(application, "jobs", "list", "--json"))
    assert [(job["kind"], job["state"], job["by"]) for job in listed["jobs"]] == [
        ("prices.refresh", "waiting", "job:events")
    ]
    do_all(application, "prices.refresh")
    listed = document(ask(application, "jobs", "list", "--kind", "prices.refresh", "--json"))
    assert {job["state"] for job in listed["jobs"]} == {"done"}
    kinds = {"prices.refresh", "jobs.prune", "access.prune", "audit.anchor"}
    assert {one["kind"] for one in listed["schedule"]} == kinds
    assert listed["counts"] == {"waiting": 3, "running": 0, "done": 2, "dead": 0}


def test_a_job_that_was_given_up_says_why_and_is_tried_again(application: Application, broken: Broken) -> None:
    id = application.enqueue_job("test.broken", {"list": "konzum.csv"}, by=TESTER)
    do_all(application)
    assert "A person has to decide." in ask(application, "jobs", "list", "--state", "dead").stdout
    shown = ask(application, "jobs", "show", str(id)).stdout.splitlines()
    assert [line.strip() for line in (shown[0], *shown[-2:])] == [
        f"Job {id}: test.broken, dead",
        "message: A person has to decide.",
        "list: konzum.csv",
    ]
    broken.mended = True
    assert document(ask(application, "jobs", "retry", str(id), "--by", "ana", "--json"))["by"] == "operator:ana"
    do_all(application)
    assert document(ask(application, "jobs", "show", str(id), "--json"))["state"] == "done"
    assert "[job_not_dead]" in ask(application, "jobs", "retry", str(id)).stderr
    assert "[unknown_job]" in ask(application, "jobs", "show", "999").stderr


def test_a_worker_that_is_told_to_stop_finishes_what_runs(tmp_path: Path) -> None:
    stop = threading.Event()
    done: list[int] = []

    def perform(job: Job) -> None:
        stop.set()
        done.append(job.id)

    stopping = build(
        Settings(database_url=f"sqlite:///{tmp_path / 'coprra.sqlite'}"),
        kinds=(Kind(name="test.stop", perform=perform),),
    )
    stopping.schema.upgrade()
    ids = [stopping.enqueue_job("test.stop", by=TESTER) for _ in range(2)]
    work(stopping, only=("test.stop",), stop=stop, once=False)
    assert done == ids[:1]
    assert [str(stopping.show_job(id).state) for id in ids if id] == ["done", "waiting"]
    stopping.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_well_when_it_is_told_to(empty_url: str, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "coprra", "worker", "--database-url", empty_url]
    environment = os.environ | {"COPRRA_BACKUPS": "none"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout
        assert "job_done" in process.stdout.readline()
        process.send_signal(number)
        assert process.wait(timeout=60) == 0


def test_a_kind_that_nobody_knows_is_refused(application: Application) -> None:
    assert "[unknown_kind]" in ask(application, "worker", "--once", "--only", "nonsense").stderr
