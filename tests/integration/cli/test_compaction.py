"""Letting go of what no answer needs, at the command line."""

import getpass
import json
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from click.testing import CliRunner, Result

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.store import SqlStore
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra
from coprra.testing.builders import PriceList, a_row, day, gtin_of, import_list

Run: TypeAlias = Callable[..., Result]

MILK = gtin_of(1).short


@pytest.fixture
def shop(empty_url: str) -> Run:
    """Runs a command where the lists of five days came backwards."""
    engine = make_engine(empty_url)
    for number in reversed(range(5)):
        rows = (a_row("1", "2.00" if number < 3 else "2.50", gtins=[gtin_of(1)], title="Milk"), a_row("2", line=3))
        import_list(SqlStore(engine), PriceList(rows, day(number)))
    engine.dispose()
    environment = {"COPRRA_DATABASE_URL": empty_url}
    return lambda *arguments: CliRunner().invoke(
        coprra, list(arguments), obj=Invocation(environment=environment), prog_name="coprra"
    )


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    return {key: value for key, value in answer.items() if key != "revision"}


def test_histories_and_exports_are_the_same_afterwards(shop: Run) -> None:
    questions = [("prices", "history", MILK, "--json", "--as-of", f"2025-12-0{number}") for number in range(1, 8)]
    before = [document(shop(*question)) for question in questions], shop("export", "lists").stdout
    tried = document(shop("prices", "compact", "--dry-run", "--json"))
    done = document(shop("prices", "compact", "--json"))
    assert tried == {**done, "before": tried["before"], "dry_run": True}
    assert (done["observations"], done["branches"], done["by"]) == (7, 1, f"operator:{getpass.getuser()}")
    assert 200 < done["bytes"] < 2_000
    assert document(shop("prices", "compact", "--json"))["observations"] == 0
    after = [document(shop(*question)) for question in questions], shop("export", "lists").stdout
    assert [part.partition("\n")[2] for part in (before[1], after[1])] == [before[1].partition("\n")[2]] * 2
    assert after[0] == before[0]


def test_people_are_told_how_much_and_who_and_that_nothing_changed(shop: Run) -> None:
    told = shop("prices", "compact", "--by", "ana").stdout
    assert told.startswith("7 observations let go of by ana, about 1 KiB.")
    assert "no answer has changed" in told


def test_what_is_younger_than_asked_for_is_kept(shop: Run) -> None:
    assert document(shop("prices", "compact", "--older-than", "36600", "--json"))["observations"] == 0
    assert shop("prices", "compact", "--older-than", "-1").exit_code == 2


def test_a_branch_that_nobody_knows_is_refused(shop: Run) -> None:
    refused = shop("prices", "compact", "--branches", "nowhere", "--json")
    assert (refused.exit_code, json.loads(refused.stderr)["error"]["code"]) == (1, "unknown_branch")
