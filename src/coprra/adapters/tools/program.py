"""Program: one of the tools, run with a limit of time and without the secrets of the installation."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_TIMEOUT_SECONDS = 300.0


class NoAnswer(Exception):
    """The tool is missing, took too long, or could not be started; the message says which."""


@dataclass(frozen=True, slots=True)
class Program:
    """name: as it is called; path: the folders where it is looked for, before this Python's own; None: PATH."""

    name: str
    path: str | None = None
    timeout_seconds: float = _TIMEOUT_SECONDS

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """How it ended. Raises: NoAnswer."""
        path = os.environ.get("PATH", os.defpath) if self.path is None else self.path
        folders = os.pathsep.join([path, str(Path(sys.executable).parent)])
        program = shutil.which(self.name, path=folders)
        if program is None:
            raise NoAnswer(f"{self.name} is not installed; `pip install coprra[security]` brings it.")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COPRRA_")}
        try:
            return subprocess.run(  # noqa: S603  # no shell, and none of it is a stranger's
                [program, *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=self.timeout_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise NoAnswer(f"{self.name} took more than {self.timeout_seconds:g} seconds.") from error
        except OSError as error:
            raise NoAnswer(f"{self.name} can't be started: {error.strerror}.") from error
