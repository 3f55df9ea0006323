"""Every exit code that ``coprra --help`` documents is what a real run ends with, and there is no other."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner

from coprra.application import Application
from coprra.entrypoints.cli.endings import EPILOG, ExitCode
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra
from coprra.settings import MEMORY, Settings

Program: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]

UNKNOWN = "4006381333931"


def broken(_settings: Settings) -> Application:
    raise ZeroDivisionError("a mistake\nof ours")


def test_the_help_documents_every_code_and_no_other(program: Program) -> None:
    documented = {int(code) for code in re.findall(r"^  (\d+)  ", EPILOG, re.MULTILINE)}
    assert documented == {int(code) for code in ExitCode}
    shown = program("--help").stdout
    assert all(re.search(rf"^ +{code}  +\S", shown, re.MULTILINE) for code in documented)


def test_0_when_it_is_done(program: Program, sample_url: str) -> None:
    ended = program("products", "search", "red", "bull", "--database-url", sample_url)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("prices", "compare", "-h")])
def test_0_for_help_without_any_settings(program: Program, arguments: tuple[str, ...]) -> None:
    ended = program(*arguments, environment={"COPRRA_PORT": "not a port", "COPRRA_DATABASE_URL": "nonsense:"})
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    ("reference", "code"), [(UNKNOWN, "unknown_product"), ("12345", "invalid_gtin"), ("p_x", "invalid_product_id")]
)
def test_1_when_the_domain_refuses(program: Program, sample_url: str, reference: str, code: str) -> None:
    ended = program("prices", "compare", reference, "--database-url", sample_url)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert re.fullmatch(rf"error: .+ \[{code}\]\n", ended.stderr)


def test_1_with_the_error_in_json_on_stderr_so_that_a_pipe_gets_nothing(program: Program, sample_url: str) -> None:
    ended = program("prices", "compare", UNKNOWN, "--json", "--database-url", sample_url)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert json.loads(ended.stderr)["error"]["code"] == "unknown_product"


def test_1_when_a_file_of_several_failed(program: Program, empty_url: str, lists: list[str]) -> None:
    ended = program("feeds", "import", "missing.csv", lists[0], "--database-url", empty_url)
    assert ended.returncode == 1
    assert "[lists_failed]" in ended.stderr


def test_1_when_the_database_is_not_set_up(program: Program, tmp_path: Path) -> None:
    ended = program("products", "search", environment={"COPRRA_DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite'}"})
    assert ended.returncode == 1
    assert "run `coprra db upgrade`" in ended.stderr


@pytest.mark.parametrize("command", [("prices", "compare"), ("prices", "history"), ("products", "show")])
def test_1_for_a_name_where_a_number_is_expected_with_the_way_to_find_it(
    program: Program, sample_url: str, command: tuple[str, str]
) -> None:
    ended = program(*command, "milka", "--database-url", sample_url)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "a product id (p_…); find one with `coprra products search milka`. [invalid_gtin]" in ended.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to write to")
def test_1_when_the_output_cannot_be_written(program: Program, sample_url: str) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ended = program("prices", "chains", "--database-url", sample_url, stdout=full.fileno())
    assert ended.returncode == 1
    assert ended.stderr == "error: No space left on device [unavailable]\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("bean",),
        ("prices", "compare"),
        ("prices", "compare", UNKNOWN, "--as-of", "yesterday"),
        ("prices", "compare", UNKNOWN, "--as-of", "2025-12-30T12:00"),
        ("feeds", "import"),
        ("feeds", "import", "x.csv", "--observed-at", "Monday"),
        ("feeds", "check", "x.csv", "--rows", "0"),
    ],
)
def test_2_for_bad_usage(program: Program, arguments: tuple[str, ...]) -> None:
    ended = program(*arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Usage: coprra" in ended.stderr


def test_2_for_bad_usage_is_told_in_json_when_that_is_asked_for(program: Program) -> None:
    ended = program("prices", "compare", UNKNOWN, "--as-of", "yesterday", "--json")
    assert ended.returncode == 2
    assert json.loads(ended.stderr)["error"]["code"] == "usage"


def test_2_for_bad_settings_all_of_them_at_once(program: Program) -> None:
    ended = program("prices", "chains", environment={"COPRRA_PORT": "x", "COPRRA_DATABASE_URL": "postgresql://h/d"})
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 2
    assert all(re.fullmatch(r"error: COPRRA_.+ \[invalid_settings\]", line) for line in ended.stderr.splitlines())


def test_3_when_a_security_audit_could_not_look_at_everything(program: Program, empty_url: str, tmp_path: Path) -> None:
    for tool in ("pip-audit", "bandit", "detect-secrets", "cyclonedx-py"):
        (tmp_path / tool).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / tool).chmod(0o755)
    ended = program("security", "audit", "--database-url", empty_url, environment={"PATH": str(tmp_path)})
    assert (ended.returncode, ended.stderr.strip()[-18:]) == (3, "[unknown_security]")


def test_70_for_a_bug_in_one_line() -> None:
    invocation = Invocation(build=broken, environment={"COPRRA_DATABASE_URL": MEMORY})
    result = CliRunner().invoke(coprra, ["prices", "chains"], obj=invocation)
    assert result.exit_code == 70
    assert re.fullmatch(
        r"error: This is a bug in coprra: ZeroDivisionError: a mistake of ours\. .+ \[bug\]\n", result.stderr
    )


@pytest.mark.parametrize(
    ("arguments", "environment"), [(["--debug"], {}), ([], {"COPRRA_DEBUG": "1"})], ids=["flag", "variable"]
)
def test_70_with_a_trace_for_those_who_ask(arguments: list[str], environment: dict[str, str]) -> None:
    invocation = Invocation(build=broken, environment={"COPRRA_DATABASE_URL": MEMORY} | environment)
    result = CliRunner().invoke(coprra, [*arguments, "prices", "chains"], obj=invocation)
    assert result.exit_code == 70
    assert "in broken" in result.stderr


def test_130_when_interrupted() -> None:
    interrupted = """
