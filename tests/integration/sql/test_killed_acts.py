"""A process that dies while a person corrects or merges leaves nothing of it, and to do it again does it once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = 15


@pytest.fixture(scope="module", params=["correct", "merge"])
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, migrated: Path
) -> list[dict[str, object]]:
    """What each of the killed acts left; see killed_acts.py."""
    script = Path(__file__).with_name("killed_acts.py")
    folder = tmp_path_factory.mktemp("killed")
    command = [sys.executable, str(script), request.param, str(migrated), str(folder), str(KILLS)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    outcomes: list[dict[str, object]] = json.loads(run.stdout)
    return outcomes


def test_every_act_was_killed_and_at_another_instant(outcomes: list[dict[str, object]]) -> None:
    assert len(outcomes) == KILLS
    assert all(outcome["signal"] == 9 for outcome in outcomes)
    assert len({outcome["tick"] for outcome in outcomes}) == KILLS


def test_nothing_of_a_killed_act_is_visible(outcomes: list[dict[str, object]]) -> None:
    assert {outcome["seen"] for outcome in outcomes} == {"nothing of it"}


def test_the_database_is_sound_after_each_kill(outcomes: list[dict[str, object]]) -> None:
    assert {outcome["integrity"] for outcome in outcomes} == {"ok"}


def test_acting_again_gives_the_undisturbed_result(outcomes: list[dict[str, object]]) -> None:
    assert {outcome["repeated"] for outcome in outcomes} == {"as undisturbed"}
