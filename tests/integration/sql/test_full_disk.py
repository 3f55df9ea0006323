"""A full disk: a clear error, nothing changed, and a database that works again once there is room."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("import_until_full.py")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> dict[str, object]:
    """What happened on a disk of two megabytes, mounted for one process and gone with it; see import_until_full.py."""
    disk = tmp_path_factory.mktemp("disk")
    me = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    mount = f'mount -t tmpfs -o size=2m tmpfs "{disk}" && exec "$@"'
    command = [sys.executable, str(SCRIPT), str(migrated), str(disk)]
    run = subprocess.run(
        ["unshare", *me, "--mount", "sh", "-c", mount, "sh", *command], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    told: dict[str, object] = json.loads(run.stdout)
    return told


def test_the_error_says_that_the_disk_is_full_and_what_to_do(outcome: dict[str, object]) -> None:
    assert outcome["error"] == "The disk is full. Nothing was changed; make room and try again."


def test_what_was_there_before_is_answered_as_before(outcome: dict[str, object]) -> None:
    assert outcome["same_answers"] is True


def test_the_database_is_sound_and_takes_a_list_once_there_is_room(outcome: dict[str, object]) -> None:
    assert outcome["integrity"] == "ok"
    assert outcome["imported_afterwards"] == 1
