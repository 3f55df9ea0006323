"""A backup that is told to end leaves nothing behind, and what one that was killed left is swept by the next."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from coprra.adapters.sqlite.database import SqliteDatabase
from coprra.domain.backups.manifest import Kind

HALFWAY = """
import sys
from coprra.adapters.filesystem.blobs import FileNewBlob
from coprra.entrypoints.cli.main import main

write = FileNewBlob.write

def write_half(self, content):
    if "/data/" in self._key:
        print("half", flush=True)
        sys.stdin.read()
    return write(self, content)

FileNewBlob.write = write_half
sys.argv = ["coprra", "backups", "run", "--force"]
main()
"""


def killed(folder: Path, number: signal.Signals) -> tuple[int, str]:
    """How a run ended that was sent that signal when it had begun to store; and what it said."""
    environment = os.environ | {
        "COPRRA_DATABASE_URL": f"sqlite:///{folder}/coprra.sqlite",
        "COPRRA_BACKUPS": f"{folder}/etc/backups.toml",
    }
    with subprocess.Popen(
        [sys.executable, "-c", HALFWAY],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "half\n"
        process.send_signal(number)
        said = process.stderr.read()
    return process.returncode, said


def left(folder: Path) -> list[str]:
    return [path.name for path in folder.glob(".coprra-*")] + [str(path) for path in folder.glob("store/.unfinished/*")]


@pytest.mark.usefixtures("begun")
def test_who_is_told_to_end_leaves_nothing_and_who_is_killed_is_swept_up_after(folder: Path) -> None:
    assert killed(folder, signal.SIGTERM) == (143, "error: told to end; nothing half done was left [terminated]\n")
    assert left(folder) == []
    # The lease is free again: this one gets as far.
    code, _ = killed(folder, signal.SIGKILL)
    assert code == -signal.SIGKILL
    assert len(left(folder)) == 2
    with SqliteDatabase(folder / "coprra.sqlite", {}).snapshot(Kind.FULL, None):
        assert len(list(folder.glob(".coprra-*"))) == 1
    assert list(folder.glob(".coprra-*")) == []
