"""What people see and change of their own accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from coprra.domain.users.language import Language
from coprra.domain.users.letter import LetterKind
from coprra.domain.users.role import Permission, Role
from coprra.testing.accounts import ANA, PASSWORD, World

NEW_PASSWORD = "staple of another kind"  # pragma: allowlist secret


@pytest.fixture
def ana(world: World, browser: Any) -> Any:
    """Signed in, and freshly."""
    world.a_user()
    browser.sign_in()
    browser.confirm()
    return browser


def faults(answer: Any) -> str:
    return str(answer.html.find(role="alert").text)


def test_a_name_is_changed_and_shown_as_it_was_written(ana: Any) -> None:
    ana.fill("/settings/name", name=" <b>Ana</b> & Co. ")
    assert "&lt;b&gt;Ana&lt;/b&gt; &amp; Co." in ana.get("/settings").text
    refused = ana.fill("/settings/name", name="a" * 101)
    assert refused.status_int == 422
    assert refused.html.find("input", {"name": "name"})["aria-invalid"] == "true"
    assert refused.html.select_one(".faults a")["href"] == "#name"


def test_letters_come_in_the_language_of_the_sign_up_or_in_another_that_is_chosen(
    ana: Any, world: World, new_browser: Callable[[], Any]
) -> None:
    other = new_browser()
    other.extra_environ["HTTP_ACCEPT_LANGUAGE"] = "de-AT"
    other.fill("/sign-up", name="Ivo", email="ivo@example.com", password=PASSWORD)
    assert world.letters[-1].language is Language.GERMAN
    ana.fill("/settings/language", language="de")
    assert ana.get("/settings/language").forms["content"]["language"].value == "de"
    assert ana.get("/settings/export").json["user"]["language"] == "de"
    form = ana.form("/settings/language")
    form["language"].force_value("tlh")
    assert "There is no such language." in faults(form.submit(status=422))


def test_another_password_signs_in_and_ends_other_sessions(ana: Any, new_browser: Callable[[], Any]) -> None:
    other = new_browser()
    other.sign_in()
    ana.confirm()
    wrong = ana.fill("/settings/password", current_password="not that one", password=NEW_PASSWORD)
    assert wrong.status_int == 401
    assert wrong.html.select_one(".faults a")["href"] == "#current_password"
    short = ana.fill("/settings/password", current_password=PASSWORD, password="short")
    assert (short.status_int, short.html.select_one(".faults a")["href"]) == (422, "#password")
    ana.fill("/settings/password", current_password=PASSWORD, password=NEW_PASSWORD).follow(status=200)
    assert "/sign-in" in other.get("/settings").location
    assert other.sign_in(password=NEW_PASSWORD).status_int == 303


def test_no_page_shows_a_password_that_was_entered(ana: Any) -> None:
    answer = ana.fill("/settings/password", current_password="entered by mistake", password=NEW_PASSWORD)
    assert "entered by mistake" not in answer.text
    assert NEW_PASSWORD not in answer.text


def test_another_address_counts_once_its_mailbox_is_proved(ana: Any) -> None:
    ana.fill("/settings/email", email="new@example.com")
    assert ANA in ana.get("/settings").text
    ana.open_letter(LetterKind.CHANGE_EMAIL, "/change-email")
    assert "new@example.com" in ana.get("/settings").text


def test_whoever_asks_gets_all_that_is_kept_about_them_and_no_secret(ana: Any) -> None:
    base32, codes = ana.enrol()
    answer = ana.get("/settings/export")
    assert answer.content_disposition == 'attachment; filename="coprra-account.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["user"]["email"] == ANA
    assert answer.json["user"]["created_at"].endswith("Z")
    assert (answer.json["second_factor"], answer.json["recovery_codes_left"]) == (True, 10)
    assert answer.json["sessions"][0]["address"] == ""
    for secret in (base32, codes[0], ana.cookies["__Host-session"], "argon2"):
        assert secret not in answer.text


def test_a_deleted_account_is_gone_after_a_tick(ana: Any) -> None:
    form = ana.form("/settings/delete")
    assert form.submit(status=422).html.find(id="sure")["aria-invalid"] == "true"
    form["sure"] = True
    assert "Your account is deleted." in form.submit().follow().text
    assert ana.sign_in().status_int == 401


def test_recovery_codes_are_shown_once_and_saved_as_they_are(ana: Any) -> None:
    device = ana.fill("/settings/second-factor/device").follow()
    assert ana.get("/settings/second-factor/confirm").html.find(id="secret") == device.html.find(id="secret")
    form = device.forms["content"]
    form["code"] = "000000"
    again = form.submit(status=401)
    assert again.html.find("svg", {"class": "qr"})
    form["code"] = ana.world.code(device.html.find(id="secret").text.replace(" ", ""))
    page = form.submit()
    codes = [code.text for code in page.html.select("#codes code")]
    saved = page.forms["content"].submit()
    assert saved.content_disposition == 'attachment; filename="coprra-recovery-codes.txt"'
    assert saved.text.split() == codes
    assert ana.get("/settings/second-factor/confirm", status=409)
    page.forms["content"]["codes"] = "<script>"
    page.forms["content"].submit(status=422)


def test_few_codes_left_are_told_on_every_page_until_there_are_new_ones(ana: Any, world: World) -> None:
    base32, codes = ana.enrol()
    page = ana.get("/settings")
    for number, code in enumerate(codes[:7], 1):
        ana.sign_out()
        world.clock.pass_(timedelta(hours=1))
        ana.sign_in()
        page = ana.fill("/second-factor", code=code).follow()
        assert ("recovery codes are left" in page.text) is (number == 7)
    assert page.html.find("aside").find("a")["href"] == "/settings/second-factor/codes"
    ana.confirm(world.code(base32))
    assert len(ana.fill("/settings/second-factor/codes").html.select("#codes code")) == 10
    assert "codes are left" not in ana.get("/settings/sessions").text


def test_a_recovery_code_is_no_fresh_proof(ana: Any) -> None:
    _, codes = ana.enrol()
    answer = ana.fill("/confirm", proof=codes[0])
    assert (answer.status_int, answer.html.select_one(".faults a")["href"]) == (401, "#proof")


def test_a_device_is_removed_by_whom_it_belongs_to_and_never_by_an_admin(
    ana: Any, new_browser: Callable[[], Any]
) -> None:
    ana.enrol()
    ana.fill("/settings/second-factor/remove").follow(status=200)
    ana.sign_out()
    assert ana.sign_in().location == "https://prices.example/settings"
    admin = new_browser()
    admin.enter_as_admin()
    assert "/settings/second-factor/remove" not in admin.get("/settings/second-factor").text
    assert "An admin needs a second factor" in faults(admin.fill("/settings/second-factor/remove"))


def test_sessions_are_told_apart_and_revoked(ana: Any, new_browser: Callable[[], Any]) -> None:
    phone = new_browser()
    phone.extra_environ |= {
        "HTTP_USER_AGENT": "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0<script>",
        "REMOTE_ADDR": "198.51.100.7",
    }
    phone.sign_in()
    page = ana.get("/settings/sessions")
    assert "Firefox on Android" in page.text
    assert "198.51.100.7" in page.text
    assert "<script>" not in page.text
    revoke = next(form for form in page.forms.values() if form.action.endswith("/revoke"))
    assert "That session is signed out." in revoke.submit().follow().text
    assert "/sign-in" in phone.get("/settings").location
    revoke.submit(status=404)
    phone.sign_in()
    ana.confirm()
    ana.fill("/settings/sessions/others").follow(status=200)
    assert "/sign-in" in phone.get("/settings").location


def test_a_token_is_made_shown_once_and_revoked(ana: Any, world: World) -> None:
    form = ana.form("/settings/tokens/new")
    form["name"] = "Nightly export"
    form["days"] = "7"
    token = form.submit().html.find(id="token").text
    assert world.accounts.authenticate_token(token).abilities == frozenset({Permission.READ_PRICES})
    page = ana.get("/settings/tokens")
    assert token not in page.text
    assert "2030-01-08" in page.text
    revoke = next(form for form in page.forms.values() if form.action.endswith("/revoke"))
    assert "You have no tokens." in revoke.submit().follow().text


@pytest.mark.parametrize("days", ["0", "366", "-1", "1e3", "", "٣", "99999"])
def test_a_token_without_a_sensible_end_is_not_made(ana: Any, days: str) -> None:
    form = ana.form("/settings/tokens/new")
    form["name"], form["days"] = "Forever", days
    answer = form.submit(status=422)
    assert answer.html.select_one(".faults a")["href"] == "#days"
    assert "You have no tokens." in ana.get("/settings/tokens").text


def test_a_token_may_do_something_and_nothing_that_its_owner_may_not(ana: Any) -> None:
    form = ana.form("/settings/tokens/new")
    form["name"] = "Greedy"
    shown = [box["value"] for box in form.html.find_all("input", {"type": "checkbox"})]
    assert shown == ["prices:read", "account:enter", "account:manage"]
    form.fields["ability[]"][0].checked = False
    assert "Choose at least one" in faults(form.submit(status=422))
    token = form["csrf_token"].value
    for ability, status in (("users:manage", 403), ("everything", 422)):
        fields = {"csrf_token": token, "name": "Greedy", "days": "7", "ability[]": ability}
        ana.post("/settings/tokens/new", fields, status=status)


def test_somebody_who_was_made_an_admin_first_needs_a_second_factor(
    ana: Any, world: World, new_browser: Callable[[], Any]
) -> None:
    admin = new_browser()
    admin.enter_as_admin()
    user = world.accounts.show_user(ANA)
    form = admin.form(f"/admin/users/{user.id}/role")
    form["role"] = Role.ADMIN.value
    assert "signed out everywhere" in form.submit().follow().text
    assert "/sign-in" in ana.get("/settings").location
    ana.sign_in()
    assert "Admins need a second factor." in ana.get("/settings").text
    for path in ("/settings/sessions", "/settings/tokens", "/settings/name", "/admin/users"):
        assert ana.get(path, status=403).html.find("a", href="/settings/second-factor")
    ana.confirm()
    ana.enrol()
    assert ana.get("/admin/users").status_int == 200
