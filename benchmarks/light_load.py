"""Light load: questions asked by wrk, which leaves the processors to whoever answers."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).with_name("light_load.lua")


@dataclass(frozen=True, slots=True)
class LightLoad:
    """What came of it. p99: how long all but one in a hundred waited at most, in seconds."""

    requests: int
    seconds: float
    p99: float


def light_load(port: int, paths: Sequence[str], *, seconds: int, connections: int, folder: Path) -> LightLoad:
    """Ask for these paths in turn for so long; each connection asks when it was answered. folder: for what wrk reads.

    Raises: AssertionError for an answer that is none, FileNotFoundError without wrk, CalledProcessError.
    """
    asked = folder / "questions.txt"
    asked.write_text("".join(f"{path}\n" for path in paths), "ascii")
    command = ("wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(_SCRIPT), f"http://127.0.0.1:{port}")
    done = subprocess.run((*command, "--", str(asked)), check=True, capture_output=True, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert not told["failed"], done.stdout
    return LightLoad(told["requests"], told["microseconds"] / 1e6, told["p99"] / 1e6)
