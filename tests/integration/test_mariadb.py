"""The walk from a file to an answer on a MariaDB: byte for byte what SQLite answers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from webtest import TestApp

import coprra
from coprra import Settings
from coprra.domain.kernel.instants import parse_instant
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra as program
from coprra.entrypoints.http.app import make_wsgi_app

SAMPLE = Path(__file__).parents[2] / "sample" / "hr_pricelists"
AS_OF = "2025-12-30"
RED_BULL = "9002490100070"


def run(url: str, *arguments: str) -> bytes:
    """What the program prints."""
    done = CliRunner().invoke(
        program, arguments, obj=Invocation(environment={"COPRRA_DATABASE_URL": url, "COPRRA_AS_OF": AS_OF})
    )
    assert done.exit_code == 0, done.output
    return done.stdout_bytes


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory, new_mariadb: Callable[[], str]) -> tuple[str, str]:
    """A SQLite file and a MariaDB, both set up and filled at the command line."""
    urls = f"sqlite:///{tmp_path_factory.mktemp('walk') / 'coprra.sqlite'}", new_mariadb()
    for url in urls:
        run(url, "db", "upgrade")
        run(url, "feeds", "import", *map(str, sorted(SAMPLE.glob("[kps]*_*_*"))))
    return urls


@pytest.mark.parametrize(
    "arguments",
    [
        ("prices", "compare", RED_BULL),
        ("prices", "compare", RED_BULL, "--unfold"),
        ("prices", "history", RED_BULL),
        ("prices", "chains"),
        ("products", "search", "čok"),
        ("products", "show", RED_BULL),
        ("db", "status"),
    ],
    ids=" ".join,
)
def test_the_program_prints_the_same_json(urls: tuple[str, str], arguments: tuple[str, ...]) -> None:
    sqlite, mariadb = (run(url, *arguments, "--json") for url in urls)
    assert mariadb == sqlite != b""


@pytest.mark.parametrize(
    "path",
    [
        f"/api/v1/products/{RED_BULL}",
        f"/api/v1/products/{RED_BULL}/offers",
        f"/api/v1/products/{RED_BULL}/history",
        "/api/v1/products?q=milka&limit=3",
    ],
)
def test_http_answers_the_same_bytes(urls: tuple[str, str], path: str) -> None:
    answers = []
    for url in urls:
        with coprra.build(Settings(database_url=url, as_of=parse_instant(AS_OF))) as application:
            answers.append(TestApp(make_wsgi_app(application)).get(path))
    sqlite, mariadb = answers
    assert mariadb.body == sqlite.body
    assert mariadb.headers["ETag"] == sqlite.headers["ETag"]
