"""Bad requests: every view of the site refuses them, changes nothing, and believes nothing that they claim."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from pyramid.request import Request

from coprra.domain.sessions.entry import NewTokens
from coprra.domain.sessions.ticket import Channel, Wish
from coprra.domain.users.role import Role
from coprra.entrypoints.http.pages.forgery import form_token
from coprra.entrypoints.http.security import API
from coprra.testing.accounts import ANA, HERE, World
from coprra.testing.builders import gtin_of

if TYPE_CHECKING:
    from pyramid.response import Response

SITE, EVIL = "https://prices.example", "evil.example"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
METHODS = {"GET", "POST", "DELETE", "TRACE", "get"}

ASKED_BADLY: dict[str, dict[str, str]] = {
    "two hosts": {"HTTP_HOST": f"prices.example, {EVIL}"},
    "a host that is a person": {"HTTP_HOST": f"prices.example@{EVIL}"},
    "no host": {"HTTP_HOST": ""},
    "bytes that are no text": {"QUERY_STRING": "to=%ff"},
    "half a character": {"QUERY_STRING": "%ed%a0%80=1"},
    "an address beyond all bounds": {"QUERY_STRING": "q=" + "a" * 50_000},
}
FORGED = {
    "HTTP_X_FORWARDED_HOST": EVIL,
    "HTTP_X_FORWARDED_PROTO": "http",
    "HTTP_X_FORWARDED_FOR": EVIL,
    "HTTP_X_FORWARDED_PREFIX": f"/{EVIL}",
    "HTTP_FORWARDED": f"for=1.2.3.4;host={EVIL}",
    "HTTP_X_ORIGINAL_URL": f"/{EVIL}",
    "HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE",
}
BAD_FORMS: dict[str, tuple[str, bytes]] = {
    "JSON": (JSON, b"{}"),
    "several parts": ("multipart/form-data; boundary=x", b"--x\r\n"),
    "no type": ("", b"sure=yes"),
    "bytes that are no text": (FORM, b"token=%ff"),
    "half a character": (FORM, b"token=%ED%A0%80"),
    "NUL": (FORM, b"token=%00"),
    "the same twice": (FORM, b"token=a&token=a"),
    "a field that nobody has": (FORM, b"is_admin=yes"),
    "more fields than there are": (FORM, b"&".join(b"f%d=" % number for number in range(60))),
    "more than a form holds": (FORM, b"token=" + b"a" * 8192),
}


@dataclass(frozen=True)
class View:
    """A path, and the methods that it takes."""

    route: str
    methods: frozenset[str]

    @property
    def address(self) -> str:
        return re.sub(r"\{(\w+)[^}]*\}", lambda name: gtin_of(1).short if name[1] == "reference" else "1", self.route)


class Site:
    """All views, for an admin who has just proved who they are."""

    def __init__(self, wsgi_app: Any, world: World) -> None:
        self.world = world
        self.me = self.world.a_user(role=Role.ADMIN).id
        device, _, secret = self.world.enrol()
        ticket = self.world.ticket(wish=Wish(channel=Channel.API))
        entered = self.world.accounts.verify_second_factor(ticket, self.world.code(device), origin=HERE)
        assert isinstance(entered.entry, NewTokens)
        self.token = entered.entry.access.text
        _, self.session = self.world.stepped_up(secret, self.world.code(device, later=1))
        self._wsgi_app = wsgi_app

    @property
    def views(self) -> list[View]:
        methods: dict[str, set[str]] = {}
        for one in self._wsgi_app.registry.introspector.get_category("views"):
            view = one["introspectable"]
            taken = view["request_methods"] or ()
            if view["route_name"] and not view["route_name"].startswith("static"):
                methods.setdefault(view["route_name"], set()).update([taken] if isinstance(taken, str) else taken)
        return [View(route, frozenset(taken)) for route, taken in sorted(methods.items())]

    def ask(
        self,
        method: str,
        address: str,
        environ: dict[str, str] | None = None,
        *,
        content_type: str = "",
        body: bytes = b"",
    ) -> Response:
        """As a program below /api/, else as somebody who sends a form of a page of the site."""
        shown = {
            "HTTP_COOKIE": f"__Host-session={self.session}",
            "HTTP_ORIGIN": SITE,
            "HTTP_X_CSRF_TOKEN": form_token(None, session=self.session),
            "HTTP_ACCEPT": "text/html",
        }
        if address.startswith(API):
            shown = {"HTTP_AUTHORIZATION": f"Bearer {self.token}"}
        request = Request.blank(address, {**shown, "CONTENT_TYPE": content_type, **(environ or {})}, SITE, body=body)
        request.method = method
        return request.get_response(self._wsgi_app)

    def state(self) -> Any:
        """Whatever could have been changed."""
        accounts = self.world.accounts
        return (
            accounts.list_users(),
            accounts.list_tokens(self.me),
            accounts.list_sessions(self.me),
            len(self.world.letters),
            len(self.world.events),
            self._wsgi_app.registry.application.list_moves().moves,
        )


@pytest.fixture
def site(wsgi_app: Any, world: World) -> Site:
    site = Site(wsgi_app, world)
    assert len(site.views) > 60
    assert site.ask("GET", "/admin/users").status_int == site.ask("GET", "/api/v1/users").status_int == 200
    assert ANA in site.ask("GET", "/settings").text
    return site


def test_what_is_asked_badly_is_refused_everywhere(site: Site) -> None:
    before, strange = site.state(), []
    for view in site.views:
        for method in view.methods:
            for name, environ in ASKED_BADLY.items():
                answer = site.ask(method, view.address, environ)
                if not 400 <= answer.status_int < 500 or EVIL in answer.text:
                    strange.append((method, view.route, name, answer.status))
            if "{" in view.route:
                address = re.sub(r"\{[^}]*\}", "%ff", view.route)
                if site.ask(method, address).status_int not in {400, 404}:
                    strange.append((method, address, "", ""))
    assert strange == []
    assert site.state() == before


def test_a_view_takes_no_method_but_its_own_and_says_which(site: Site) -> None:
    before, strange = site.state(), []
    for view in site.views:
        for method in METHODS - view.methods:
            answer = site.ask(method, view.address)
            if answer.status_int != 405 or not view.methods <= set(answer.headers["Allow"].split(", ")):
                strange.append((method, view.route, answer.status))
    assert strange == []
    assert site.state() == before


def test_no_page_does_anything_for_what_is_no_form_of_it(site: Site) -> None:
    before, strange = site.state(), []
    for view in site.views:
        if "POST" in view.methods and not view.route.startswith(API):
            for name, (content_type, body) in BAD_FORMS.items():
                answer = site.ask("POST", view.address, body=body, content_type=content_type)
                if answer.status_int not in {400, 413, 422}:
                    strange.append((view.route, name, answer.status))
    assert strange == []
    assert site.state() == before


def test_what_claims_to_have_been_forwarded_is_not_believed(site: Site) -> None:
    for view in site.views:
        if "GET" in view.methods:
            plain, forged = (site.ask("GET", view.address, environ) for environ in ({}, FORGED))
            assert (forged.status, forged.location) == (plain.status, plain.location), view.route
            assert EVIL not in f"{forged.headers} {forged.text}", view.route
