"""The documentation is true: its examples run and print what they show, and what it names exists."""

import ast
import doctest
import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
from webtest import TestApp

from coprra import Settings, build
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.instants import parse_instant
from coprra.domain.users.role import Role
from coprra.entrypoints.cli.main import coprra
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.testing.accounts import ANA, PASSWORD
from coprra.testing.keys import K1

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "sample").rglob("*.md")])
SAMPLE = [str(path) for path in sorted((ROOT / "sample/hr_pricelists").glob("*_20*"))]
RATES = str(ROOT / "sample/fx/ecb_eurofxref_2023on.csv")
AS_OF = "2025-12-30"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXCHANGE = re.compile(r"^```http\n((?:GET|POST) .*?)\n```\n+```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
_LINK_ID = {page: str(page.relative_to(ROOT)) for page in PAGES}
_PLACES = ("src/", "docs/", "tests/", "tools/", "sample/", "requirements/", ".ci/")
_INNER_PLACES = ("domain/", "adapters/", "entrypoints/", "testing/", "kernel/", "products/", "prices/", "cli/")

every_page = pytest.mark.parametrize("page", PAGES, ids=_LINK_ID.values())


@dataclass(frozen=True)
class Example:
    """A command of a ``console`` block, and the lines that are shown below it."""

    command: str
    shown: tuple[str, ...]


def fences(page: Path, kind: str) -> list[str]:
    return [body for found, body in _FENCE.findall(page.read_text("utf-8")) if found == kind]


def sessions(page: Path) -> list[list[Example]]:
    """The examples of each ``console`` block."""
    found = []
    for body in fences(page, "console"):
        blocks = re.split(r"^\$ ", body.replace("\\\n", ""), flags=re.MULTILINE)
        assert not blocks[0], f"{page.name}: a console block begins with a command"
        examples = []
        for block in blocks[1:]:
            command, *lines = block.rstrip().split("\n")
            examples.append(Example(command, tuple(line.rstrip() for line in lines if line.strip() not in {"", "…"})))
        found.append(examples)
    return found


SESSIONS = [
    pytest.param(session, id=f"{_LINK_ID[page]}-{number}")
    for page in PAGES
    for number, session in enumerate(sessions(page), 1)
]
EXCHANGES = [
    pytest.param(request, answer, id=f"{_LINK_ID[page]}-{number}")
    for page in PAGES
    for number, (request, answer) in enumerate(_EXCHANGE.findall(page.read_text("utf-8")), 1)
]


def environment(folder: Path) -> dict[str, str]:
    """Of somebody who has set nothing but where the data is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COPRRA_")}
    return kept | {
        "COPRRA_DATABASE_URL": f"sqlite:///{folder}/coprra.sqlite",
        "COLUMNS": "100",
        "PYTHONUTF8": "1",
        "TZ": "UTC",
        "XDG_CONFIG_HOME": str(folder),
        "PATH": f"{folder}/bin:{os.environ['PATH']}",
    }


def run(command: str, folder: Path) -> str:
    """What a shell prints, errors too. Raises: AssertionError unless it ends with 0."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=ROOT,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return done.stdout


def make_programs(folder: Path) -> None:
    """The programs that examples call, whatever is installed where."""
    (folder / "bin").mkdir()
    for name, arguments in {"coprra": "-m coprra", "python": ""}.items():
        program = folder / "bin" / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n', "utf-8")
        program.chmod(0o755)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database that holds the sample."""
    folder = tmp_path_factory.mktemp("documentation")
    make_programs(folder)
    run(f"coprra db upgrade && coprra feeds import {' '.join(SAMPLE)} && coprra fx import {RATES}", folder)
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "own"))


@pytest.fixture(scope="session")
def http() -> TestApp:
    """What `make dev` serves, to somebody with an account."""
    application = build(Settings(as_of=parse_instant(AS_OF), app_keys=(K1,), password_memory_kib=8))
    application.accounts.create_user(ANA, PASSWORD, name="Ana", role=Role.MODERATOR, by=Actor.operator("tester"))
    for price_list in SAMPLE:
        application.import_feed(price_list, by=Actor.operator("tester"))
    application.import_rates(RATES, by=Actor.operator("tester"))
    return TestApp(make_wsgi_app(application))


@pytest.mark.parametrize("session", SESSIONS)
def test_commands_print_what_is_shown(session: list[Example], folder: Path, http: TestApp) -> None:
    for example in session:
        if example.command.startswith("curl "):
            _curl(example.command, http)
            continue
        if not re.match(r"(\w+=\S+ )*(coprra|python) ", example.command):
            assert not example.shown, f"What {example.command} prints is shown and nobody checks it."
            continue
        printed = iter([line.rstrip() for line in run(example.command, folder).split("\n")])
        for line in example.shown:
            assert line in printed, f"{example.command} does not print, or not in this place: {line}"


def _curl(command: str, http: TestApp) -> None:
    """Ask the application itself; there is no server here."""
    match = re.search(r"'http://127\.0\.0\.1:8080(/[^']*)'", command)
    assert match, command
    http.get(match[1], status=200)


def test_the_picture_shows_what_is_printed(filled: Path) -> None:
    picture = (ROOT / "docs/images/compare.svg").read_text("utf-8")
    drawn = "".join(html.unescape(text) for text in re.findall(r"<text class=\"compare-r.*?>(.*?)</text>", picture))
    printed = run(f"coprra prices compare 9002490100070 --as-of {AS_OF}", filled)
    assert "".join(drawn.split()) == "".join(printed.split())


@pytest.fixture(scope="session")
def token(http: TestApp) -> str:
    """Of a moderator."""
    entered = http.post_json("/api/v1/tokens", {"email": ANA, "password": PASSWORD})
    return str(entered.json["access_token"])


@pytest.mark.parametrize(("asked", "answer"), EXCHANGES)
def test_http_answers_what_is_shown(asked: str, answer: str, http: TestApp, token: str) -> None:
    head, _, body = asked.partition("\n\n")
    request_line, *lines = head.split("\n")
    method, path = request_line.split(" ")
    headers = dict(line.replace("pca_…", token).split(": ", 1) for line in lines)
    sent = body.replace('"password": "…"', f'"password": "{PASSWORD}"').encode()
    response = http.request(path, method=method, headers=headers, body=sent, expect_errors=True)
    assert_shown(response.json, json.loads(answer), urlsplit(path).path)


def assert_shown(real: Any, shown: Any, where: str) -> None:
    """`shown` may leave out keys and the rest of a list; "…" stands for any text."""
    if isinstance(shown, dict):
        assert isinstance(real, dict), where
        for key, value in shown.items():
            assert key in real, f"{where}.{key}"
            assert_shown(real[key], value, f"{where}.{key}")
    elif isinstance(shown, list):
        assert isinstance(real, list), where
        assert len(shown) <= len(real), where
        for index, value in enumerate(shown):
            assert_shown(real[index], value, f"{where}[{index}]")
    elif shown == "…":
        assert isinstance(real, str), where
    else:
        assert real == shown, where


@every_page
def test_python_examples_print_what_is_shown(page: Path) -> None:
    assert doctest.testfile(str(page), module_relative=False, encoding="utf-8").failed == 0


def test_the_page_on_embedding_shows_the_example_as_it_is() -> None:
    assert (ROOT / "docs/examples/embed.py").read_text("utf-8") in fences(ROOT / "docs/embedding.md", "python")


def test_the_page_on_feeds_shows_the_profiles_as_they_are_and_the_draft_is_what_is_drafted(folder: Path) -> None:
    shown = fences(ROOT / "docs/feeds.md", "toml")
    example = ROOT / "docs/examples/dorfladen"
    for profile in (ROOT / "src/coprra/adapters/feeds/profiles/generic.toml", example / "dorfladen.toml"):
        assert profile.read_text("utf-8") in shown
        assert profile.read_text("utf-8").count("\n") < 40
    drafted = run(f"coprra feeds draft {next(example.glob('*.csv'))}", folder)
    assert drafted == (example / "begun/my_shop.toml").read_text("utf-8")


@pytest.mark.parametrize("script", sorted((ROOT / "docs/examples").glob("*.py")), ids=lambda path: path.name)
def test_an_example_has_at_most_twenty_lines_of_code(script: Path) -> None:
    tree = ast.parse(script.read_text("utf-8"))
    lines = {line for node in tree.body[1:] for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    assert len(lines) <= 20


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    for link in filter(None, (target for found in _LINK.findall(_without_code(page)) for target in found)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, heading = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        assert not heading or heading in headings(target), f"{link}: there is no such heading"


def _without_code(page: Path) -> str:
    return _CODE.sub("", _FENCE.sub("", page.read_text("utf-8")))


def headings(page: Path) -> Iterator[str]:
    """As anchors, the way GitHub makes them."""
    for title in re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text("utf-8")), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def mentions(page: Path) -> Iterator[str]:
    """What stands in backticks."""
    return (code for code in _CODE.findall(_FENCE.sub("", page.read_text("utf-8"))))


@every_page
def test_paths_that_are_named_exist(page: Path) -> None:
    inside = ROOT / "src/coprra"
    homes = {_PLACES: [ROOT], _INNER_PLACES: [inside, inside / "domain", inside / "entrypoints"]}
    for code in mentions(page):
        for places, roots in homes.items():
            if code.startswith(places) and re.fullmatch(r"[\w./-]+", code):
                assert any((root / code).exists() for root in roots), f"{code} does not exist"


@every_page
def test_make_targets_that_are_named_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)) | {"help"}
    text = page.read_text("utf-8")
    blocks = [body for _, body in _FENCE.findall(text)] + re.findall(r"^    .+$", text, re.MULTILINE)
    named = set(re.findall(r"^\s*\$? *make ([a-z-]+)", "\n".join([*mentions(page), *blocks]), re.MULTILINE))
    assert named <= targets


def test_the_roadmap_has_every_line() -> None:
    lines = re.findall(r"^\| R(\d+) \|", (ROOT / "docs/roadmap.md").read_text("utf-8"), re.MULTILINE)
    assert [int(number) for number in lines] == list(range(1, 37))


@every_page
def test_commands_that_are_named_exist(page: Path) -> None:
    for code in [*mentions(page), *(line for body in fences(page, "sh") for line in body.splitlines())]:
        if code.startswith("coprra "):
            command: click.Command = coprra
            for word in code.split()[1:]:
                if not isinstance(command, click.Group) or not re.fullmatch("[a-z]+", word):
                    break
                assert word in command.commands, f"`{code}`: there is no {word}"
                command = command.commands[word]
            options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
            for option in re.findall(r"--[a-z-]+", code):
                assert option in options | {"--help"}, f"`{code}`: there is no {option}"


@every_page
def test_codes_that_are_named_exist(page: Path) -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    for table in re.findall(
        r"^\|[^\n]*\bcode\b[^\n]*\|\n\|[-|]+\|\n((?:\|.*\n)+)", page.read_text("utf-8"), re.MULTILINE
    ):
        for row in table.splitlines():
            for code in _CODE.findall(" ".join(row.split(" | ")[:2])):
                if re.fullmatch("[a-z]+(_[a-z]+)+", code):
                    made = code.removesuffix("_price"), re.sub("^(no|invalid)_", "", code)
                    assert any(f'"{one}"' in source for one in (code, *made)), f"there is no code {code}"
