"""A person merges and splits products, and undoes it, at the command line."""

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from click.testing import CliRunner, Result

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.store import SqlStore
from coprra.domain.products.product import ProductId, ProductKey
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra
from coprra.testing.builders import PriceList, a_branch, a_chain, a_row, day, gtin_of, import_list

Run: TypeAlias = Callable[..., Result]

WHEN = ("--as-of", "2025-12-02")
MILK, CREAM = gtin_of(1), gtin_of(2)
OLD = str(ProductId.born_of(ProductKey.of_gtin(CREAM)))


@pytest.fixture
def shop(empty_url: str) -> Run:
    """Runs a command where two chains sell the same under two numbers, and one has loose milk without any."""
    engine = make_engine(empty_url)
    for chain, gtin, title in (("konzum", MILK, "Milk 1 l"), ("spar", CREAM, "Fresh milk 1 l")):
        rows = (a_row("1", gtins=[gtin], title=title, chain=chain), a_row("7", title="Loose", chain=chain, line=3))
        import_list(SqlStore(engine), PriceList(rows, day(0), True, a_branch(chain), a_chain(chain)))
    engine.dispose()
    environment = {"COPRRA_DATABASE_URL": empty_url}
    return lambda *arguments: CliRunner().invoke(
        coprra, list(arguments), obj=Invocation(environment=environment), prog_name="coprra"
    )


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def found(run: Run) -> list[str]:
    return [one["name"] for one in document(run("products", "search", *WHEN, "--json"))["products"]]


def test_merged_products_are_one_and_the_old_id_still_answers(shop: Run) -> None:
    result = shop("products", "merge", MILK.short, CREAM.short, "--by", "ana", "--note", "the same carton")
    assert "merged: 1 key moved; undo it with `coprra products undo m_" in result.stdout
    assert found(shop) == ["Fresh milk 1 l", "Loose", "Loose"]
    compared = document(shop("prices", "compare", OLD, *WHEN, "--json"))
    assert [offer["chain"]["code"] for offer in compared["offers"]] == ["konzum", "spar"]
    assert compared["product"]["gtins"] == [MILK.short, CREAM.short]
    assert "It was so already" in shop("products", "merge", MILK.short, OLD).stdout


def test_a_merge_is_undone_by_the_id_that_the_log_names(shop: Run) -> None:
    before = shop("products", "search", *WHEN).stdout
    document(shop("products", "merge", MILK.short, CREAM.short, "--by", "ana", "--note", "a slip", "--json"))
    (move,) = document(shop("products", "log", "--json"))["moves"]
    assert (move["kind"], move["by"], move["note"], move["undone_by"]) == ("merged", "operator:ana", "a slip", None)
    assert move["keys"][0]["key"] == CREAM.short
    undone = document(shop("products", "undo", move["id"], "--json"))["move"]
    assert undone["undoes"] == move["id"]
    assert shop("products", "search", *WHEN).stdout == before
    (last, first) = document(shop("products", "log", OLD, "--json"))["moves"]
    assert (last["id"], first["undone_by"]) == (undone["id"], undone["id"])
    shown = shop("products", "log").stdout
    assert f"undone by {undone['id']}; a slip" in shown
    assert f"undoes {move['id']}" in shown


def test_a_chains_own_number_is_split_off_into_another_product(shop: Run) -> None:
    shop("products", "merge", str(ProductId.born_of(ProductKey.of_article("konzum", "7"))), MILK.short)
    parted = document(shop("products", "split", MILK.short, "KONZUM:7", "--into", CREAM.short, "--json"))
    assert [key["key"] for key in parted["move"]["keys"]] == ["konzum:7"]
    assert found(shop) == ["Fresh milk 1 l", "Loose", "Milk 1 l"]


def test_a_dry_run_moves_nothing(shop: Run) -> None:
    before = found(shop)
    assert "nothing was saved" in shop("products", "merge", MILK.short, CREAM.short, "--dry-run").stdout
    assert found(shop) == before
    assert shop("products", "log").stdout.startswith("Nothing was merged or split")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (("merge", "milk", MILK.short), 1, "invalid_gtin"),
        (("merge", MILK.short, gtin_of(9).short), 1, "unknown_product"),
        (("split", MILK.short, gtin_of(9).short), 1, "key_elsewhere"),
        (("split", MILK.short, MILK.short), 1, "own_key"),
        (("split", MILK.short, "12"), 1, "invalid_gtin"),
        (("split", MILK.short), 2, "usage"),
        (("undo", "1"), 1, "invalid_move_id"),
        (("undo", "m_" + "0" * 16), 1, "unknown_move"),
        (("log", "--limit", "0"), 1, "invalid_log"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_code(
    shop: Run, arguments: tuple[str, ...], exit_code: int, code: str
) -> None:
    result = shop("products", *arguments, "--json")
    assert result.exit_code == exit_code
    assert json.loads(result.stderr)["error"]["code"] == code
