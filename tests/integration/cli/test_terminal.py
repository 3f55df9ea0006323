"""On a real terminal: the bar, the colours, and NO_COLOR."""

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

RED_BULL = ("prices", "compare", "9002490100070", "--as-of", "2025-12-30")


def on_terminal(*arguments: str, stdout: IO[bytes] | None = None, **environment: str) -> str:
    """All that a program writes to a terminal, on stdout (unless that goes elsewhere) and stderr."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "coprra", *arguments],
        env={name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        | {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
        | environment,
        stdin=follower,
        stdout=stdout or follower,
        stderr=follower,
    )
    os.close(follower)
    written = b""
    # Linux ends a terminal that nobody writes to any more with an input/output error.
    with suppress(OSError):
        while read := os.read(leader, 65536):
            written += read
    os.close(leader)
    assert process.wait() == 0, written.decode()
    return written.decode()


def test_an_import_shows_a_bar_and_leaves_only_its_report(empty_url: str, lists: list[str]) -> None:
    written = on_terminal("feeds", "import", *lists, "--database-url", empty_url)
    assert "rows/s" in written
    assert f"all {len(lists)} lists" in written
    assert f"{len(lists)} lists: {len(lists)} imported" in written.splitlines()[-1]


def test_a_bar_on_the_terminal_keeps_out_of_a_pipe(empty_url: str, lists: list[str], tmp_path: Path) -> None:
    output = tmp_path / "output"
    with output.open("wb") as stdout:
        written = on_terminal("feeds", "import", "--all-problems", *lists, "--database-url", empty_url, stdout=stdout)
    printed = output.read_text(encoding="utf-8")
    assert " warning gtin " in printed
    assert "\x1b" not in printed
    assert "rows/s" in written
    assert "warning gtin" not in written


def test_the_winner_has_a_colour(sample_url: str) -> None:
    assert "\x1b[1;32m" in on_terminal(*RED_BULL, "--database-url", sample_url)


def test_no_color_is_respected(sample_url: str) -> None:
    assert "\x1b" not in on_terminal(*RED_BULL, "--database-url", sample_url, NO_COLOR="1")
    history = ("prices", "history", *RED_BULL[2:])
    assert "\x1b" not in on_terminal(*history, "--database-url", sample_url, NO_COLOR="1")


def test_a_plot_has_colours_of_its_own(sample_url: str) -> None:
    assert "\x1b[" in on_terminal("prices", "history", *RED_BULL[2:], "--database-url", sample_url)
