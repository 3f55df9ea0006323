"""Nothing is done in somebody's name but what they sent from a page of this site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from coprra.testing.accounts import ANA, PASSWORD, World

FORM = "application/x-www-form-urlencoded"


def send(browser: Any, path: str, *, headers: dict[str, str] | None = None, **fields: str) -> Any:
    return browser.post(path, urlencode(fields), content_type=FORM, headers=headers or {}, status="*")


@pytest.fixture
def signed_in(world: World, browser: Any) -> Any:
    world.a_user()
    browser.sign_in()
    return browser


def token_of(browser: Any) -> str:
    return str(browser.get("/settings/name").forms["content"]["csrf_token"].value)


def test_no_form_of_any_page_does_anything_without_its_token(signed_in: Any) -> None:
    acting = [page.path.replace("{id}", "x") for page in signed_in.pages() if page.act]
    assert len(acting) > 25
    for path in acting:
        answer = send(signed_in, path, csrf_token="A" * 43)
        assert answer.status_int == 403
        assert "open it anew" in answer.text
        assert send(signed_in, path).status_int == 403
        assert send(signed_in, f"{path}?csrf_token={token_of(signed_in)}").status_int == 403
    assert signed_in.get("/settings").status_int == 200


def test_nothing_but_a_page_or_the_api_does_anything(browser: Any) -> None:
    views = [one["introspectable"] for one in browser.app.registry.introspector.get_category("views")]
    acting = {view["route_name"] for view in views if view["request_methods"] not in {None, "GET"}}
    assert {route for route in acting if not route.startswith("/api/")} == {
        page.path for page in browser.pages() if page.act
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://prices.example"},
        {"Origin": "https://prices.example:8443"},
        {"Origin": "https://prices.example.evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://prices.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://prices.example", "Sec-Fetch-Site": "same-site"},
        {"Origin": "null", "Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example", "Host": "evil.example"},
    ],
    ids=str,
)
def test_a_right_token_from_elsewhere_is_refused(signed_in: Any, headers: dict[str, str]) -> None:
    answer = send(signed_in, "/settings/name", headers=headers, csrf_token=token_of(signed_in), name="Mallory")
    assert answer.status_int == 403
    assert signed_in.world.accounts.show_user(ANA).name == "ana"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://prices.example"},
        {"Origin": "https://prices.example", "Sec-Fetch-Site": "same-origin"},
        # What browsers send from pages that give no referrer.
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    ],
    ids=str,
)
def test_a_right_token_from_here_is_taken(signed_in: Any, headers: dict[str, str]) -> None:
    answer = send(signed_in, "/settings/name", headers=headers, csrf_token=token_of(signed_in), name="Ana Banana")
    assert answer.location == "https://prices.example/settings?done=name_changed"
    assert signed_in.world.accounts.show_user(ANA).name == "Ana Banana"


def test_what_a_proxy_makes_of_scheme_and_host_does_not_matter(signed_in: Any) -> None:
    headers = {"Cookie": f"__Host-session={signed_in.cookies['__Host-session']}"}
    token = token_of(signed_in)
    signed_in.extra_environ |= {"HTTP_HOST": "127.0.0.1:8080", "wsgi.url_scheme": "http"}
    assert send(signed_in, "/settings/name", headers=headers, csrf_token=token, name="Ana").status_int == 303
    headers["Origin"] = "http://127.0.0.1:8080"
    assert send(signed_in, "/settings/name", headers=headers, csrf_token=token, name="Mallory").status_int == 403


def test_a_request_that_says_nothing_of_where_it_comes_from_is_refused(signed_in: Any) -> None:
    del signed_in.extra_environ["HTTP_ORIGIN"]
    assert send(signed_in, "/settings/name", csrf_token=token_of(signed_in), name="Mallory").status_int == 403


def test_the_token_may_stand_in_a_header(signed_in: Any) -> None:
    headers = {"X-CSRF-Token": token_of(signed_in)}
    assert send(signed_in, "/settings/name", headers=headers, name="Ana Banana").status_int == 303


def test_the_token_of_one_session_is_none_in_another(
    signed_in: Any, new_browser: Callable[[], Any], world: World
) -> None:
    world.a_user("mallory@example.com")
    mallory = new_browser()
    of_a_guest = mallory.form("/sign-in")["csrf_token"].value
    mallory.sign_in("mallory@example.com")
    for foreign in (of_a_guest, token_of(mallory)):
        assert send(signed_in, "/settings/name", csrf_token=foreign, name="Mallory").status_int == 403


def test_whoever_signs_in_or_confirms_gets_another_session_and_another_token(world: World, browser: Any) -> None:
    world.a_user()
    of_the_guest = browser.form("/sign-in")["csrf_token"].value
    browser.sign_in()
    assert browser.cookies.get("__Host-guest") in {None, ""}
    before, token_before = browser.cookies["__Host-session"], token_of(browser)
    browser.confirm()
    after, token_after = browser.cookies["__Host-session"], token_of(browser)
    browser.enrol()
    last, token_last = browser.cookies["__Host-session"], token_of(browser)
    assert len({before, after, last}) == 3
    assert len({of_the_guest, token_before, token_after, token_last}) == 4
    assert send(browser, "/settings/name", csrf_token=token_after, name="Mallory").status_int == 403
    for old in (before, after):
        browser.set_cookie("__Host-session", old)
        assert "/sign-in" in browser.get("/settings").location


def test_somebody_else_who_signs_in_with_the_same_browser_ends_the_session_before(
    world: World, browser: Any, new_browser: Callable[[], Any]
) -> None:
    world.a_user()
    browser.sign_in()
    before = browser.cookies["__Host-session"]
    token = browser.get("/settings/name").forms["content"]["csrf_token"].value
    send(browser, "/sign-in", csrf_token=token, email=ANA, password=PASSWORD, to="")
    other = new_browser()
    other.set_cookie("__Host-session", before)
    assert "/sign-in" in other.get("/settings").location


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"name=Ana&admin=yes", FORM, 422),
        (b"name=Ana&name=Bob", FORM, 422),
        (b"name=A%00a", FORM, 422),
        (b"name=%ff", FORM, 400),
        (b"name=%ED%A0%80", FORM, 400),
        (b"name=" + b"a" * 8192, FORM, 413),
        (b"&".join([b"a=1"] * 60), FORM, 422),
        (b'{"name": "Ana"}', "application/json", 422),
        (b"--x\r\n", "multipart/form-data; boundary=x", 422),
        (b"name=Ana", "application/x-www-form-urlencoded; charset=utf-7", 303),
        (b"", FORM, 422),
    ],
    ids=repr,
)
def test_what_no_page_sends_is_refused_and_changes_nothing(
    signed_in: Any, body: bytes, content_type: str, status: int
) -> None:
    token = token_of(signed_in)
    headers = {"X-CSRF-Token": token}
    answer = signed_in.post("/settings/name", body, content_type=content_type, headers=headers, status="*")
    assert answer.status_int == status
    assert signed_in.world.accounts.show_user(ANA).name == ("Ana" if status == 303 else "ana")
