"""Who asks: programs are known by a token, people by a cookie, and neither by what belongs to the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import webtest
from pyramid.config import Configurator
from pyramid.response import Response

from coprra.bootstrap import build
from coprra.domain.users.role import Permission, Role
from coprra.entrypoints.http.refusals import Refusals
from coprra.entrypoints.http.security import PUBLIC, after_step_up, recognize_as
from coprra.entrypoints.http.session_cookie import SessionCookie
from coprra.testing.accounts import ANA, PASSWORD, World, memory_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyramid.request import Request

MANAGE = Permission.MANAGE_ACCOUNT
SEEN_BY = {"public": PUBLIC, "account": MANAGE, "users": Permission.MANAGE_USERS, "fresh": after_step_up(MANAGE)}


class CountedReads:
    """The world's reads, counted."""

    def __init__(self, world: World) -> None:
        self.count = 0
        self._reads = world.store.reads

    def __call__(self) -> Any:
        self.count += 1
        return self._reads()


@pytest.fixture
def world() -> World:
    return memory_world()


@pytest.fixture
def reads(world: World) -> CountedReads:
    return CountedReads(world)


@pytest.fixture
def site(world: World, reads: CountedReads) -> webtest.TestApp:
    """Views that say who asks, below /api/ and elsewhere; the cookie needs no TLS."""
    accounts = replace(
        world.accounts,
        authenticate_token=replace(world.accounts.authenticate_token, reads=reads),
        authenticate_session=replace(world.accounts.authenticate_session, reads=reads),
    )
    config = Configurator()
    config.registry.application = replace(build(clock=world.clock), accounts=accounts)
    config.registry.session_cookie = SessionCookie(secure=False)
    config.registry.refusals = Refusals(world.accounts.report_refusals)
    for part in ("security", "errors", "tweens"):
        config.include(f"coprra.entrypoints.http.{part}")
    for name, permission in SEEN_BY.items():
        for place in ("api/", ""):
            config.add_route(place + name, place + name)
            config.add_view(who_asks if permission != PUBLIC else hello, route_name=place + name, permission=permission)
    return webtest.TestApp(config.make_wsgi_app())


def hello(_request: Request) -> Response:
    return Response("hello")


def who_asks(request: Request) -> Response:
    return Response(f"{request.identity.user} {request.authenticated_userid}")


def bearer(token: str, scheme: str = "Bearer") -> dict[str, str]:
    return {"Authorization": f"{scheme} {token}"}


def test_a_token_opens_the_api_and_no_page_and_a_session_the_pages_and_not_the_api(
    world: World, site: webtest.TestApp
) -> None:
    user = world.a_user()
    token, session = world.tokens().access.text, world.session()
    assert site.get("/api/account", headers=bearer(token)).text.startswith(user.id.value)
    assert site.get("/account", headers=bearer(token), status=401).json["code"] == "not_signed_in"
    cookie = {"Cookie": f"session={session}"}
    assert site.get("/account", headers=cookie).text.startswith(user.id.value)
    assert site.get("/api/account", headers=cookie, status=401).json["code"] == "unauthenticated"


def test_nobody_is_known_by_what_stands_in_the_query_the_body_or_a_cookie_with_a_prefix(
    world: World, site: webtest.TestApp
) -> None:
    world.a_user()
    token, session = world.tokens().access.text, world.session()
    site.get(f"/api/account?access_token={token}", status=401)
    site.post("/api/account", {"access_token": token}, status=401)
    site.get("/api/account", headers={"Cookie": f"session={token}"}, status=401)
    site.get("/account", headers={"Cookie": f"__Host-session={session}"}, status=401)
    site.get("/account", headers=bearer(session), status=401)


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer  "])
def test_the_case_of_the_scheme_does_not_matter(world: World, site: webtest.TestApp, scheme: str) -> None:
    world.a_user()
    site.get("/api/account", headers=bearer(world.tokens().access.text, scheme))


