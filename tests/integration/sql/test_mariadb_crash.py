"""A process or a server that dies anywhere in an import leaves all of it or nothing, and importing again mends it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

KILLS_OF_PROCESS = 50
KILLS_OF_SERVER = 12

Outcomes = list[dict[str, Any]]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """What each of the killed imports left; see killed_mariadb_imports.py."""
    script = Path(__file__).with_name("killed_mariadb_imports.py")
    folder = tmp_path_factory.mktemp("killed_mariadb")
    command = [sys.executable, str(script), str(folder), str(KILLS_OF_PROCESS), str(KILLS_OF_SERVER)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    outcomes: Outcomes = json.loads(run.stdout)
    return outcomes


@pytest.fixture(params=["process", "server"])
def of_one_kind(request: pytest.FixtureRequest, outcomes: Outcomes) -> Outcomes:
    return [outcome for outcome in outcomes if outcome["who"] == request.param]


def test_the_kills_came_at_many_instants_and_in_the_middle_of_the_commit(outcomes: Outcomes) -> None:
    for who, kills in (("process", KILLS_OF_PROCESS), ("server", KILLS_OF_SERVER)):
        instants = [outcome["instant"] for outcome in outcomes if outcome["who"] == who]
        assert len(set(instants)) == len(instants) >= kills
    assert {(outcome["who"], outcome["when"]) for outcome in outcomes} == {
        (who, f"{when} the commit") for who in ("process", "server") for when in ("before", "in", "after")
    }


def test_every_process_died_and_every_lost_server_was_told(outcomes: Outcomes) -> None:
    died, told, done = -9, 3, 0
    expected = {
        ("process", "before the commit"): {died},
        ("process", "in the commit"): {died},
        ("process", "after the commit"): {died},
        ("server", "before the commit"): {told},
        ("server", "in the commit"): {told},
        ("server", "after the commit"): {done},
    }
    for outcome in outcomes:
        assert outcome["ended"] in expected[outcome["who"], outcome["when"]], outcome


def test_nothing_is_visible_before_the_commit_and_all_of_it_after(of_one_kind: Outcomes) -> None:
    for outcome in of_one_kind:
        expected = {
            "before the commit": {"nothing of it"},
            "in the commit": {"nothing of it", "all of it"},
            "after the commit": {"all of it"},
        }
        assert outcome["seen"] in expected[outcome["when"]], outcome


def test_the_tables_are_sound_after_each_kill(of_one_kind: Outcomes) -> None:
    assert all(outcome["sound"] for outcome in of_one_kind)


def test_importing_again_gives_the_undisturbed_result(of_one_kind: Outcomes) -> None:
    repeated = [outcome["repeated"] for outcome in of_one_kind if outcome["repeated"] is not None]
    assert len(repeated) >= len(of_one_kind) // 4
    assert set(repeated) == {"as undisturbed"}
