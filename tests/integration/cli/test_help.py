"""Help: there for every command, without settings, and without loading what only the deeds need."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from coprra.entrypoints.cli.main import coprra

HEAVY = (
    "alembic dependency_injector marshmallow orjson plotext pyramid rich sqlalchemy structlog waitress webob".split()
)


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, (*path, name))


PATHS = [path for path, _ in commands(coprra)]


def test_help_loads_nothing_heavy() -> None:
    ask_all = f"""
import sys
from coprra.entrypoints.cli.main import coprra
for path in {PATHS!r}:
    coprra.main([*path, "--help"], prog_name="coprra", standalone_mode=False)
print("LOADED", *sorted({{name.partition(".")[0] for name in sys.modules}} & set({HEAVY!r})))
"""
    ended = subprocess.run([sys.executable, "-c", ask_all], capture_output=True, encoding="utf-8", check=True)
    assert ended.stdout.splitlines()[-1] == "LOADED"


@pytest.mark.parametrize("arguments", [["feeds", "profiles", "--json"], ["db", "status", "--json"]])
def test_json_does_without_the_libraries_of_the_screen(arguments: list[str]) -> None:
    ask = f"""
import sys
from coprra.entrypoints.cli.main import coprra
coprra.main({arguments!r} + ["--database-url", "memory:"], standalone_mode=False)
print("LOADED", *sorted({{name.partition(".")[0] for name in sys.modules}} & {{"rich", "plotext", "pyramid"}}))
"""
    ended = subprocess.run([sys.executable, "-c", ask], capture_output=True, encoding="utf-8", check=True)
    assert ended.stdout.splitlines()[-1] == "LOADED"


@pytest.mark.parametrize(
    ("path", "command"), list(commands(coprra)), ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_every_command_has_help_in_both_spellings(path: tuple[str, ...], command: click.Command) -> None:
    del path
    assert command.help
    with click.Context(command, parent=click.Context(coprra, info_name="coprra", **coprra.context_settings)) as context:
        option = command.get_help_option(context)
    assert option is not None
    assert set(option.opts) == {"-h", "--help"}


def test_every_command_that_answers_can_do_so_in_json() -> None:
    silent = {("serve",), ("worker",)}
    for path, command in commands(coprra):
        if not isinstance(command, click.Group) and path not in silent:
            assert "--json" in {name for parameter in command.params for name in parameter.opts}, path
