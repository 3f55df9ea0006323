"""A server of its own to back up: those that other tests use change while it is copied."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from coprra.adapters.mariadb.address import read_address
from coprra.testing.mariadb import FAST, NoMariaDb, PrivateMariaDb, create_database

PAGE = Path(__file__).parents[3] / "docs/recovery.md"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateMariaDb]:
    """With a binary log."""
    options = (*FAST, "--log-bin=binlog", "--binlog-format=ROW")
    try:
        with PrivateMariaDb(tmp_path_factory.mktemp("mariadb") / "server", options) as started:
            yield started
    except NoMariaDb as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def url(server: PrivateMariaDb) -> str:
    """Of a database with every sort of object, for whoever may do everything."""
    url = create_database(server.url("mysql"), f"test_{uuid4().hex}")
    execute(
        url,
        "CREATE TABLE shops (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40)) ENGINE=InnoDB",
        "CREATE TABLE prices (id INT AUTO_INCREMENT PRIMARY KEY, shop INT, cents INT) ENGINE=InnoDB",
        "ALTER TABLE prices ADD FOREIGN KEY of_shop (shop) REFERENCES shops (id) ON DELETE CASCADE",
        "CREATE VIEW cheap AS SELECT * FROM prices WHERE cents < 100",
        "CREATE TRIGGER never_free BEFORE INSERT ON prices FOR EACH ROW SET NEW.cents = GREATEST(NEW.cents, -9)",
        "CREATE PROCEDURE many() SELECT COUNT(*) FROM prices",
        "CREATE EVENT yearly ON SCHEDULE EVERY 1 YEAR DO DELETE FROM prices WHERE cents < 0",
        "INSERT INTO shops (name) VALUES ('konzum'), ('žaba'), (NULL)",
        "INSERT INTO prices (shop, cents) SELECT 1, seq FROM seq_1_to_500",
    )
    return url


@pytest.fixture
def backup_url(url: str) -> str:
    """The same for whom the page lets take backups."""
    match = re.search(r"^```sql\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert match, "the page does not say what rights are needed"
    base, _, name = url.rpartition("/")
    script = match[1].replace("backup@localhost", "backup@'127.0.0.1'").replace("coprra.*", f"{name}.*")
    script = script.replace("CREATE USER", "CREATE OR REPLACE USER").replace("a long password", name)
    execute(url, *filter(str.strip, script.split(";")))
    address = base.rpartition("@")[2]
    return f"mariadb://backup:{name}@{address}/{name}"


def execute(url: str, *statements: str) -> None:
    """As it stands."""
    with closing(read_address(url).connect()) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def change(url: str) -> Callable[..., None]:
    """Changes the database."""
    return lambda *statements: execute(url, *statements)


@pytest.fixture
def writing(url: str) -> Callable[[], AbstractContextManager[None]]:
    """Somebody changes several rows in each of many transactions, as long as its block lasts."""
    return lambda: _writing(url)


@contextmanager
def _writing(url: str) -> Iterator[None]:
    over, begun = threading.Event(), threading.Event()

    def write() -> None:
        with closing(read_address(url).connect()) as connection, connection.cursor() as cursor:
            while not over.is_set():
                cursor.execute("BEGIN")
                cursor.execute("UPDATE prices SET cents = cents + 1 WHERE id <= 100")
                cursor.execute("INSERT INTO prices (shop, cents) VALUES (2, 1), (2, 2)")
                cursor.execute("COMMIT")
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    try:
        yield
    finally:
        over.set()
        writer.join()
