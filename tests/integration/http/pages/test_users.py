"""What admins see of accounts, and do to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from coprra.domain.users.letter import LetterKind
from coprra.testing.accounts import ANA, World


@pytest.fixture
def admin(browser: Any) -> Any:
    browser.enter_as_admin()
    return browser


def test_accounts_are_listed_page_by_page_and_by_role(admin: Any, world: World) -> None:
    for number in range(30):
        world.a_user(f"u{number}@example.com")
    page = admin.get("/admin/users")
    first = [link.text for link in page.html.select("tbody a")]
    rest = [link.text for link in admin.get(page.html.find(rel="next")["href"]).html.select("tbody a")]
    assert (len(first), len(rest), len({*first, *rest})) == (25, 6, 31)
    admins = admin.get("/admin/users?role=admin").html
    assert [link.text for link in admins.select("tbody a")] == ["root@example.com"]


def test_an_account_is_found_by_its_address_or_id(admin: Any, world: World) -> None:
    user = world.a_user()
    for who in (" ANA@example.com ", user.id.value):
        assert admin.get("/admin/users", {"who": who}).location.endswith(f"/admin/users/{user.id}")
    for who in ("nobody@example.com", "ana", "u_x", "@"):
        assert "There is no account of that address or id." in admin.get("/admin/users", {"who": who}).text


@pytest.mark.parametrize("path", ["/admin/users/u_x", "/admin/users/ana@example.com"])
def test_an_account_that_is_none_is_not_found(admin: Any, path: str) -> None:
    assert admin.get(path, status=404).content_type == "text/html"


@pytest.mark.parametrize("query", ["role=king", "after=x", "after=%00", "who=a&who=b"])
def test_a_list_that_nobody_links_to_is_refused(admin: Any, query: str) -> None:
    admin.get(f"/admin/users?{query}", status=422)


def test_a_disabled_account_is_out_and_comes_back(admin: Any, world: World, new_browser: Any) -> None:
    user = world.a_user()
    ana = new_browser()
    ana.sign_in()
    admin.confirm_by_device()
    admin.fill(f"/admin/users/{user.id}/disable").follow(status=200)
    assert "/sign-in" in ana.get("/settings").location
    assert ana.sign_in().status_int == 401
    admin.confirm_by_device()
    admin.fill(f"/admin/users/{user.id}/enable")
    assert ana.sign_in().status_int == 303
    admin.confirm_by_device()
    assert "1 session, 0 tokens" in admin.get(f"/admin/users/{user.id}").text
    admin.fill(f"/admin/users/{user.id}/sign-out")
    assert "/sign-in" in ana.get("/settings").location


def test_the_last_admin_stays_one(admin: Any, world: World) -> None:
    root = world.accounts.show_user("root@example.com")
    refused = admin.fill(f"/admin/users/{root.id}/disable")
    assert refused.status_int == 409
    assert "This is the only admin who can sign in" in refused.html.find(role="alert").text


def test_a_second_factor_is_reset_for_a_reason_and_never_ones_own(admin: Any, world: World) -> None:
    user = world.a_user()
    world.enrol()
    world.clock.pass_(timedelta(hours=1))
    admin.sign_in("root@example.com")
    admin.fill("/second-factor", code=world.code(admin.base32))
    admin.confirm_by_device()
    early = admin.fill(f"/admin/users/{user.id}/reset-second-factor", reason="Phone lost")
    assert (early.status_int, "72 hours" in early.text) == (409, True)
    assert admin.fill(f"/admin/users/{user.id}/reset-second-factor", reason="").status_int == 422
    root = world.accounts.show_user("root@example.com")
    own = admin.fill(f"/admin/users/{root.id}/reset-second-factor", reason="Phone lost")
    assert "Somebody else has to reset your own" in own.text
    assert LetterKind.RESET_SECOND_FACTOR not in world.kinds_of_letters()
    assert ANA in admin.get(f"/admin/users/{user.id}").text
