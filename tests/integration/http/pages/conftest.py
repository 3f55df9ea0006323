"""A service with pages, whose letters are read and whose clock is set by tests."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from webtest import TestApp

from coprra import Settings, build
from coprra.domain.users.letter import LetterKind
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.testing.accounts import ANA, PASSWORD, World, memory_world

SITE = "https://prices.example"


class Browser(TestApp):
    """Somebody in front of the pages of one world."""

    def __init__(self, world: World) -> None:
        environ = {
            "HTTP_HOST": "prices.example",
            "wsgi.url_scheme": "https",
            "HTTP_ORIGIN": SITE,
            "HTTP_ACCEPT": "text/html",
        }
        application = replace(build(), accounts=world.accounts)
        super().__init__(make_wsgi_app(application, None, Settings(public_base_url=SITE)), extra_environ=environ)
        self.world = world

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
        return base32, [code.text for code in form.submit().html.select("#codes code")]


@pytest.fixture
def world() -> World:
    return memory_world()


@pytest.fixture
def new_browser(world: World) -> Callable[[], Browser]:
    """Another one in front of the same pages."""
    return lambda: Browser(world)


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(world)
