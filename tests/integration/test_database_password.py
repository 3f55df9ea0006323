"""The runbook for the database password, rehearsed: one user takes the place of another, and no request fails."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import URL, Engine, text
from sqlalchemy.engine import make_url

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.schema import SqlSchema

RUNBOOK = Path(__file__).parents[2] / "docs/keys.md"
ASKING = 4
_BETWEEN_SECONDS = 0.01
ENOUGH = 20
"""Requests of each who asks, before the change and after it."""


@dataclass
class Asking:
    """People who ask all the time, one question after the other, and what was not answered."""

    url: str
    stop: threading.Event = field(default_factory=threading.Event)
    asked: int = 0
    failed: list[str] = field(default_factory=list)
    more: threading.Condition = field(default_factory=threading.Condition)

    def ask(self) -> None:
        while not self.stop.wait(_BETWEEN_SECONDS):
            failure = self._failure(self.asked)
            with self.more:
                self.asked += 1
                self.failed += [failure] if failure else []
                self.more.notify_all()

    def _failure(self, number: int) -> str | None:
        # Everybody from a place of their own, so that none asks too often.
        place = f"127.1.{number // 250 % 250}.{number % 250 + 1}", 0
        where = urlsplit(self.url)
        try:
            with closing(HTTPConnection(where.hostname or "", where.port, timeout=60, source_address=place)) as line:
                line.request("GET", f"/api/v1/products?q=x{number}")
                response = line.getresponse()
                return None if "products" in json.load(response) else f"status {response.status}"
        except (OSError, HTTPException, ValueError) as error:
            return repr(error)

    def wait_for(self, count: int) -> None:
        with self.more:
            wanted = self.asked + count
            assert self.more.wait_for(lambda: self.asked >= wanted, timeout=120)


@contextmanager
def asking(url: str) -> Iterator[Asking]:
    people = Asking(url)
    threads = [threading.Thread(target=people.ask) for _ in range(ASKING)]
    for thread in threads:
        thread.start()
    try:
        yield people
    finally:
        people.stop.set()
        for thread in threads:
            thread.join()


@dataclass
class Served:
    """A server, and what it has logged so far; somebody has to read that, or it waits."""

    process: subprocess.Popen[str]
    url: str
    reloaded: threading.Event = field(default_factory=threading.Event)

    def read_log(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            if json.loads(line)["event"] == "reloaded":
                self.reloaded.set()


@contextmanager
def serving(url_file: Path) -> Iterator[Served]:
    unset = {name: value for name, value in os.environ.items() if not name.startswith("COPRRA_")}
    with subprocess.Popen(
        [sys.executable, "-m", "coprra", "serve", "--port", "0", "--workers", "2"],
        env={**unset, "COPRRA_DATABASE_URL_FILE": str(url_file)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stderr
        found = re.search(r"http://\S+", process.stderr.readline())
        assert found
        served = Served(process, found[0])
        reader = threading.Thread(target=served.read_log)
        reader.start()
        try:
            yield served
        finally:
            process.kill()
            reader.join()


def let_in(engine: Engine, database: str, name: str) -> URL:
    """As the runbook says, for another database and on another address."""
    (user, rights) = re.findall(r"^  (CREATE USER|GRANT .+?) (?:ON|coprra_b)", RUNBOOK.read_text("utf-8"), re.MULTILINE)
    password = f"of {name} @ home"
    with engine.begin() as connection:
        connection.execute(text(f"{user} {name}@'127.0.0.1' IDENTIFIED BY '{password}'"))
        connection.execute(text(f"{rights} ON {database}.* TO {name}@'127.0.0.1'"))
    return engine.url.set(username=name, password=password)


def users_connected(engine: Engine, database: str) -> set[str]:
    query = text("SELECT DISTINCT user FROM information_schema.processlist WHERE db = :database")
    with engine.connect() as connection:
        return set(connection.execute(query, {"database": database}).scalars())


@pytest.fixture
def database(new_mariadb: Callable[[], str]) -> Iterator[Engine]:
    """An empty one, as its owner sees it."""
    engine = make_engine(new_mariadb())
    SqlSchema(engine).upgrade()
    yield engine
    engine.dispose()


def test_another_user_takes_over_and_no_request_fails(database: Engine, tmp_path: Path) -> None:
    name = make_url(str(database.url)).database
    assert name
    old, new = (let_in(database, name, f"{user}_{name[-8:]}") for user in ("a", "b"))
    file = tmp_path / "database_url"
    file.write_text(old.render_as_string(hide_password=False))
    with serving(file) as served, asking(served.url) as people:
        people.wait_for(ASKING * ENOUGH)
        assert old.username in users_connected(database, name)
        file.write_text(new.render_as_string(hide_password=False))
        served.process.send_signal(signal.SIGHUP)
        assert served.reloaded.wait(timeout=120)
        while old.username in users_connected(database, name):
            people.wait_for(ASKING)
        assert new.username in users_connected(database, name)
        with database.begin() as connection:
            connection.execute(text(f"DROP USER {old.username}@'127.0.0.1'"))
        people.wait_for(ASKING * ENOUGH)
    assert people.failed == []
