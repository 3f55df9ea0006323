"""Serving, in a real process on a real port."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

RED_BULL = "9002490100070"


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """The process, its URL, and what it said on stderr after it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "coprra", "serve", "--port", "0", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stderr
    try:
        first = process.stderr.readline()
        found = re.fullmatch(r"coprra answers on (http://127\.0\.0\.1:\d+/) \(Ctrl-C stops it\)\n", first)
        assert found, first
        yield process, found[1], process.stderr.readline() if "--as-of" in arguments else ""
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("workers", ["1", "3"])
def test_it_answers_until_it_is_told_to_stop(sample_url: str, number: signal.Signals, workers: str) -> None:
    with serving("--database-url", sample_url, "--workers", workers) as (process, url, _):
        with urlopen(f"{url}api/v1/products/{RED_BULL}/offers?as_of=2025-12-30", timeout=120) as response:
            assert json.load(response)["offers"][0]["landed_price"]["amount"] == "1.19"
        process.send_signal(number)
        assert process.wait(timeout=120) == 0


def test_questions_are_answered_as_of_the_instant_it_was_told_and_it_says_why(sample_url: str) -> None:
    with serving("--database-url", sample_url, "--as-of", "2025-12-30") as (_, url, said):
        assert "answered as of 2025-12-30 23:59 UTC, because --as-of says so" in said
        with urlopen(f"{url}api/v1/products/{RED_BULL}/offers", timeout=120) as response:
            assert json.load(response)["as_of"] == "2025-12-30T23:59:59.999999Z"


def test_the_command_line_and_the_api_give_the_same_answer(sample_url: str) -> None:
    arguments = ["prices", "compare", RED_BULL, "--as-of", "2025-12-30", "--json", "--database-url", sample_url]
    printed = subprocess.run([sys.executable, "-m", "coprra", *arguments], capture_output=True, check=True)
    with (
        serving("--database-url", sample_url) as (_, url, _said),
        urlopen(f"{url}api/v1/products/{RED_BULL}/offers?as_of=2025-12-30", timeout=120) as response,
    ):
        assert json.load(response) == json.loads(printed.stdout)


def test_what_is_in_memory_is_served_by_one_process_and_it_says_why() -> None:
    command = [sys.executable, "-m", "coprra", "serve", "--port", "0", "--workers", "2", "--database-url"]
    with subprocess.Popen(
        [*command, "memory:"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stderr
        assert process.stderr.readline() == "One process serves, because what is in memory belongs to it alone.\n"
        assert "coprra answers on" in process.stderr.readline()
        process.terminate()


def test_it_can_be_asked_whether_it_could_serve(sample_url: str, tmp_path: Path) -> None:
    def check(url: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "coprra", "serve", "--check", "--database-url", url]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)

    sound, empty = check(sample_url), check(f"sqlite:///{tmp_path}/coprra.sqlite")
    assert (sound.returncode, sound.stdout, sound.stderr) == (0, "", "")
    assert (empty.returncode, empty.stdout) == (1, "")
    assert empty.stderr.endswith("[outdated_schema]\n")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_in_use_is_one_line(sample_url: str, workers: str) -> None:
    with serving("--database-url", sample_url, "--workers", "2") as (_, url, _said):
        port = url.rstrip("/").rpartition(":")[2]
        command = [sys.executable, "-m", "coprra", "serve", "--port", port, "--workers", workers]
        again = subprocess.run(
            [*command, "--database-url", sample_url],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    assert again.returncode == 1
    assert again.stderr.startswith("error: ")
    assert again.stderr.endswith("[address_in_use]\n")
