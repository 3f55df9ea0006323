"""A full disk is told from a backup that can't be restored, whichever of MariaDB's programs notices it, and in time."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("restore_until_full.py")


def test_a_full_disk_is_told_at_every_step_and_nothing_is_left(backup_url: str, tmp_path: Path) -> None:
    """On a disk that is mounted for one process and gone with it; see restore_until_full.py."""
    me = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    mount = f'mount -t tmpfs -o size=250m tmpfs "{tmp_path}" && exec "$@"'
    command = [sys.executable, str(SCRIPT), backup_url, str(tmp_path)]
    run = subprocess.run(
        ["unshare", *me, "--mount", "sh", "-c", mount, "sh", *command], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert (told.pop("stored"), told.pop("left")) == ([], [])
    assert {step: code for step, (code, _) in told.items()} == dict.fromkeys(told, "store_full")
    assert "bytes free, and" in told["preflight"][1]
