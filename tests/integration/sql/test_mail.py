"""The SQL store keeps the contract of mail and envelopes, and no killed rotation of keys loses one."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from coprra.adapters.sql.store import SqlStore
from coprra.adapters.sql.tables import metadata
from coprra.adapters.sql.vault import ENVELOPES
from coprra.testing.contracts.mail import MailContract, MailStore

EVERY = int(os.environ.get("COPRRA_KILL_EVERY", "3"))
"""Which of a rotation's instants are tried; 1 by hand."""


class TestSqliteMail(MailContract):
    """SQLite in a file, with write-ahead log, as it is deployed."""

    @pytest.fixture(autouse=True)
    def _stores(self, make_store: Callable[[], SqlStore]) -> None:
        self._make = make_store

    def make_store(self) -> MailStore:
        """An empty, migrated database."""
        return self._make()


class TestMariaDbMail(MailContract):
    """MariaDB 10.11, with the driver that is the default."""

    @pytest.fixture(autouse=True)
    def _stores(self, make_mariadb_store: Callable[[], SqlStore]) -> None:
        self._make = make_mariadb_store

    def make_store(self) -> MailStore:
        """An empty, migrated database."""
        return self._make()


@pytest.mark.parametrize("engine", ["make_store", "make_mariadb_store"])
def test_a_rotation_that_is_killed_at_any_instant_can_go_on(engine: str, request: pytest.FixtureRequest) -> None:
    make: Callable[[], SqlStore] = request.getfixturevalue(engine)
    store = make()
    url = store._engine.url.render_as_string(hide_password=False)
    script = Path(__file__).with_name("killed_rotations.py")
    command = [sys.executable, str(script), url, str(EVERY)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    outcomes = json.loads(run.stdout)
    assert {outcome["signal"] for outcome in outcomes} == {9}
    assert all(outcome["left"] == outcome["after"] == ["secret"] * 5 for outcome in outcomes)
    assert {outcome["resumed"] for outcome in outcomes} == {5}
    assert {0, 5} < {outcome["done"] for outcome in outcomes}, "some were killed half-way"


def test_every_column_that_is_called_sealed_is_in_the_vault() -> None:
    sealed = {f"{table.name}.{column.name}" for table in metadata.sorted_tables for column in table.c}
    assert {one for one in sealed if one.endswith("sealed")} == {column.place for column in ENVELOPES}
