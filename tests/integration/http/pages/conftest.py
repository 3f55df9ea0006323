"""A service with pages, whose letters are read and whose clock is set by tests."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from webtest import TestApp

from coprra import Settings, build
from coprra.domain.users.letter import LetterKind
from coprra.domain.users.role import Role
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.entrypoints.http.pages.page import CATEGORY, Page
from coprra.testing.accounts import ANA, PASSWORD, World, memory_world

SITE = "https://prices.example"
ADMIN = "root@example.com"


class Browser(TestApp):
    """Somebody in front of the pages of one world."""

    def __init__(self, wsgi_app: Any, world: World) -> None:
        environ = {
            "HTTP_HOST": "prices.example",
            "wsgi.url_scheme": "https",
            "HTTP_ORIGIN": SITE,
            "HTTP_ACCEPT": "text/html",
        }
        super().__init__(wsgi_app, extra_environ=environ, lint=False)
        self.world = world
        self.base32 = ""

    def form(self, path: str) -> Any:
        """What the page is for."""
        return self.get(path).forms["content"]

    def fill(self, path: str, **fields: str) -> Any:
        """The answer to that form, filled in."""
        form = self.form(path)
        for name, value in fields.items():
            form[name] = value
        return form.submit(status="*")

    def sign_in(self, email: str = ANA, password: str = PASSWORD) -> Any:
        """By password, a quarter of an hour later: nobody is hindered by what was before."""
        self.world.clock.pass_(timedelta(minutes=15))
        return self.fill("/sign-in", email=email, password=password)

    def sign_out(self) -> Any:
        """By the button of every page."""
        return self.get("/settings").forms["sign-out"].submit()

    def confirm(self, proof: str = PASSWORD) -> None:
        """A fresh proof."""
        self.fill("/confirm", proof=proof).follow(status=200)

    def open_letter(self, kind: LetterKind, path: str, **fields: str) -> Any:
        """The answer to the form to which the last letter of that kind leads."""
        return self.fill(f"{path}?token={self.world.secret_sent(kind)}", **fields)

    def enrol(self) -> tuple[str, list[str]]:
        """A device's secret and its recovery codes, for somebody who has just confirmed who they are."""
        page = self.fill("/settings/second-factor/device").follow()
        base32 = page.html.find(id="secret").text.replace(" ", "")
        form = page.forms["content"]
        form["code"] = self.world.code(base32)
        shown = form.submit()
        assert not shown.html.find("aside")
        return base32, [code.text for code in shown.html.select("#codes code")]

    def pages(self) -> list[Page]:
        """All that there are."""
        router: Any = self.app
        return [one["introspectable"]["page"] for one in router.registry.introspector.get_category(CATEGORY)]

    def enter_as_admin(self) -> str:
        """Signed in by both factors, and freshly; returns the device's secret."""
        self.world.a_user(ADMIN, Role.ADMIN)
        self.sign_in(ADMIN)
        self.confirm()
        self.base32, _ = self.enrol()
        return self.base32

    def confirm_by_device(self) -> None:
        """A fresh proof, a minute later: each code is good once."""
        self.world.clock.pass_(timedelta(minutes=1))
        self.confirm(self.world.code(self.base32))


@pytest.fixture
def world() -> World:
    return memory_world()


@pytest.fixture(scope="session")
def shared_wsgi_app() -> Any:
    """One for all tests, because it compiles each template once."""
    return make_wsgi_app(build(), None, Settings(public_base_url=SITE))


@pytest.fixture
def wsgi_app(shared_wsgi_app: Any, world: World) -> Any:
    """The pages of the world."""
    shared_wsgi_app.registry.application = replace(build(), accounts=world.accounts)
    return shared_wsgi_app


@pytest.fixture
def new_browser(wsgi_app: Any, world: World) -> Callable[[], Browser]:
    """Another one in front of the same pages."""
    return lambda: Browser(wsgi_app, world)


@pytest.fixture
def browser(new_browser: Callable[[], Browser]) -> Browser:
    return new_browser()
