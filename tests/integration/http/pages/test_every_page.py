"""What holds for every page, whatever it shows: examined for each line of the table of pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from coprra.domain.users.role import Role
from coprra.entrypoints.http.pages.page import Page
from coprra.testing.accounts import ANA, PASSWORD, World

NEW_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
NO_LABEL = {"hidden", "submit"}


def shown_pages(guest: Any, admin: Any) -> list[tuple[str, Any]]:
    """Every page that there is to see, as a guest and as an admin who has just proved who they are."""
    ana = admin.world.a_user()
    found = []
    for page in guest.pages():
        if page.show is None or page.path == "/settings/export":
            continue
        if page.path == "/settings/second-factor/confirm":
            admin.form("/settings/second-factor/device").submit()
        path = page.path.replace("{id}", ana.id.value)
        for browser in (guest, admin):
            answer = browser.get(path)
            if answer.status_int == 200:
                found.append((path, answer))
    return found


@pytest.fixture
def shown(browser: Any, new_browser: Callable[[], Any]) -> list[tuple[str, Any]]:
    admin = new_browser()
    admin.enter_as_admin()
    pages = shown_pages(browser, admin)
    pages.append(("/", browser.get("/")))
    pages.append(("a problem", browser.get("/nowhere", status=404)))
    pages.append(("a fault", browser.fill("/sign-up", name="", email="nonsense", password=PASSWORD)))
    assert {page.path for page in browser.pages() if page.show} - {"/settings/export"} <= {
        re.sub("u_[0-9A-Za-z]{22}", "{id}", path) for path, _ in pages
    } | {"/second-factor"}
    return pages


def test_every_page_is_whole_html_that_screen_readers_find_their_way_in(shown: list[tuple[str, Any]]) -> None:
    for path, answer in shown:
        html = answer.html
        assert answer.text.startswith("<!doctype html>"), path
        assert html.html["lang"] == "en", path
        assert len(html.find_all("h1")) == 1, path
        assert re.fullmatch(r"\S.* · coprra", html.title.text), path
        assert len(html.find_all("main")) == 1, path
        assert html.select_one("a.skip[href='#main']"), path
        ids = [tag["id"] for tag in html.find_all(id=True)]
        assert len(ids) == len(set(ids)), path
        for tag in html.find_all(attrs={"aria-describedby": True}):
            assert set(str(tag["aria-describedby"]).split()) <= set(ids), path
        for link in html.find_all("a"):
            assert link.text.strip(), path


def test_every_input_has_a_label_and_says_what_browsers_may_fill_in(shown: list[tuple[str, Any]]) -> None:
    for path, answer in shown:
        labels = {label["for"] for label in answer.html.find_all("label")}
        for field in answer.html.find_all(["input", "select", "textarea"]):
            if field.get("type") in NO_LABEL or field.get("aria-hidden"):
                continue
            assert field["id"] in labels, (path, field)
            assert field.name == "select" or field.get("type") in {"checkbox", "radio"} or field.get("autocomplete")
            assert field.get("type") != "password" or field["autocomplete"] in {"current-password", "new-password"}


def test_every_form_that_changes_something_carries_the_token_of_the_session(shown: list[tuple[str, Any]]) -> None:
    forms = [(path, form) for path, answer in shown for form in answer.html.find_all("form")]
    assert len(forms) > 50
    for path, form in forms:
        if form["method"] == "post":
            assert re.fullmatch(r"[\w-]{43}", form.find("input", {"name": "csrf_token"})["value"]), path
            assert str(form["action"]).startswith("/"), path
        else:
            assert form["action"] == "/admin/users"


def test_no_page_needs_what_its_policy_forbids(shown: list[tuple[str, Any]]) -> None:
    for path, answer in shown:
        html = answer.html
        assert answer.headers["Content-Security-Policy"] == NEW_POLICY, path
        assert not html.find_all("style"), path
        for tag in html.find_all(True):
            assert "style" not in tag.attrs, path
            assert not any(name.startswith("on") for name in tag.attrs), path
            for name in ("src", "href", "action"):
                assert not re.match("//|http|data:|javascript:", str(tag.get(name, ""))), (path, tag)
        assert all(script.get("src") and not script.text for script in html.find_all("script")), path


def test_nobody_keeps_a_page(shown: list[tuple[str, Any]]) -> None:
    for path, answer in shown:
        assert answer.headers["Cache-Control"] == "no-store", path
        assert "Cookie" in answer.headers["Vary"], path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert (
            len(answer.headers.getall("Content-Security-Policy")) == len(answer.headers.getall("Referrer-Policy")) == 1
        )


def test_what_is_not_for_guests_sends_them_to_sign_in_and_back(browser: Any) -> None:
    for page in browser.pages():
        path = page.path.replace("{id}", "x")
        if page.permission == "public":
            continue
        to_sign_in = "https://prices.example/sign-in"
        if page.show:
            to_sign_in += f"?to={path.replace('/', '%2F')}"
            assert browser.get(path).location == to_sign_in
        if page.act:
            form = browser.get("/sign-in").forms["content"]
            form.action = path
            assert form.submit().location == to_sign_in


def test_whoever_is_refused_is_not_taken_for_a_stranger(world: World, browser: Any) -> None:
    world.a_user()
    browser.sign_in()
    refused = browser.get("/admin/users", status=403)
    assert [link.text for link in refused.html.nav.find_all("a")] == ["Settings"]


def test_what_is_for_admins_is_for_nobody_else(world: World, browser: Any) -> None:
    world.a_user()
    moderator = world.a_user("mod@example.com", Role.MODERATOR)
    for email in (ANA, "mod@example.com"):
        browser.sign_in(email)
        browser.confirm()
        for page in browser.pages():
            if page.path.startswith("/admin/"):
                path = page.path.replace("{id}", moderator.id.value)
                assert browser.get(path, status=403).html.h1.text == "Forbidden"
        browser.sign_out()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "FOO"])
def test_a_page_takes_no_method_but_those_it_names(browser: Any, method: str) -> None:
    token = browser.form("/sign-in")["csrf_token"].value
    for page in browser.pages():
        answer = browser.request(
            page.path.replace("{id}", "x"), method=method, headers={"X-CSRF-Token": token}, status=405
        )
        taken = ["GET", "HEAD"] * bool(page.show) + ["OPTIONS"] + ["POST"] * bool(page.act)
        assert answer.headers["Allow"].split(", ") == taken


def _fresh(page: Page) -> bool:
    return page.permission.endswith("after step-up")


def test_what_wants_a_fresh_proof_asks_for_it_five_minutes_later(world: World, browser: Any) -> None:
    base32 = browser.enter_as_admin()
    ana = world.a_user()
    world.clock.pass_(timedelta(minutes=5))
    fresh = [page.path.replace("{id}", ana.id.value) for page in browser.pages() if _fresh(page)]
    assert len(fresh) >= 12
    for path in fresh:
        assert "/confirm?to=" in browser.get(path, status=303).location
    browser.confirm(world.code(base32))
    for path in fresh:
        browser.get(path, status=200)
