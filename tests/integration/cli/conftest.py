"""The program on the sample's lists: in this process for what it says, in one of its own for how it ends."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner, Result

from coprra.bootstrap import build
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra
from coprra.settings import MEMORY, Settings

SAMPLE = Path(__file__).parents[3] / "sample/hr_pricelists"
RATES = str(Path(__file__).parents[3] / "sample/fx/ecb_eurofxref_2023on.csv")

Run: TypeAlias = Callable[..., Result]
Program: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(autouse=True)
def _as_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def lists() -> list[str]:
    """The sample's price lists."""
    found = list(SAMPLE.glob("*_20*"))
    assert found, "the sample's price lists are not where they belong"
    return sorted(str(path) for path in found)


@pytest.fixture(scope="session")
def sample_url(tmp_path_factory: pytest.TempPathFactory, lists: list[str]) -> str:
    """A SQLite database with the sample in it; nobody writes to it any more."""
    return _with_sample(f"sqlite:///{tmp_path_factory.mktemp('sample') / 'coprra.sqlite'}", lists)


@pytest.fixture(scope="session")
def sample_mariadb_url(new_mariadb: Callable[[], str], lists: list[str]) -> str:
    """The same on a MariaDB."""
    return _with_sample(new_mariadb(), lists)


def _with_sample(url: str, lists: list[str]) -> str:
    for arguments in (["db", "upgrade"], ["feeds", "import", *lists], ["fx", "import", RATES]):
        result = invoke(arguments, Invocation(environment={"COPRRA_DATABASE_URL": url}))
        assert result.exit_code == 0, result.output
    return url


@pytest.fixture(params=["memory", "sqlite", "mariadb"])
def run(request: pytest.FixtureRequest, lists: list[str]) -> Run:
    """Runs a command on the sample, in memory, in SQLite and on a MariaDB."""
    if request.param != "memory":
        fixture = {"sqlite": "sample_url", "mariadb": "sample_mariadb_url"}[request.param]
        environment = {"COPRRA_DATABASE_URL": request.getfixturevalue(fixture)}
        return lambda *arguments: invoke(arguments, Invocation(environment=environment))
    application = build(Settings(database_url=MEMORY))
    in_memory = {"COPRRA_DATABASE_URL": MEMORY}
    for arguments in (["feeds", "import", *lists], ["fx", "import", RATES]):
        invoke(arguments, Invocation(build=lambda _: application, environment=in_memory))
    return lambda *arguments: invoke(arguments, Invocation(build=lambda _: application, environment=in_memory))


@pytest.fixture
def empty_url(tmp_path: Path) -> str:
    """A SQLite database without a list in it."""
    url = f"sqlite:///{tmp_path / 'coprra.sqlite'}"
    assert invoke(["db", "upgrade"], Invocation(environment={"COPRRA_DATABASE_URL": url})).exit_code == 0
    return url


@pytest.fixture
def on_empty(empty_url: str) -> Run:
    """Runs a command on a database without a list."""
    return lambda *arguments: invoke(arguments, Invocation(environment={"COPRRA_DATABASE_URL": empty_url}))


def invoke(arguments: tuple[str, ...] | list[str], invocation: Invocation) -> Result:
    return CliRunner().invoke(coprra, list(arguments), obj=invocation, prog_name="coprra")


@pytest.fixture
def program() -> Program:
    """Runs ``python -m coprra`` in a process of its own."""

    def run_program(
        *arguments: str, environment: Mapping[str, str] | None = None, stdout: int = subprocess.PIPE
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "coprra", *arguments],
            env=clean_environment() | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=180,
            check=False,
        )

    return run_program


def clean_environment() -> dict[str, str]:
    """This process's environment without what would change the program's answers."""
    unwanted = {"COLUMNS", "NO_COLOR", "FORCE_COLOR"}
    return {
        name: value for name, value in os.environ.items() if name not in unwanted and not name.startswith("COPRRA_")
    }


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, lists: list[str]) -> Path:
    """A database with one list of the sample."""
    path = tmp_path_factory.mktemp("small") / "coprra.sqlite"
    invocation = Invocation(environment={"COPRRA_DATABASE_URL": f"sqlite:///{path}"})
    for arguments in (["db", "upgrade"], ["feeds", "import", min(lists, key=lambda name: Path(name).stat().st_size)]):
        assert CliRunner().invoke(coprra, arguments, obj=invocation, prog_name="coprra").exit_code == 0
    return path


@pytest.fixture
def folder(tmp_path: Path, small: Path) -> Path:
    """It, and room for its backups beside it."""
    with closing(sqlite3.connect(small)) as source, closing(sqlite3.connect(tmp_path / "coprra.sqlite")) as copy:
        source.backup(copy)
    return tmp_path


@pytest.fixture
def backups(folder: Path) -> Run:
    """Runs a command on it."""
    environment = {
        "COPRRA_DATABASE_URL": f"sqlite:///{folder}/coprra.sqlite",
        "COPRRA_BACKUPS": f"{folder}/etc/backups.toml",
    }

    def run(*arguments: str) -> Result:
        invocation = Invocation(environment=environment)
        return CliRunner().invoke(coprra, ["backups", *arguments], obj=invocation, prog_name="coprra")

    return run


@pytest.fixture
def begun(backups: Run, folder: Path) -> Run:
    """After the first backup; the secret keys are where they are used."""
    assert backups("init", "--store", f"file://{folder}/store").exit_code == 0
    assert backups("run").exit_code == 0
    (folder / "safe").mkdir()
    for name in ("operations.key", "escrow.key"):
        shutil.move(folder / "etc" / name, folder / "safe" / name)
    return backups