@pytest.mark.parametrize(
    "spell",
    [
        lambda token: f"Bearer {token[:-1]}",
        lambda token: f"Bearer {token}, Bearer {token}",
        lambda token: f"Bearer {token} {token}",
        lambda token: f"Bearer={token}",
        lambda token: f"Bearer\t{token}",
        lambda _token: "Bearer",
        lambda _token: "Bearer \xff",
    ],
)
def test_whoever_shows_a_bad_token_learns_it_even_where_anybody_is_answered(
    world: World, site: webtest.TestApp, spell: Callable[[str], str]
) -> None:
    world.a_user()
    said = {"Authorization": spell(world.tokens().access.text)}
    for address in ("/api/public", "/api/account", "/api/nothing"):
        answer = site.get(address, headers=said, status=401)
        assert answer.json["code"] == "invalid_token"
        assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a_scheme_that_is_not_ours_is_somebody_elses(world: World, site: webtest.TestApp) -> None:
    world.a_user()
    site.get("/api/public", headers={"Authorization": "Basic YTpi"})
    site.get("/api/account", headers={"Authorization": f"Basic YTpi, Bearer {world.tokens().access.text}"}, status=401)


def test_a_refresh_token_is_no_token_to_ask_with(world: World, site: webtest.TestApp) -> None:
    world.a_user()
    site.get("/api/account", headers=bearer(world.tokens().refresh.text), status=401)


def test_who_asks_is_read_once_and_not_at_all_where_nobody_wants_to_know(
    world: World, site: webtest.TestApp, reads: CountedReads
) -> None:
    world.a_user()
    token, session = world.tokens().access.text, world.session()
    cookie = {"Cookie": f"session={session}"}
    asked = [("/public", cookie), ("/api/public", {}), ("/api/public", cookie)]
    assert [site.get(address, headers=shown).text for address, shown in asked] == ["hello"] * 3
    assert reads.count == 0
    site.get("/api/account", headers=bearer(token))
    assert reads.count == 1
    site.get("/account", headers=cookie)
    assert reads.count == 2


def test_the_role_decides_and_says_why(world: World, site: webtest.TestApp) -> None:
    world.a_user()
    headers = bearer(world.tokens().access.text)
    assert site.get("/api/users", headers=headers, status=403).json["code"] == "not_allowed"
    assert site.get("/api/users", status=401).json["code"] == "unauthenticated"
    assert site.get("/users", status=401).json["code"] == "not_signed_in"


def test_an_admin_without_a_second_factor_is_told_to_set_one_up(world: World, site: webtest.TestApp) -> None:
    world.a_user(role=Role.ADMIN)
    cookie = {"Cookie": f"session={world.session()}"}
    for address in ("/users", "/account", "/fresh"):
        assert site.get(address, headers=cookie, status=403).json["code"] == "mfa_enrollment_required"


def test_a_fresh_proof_opens_for_five_minutes_and_no_token_ever(world: World, site: webtest.TestApp) -> None:
    world.a_user()
    token = world.tokens().access.text
    assert site.get("/api/fresh", headers=bearer(token), status=403).json["code"] == "step_up_required"
    session = world.session()
    assert site.get("/fresh", headers={"Cookie": f"session={session}"}, status=403).json["code"] == "step_up_required"
    _, session = world.stepped_up(session, PASSWORD)
    site.get("/fresh", headers={"Cookie": f"session={session}"})
    world.clock.pass_(timedelta(minutes=5))
    site.get("/fresh", headers={"Cookie": f"session={session}"}, status=403)


def test_a_view_may_say_who_asks_from_here_on(world: World) -> None:
    world.a_user(ANA)
    me = world.who(world.session())
    config = Configurator()
    config.registry.application = replace(build(), accounts=world.accounts)
    config.registry.session_cookie = SessionCookie()
    config.include("coprra.entrypoints.http.security")

    def sign_in(request: Request) -> Response:
        before = request.identity
        recognize_as(request, me)
        return Response(f"{before} {request.identity is me} {request.authenticated_userid}")

    config.add_route("in", "/in")
    config.add_view(sign_in, route_name="in", permission=PUBLIC)
    assert webtest.TestApp(config.make_wsgi_app()).get("/in").text == f"None True {me.user}"


def test_the_cookie_is_for_this_host_tls_and_http_alone() -> None:
    response = Response()
    SessionCookie().set(response, "secret")
    SessionCookie().clear(response)
    set_, cleared = response.headers.getall("Set-Cookie")
    assert set_ == "__Host-session=secret; Path=/; secure; HttpOnly; SameSite=Lax"
    assert cleared.startswith("__Host-session=; Max-Age=0; Path=/;")
    assert cleared.endswith("secure; HttpOnly; SameSite=Lax")
