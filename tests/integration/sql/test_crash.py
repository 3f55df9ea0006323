"""A process that dies anywhere in an import leaves nothing of it, and importing again is as if it had not died."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = 40


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> list[dict[str, object]]:
    """What each of the killed imports left; see killed_imports.py."""
    script = Path(__file__).with_name("killed_imports.py")
    folder = tmp_path_factory.mktemp("killed")
    command = [sys.executable, str(script), str(migrated), str(folder), str(KILLS)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    outcomes: list[dict[str, object]] = json.loads(run.stdout)
    return outcomes


def test_every_import_was_killed_and_at_another_instant(outcomes: list[dict[str, object]]) -> None:
    assert len(outcomes) == KILLS
    assert all(outcome["signal"] == 9 for outcome in outcomes)
    assert len({outcome["tick"] for outcome in outcomes}) == KILLS


def test_nothing_of_a_killed_import_is_visible(outcomes: list[dict[str, object]]) -> None:
    assert {outcome["seen"] for outcome in outcomes} == {"nothing of it"}


def test_the_database_is_sound_after_each_kill(outcomes: list[dict[str, object]]) -> None:
    assert {outcome["integrity"] for outcome in outcomes} == {"ok"}


def test_importing_again_gives_the_undisturbed_result(outcomes: list[dict[str, object]]) -> None:
    assert {outcome["repeated"] for outcome in outcomes} == {"as undisturbed"}
