"""Asking by mail: the same is done whether or not there is an account; a worker finds out whose address it is."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Engine, event
from webtest import TestApp

from coprra.bootstrap import build
from coprra.domain.users.role import Role
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.settings import MailUrl, Settings
from coprra.testing.accounts import HERE, PASSWORD, SetClock
from coprra.testing.builders import TESTER
from coprra.testing.keys import K1

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KNOWN, DISABLED, UNVERIFIED, NOBODY = (f"{name}@example.com" for name in ("known", "disabled", "unverified", "nobody"))
ASKED = {
    "password-reset": {KNOWN, UNVERIFIED},
    "verification": {UNVERIFIED},
}
"""Who gets a letter, by what is asked for."""


class House:
    """A service with accounts of every sort, whose letters go into a folder."""

    def __init__(self, folder: Path) -> None:
        self.mail = folder / "mail"
        settings = Settings(
            database_url=f"sqlite:///{folder / 'db'}",
            app_keys=(K1,),
            password_memory_kib=8,
            public_base_url="https://prices.example",
            mail_url=MailUrl(folder=self.mail),
            mail_from="coprra@prices.example",
        )
        clock = SetClock()
        self.application = build(settings, clock=clock)
        self.application.schema.upgrade()
        accounts = self.application.accounts
        for email in (KNOWN, DISABLED):
            accounts.create_user(email, PASSWORD, name="Ana", role=Role.USER, by=TESTER)
        accounts.disable_user(accounts.show_user(DISABLED).id, by=TESTER)
        accounts.register_user(UNVERIFIED, PASSWORD, name="Ana", origin=HERE)
        self.work()
        # Who registered within the last hour has asked for one of three letters.
        clock.pass_(timedelta(days=40))
        accounts.prune_access()
        self.site = TestApp(make_wsgi_app(self.application, settings=settings), lint=False)

    def ask(self, what: str, email: str, network: int) -> int:
        """The status of the answer."""
        where = {"REMOTE_ADDR": f"192.0.2.{network}"}
        answer = self.site.post_json(f"/api/v1/accounts/{what}", {"email": email}, extra_environ=where, status="*")
        return int(answer.status_int)

    def work(self) -> set[str]:
        """To whom letters went meanwhile."""
        before = self._letters()
        while self.application.run_next_job(worker="tester", only=["mail.answer", "mail.send"]):
            pass
        texts = [file.read_text("utf-8") for file in self._letters() - before]
        return {email for email in (KNOWN, DISABLED, UNVERIFIED, NOBODY) if any(f"To: {email}" in one for one in texts)}

    def _letters(self) -> set[Path]:
        return set(self.mail.glob("*.eml"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("house"))


@contextmanager
def statements() -> Iterator[list[str]]:
    """All that are sent meanwhile, and commits."""
    sent: list[str] = []

    def note(*told: Any) -> None:
        sent.append(told[2])

    def note_commit(_connection: Any) -> None:
        sent.append("COMMIT")

    event.listen(Engine, "before_cursor_execute", note)
    event.listen(Engine, "commit", note_commit)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)
        event.remove(Engine, "commit", note_commit)


@pytest.mark.parametrize("what", ASKED)
def test_who_asks_by_mail_makes_the_same_work_whether_or_not_there_is_an_account(house: House, what: str) -> None:
    done = {}
    for number, email in enumerate((KNOWN, DISABLED, UNVERIFIED, NOBODY)):
        with statements() as sent:
            assert house.ask(what, email, network=10 * sorted(ASKED).index(what) + number) == 202
        done[email] = sent
    assert any("INSERT INTO jobs" in one for one in done[NOBODY])
    assert not any("users" in one or "user_links" in one for one in done[KNOWN])
    assert done[KNOWN] == done[DISABLED] == done[UNVERIFIED] == done[NOBODY]
    assert house.work() == ASKED[what]


def test_no_more_jobs_wait_than_letters_may_be_asked_for(house: House) -> None:
    before = sum(house.application.list_jobs().counts.values())
    statuses = [house.ask("password-reset", f"a{number}@example.com", network=99) for number in range(12)]
    assert statuses == [202] * 10 + [429] * 2
    statuses = [house.ask("password-reset", "b@example.com", network=100 + number) for number in range(5)]
    assert statuses == [202] * 3 + [429] * 2
    assert sum(house.application.list_jobs().counts.values()) == before + 13
    assert house.work() == set()
