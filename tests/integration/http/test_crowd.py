"""A crowd that signs in takes no more than its share of the threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event, Semaphore
from typing import Any, cast

import pytest
from webtest import TestApp

from coprra.bootstrap import build
from coprra.domain.sessions.sign_in import SignIn
from coprra.domain.users.identity import NotSignedIn
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.entrypoints.http.crowd import room_for_strangers
from coprra.entrypoints.http.pages.forgery import form_token
from coprra.settings import Settings
from coprra.testing.accounts import ANA, PASSWORD, memory_world

PATIENCE_SECONDS = 30
SITE = "https://prices.example"
SIGN_IN = {"email": ANA, "password": PASSWORD}


def test_whoever_finds_no_room_is_refused_at_once_and_who_only_asks_is_answered(
    problem_in: Callable[..., dict[str, Any]],
) -> None:
    world, entered, gate = memory_world(), Semaphore(0), Event()
    world.a_user()

    def sign_in(*what: Any, **how: Any) -> Any:
        entered.release()
        assert gate.wait(PATIENCE_SECONDS)
        return world.accounts.sign_in(*what, **how)

    accounts = replace(world.accounts, sign_in=cast("SignIn", sign_in))
    wsgi_app = make_wsgi_app(replace(build(), accounts=accounts), settings=Settings(threads=4))

    def post() -> Any:
        return TestApp(wsgi_app, lint=False).post_json("/api/v1/tokens", SIGN_IN, status="*")

    with ThreadPoolExecutor(3) as people:
        inside = [people.submit(post) for _ in range(3)]
        assert all(entered.acquire(timeout=PATIENCE_SECONDS) for _ in inside)
        refused = post()
        problem_in(refused, 503, "overloaded")
        assert refused.headers["Retry-After"] == "5"
        assert TestApp(wsgi_app).get("/api/v1/chains").status_int == 200
        assert TestApp(wsgi_app).get("/health/live").status_int == 200
        gate.set()
        assert {one.result().status_int for one in inside} == {201}
    assert post().status_int == 201


def test_whoever_wants_to_leave_finds_room_in_any_crowd() -> None:
    world = memory_world()
    world.a_user()
    session = world.session()
    settings = Settings(threads=4, public_base_url=SITE)
    wsgi_app: Any = make_wsgi_app(replace(build(clock=world.clock), accounts=world.accounts), settings=settings)
    while wsgi_app.registry.room_for_strangers.acquire(blocking=False):
        pass
    form, origin = {"csrf_token": form_token(None, session=session)}, {"Origin": SITE}
    browser = TestApp(wsgi_app, lint=False)
    browser.set_cookie("__Host-session", session)
    assert browser.post("/sign-in", form, headers=origin, status="*").status_int == 503
    left = browser.post("/sign-out", form, headers=origin)
    assert left.location == f"{SITE}/sign-in?done=signed_out"
    with pytest.raises(NotSignedIn):
        world.who(session)


@pytest.mark.parametrize(("threads", "room"), [(1, 1), (2, 1), (4, 3), (8, 6), (16, 12)])
def test_a_quarter_of_the_threads_is_left_to_others(threads: int, room: int) -> None:
    assert room_for_strangers(threads) == room
