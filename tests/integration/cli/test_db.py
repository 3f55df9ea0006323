"""Setting up the database."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra


@pytest.fixture(params=["sqlite", "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "mariadb":
        return str(request.getfixturevalue("new_mariadb")())
    return f"sqlite:///{tmp_path / 'coprra.sqlite'}"


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(coprra, list(arguments), obj=Invocation(environment={"COPRRA_DATABASE_URL": url}))


def test_the_first_upgrade_makes_the_database_and_the_second_does_nothing(url: str) -> None:
    newest = json.loads(run(url, "db", "status", "--json").stdout)["newest"]
    assert run(url, "db", "upgrade").stdout == f"The database is at revision {newest}; it is new.\n"
    assert run(url, "db", "upgrade").stdout == f"The database is at revision {newest} already; nothing was done.\n"


def test_an_upgrade_says_from_where_to_where_in_json(url: str) -> None:
    document = json.loads(run(url, "db", "upgrade", "--json").stdout)
    assert document["from"] is None
    assert document["to"] == json.loads(run(url, "db", "upgrade", "--json").stdout)["from"]


def test_the_status_names_both_revisions_and_the_way(url: str) -> None:
    assert "is not set up; this version works with" in run(url, "db", "status").stdout
    assert "coprra db upgrade" in run(url, "db", "status").stdout
    run(url, "db", "upgrade")
    assert "coprra db upgrade" not in run(url, "db", "status").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("products", "search"),
        ("prices", "chains"),
        ("prices", "compare", "9002490100070"),
        ("feeds", "import", "x.csv"),
        ("serve",),
    ],
)
def test_what_needs_the_database_points_to_the_upgrade(url: str, arguments: tuple[str, ...]) -> None:
    result = run(url, *arguments)
    assert result.exit_code == 1
    assert result.stderr == "error: The database is not set up yet; run `coprra db upgrade`. [outdated_schema]\n"


def test_memory_needs_no_upgrade() -> None:
    assert run("memory:", "prices", "chains").exit_code == 0
