"""Signing up and in: what strangers learn, where people end up, and what their browsers keep."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from coprra.domain.limits.origin import Origin
from coprra.domain.sessions.sign_in import InvalidCredentials
from coprra.domain.sessions.ticket import Channel, Wish
from coprra.domain.users.letter import LetterKind
from coprra.testing.accounts import ANA, PASSWORD, World
from coprra.testing.builders import TESTER

WRONG = "none of the words"
ANOTHER = "staple of another kind"


def seen(answer: Any) -> tuple[Any, ...]:
    """All that a stranger sees of an answer, but what is random."""
    headers = sorted((name, value) for name, value in answer.headerlist if name not in {"X-Request-ID", "Set-Cookie"})
    cookies = sorted(re.sub("=[^;]+", "=", cookie, count=1) for cookie in answer.headers.getall("Set-Cookie"))
    return answer.status, re.sub(r'value="[\w-]{43}"|<code>\w{32}</code>', "", answer.text), headers, cookies


def test_a_sign_in_that_fails_looks_the_same_whatever_is_wrong(world: World, new_browser: Callable[[], Any]) -> None:
    world.a_user("right@example.com")
    world.accounts.disable_user(world.a_user("disab@example.com").id, by=TESTER)
    new_browser().fill("/sign-up", name="New", email="unver@example.com", password=PASSWORD)
    answers = set()
    for email, password in (
        ("right@example.com", WRONG),
        ("nobod@example.com", PASSWORD),
        ("disab@example.com", PASSWORD),
        ("unver@example.com", PASSWORD),
    ):
        status, text, headers, cookies = seen(new_browser().sign_in(email, password))
        answers.add((status, text.replace(email, ""), tuple(headers), tuple(cookies)))
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/sign-up", {"name": "Ana", "password": PASSWORD}),
        ("/forgotten-password", {}),
        ("/mailbox", {}),
        ("/locked-second-factor", {}),
    ],
)
def test_whoever_asks_by_mail_is_told_the_same_whether_there_is_an_account(
    world: World, new_browser: Callable[[], Any], path: str, fields: dict[str, str]
) -> None:
    world.a_user()
    known = new_browser().fill(path, email=ANA, **fields)
    unknown = new_browser().fill(path, email="nobody@example.com", **fields)
    assert seen(known) == seen(unknown)
    assert known.status_int == 303


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/%2F/evil.example",
        "/settings/../..//evil.example",
        "/settings\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "settings",
        "/settings?done=deleted",
        "\N{FULLWIDTH SOLIDUS}settings",
        "",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(world: World, browser: Any, to: str) -> None:
    world.a_user()
    form = browser.get("/sign-in", {"to": to}).forms["content"]
    form["email"], form["password"] = ANA, PASSWORD
    assert form["to"].value == ""
    form["to"] = to.replace("\r\n", "")
    assert form.submit().location == "https://prices.example/settings"
    assert browser.get("/sign-in", {"to": to}).location == "https://prices.example/settings"


def test_who_was_held_up_goes_on_to_what_was_asked_for(world: World, browser: Any) -> None:
    world.a_user()
    form = browser.get("/settings/tokens").follow().forms["content"]
    form["email"], form["password"] = ANA, PASSWORD
    assert form.submit().location == "https://prices.example/settings/tokens"


def test_the_cookies_are_for_this_host_alone_and_no_script_reads_them(world: World, browser: Any) -> None:
    world.a_user()
    guest = browser.get("/sign-in").headers.getall("Set-Cookie")
    signed_in = browser.sign_in().headers.getall("Set-Cookie")
    names = {cookie.partition("=")[0] for cookie in (*guest, *signed_in)}
    assert names == {"__Host-guest", "__Host-session", "__Host-ticket", "__Host-device"}
    for cookie in (*guest, *signed_in):
        assert "; Path=/" in cookie
        assert "; secure; HttpOnly; SameSite=Lax" in cookie
        assert "domain" not in cookie.lower()


def test_a_known_browser_signs_in_while_strangers_guess(world: World, browser: Any, new_browser: Any) -> None:
    world.a_user()
    browser.sign_in()
    browser.sign_out()
    stranger = new_browser()
    stranger.extra_environ["REMOTE_ADDR"] = "198.51.100.7"
    *_, refused = [stranger.fill("/sign-in", email=ANA, password=WRONG) for _ in range(6)]
    assert refused.status_int == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "try again in" in refused.html.find(role="alert").text
    assert browser.fill("/sign-in", email=ANA, password=PASSWORD).status_int == 303


def test_a_new_browser_signs_in_by_the_mailbox_while_strangers_guess(world: World, browser: Any) -> None:
    world.a_user()
    for number in range(5):
        with pytest.raises(InvalidCredentials):
            world.accounts.sign_in(ANA, WRONG, origin=Origin(f"203.0.113.{number}"))
    assert browser.fill("/sign-in", email=ANA, password=PASSWORD).status_int == 429
    browser.fill("/forgotten-password", email=ANA)
    browser.open_letter(LetterKind.RESET_PASSWORD, "/reset-password", password=ANOTHER)
    known = browser.cookies["__Host-device"]
    assert browser.fill("/sign-in", email=ANA, password=ANOTHER).status_int == 303
    browser.confirm(ANOTHER)
    browser.fill("/settings/password", current_password=ANOTHER, password=PASSWORD)
    assert browser.cookies["__Host-device"] != known


def test_a_session_that_has_ended_sends_its_person_to_sign_in_even_from_a_form(world: World, browser: Any) -> None:
    world.a_user()
    browser.sign_in()
    form = browser.get("/settings/name").forms["content"]
    world.clock.pass_(timedelta(minutes=60))
    assert form.submit().location == "https://prices.example/sign-in?to=%2Fsettings%2Fname"
    assert browser.sign_in().status_int == 303


def test_wrong_codes_end_a_sign_in_half_way(world: World, browser: Any) -> None:
    world.a_user()
    base32, _, _ = world.enrol()
    browser.sign_in()
    for _ in range(5):
        assert browser.fill("/second-factor", code="000000").status_int == 401
    world.clock.pass_(timedelta(minutes=4))
    assert browser.fill("/second-factor", code=world.code(base32)).status_int in {401, 429}
    assert "/sign-in" in browser.get("/settings").location


@pytest.mark.parametrize(
    ("kind", "path", "fields"),
    [
        (LetterKind.VERIFY_EMAIL, "/verify-email", {"current_password": PASSWORD}),
        (LetterKind.RESET_PASSWORD, "/reset-password", {"password": ANOTHER}),
    ],
)
def test_a_link_works_once_by_its_button_and_never_by_being_looked_at(
    world: World, browser: Any, kind: LetterKind, path: str, fields: dict[str, str]
) -> None:
    browser.fill("/sign-up", name="Ana", email=ANA, password=PASSWORD)
    if kind is LetterKind.RESET_PASSWORD:
        browser.fill("/forgotten-password", email=ANA)
    link = f"{path}?token={world.secret_sent(kind)}"
    first, second = browser.get(link), browser.get(link)
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert first.headers["Cache-Control"] == "no-store"
    browser.head(link)
    form, again = first.forms["content"], second.forms["content"]
    for name, value in fields.items():
        form[name] = again[name] = value
    assert form.submit().location.startswith("https://prices.example/sign-in?done=")
    assert "The link is not valid any more" in again.submit(status=401).text


def test_no_token_of_a_link_comes_into_the_log(world: World, browser: Any, log: Any) -> None:
    browser.fill("/sign-up", name="Ana", email=ANA, password=PASSWORD)
    secret = world.secret_sent(LetterKind.VERIFY_EMAIL)
    browser.open_letter(LetterKind.VERIFY_EMAIL, "/verify-email", current_password=PASSWORD)
    browser.get(f"/verify-email?token={secret}&token=x", status=422)
    assert "verify-email" in log.getvalue()
    assert secret not in log.getvalue()
    assert PASSWORD not in log.getvalue()


def test_a_ticket_that_the_api_gave_is_good_for_nothing_here(world: World, browser: Any) -> None:
    world.a_user()
    device, _, _ = world.enrol()
    browser.sign_in()
    browser.set_cookie("__Host-ticket", world.ticket(wish=Wish(channel=Channel.API)))
    refused = browser.fill("/second-factor", code=world.code(device))
    assert refused.status_int != 500
    assert "__Host-session" not in browser.cookies
    assert world.accounts.list_tokens(world.accounts.show_user(ANA).id) == ()


def test_a_cookie_that_nobody_can_read_is_none(browser: Any) -> None:
    browser.extra_environ["HTTP_COOKIE"] = r'a="\377"; session=x'
    for path in ("/sign-in", "/second-factor", "/settings"):
        assert browser.get(path).status_int in {200, 303}
