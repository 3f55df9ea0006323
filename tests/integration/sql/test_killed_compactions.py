"""A process that dies while it compacts the ledger has done whole steps of it, and to do it again does the rest."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = 10


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> list[dict[str, object]]:
    """What each of the killed compactions left; see killed_compactions.py."""
    script = Path(__file__).with_name("killed_compactions.py")
    command = [sys.executable, str(script), str(migrated), str(tmp_path_factory.mktemp("killed")), str(KILLS)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    outcomes: list[dict[str, object]] = json.loads(run.stdout)
    return outcomes


def test_every_compaction_was_killed_and_at_another_instant(outcomes: list[dict[str, object]]) -> None:
    assert len(outcomes) == KILLS
    assert all(outcome["signal"] == 9 for outcome in outcomes)
    assert len({outcome["tick"] for outcome in outcomes}) == KILLS


def test_what_was_done_before_the_kill_was_done_in_whole_steps(outcomes: list[dict[str, object]]) -> None:
    assert {outcome["whole_branches_done"] for outcome in outcomes} == {0, 1, 2, 3}


def test_the_database_is_sound_and_answers_the_same_after_each_kill(outcomes: list[dict[str, object]]) -> None:
    assert {(outcome["integrity"], outcome["answers"]) for outcome in outcomes} == {("ok", "the same")}


def test_compacting_again_does_the_rest(outcomes: list[dict[str, object]]) -> None:
    assert {outcome["repeated"] for outcome in outcomes} == {"as undisturbed"}
