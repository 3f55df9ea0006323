"""Who may do what: every view of the site, for everybody who may come, held against the table of roles."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from pyramid.config import Configurator
from pyramid.security import NO_PERMISSION_REQUIRED
from webtest import TestApp

from coprra.bootstrap import build
from coprra.domain.sessions.entry import NewTokens
from coprra.domain.sessions.ticket import Channel, Wish
from coprra.domain.users.role import PERMISSIONS, WITHOUT_SECOND_FACTOR, Permission, Role
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.entrypoints.http.introspection import endpoints_of
from coprra.entrypoints.http.pages.forgery import form_token
from coprra.entrypoints.http.security import API, PUBLIC, after_step_up
from coprra.settings import Settings
from coprra.testing.accounts import HERE, PASSWORD, World, memory_world
from coprra.testing.builders import gtin_of
from coprra.testing.users import user_id

if TYPE_CHECKING:
    from webtest.response import TestResponse

PUBLIC_PAGES = (
    "/sign-up",
    "/mailbox",
    "/sign-in",
    "/second-factor",
    "/forgotten-password",
    "/locked-second-factor",
    "/verify-email",
    "/reset-password",
    "/change-email",
    "/unlock-second-factor",
    "/reset-second-factor",
)
PUBLIC_VIEWS = {
    "GET /",
    "GET /health/live",
    "GET /api/v1/products",
    "GET /api/v1/products/suggest",
    "GET /api/v1/products/{reference}",
    "GET /api/v1/products/{reference}/offers",
    "GET /api/v1/products/{reference}/history",
    "GET /api/v1/products/{reference}/discounts",
    "GET /api/v1/categories",
    "GET /api/v1/brands",
    "GET /api/v1/chains",
    "GET /api/v1/suspects",
    "POST /api/v1/tokens",
    "POST /api/v1/tokens/second-factor",
    "POST /api/v1/tokens/refresh",
    "POST /api/v1/accounts",
    "POST /api/v1/accounts/verification",
    "POST /api/v1/accounts/verification/confirmation",
    "POST /api/v1/accounts/password-reset",
    "POST /api/v1/accounts/password-reset/confirmation",
    "GET static",
    "POST /sign-out",
    *(f"{method} {page}" for page in PUBLIC_PAGES for method in ("GET", "POST")),
}
"""Whatever else there is wants somebody who may."""

FOR_ANY = {"/", "/health/live", "static"}
"""Outside the API, and no pages: what a program may ask there, and what both load."""

NEEDS = {each.value: (each, False) for each in Permission} | {after_step_up(each): (each, True) for each in Permission}
IN_PATHS = {"reference": gtin_of(1).short, "id": "m_0123456789abcdef", "user": user_id(77).value}


@dataclass(frozen=True)
class View:
    """One of the site: what it answers, and whom."""

    method: str
    route: str
    permission: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.route}"

    @property
    def is_for_people(self) -> bool:
        return not self.route.startswith(API) and self.route not in FOR_ANY

    @property
    def address(self) -> str:
        if self.route == "static":
            return "/static/nothing"
        return re.sub(r"\{(\w+)[^}]*\}", lambda match: IN_PATHS.get(match[1], "1"), self.route)


@dataclass(frozen=True)
class Visitor:
    """Somebody who comes. role: None for a stranger; proved: whether an admin showed a second factor."""

    role: Role | None
    token: bool = False
    proved: bool = False
    stepped_up: bool = False

    def refusal(self, view: View) -> str | None:
        """The code by which they must be turned away; None: they must not be."""
        if view.permission == PUBLIC:
            return None
        permission, fresh = NEEDS[view.permission]
        if self.role is None or self.token is not view.route.startswith(API):
            return "unauthenticated" if view.route.startswith(API) else "not_signed_in"
        if permission not in PERMISSIONS[self.role]:
            return "not_allowed"
        if self.role is Role.ADMIN and not self.proved and permission not in WITHOUT_SECOND_FACTOR:
            return "mfa_enrollment_required"
        return "step_up_required" if fresh and not self.stepped_up else None


VISITORS = {
    "anonymous": Visitor(None),
    "user": Visitor(Role.USER),
    "user with step-up": Visitor(Role.USER, stepped_up=True),
    "moderator": Visitor(Role.MODERATOR),
    "admin without MFA": Visitor(Role.ADMIN),
    "admin": Visitor(Role.ADMIN, proved=True),
    "admin with step-up": Visitor(Role.ADMIN, proved=True, stepped_up=True),
    "token of a user": Visitor(Role.USER, token=True),
    "token of a moderator": Visitor(Role.MODERATOR, token=True),
    "token of an admin without MFA": Visitor(Role.ADMIN, token=True),
    "token of an admin": Visitor(Role.ADMIN, token=True, proved=True),
}
SITE = "https://prices.example"
ON_THE_WAY = {"/sign-in": "not_signed_in", "/confirm": "step_up_required"}
"""Where people are sent to put right what is missing."""

REFUSALS = {"unauthenticated", "not_signed_in", "not_allowed", "mfa_enrollment_required", "step_up_required"}


class House:
    """A site with somebody of every sort, who comes with something new each time."""

    def __init__(self) -> None:
        self.world: World = memory_world()
        application = replace(build(clock=self.world.clock), accounts=self.world.accounts)
        self.site = TestApp(make_wsgi_app(application, settings=Settings(public_base_url=SITE)), lint=False)
        self.devices: dict[str, str] = {}
        for role in (Role.USER, Role.MODERATOR, Role.ADMIN):
            for proved in (False, True):
                email = self._email(role, proved)
                self.world.a_user(email, role)
                if proved:
                    self.devices[email], _, _ = self.world.enrol(email)

    @property
    def views(self) -> list[View]:
        """Every one that has a method; the others are those that refuse."""
        found = []
        for one in self.site.app.registry.introspector.get_category("views"):
            methods = one["introspectable"]["request_methods"] or ()
            permissions = [each["value"] for each in one["related"] if each.category_name == "permissions"]
            found += [
                View(method, one["introspectable"]["route_name"], permissions[0] if permissions else "none")
                for method in ([methods] if isinstance(methods, str) else methods)
            ]
        return found

    def visit(self, view: View, visitor: Visitor) -> TestResponse:
        """With a form that was sent from a page of the site, where the view is for people."""
        return self.site.request(view.address, method=view.method, headers=self._headers(visitor), status="*")

    def _headers(self, visitor: Visitor) -> dict[str, str]:
        """What they show, made for this one visit."""
        guest = _from_here("__Host-guest", "a" * 43)
        if visitor.role is None:
            return guest
        email = self._email(visitor.role, visitor.proved)
        if visitor.token:
            return {**guest, "Authorization": f"Bearer {self._token(email)}"}
        session = self._session(email)
        if visitor.stepped_up:
            _, session = self.world.stepped_up(session, self._code(email) if visitor.proved else PASSWORD)
        return _from_here("__Host-session", session)

    @staticmethod
    def _email(role: Role, proved: bool) -> str:
        return f"{role}{'2' if proved else ''}@example.com"

    def _code(self, email: str) -> str:
        return self.world.code(self.devices[email], later=1)

    def _session(self, email: str) -> str:
        if email not in self.devices:
            return self.world.session(email)
        ticket, code = self.world.ticket(email), self.world.code(self.devices[email])
        entered = self.world.accounts.verify_second_factor(ticket, code, origin=HERE)
        return str(getattr(entered.entry, "secret", None))

    def _token(self, email: str) -> str:
        if email not in self.devices:
            return self.world.tokens(email).access.text
        ticket = self.world.ticket(email, wish=Wish(channel=Channel.API))
        entered = self.world.accounts.verify_second_factor(ticket, self.world.code(self.devices[email]), origin=HERE)
        assert isinstance(entered.entry, NewTokens)
        return entered.entry.access.text


@pytest.fixture(scope="module")
def house() -> House:
    return House()


def _from_here(cookie: str, secret: str) -> dict[str, str]:
    """Of a browser that sends a form of the page that it was shown."""
    token = form_token(None, session=secret)
    return {"Cookie": f"{cookie}={secret}", "Origin": SITE, "X-CSRF-Token": token, "Accept": "text/html"}


def refused(answer: TestResponse) -> str | None:
    """The code by which somebody was turned away at the door; None: they came in, whatever happened then."""
    code = None
    if answer.content_type == "application/problem+json":
        code = answer.json["code"]
    elif answer.status_int == 303:
        code = ON_THE_WAY.get(str(answer.location).removeprefix(SITE).partition("?to=")[0])
    elif answer.status_int == 403:
        code = "mfa_enrollment_required" if "An admin needs a second factor" in answer.text else "not_allowed"
    return code if code in REFUSALS else None


def test_these_views_and_no_others_are_public(house: House) -> None:
    assert {view.name for view in house.views if view.permission == PUBLIC} == PUBLIC_VIEWS


def test_every_view_names_a_permission_of_the_table(house: House) -> None:
    assert {view.permission for view in house.views} <= {PUBLIC, *NEEDS}
    assert len(house.views) > 30


def test_the_matrix_of_a_security_audit_lets_in_whom_the_site_does(house: House) -> None:
    """With a fresh proof, and a second factor where one is wanted."""
    strongest = {role: Visitor(None if role is Role.GUEST else role, proved=True, stepped_up=True) for role in Role}
    expected = {
        view.name: {
            role
            for role, visitor in strongest.items()
            if replace(visitor, token=view.route.startswith(API)).refusal(view) is None
        }
        for view in house.views
    }
    expected["GET /static/{digest}/{name}"] = expected.pop("GET static")
    assert {one.name: set(one.roles) for one in endpoints_of(house.site.app.registry)} == expected


def test_a_view_that_names_no_permission_or_escapes_them_is_undecided() -> None:
    config = Configurator()
    config.include("coprra.entrypoints.http.security")
    config.add_route("forgotten", "/forgotten/{id}")
    config.add_view(lambda _: None, route_name="forgotten", request_method=("PUT", "DELETE"))
    config.add_route("open", "/open")
    config.add_view(lambda _: None, route_name="open", permission=NO_PERMISSION_REQUIRED)
    config.commit()
    found = endpoints_of(config.registry)
    assert [one.name for one in found] == ["DELETE /forgotten/{id}", "PUT /forgotten/{id}", "* /open"]
    assert not any(one.decided or one.roles for one in found)


@pytest.mark.parametrize("name", VISITORS)
def test_everybody_comes_in_where_the_table_says_so_and_nowhere_else(house: House, name: str) -> None:
    visitor = VISITORS[name]
    expected = {view.name: visitor.refusal(view) for view in house.views}
    found = {}
    for view in house.views:
        answer = house.visit(view, visitor)
        assert answer.status_int < 500, view.name
        # A page for everybody may send people to where they have to begin.
        found[view.name] = None if view.is_for_people and view.permission == PUBLIC else refused(answer)
    assert found == expected
