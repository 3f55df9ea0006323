"""How often may be asked: by token, by network, and what happens to who asks more often."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from webtest import TestApp

from coprra.bootstrap import build
from coprra.domain.limits.limit import Limit
from coprra.domain.sessions.report_refusals import Refusal, RefusalKind
from coprra.domain.users.role import Role
from coprra.entrypoints.http import rate_limits
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.entrypoints.http.rate_limits import RequestCounts
from coprra.entrypoints.http.refusals import MOST_COLLECTED, Refusals
from coprra.settings import Settings
from coprra.testing.accounts import ANA, PASSWORD, World, memory_world
from coprra.testing.builders import TESTER
from coprra.testing.keys import K1

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from webtest.response import TestResponse

CHAINS = "/api/v1/chains"
LIMITED = Settings(anonymous_reads_per_minute=3, token_requests_per_minute=5)


@pytest.fixture
def world() -> World:
    return memory_world()


@pytest.fixture
def site(world: World) -> TestApp:
    """Three reads of a network and five requests of a token a minute; and the minute does not pass."""
    application = replace(build(clock=world.clock), accounts=world.accounts)
    site = TestApp(make_wsgi_app(application, settings=LIMITED), lint=False)
    registry(site).request_counts.seconds = lambda: 125.0
    return site


def registry(site: TestApp) -> Any:
    app: Any = site.app
    return app.registry


def ask(site: TestApp, address: str = CHAINS, *, of: str = "192.0.2.1", **headers: str) -> TestResponse:
    return site.get(address, headers=headers, extra_environ={"REMOTE_ADDR": of}, status="*")


def test_a_network_reads_as_often_as_it_may_and_is_told_how_it_stands(
    site: TestApp, problem_in: Callable[..., dict[str, Any]]
) -> None:
    answers = [ask(site) for _ in range(3)]
    assert [answer.headers["RateLimit"] for answer in answers] == [f'"anonymous";r={left};t=55' for left in (2, 1, 0)]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"anonymous";q=3;w=60'}
    refused = ask(site)
    problem_in(refused, 429, "limit_exceeded")
    assert refused.headers["Retry-After"] == "55"
    assert refused.headers["RateLimit"] == '"anonymous";r=0;t=55'
    assert refused.headers["Cache-Control"] == "no-store"
    registry(site).request_counts.seconds = lambda: 180.0
    assert ask(site).headers["RateLimit"] == '"anonymous";r=2;t=60'


def test_an_ipv6_network_is_counted_as_one_and_others_are_not_concerned(site: TestApp) -> None:
    assert [ask(site, of=f"2001:db8::{number}").status_int for number in range(1, 5)] == [200, 200, 200, 429]
    assert ask(site, of="2001:db8:0:1::1").status_int == 200
    assert ask(site).status_int == 200


def test_what_is_not_the_api_is_not_counted_and_problems_are(site: TestApp) -> None:
    assert {ask(site, "/health/live").status_int for _ in range(5)} == {200}
    assert [ask(site, "/api/v1/nothing").status_int for _ in range(4)] == [404, 404, 404, 429]
    assert "RateLimit" not in ask(site, "/").headers


def test_a_token_has_a_count_of_its_own_whatever_its_network_does(world: World, site: TestApp) -> None:
    world.a_user()
    shown = {"Authorization": f"Bearer {world.tokens().access.text}"}
    assert {ask(site).status_int for _ in range(4)} == {200, 429}
    answers = [ask(site, **shown) for _ in range(6)]
    assert [answer.status_int for answer in answers] == [200] * 5 + [429]
    assert answers[0].headers["RateLimit"] == '"token";r=4;t=55'
    assert ask(site, Authorization=f"Bearer {world.tokens().access.text}").status_int == 200


def test_who_shows_bad_tokens_is_counted_as_a_stranger(world: World, site: TestApp) -> None:
    world.a_user()
    shown = {"Authorization": f"Bearer {world.tokens().refresh.text}"}
    assert [ask(site, **shown).status_int for _ in range(4)] == [401, 401, 401, 429]


def test_signing_in_is_counted_by_accounts_alone_and_says_which_limit_is_full(world: World, site: TestApp) -> None:
    world.a_user()
    wrong = {"email": ANA, "password": "wrong"}  # pragma: allowlist secret
    answers = [site.post_json("/api/v1/tokens", wrong, status="*") for _ in range(6)]
    assert [answer.status_int for answer in answers] == [401] * 5 + [429]
    assert answers[-1].headers["RateLimit-Policy"] == '"login";q=5;w=900'
    assert answers[-1].headers["RateLimit"] == '"login";r=0;t=900'
    assert answers[-1].headers["Retry-After"] == "900"
    assert not any("RateLimit" in answer.headers for answer in answers[:-1])


def test_so_many_strangers_that_they_would_fill_the_memory_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MOST_COUNTED", 2)
    counts, limit = RequestCounts(lambda: 0.0), Limit("anonymous", 1, timedelta(minutes=1))
    assert [counts.count(limit, key) is not None for key in "abca"] == [True, True, False, True]


def test_refusals_are_told_once_a_minute_and_so_many_of_them_as_one() -> None:
    told: list[Any] = []
    waiting: list[Callable[[], None]] = []
    refusals = Refusals(told.append, waiting.append)
    for number in [*range(MOST_COLLECTED + 7), 0, 0]:
        refusals.add(refusal_of(str(number)))
    assert len(waiting) == 1
    waiting.pop()()
    assert told[0][0] == (refusal_of("0"), 3)
    assert told[0][-1] == (Refusal(kind=RefusalKind.TOO_OFTEN, reason="others", user=None, address=""), 7)
    refusals.add(refusal_of("0"))
    assert len(waiting) == 1


def test_who_was_turned_away_how_often_is_in_the_audit_trail(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'db'}", app_keys=(K1,), password_memory_kib=8)
    with build(settings) as application:
        application.schema.upgrade()
        application.accounts.create_user(ANA, PASSWORD, name="Ana", role=Role.USER, by=TESTER)
        site = TestApp(make_wsgi_app(application, settings=LIMITED), lint=False)
        registry(site).request_counts.seconds = lambda: 0.0
        entered = site.post_json("/api/v1/tokens", {"email": ANA, "password": PASSWORD}).json
        shown = {"Authorization": f"Bearer {entered['access_token']}"}
        assert [ask(site, "/api/v1/users", **shown).status_int for _ in range(4)] == [403] * 4
        assert [ask(site).status_int for _ in range(5)] == [200] * 3 + [429] * 2
        registry(site).refusals.report()
        trail = [one for one in application.list_audit() if one.event in {"authz.deny", "rate.exceeded"}]
    assert [(one.event, one.outcome, one.ip, one.details) for one in trail][::-1] == [
        ("authz.deny", "deny", "192.0.2.1", '{"reason": "not_allowed", "times": "4"}'),
        ("rate.exceeded", "deny", "192.0.2.1", '{"reason": "anonymous", "times": "2"}'),
    ]
    assert str(trail[-1].actor).startswith("user:u_")


def refusal_of(address: str) -> Refusal:
    return Refusal(kind=RefusalKind.TOO_OFTEN, reason="anonymous", user=None, address=address)
