"""``coprra backups`` on a MariaDB: from nothing to a server that was restored, with real lists in it."""

import json
import platform
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import CliRunner, Result

from coprra.adapters.age.sealer import AgeSealer
from coprra.adapters.mariadb.address import read_address
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra
from coprra.testing.mariadb import FAST, PrivateMariaDb, create_database

LISTS = Path(__file__).parents[3] / "sample/hr_pricelists"

Run: TypeAlias = Callable[..., Result]


def invoke(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(
        coprra, list(arguments), obj=Invocation(environment=environment), prog_name="coprra", catch_exceptions=False
    )


@pytest.fixture
def url(server: PrivateMariaDb) -> str:
    """Of a database of coprra's with one list of the sample."""
    url = create_database(server.url("mysql"), "coprra")
    smallest = min(LISTS.glob("*_20*"), key=lambda path: path.stat().st_size)
    for arguments in (["db", "upgrade"], ["feeds", "import", str(smallest)]):
        assert invoke({"COPRRA_DATABASE_URL": url}, *arguments).exit_code == 0
    return url


@pytest.fixture
def backups(backup_url: str, tmp_path: Path) -> Run:
    """Runs a command as who takes backups."""
    environment = {
        "COPRRA_DATABASE_URL": backup_url,
        "COPRRA_BACKUPS": f"{tmp_path}/etc/backups.toml",
    }
    return lambda *arguments: invoke(environment, "backups", *arguments)


def observations(url: str) -> int:
    with closing(read_address(url).connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM observations")
        ((count,),) = cursor.fetchall()
        return int(count)


def said(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_an_increment_is_proved_and_leads_to_a_server(backups: Run, url: str, tmp_path: Path) -> None:
    key = f"{tmp_path}/etc/operations.key"
    said(backups("init", "--store", f"file://{tmp_path}/store", "--json"))
    full = said(backups("run", "--json"))["backup"]
    increment = said(backups("run", "--incremental", "--json"))["backup"]
    assert (increment["kind"], increment["parent"]) == ("incremental", full["id"])
    rehearsed = said(backups("verify", "--level", "L3", "--identity", key, "--json"))
    assert (sorted(rehearsed["examined"]), rehearsed["remarks"]) == ([full["id"], increment["id"]], [])
    where = tmp_path / "new"
    where.mkdir()
    (where / "data").mkdir()
    target = str(where / "data")
    name = f"{platform.node()}:{target}"
    assert backups("restore", target, "--identity", key).exit_code == 10
    (tmp_path / "stranger.key").write_text(AgeSealer().new_key())
    means = ("--yes-i-mean", name)
    assert backups("restore", target, *means, "--identity", f"{tmp_path}/stranger.key").exit_code == 6
    assert list((where / "data").iterdir()) == []
    assert said(backups("restore", target, *means, "--identity", key, "--json"))
    with PrivateMariaDb(where, FAST, kept=True) as restored:
        assert observations(restored.url("coprra")) == observations(url) > 0
    assert backups("restore", target, *means, "--identity", key).exit_code == 10
