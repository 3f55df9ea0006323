"""On a fresh machine the commands of the page lead to a green status, and leave no server behind."""

import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TOOL = ROOT / "tools/try_backups.py"
SMALLEST = min((ROOT / "sample/hr_pricelists").glob("*_20*"), key=lambda path: path.stat().st_size)


def commands() -> list[str]:
    """Those under the heading."""
    page = (ROOT / "docs/recovery.md").read_text("utf-8")
    block = re.search(r"^## Try it: .*?^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert block, "the page has no such commands"
    return block[1].splitlines()


def left(folder: Path) -> list[bytes]:
    """The commands of processes that work there."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(file.read_bytes())
    return [command for command in found if bytes(folder) in command]


def typed(commands: list[str], folder: Path) -> str:
    """What is printed to somebody who types them into the shell that is opened there."""
    done = subprocess.run(
        [sys.executable, TOOL, SMALLEST],
        cwd=folder,
        # What somebody has set for the real thing is not to be touched.
        env=os.environ | {"AWS_PROFILE": "real", "COPRRA_BACKUPS": "/nowhere"},
        input="\n".join(commands),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_five_commands_lead_from_nothing_to_a_green_status(tmp_path_factory: pytest.TempPathFactory) -> None:
    # The path of a socket may not be long.
    folder = tmp_path_factory.mktemp("try")
    make, schedule, run, verify, status = commands()
    assert make == "make try-backups"
    typed([schedule, run], folder)
    crontab = (folder / "var/try-backups/crontab").read_text()
    assert f"verify --level L2 --identity {folder}/var/try-backups/operations.key" in crontab
    assert "#" not in crontab, "nothing is left to be seen to"
    # Somebody goes on the next day.
    assert "\nAll is well. " in typed([verify, status], folder)
    assert left(folder) == []
