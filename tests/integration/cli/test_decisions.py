"""A person looks at the suspect prices and decides, at the command line."""

import getpass
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import CliRunner, Result

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.store import SqlStore
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra
from coprra.testing.builders import PriceList, a_branch, a_chain, a_row, day, gtin_of, import_list

Run: TypeAlias = Callable[..., Result]

SUSPECT = ("konzum/0613/1", "--at", "2025-12-01", "--price", "9.00")
WHEN = ("--as-of", "2025-12-02")
MILK = gtin_of(1).short


@pytest.fixture
def shop(empty_url: str) -> Run:
    """Runs a command where Konzum asks 9.00 for what three others sell at 2.00."""
    engine = make_engine(empty_url)
    for chain in ("konzum", "spar", "plodine", "studenac"):
        price = "9.00" if chain == "konzum" else "2.00"
        rows = tuple(
            a_row(str(sku), price, gtins=[gtin_of(sku)], title=f"Milk {sku}", chain=chain, line=sku) for sku in (1, 2)
        )
        import_list(SqlStore(engine), PriceList(rows, day(0), True, a_branch(chain), a_chain(chain)))
    engine.dispose()
    environment = {"COPRRA_DATABASE_URL": empty_url}
    return lambda *arguments: CliRunner().invoke(
        coprra, list(arguments), obj=Invocation(environment=environment), prog_name="coprra"
    )


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def listed(run: Run, *arguments: str) -> list[str]:
    answer = document(run("prices", "suspects", *WHEN, "--json", *arguments))
    return [price["listing"] for one in answer["suspects"] for price in one["prices"]]


def test_what_is_confirmed_is_ranked_and_suspect_no_more(shop: Run) -> None:
    assert listed(shop) == ["konzum/0613/1", "konzum/0613/2"]
    assert listed(shop, MILK) == ["konzum/0613/1"]
    result = shop("prices", "confirm", *SUSPECT, "--by", "ana", "--note", "seen at the shelf")
    assert "is confirmed by ana" in result.stdout
    assert listed(shop) == ["konzum/0613/2"]
    compared = document(shop("prices", "compare", MILK, *WHEN, "--json"))
    assert [offer["chain"]["code"] for offer in compared["offers"]][-1] == "konzum"


def test_what_is_rejected_is_set_aside_as_such(shop: Run) -> None:
    rejected = document(shop("prices", "reject", *SUSPECT, "--json"))
    assert rejected["decision"]["by"] == f"operator:{getpass.getuser()}"
    assert listed(shop) == ["konzum/0613/2"]
    compared = document(shop("prices", "compare", MILK, *WHEN, "--json"))
    assert [offer["reason"] for offer in compared["set_aside"]] == ["rejected"]
    assert document(shop("prices", "reject", *SUSPECT, "--json"))["already"]


def test_the_commands_that_are_shown_can_be_run(shop: Run) -> None:
    shown = shop("prices", "suspects", *WHEN).stdout
    commands = [line.split()[1:] for line in shown.splitlines() if line.startswith("coprra prices confirm")]
    assert len(commands) == 2
    for command in commands:
        assert shop(*command).exit_code == 0
    assert listed(shop) == []
    assert shop("prices", "suspects", *WHEN).stdout.startswith("0 suspect prices among 2 products")


def test_a_page_goes_on_where_the_one_before_it_ended(shop: Run) -> None:
    first = document(shop("prices", "suspects", *WHEN, "--limit", "1", "--json"))
    assert first["next"]
    assert listed(shop, "--after", first["next"]) == ["konzum/0613/2"]
    assert listed(shop, "--branches", "spar") == []


def test_as_many_products_are_looked_through_as_it_takes(shop: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coprra.domain.prices.list_suspects.MOST_EXAMINED", 1)
    answer = document(shop("prices", "suspects", *WHEN, "--json"))
    assert (len(answer["suspects"]), answer["examined"], answer["next"]) == (2, 2, None)
    one = document(shop("prices", "suspects", *WHEN, "--limit", "1", "--json"))
    assert (len(one["suspects"]), one["examined"]) == (1, 1)


def test_a_dry_run_decides_nothing(shop: Run) -> None:
    assert "nothing was saved" in shop("prices", "confirm", *SUSPECT, "--dry-run").stdout
    assert listed(shop) == ["konzum/0613/1", "konzum/0613/2"]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (("konzum/0613/1", "--at", "2025-12-01", "--price", "8.00"), 1, "another_price"),
        (("konzum/0613/1", "--at", "2025-11-30"), 1, "nothing_asked"),
        (("konzum/0613/7", "--at", "2025-12-01"), 1, "unknown_listing"),
        (("konzum/9/1", "--at", "2025-12-01"), 1, "unknown_branch"),
        (("konzum", "--at", "2025-12-01"), 1, "invalid_listing"),
        (("konzum/0613/1", "--at", "2025-12-01", "--note", "x" * 501), 1, "invalid_text"),
        (("konzum/0613/1", "--at", "2025-12-01", "--price", "9,00"), 2, "usage"),
        (("konzum/0613/1", "--at", "2025-12-01", "--by", ""), 2, "usage"),
        (("konzum/0613/1", "--at", "Monday"), 2, "usage"),
        (("konzum/0613/1",), 2, "usage"),
    ],
)
def test_what_can_not_be_decided_is_refused_with_a_code(
    shop: Run, arguments: tuple[str, ...], exit_code: int, code: str
) -> None:
    result = shop("prices", "confirm", *arguments, "--json")
    assert result.exit_code == exit_code
    assert json.loads(result.stderr)["error"]["code"] == code
    assert listed(shop) == ["konzum/0613/1", "konzum/0613/2"]


