"""The walk from a file to an answer on a MariaDB: byte for byte what SQLite answers."""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from webtest import TestApp

import coprra
from coprra import Settings
from coprra.adapters.sql.engine import make_engine
from coprra.domain.kernel.instants import parse_instant
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra as program
from coprra.entrypoints.http.app import make_wsgi_app

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample" / "hr_pricelists"
OPERATIONS = ROOT / "docs" / "operations.md"
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


def test_the_rights_that_the_documentation_gives_are_enough_to_upgrade_import_and_compare(
    mariadb: str,
) -> None:
    """Its statements as they stand, but for the names, so that tests can run beside each other."""
    name = f"documented_{uuid4().hex[:16]}"
    (block,) = re.findall(r"^```sql\n(.*?)^```$", OPERATIONS.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    statements = block.replace("coprra", name).replace("localhost", "'127.0.0.1'").split(";\n")
    engine = make_engine(mariadb)
    with engine.connect() as connection:
        for statement in filter(None, statements):
            connection.exec_driver_sql(statement)
    engine.dispose()
    place = mariadb.rpartition("@")[2].partition("/")[0]
    url = f"mariadb://{name}:a%20long%20password@{place}/{name}"  # pragma: allowlist secret
    run(url, "db", "upgrade")
    run(url, "feeds", "import", str(SAMPLE / "konzum_zitna_2026-01-23.csv"))
    assert b"konzum" in run(url, "prices", "chains", "--as-of", "2026-01-24", "--json")
