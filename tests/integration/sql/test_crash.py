"""A process that dies anywhere in an import leaves nothing of it, and importing again is as if it had not died."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = 40


@pytest.fixture(scope="module", params=["list", "archive"])
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, migrated: Path
) -> list[dict[str, object]]:
    """What each of the killed imports left; see killed_imports.py."""
    script = Path(__file__).with_name("killed_imports.py")
    folder = tmp_path_factory.mktemp("killed")
    command = [sys.executable, str(script), str(migrated), str(folder), str(KILLS), request.param]
    # Who is killed leaves temporary files behind.
    environment = {**os.environ, "TMPDIR": str(folder)}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    outcomes: list[dict[str, object]] = json.loads(run.stdout)
    return outcomes


def test_every_import_was_killed_and_at_another_instant(outcomes: list[dict[str, object]]) -> None:
    assert len(outcomes) == KILLS
    assert all(outcome["signal"] == 9 for outcome in outcomes)
    assert len({outcome["tick"] for outcome in outcomes}) == KILLS


def test_nothing_of_a_killed_list_is_visible_and_all_of_those_before_it(
    outcomes: list[dict[str, object]], request: pytest.FixtureRequest
) -> None:
    whole = {"list": ["0 lists of it"], "archive": ["0 lists of it", "1 lists of it"]}
    seen = [str(outcome["seen"]) for outcome in outcomes]
    assert seen == sorted(seen)
    assert sorted(set(seen)) == whole[request.node.callspec.params["outcomes"]]


def test_the_database_is_sound_after_each_kill(outcomes: list[dict[str, object]]) -> None:
    assert {outcome["integrity"] for outcome in outcomes} == {"ok"}


def test_importing_again_gives_the_undisturbed_result(outcomes: list[dict[str, object]]) -> None:
    assert {outcome["repeated"] for outcome in outcomes} == {"as undisturbed"}
