"""Rubbish: what strangers show that is no secret of ours costs nothing but a look, and is counted by network."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from webtest import TestApp

from coprra.bootstrap import build
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.entrypoints.http.pages.forgery import form_token
from coprra.settings import Settings
from coprra.testing.accounts import PASSWORD
from coprra.testing.keys import K1

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from webtest.response import TestResponse

SITE = "https://prices.example"
RUBBISH = "r" * 43
REFRESH = "/api/v1/tokens/refresh"
TICKET = "/api/v1/tokens/second-factor"
SHOWN: dict[str, dict[str, str]] = {
    REFRESH: {"refresh_token": f"pcr_{'A' * 16}_{'B' * 49}"},
    TICKET: {"ticket": RUBBISH, "code": "123456"},
    "/api/v1/accounts/verification/confirmation": {"secret": RUBBISH, "password": PASSWORD},
    "/api/v1/accounts/password-reset/confirmation": {"secret": RUBBISH, "password": PASSWORD},
    "/second-factor": {"code": "123456"},
    "/verify-email": {"token": RUBBISH, "current_password": PASSWORD},
    "/reset-password": {"token": RUBBISH, "password": PASSWORD},
    "/change-email": {"token": RUBBISH},
    "/unlock-second-factor": {"token": RUBBISH},
    "/reset-second-factor": {"token": RUBBISH, "current_password": PASSWORD},
}
LIMITS = {REFRESH: ("refresh-network", 60), TICKET: ("mfa-network", 10), "/second-factor": ("mfa-network", 10)}
LINKS = ("link-network", 20)


class Street:
    """Strangers in front of a service with a database of its own."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.file = folder / "db"
        self._application = build(settings)
        self._application.schema.upgrade()
        self.site = TestApp(make_wsgi_app(self._application, settings=settings), lint=False)

    def show(self, path: str, *, of: str = "192.0.2.1") -> TestResponse:
        """As a program, or as somebody at a page."""
        where = {"REMOTE_ADDR": of}
        if path.startswith("/api/"):
            return self.site.post_json(path, SHOWN[path], extra_environ=where, status="*")
        self.site.reset()
        here = {
            "Cookie": f"__Host-guest={RUBBISH}; __Host-ticket={RUBBISH}",
            "Origin": SITE,
            "X-CSRF-Token": form_token(None, session=RUBBISH),
        }
        return self.site.post(path, SHOWN[path], headers=here, extra_environ=where, status="*")

    @contextmanager
    def somebody_writes(self) -> Iterator[None]:
        """As an import that publishes does."""
        other = sqlite3.connect(self.file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Street:
    folder = tmp_path_factory.mktemp("street")
    settings = Settings(
        database_url=f"sqlite:///{folder / 'db'}", app_keys=(K1,), password_memory_kib=8, public_base_url=SITE
    )
    return Street(folder, settings)


@pytest.mark.parametrize("path", SHOWN)
def test_a_network_shows_rubbish_as_often_as_it_may_and_is_told_when_again(street: Street, path: str) -> None:
    limit, most = LIMITS.get(path, LINKS)
    network = f"2001:db8:{sorted(SHOWN).index(path)}"
    answers = [street.show(path, of=f"{network}::{number:x}") for number in range(most + 1)]
    assert {answer.status_int for answer in answers[:-1]} == {401}
    refused = answers[-1]
    assert refused.status_int == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.headers["RateLimit"].startswith(f'"{limit}";r=0;t=')
    assert refused.headers["RateLimit-Policy"].startswith(f'"{limit}";q={most};w=')
    assert street.show(path, of=f"{network}:1::1").status_int == 401


def test_a_network_whose_limit_is_full_is_told_so_while_somebody_writes(street: Street) -> None:
    where = {"REMOTE_ADDR": "198.51.100.1"}

    def sign_in(number: int) -> int:
        tried = {"email": f"a{number}@example.com", "password": PASSWORD}
        return int(street.site.post_json("/api/v1/tokens", tried, extra_environ=where, status="*").status_int)

    assert [sign_in(number) for number in range(21)] == [401] * 20 + [429]
    with street.somebody_writes():
        assert sign_in(21) == 429


def test_rubbish_is_refused_while_somebody_writes_and_waits_for_nobody(street: Street) -> None:
    with street.somebody_writes():
        answers = {path: street.show(path).status_int for path in SHOWN}
    assert set(answers.values()) == {401}, answers
