"""While one process imports, no answer of two others is older than the last commit, or made of two.

Some seconds for each database; COPRRA_RACE_SECONDS=600 lets each race for ten minutes.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coprra import Settings, build

ENOUGH = 20
SECONDS = os.environ.get("COPRRA_RACE_SECONDS", "0")

Race = Callable[..., list[dict[str, Any]]]


@pytest.fixture(params=["sqlite", "mariadb"])
def race(request: pytest.FixtureRequest, tmp_path: Path) -> Race:
    """What two services said while lists were imported; see racing_imports.py."""
    url = f"sqlite:///{tmp_path / 'coprra.sqlite'}"
    if request.param == "mariadb":
        url = request.getfixturevalue("new_mariadb")()
    with build(Settings(database_url=url)) as application:
        application.schema.upgrade()

    def run(enough: int, seconds: str = "0", keeping: str = "as deployed") -> list[dict[str, Any]]:
        script = Path(__file__).with_name("racing_imports.py")
        command = [sys.executable, str(script), url, str(tmp_path), str(enough), seconds, keeping]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        outcome = json.loads(done.stdout)
        assert outcome["ended"] == [0, 0, 0], done.stderr
        return [told for name, told in outcome["told"].items() if name.startswith("service")]

    return run


def test_no_answer_is_stale_or_torn(race: Race) -> None:
    for service in race(ENOUGH, SECONDS):
        assert service["wrong"] == []
        assert min(service["changes"], service["304"], service["given"]) >= ENOUGH, "it saw what the race is about"


def test_answers_that_are_given_too_long_would_be_noticed(race: Race) -> None:
    assert any(service["wrong"] for service in race(1, keeping="too long"))