import os, signal
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra

def build(settings):
    os.kill(os.getpid(), signal.SIGINT)

coprra(["prices", "chains"], obj=Invocation(build=build, environment={"COPRRA_DATABASE_URL": "memory:"}))
"""
    ended = subprocess.run([sys.executable, "-c", interrupted], capture_output=True, encoding="utf-8", check=False)
    assert ended.returncode == 130
    assert ended.stderr.strip() == "error: interrupted [interrupted]"


def test_130_when_an_import_is_interrupted_and_nothing_of_its_list_is_taken(empty_url: str, lists: list[str]) -> None:
    interrupted = """
import os, signal, sys
from coprra.bootstrap import build
from coprra.domain.prices.import_feed import ImportFeed
from coprra.entrypoints.cli import following
from coprra.entrypoints.cli.main import main

progress = following.Follower.progress

def interrupt(self, done, size, rows):
    following.Follower.progress = progress
    os.kill(os.getpid(), signal.SIGINT)

following.Follower.progress = interrupt
main()
"""
    arguments = ["feeds", "import", lists[0], lists[1], "--database-url", empty_url]
    ended = subprocess.run(
        [sys.executable, "-c", interrupted, *arguments], capture_output=True, encoding="utf-8", check=False
    )
    assert ended.returncode == 130
    said = f"error: interrupted: nothing of {lists[0]} was taken; 0 of 2 lists before it [interrupted]"
    assert ended.stderr.strip() == said
    listed = CliRunner().invoke(
        coprra, ["prices", "chains", "--json"], obj=Invocation(environment={"COPRRA_DATABASE_URL": empty_url})
    )
    assert json.loads(listed.stdout)["chains"] == []


def test_141_when_nobody_reads_any_more(program: Program, sample_url: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended = program("prices", "chains", "--database-url", sample_url, stdout=writer)
    finally:
        os.close(writer)
    assert (ended.returncode, ended.stderr) == (141, "")
    assert ended.returncode == 128 + signal.SIGPIPE


@pytest.mark.parametrize(
    ("command", "closed", "code"),
    [
        (["products", "search", "red"], ">&-", 141),
        (["products", "search", "red", "--json"], ">&-", 141),
        (["products", "search", "red"], ">&- 2>&-", 141),
        (["products", "search", "red"], "2>&-", 0),
        (["feeds", "import", "missing.csv"], "2>&-", 1),
        (["--help"], ">&-", 141),
        (["bean"], ">&- 2>&-", 2),
    ],
)
def test_a_closed_stream_is_one_that_nobody_reads(sample_url: str, command: list[str], closed: str, code: int) -> None:
    ended = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "coprra", *command],
        env=os.environ | {"COPRRA_DATABASE_URL": sample_url},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (code, "")
