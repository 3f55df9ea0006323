"""The SQL store keeps the contract of mail and envelopes, and no killed rotation of keys loses one."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from coprra.adapters.cryptography.ring import CryptographyKeyRing
from coprra.adapters.sql.accounts.tables import mfa_devices, token_families, tokens, users
from coprra.adapters.sql.store import SqlStore
from coprra.adapters.sql.tables import metadata
from coprra.adapters.sql.vault import ENVELOPES
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.keys.key import KeyInUse
from coprra.domain.keys.retire_key import RetireKey
from coprra.domain.mfa.device import SEALED_FOR as TOTP
from coprra.testing.builders import TESTER, day
from coprra.testing.contracts.mail import MailContract, MailStore, rotate
from coprra.testing.keys import K1, K2

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


@pytest.mark.parametrize("engine", ["make_store", "make_mariadb_store"])
def test_second_factors_are_sealed_anew_and_a_token_needs_the_key_of_its_digest(
    engine: str, request: pytest.FixtureRequest
) -> None:
    make: Callable[[], SqlStore] = request.getfixturevalue(engine)
    store = make()
    old, new = CryptographyKeyRing([K1]), CryptographyKeyRing([K2, K1])
    names = [f"u_{number}" for number in range(5)]
    with store._engine.begin() as connection:
        for name in names:
            connection.execute(users.insert().values(_a_user(name)))
            device = {"user_id": name, "sealed": old.seal(TOTP, name, name.encode()), "confirmed_at": 0}
            connection.execute(mfa_devices.insert().values(device | {"last_timecode": 0, "failures": 0}))
        connection.execute(token_families.insert().values(_a_family(names[0])))
        connection.execute(tokens.insert().values(_a_token()))
    assert rotate(store, K2, K1, batch=2).resealed == 5
    with store._engine.connect() as connection:
        sealed = dict(connection.execute(select(mfa_devices.c.user_id, mfa_devices.c.sealed)).tuples().all())
    assert [new.open(TOTP, name, sealed[name]) for name in names] == [name.encode() for name in names]
    assert all(one.startswith("v1.k2.") for one in sealed.values())
    with pytest.raises(KeyInUse, match=r"1 in tokens\.mac_key"):
        RetireKey(StoppedClock(day(1)), new, store.unit_of_work)("k1", by=TESTER)


def _a_user(name: str) -> dict[str, object]:
    texts = {"id": name, "email": name, "email_canonical": name, "name": name, "role": "user", "password_hash": "x"}
    return texts | {"email_since": 0, "password_version": 1, "created_at": 0, "version": 1}


def _a_family(user: str) -> dict[str, object]:
    texts = {"id": "f", "user_id": user, "name": "n", "kind": "personal", "abilities": "", "methods": ""}
    return texts | {"created_at": 0, "ends_at": 1}


def _a_token() -> dict[str, object]:
    texts = {"id": "t", "family_id": "f", "kind": "personal", "mac_key": "k1", "mac": "0" * 64}
    return texts | {"created_at": 0, "expires_at": 1}
