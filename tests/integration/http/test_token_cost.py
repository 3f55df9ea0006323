"""What a token costs on the API's hot path, in statements."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Engine, event
from webtest import TestApp

from coprra.bootstrap import build
from coprra.domain.users.role import Role
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.entrypoints.http.kept_answers import MemoryAnswers
from coprra.settings import Settings
from coprra.testing.accounts import ANA, PASSWORD
from coprra.testing.builders import TESTER
from coprra.testing.keys import K1

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHAINS = "/api/v1/chains"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[TestApp]:
    """A service with limits, whose answers are kept, and somebody with an account."""
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'db'}",
        app_keys=(K1,),
        password_memory_kib=8,
        token_requests_per_minute=600,
        anonymous_reads_per_minute=120,
    )
    with build(settings) as application:
        application.schema.upgrade()
        application.accounts.create_user(ANA, PASSWORD, name="Ana", role=Role.USER, by=TESTER)
        yield TestApp(make_wsgi_app(application, MemoryAnswers(2**20), settings), lint=False)


@contextmanager
def statements() -> Iterator[list[Any]]:
    """Those that ask or change something meanwhile, each with its parameters and its cursor."""
    sent: list[Any] = []

    def note(*told: Any) -> None:
        if told[2] != "BEGIN":
            sent.append((told[2], told[3], told[1]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def shown_by(site: TestApp) -> dict[str, str]:
    token = site.post_json("/api/v1/tokens", {"email": ANA, "password": PASSWORD}).json["access_token"]
    return {"Authorization": f"Bearer {token}"}


def test_a_token_costs_one_indexed_read_and_no_write(site: TestApp) -> None:
    shown = shown_by(site)
    site.get(CHAINS)
    with statements() as anonymous:
        site.get(CHAINS)
    with statements() as known:
        site.get(CHAINS, headers=shown)
    own = [one for one in known if "tokens" in one[0]]
    assert len(known) == len(anonymous) + 1
    assert len(own) == 1
    assert own[0][0].startswith("SELECT")
    sql, parameters, cursor = own[0]
    plan = cursor.connection.cursor().execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
    assert not [step for *_, step in plan if step.startswith("SCAN")]


def test_somebody_unknown_costs_nothing_and_a_mistyped_token_neither(site: TestApp) -> None:
    site.get(CHAINS)
    with statements() as anonymous:
        site.get(CHAINS)
    with statements() as mistyped:
        site.get(CHAINS, headers={"Authorization": "Bearer pca_mistyped"}, status=401)
    assert not any("tokens" in sql or "users" in sql for sql, *_ in anonymous)
    assert mistyped == []


def test_a_token_that_is_refused_costs_one_read_however_often_it_is_looked_at(site: TestApp) -> None:
    shown = shown_by(site)
    site.delete("/api/v1/tokens/current", headers=shown, status=204)
    with statements() as sent:
        site.get(CHAINS, headers=shown, status=401)
    assert len([sql for sql, *_ in sent if "tokens" in sql]) == 1