def test_what_a_person_saw_is_compared_at_once(shop: Run) -> None:
    seen = ("konzum/0613/1", "--price", "1.80", "--at", "2025-12-02T08:00:00Z", "--by", "ana")
    recorded = document(shop("prices", "record", *seen, "--json"))
    assert (recorded["before"]["price"]["amount"], recorded["decision"]["by"]) == ("9.00", "operator:ana")
    assert "a person said so before" in shop("prices", "record", *seen).stdout
    compared = document(shop("prices", "compare", MILK, *WHEN, "--json"))
    assert compared["why"]["winner"]["landed_price"]["amount"] == "1.80"


def test_an_article_that_no_list_carries_is_found_once_a_person_saw_it(shop: Run) -> None:
    new = ("prices", "record", "spar/0613/77", "--special", "0.99", "--availability", "out_of_stock")
    assert "[unknown_article]" in shop(*new).stderr
    described = ("--title", "Čaj 20 x 2 g", "--brand", "Ana", "--pack", "40 g", "--gtin", gtin_of(7).short)
    assert shop(*new, *described, "--at", "2025-12-01").exit_code == 0
    found = document(shop("products", "search", "caj", *WHEN, "--json"))
    assert [(one["brand"], one["gtins"]) for one in found["products"]] == [("Ana", [gtin_of(7).short])]


def test_a_sighting_is_corrected_and_the_slip_is_gone(shop: Run) -> None:
    slip = ("prices", "correct", "konzum/0613/1", "--at", "2025-12-01", "--price", "1.90")
    assert "nothing was saved" in shop(*slip, "--dry-run").stdout
    assert len(document(shop(*slip, "--json"))["corrections"]) == 1
    assert "said so already" in shop(*slip).stdout
    assert listed(shop) == ["konzum/0613/2"]
    span = ("--from", "2025-12-01", "--through", "2025-12-02")
    assert "not listed" in shop("prices", "correct", "konzum/0613/2", *span, "--absent").stdout
    assert listed(shop) == []


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (("--at", "2025-12-01"), 1, "invalid_correction"),
        (("--at", "2025-12-05", "--absent"), 1, "unknown_sighting"),
        (("--at", "2025-12-01", "--no-special", "--special", "1.00"), 1, "invalid_correction"),
        (("--absent",), 2, "usage"),
        (("--from", "2025-12-01", "--absent"), 2, "usage"),
        (("--at", "2025-12-01", "--through", "2025-12-01", "--absent"), 2, "usage"),
        (("--at", "2025-12-01", "--availability", "not_listed"), 2, "usage"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(
    shop: Run, arguments: tuple[str, ...], exit_code: int, code: str
) -> None:
    result = shop("prices", "correct", "konzum/0613/1", *arguments, "--json")
    assert result.exit_code == exit_code
    assert json.loads(result.stderr)["error"]["code"] == code


def test_a_database_of_the_version_before_is_refused_until_it_is_upgraded(tmp_path: Path) -> None:
    from alembic import command

    from coprra.adapters.sql.engine import begin_writing
    from coprra.adapters.sql.migrations import run

    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    with make_engine(url).connect() as connection:
        begin_writing(connection)
        config = run._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.commit()
    invocation = Invocation(environment={"COPRRA_DATABASE_URL": url})
    refused = CliRunner().invoke(coprra, ["prices", "suspects"], obj=invocation)
    assert "[outdated_schema]" in refused.stderr
    assert CliRunner().invoke(coprra, ["db", "upgrade"], obj=invocation).exit_code == 0
    assert CliRunner().invoke(coprra, ["prices", "suspects"], obj=invocation).exit_code == 0
