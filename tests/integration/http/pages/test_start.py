"""The start page, files that pages need, and services that have no pages."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from webob import Request
from webtest import TestApp

from coprra import Settings, build
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.testing.accounts import World


def test_people_see_a_start_page_where_programs_see_the_index(browser: Any) -> None:
    page = browser.get("/")
    assert page.html.h1.text == "What do stores really ask?"
    assert "Accept" in page.headers["Vary"]
    for accept in ("*/*", "application/json", ""):
        assert browser.get("/", headers={"Accept": accept}).content_type == "application/json"


def test_files_are_kept_for_a_year_at_an_address_that_changes_with_them(browser: Any) -> None:
    page = browser.get("/sign-in").html
    stylesheet = page.find("link", rel="stylesheet")["href"]
    assert re.fullmatch("/static/[0-9a-f]{16}/coprra.css", stylesheet)
    answer = browser.get(stylesheet)
    assert answer.content_type == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert browser.get(page.find("link", rel="icon")["href"]).content_type == "image/svg+xml"
    browser.get("/static/0000000000000000/coprra.css", status=404)
    browser.get(stylesheet.replace("coprra.css", "..%2F..%2Fsettings.py"), status=404)


def test_without_an_address_of_its_own_a_service_has_no_pages() -> None:
    service = TestApp(make_wsgi_app(build()))
    assert service.get("/", headers={"Accept": "text/html"}).content_type == "application/json"
    assert (
        service.get("/sign-in", headers={"Accept": "text/html"}, status=404).content_type == "application/problem+json"
    )


@pytest.mark.parametrize("address", ["/sign-in/%ff", "/admin/users/%ff", "/sign-in?to=%ff"])
def test_people_are_told_of_an_address_that_nobody_can_read(wsgi_app: Any, address: str) -> None:
    answer = Request.blank(address, headers={"Accept": "text/html"}).get_response(wsgi_app)
    assert (answer.status_int, answer.content_type) == (400, "text/html")
    assert "bytes that are no UTF-8" in answer.text


def test_cookies_go_without_tls_only_where_there_is_none(world: World) -> None:
    application = replace(build(), accounts=world.accounts)
    for base_url, name in (("https://prices.example", "__Host-guest"), ("http://127.0.0.1:8080", "guest")):
        settings = Settings(public_base_url=base_url, insecure_cookies=True)
        answer = TestApp(make_wsgi_app(application, None, settings)).get("/sign-in")
        assert answer.headers["Set-Cookie"].startswith(f"{name}=")


def test_programs_are_told_of_problems_as_before(browser: Any) -> None:
    problem = browser.get("/nowhere", headers={"Accept": "*/*"}, status=404)
    assert problem.content_type == "application/problem+json"
    assert browser.post("/health/live", status=405).headers["Allow"] == "GET, HEAD, OPTIONS"
    assert browser.get("/api/v1/nowhere", status=404).content_type == "application/problem+json"
    assert browser.get("/api/v1/products?limit=0", status=422).content_type == "application/problem+json"
