"""People at the pages: from signing up to a second factor that an admin helps to lose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from coprra.adapters.sql.accounts.store import SqlAccounts
from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.schema import SqlSchema
from coprra.domain.kernel.events import Event
from coprra.domain.users.letter import LetterKind
from coprra.domain.users.role import Role
from coprra.testing.accounts import ANA, PASSWORD, CollectedLetters, World, memory_world


@pytest.fixture(params=["memory", "sqlite"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """In dictionaries, and in a database."""
    if request.param == "memory":
        yield memory_world()
        return
    engine = make_engine(f"sqlite:///{tmp_path / 'coprra.sqlite'}")
    SqlSchema(engine).upgrade()
    outbox = CollectedLetters()
    events: list[Event] = []
    yield World(SqlAccounts(engine, events.append, lambda _: outbox), outbox, events)
    engine.dispose()


def heading(answer: Any) -> str:
    return str(answer.html.h1.text)


def test_from_signing_up_to_a_reset_second_factor(world: World, browser: Any, new_browser: Callable[[], Any]) -> None:
    answer = browser.fill("/sign-up", name="Ana", email=ANA, password=PASSWORD).follow()
    assert heading(answer) == "Look into your mailbox"
    assert browser.sign_in().status_int == 401
    wrong = browser.open_letter(LetterKind.VERIFY_EMAIL, "/verify-email", current_password="not the right one")
    assert wrong.status_int == 401
    verified = browser.open_letter(LetterKind.VERIFY_EMAIL, "/verify-email", current_password=PASSWORD).follow()
    assert "Your e-mail address is verified" in verified.text
    assert heading(browser.sign_in().follow()) == "Your account"

    assert browser.get("/settings/second-factor/device").location.endswith(
        "/confirm?to=%2Fsettings%2Fsecond-factor%2Fdevice"
    )
    browser.confirm()
    base32, codes = browser.enrol()
    assert len(codes) == 10
    assert "10 of ten are left" in browser.get("/settings/second-factor").text
    signed_out = browser.sign_out().follow()
    assert "You are signed out." in signed_out.text

    assert browser.sign_in().location.endswith("/second-factor")
    assert browser.fill("/second-factor", code="000000").status_int == 401
    assert heading(browser.fill("/second-factor", code=world.code(base32)).follow()) == "Your account"
    browser.sign_out()
    browser.sign_in()
    assert heading(browser.fill("/second-factor", code=codes[0].lower()).follow()) == "Your account"
    assert "9 of ten are left" in browser.get("/settings/second-factor").text

    world.a_user("root@example.com", Role.ADMIN)
    admin = new_browser()
    assert "Admins need a second factor." in admin.sign_in("root@example.com").follow().text
    assert admin.get("/admin/users", status=403).html.find("a", href="/settings/second-factor")
    admin.confirm()
    admins_base32, _ = admin.enrol()
    world.clock.pass_(timedelta(hours=73))
    admin.sign_in("root@example.com")
    admin.fill("/second-factor", code=world.code(admins_base32))
    found = admin.get("/admin/users", {"who": ANA}).follow()
    world.clock.pass_(timedelta(seconds=60))
    asks = found.html.find("a", string="Ask to reset it")["href"]
    world.clock.pass_(timedelta(minutes=6))
    confirming = admin.get(asks).follow().forms["content"]
    confirming["proof"] = world.code(admins_base32)
    reason = confirming.submit().follow().forms["content"]
    reason["reason"] = "Phone fell into the sea; called back on the known number."
    assert "Nothing changes until the owner confirms it." in reason.submit().follow().text

    reset = browser.open_letter(LetterKind.RESET_SECOND_FACTOR, "/reset-second-factor", current_password=PASSWORD)
    assert "Your second factor is removed" in reset.follow().text
    assert heading(browser.sign_in().follow()) == "Your account"
