"""From an act to the letter that tells of it, and from its link to the act that it allows."""

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from coprra import Settings, build
from coprra.adapters.system.clock import StoppedClock
from coprra.application import Application
from coprra.domain.jobs.job import JobState
from coprra.domain.sessions.entry import SignedIn
from coprra.domain.sessions.sign_in import InvalidCredentials
from coprra.domain.users.language import Language
from coprra.settings import MEMORY, MailUrl
from coprra.testing.accounts import ANA, HERE, PASSWORD
from coprra.testing.builders import LONG_AFTER
from coprra.testing.keys import K1

HOME = "https://prices.example.org"


@pytest.fixture(params=["memory", "sqlite", "mariadb"])
def application(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Application]:
    """An empty one, whose letters go into a folder."""
    if request.param == "mariadb":
        url = request.getfixturevalue("new_mariadb")()
    else:
        url = MEMORY if request.param == "memory" else f"sqlite:///{tmp_path / 'coprra.sqlite'}"
    settings = Settings(
        database_url=url,
        app_keys=(K1,),
        password_memory_kib=8,
        mail_url=MailUrl(folder=tmp_path / "mail"),
        mail_from="coprra@example.org",
        public_base_url=HOME,
    )
    with build(settings, clock=StoppedClock(LONG_AFTER)) as application:
        application.schema.upgrade()
        yield application


def sent(application: Application, folder: Path) -> list[EmailMessage]:
    """All letters, when those that wait are sent, too."""
    while application.run_next_job(worker="tester", only=["mail.send"]):
        pass
    return [
        email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in folder.glob("mail/*.eml")
    ]


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def secret_in(letter: EmailMessage, path: str) -> str:
    link = re.search(rf"^{HOME}/{path}\?\S+", text_of(letter), re.MULTILINE)
    assert link
    return parse_qs(urlsplit(link[0]).query)["token"][0]


def test_who_registers_gets_a_letter_whose_link_lets_them_sign_in(application: Application, tmp_path: Path) -> None:
    accounts = application.accounts
    accounts.register_user(ANA, PASSWORD, name="Ana <b>", origin=HERE)
    with pytest.raises(InvalidCredentials):
        accounts.sign_in(ANA, PASSWORD, origin=HERE)
    (job,) = application.list_jobs().jobs
    assert (job.kind, job.state, job.enqueued_by.name) == ("mail.send", JobState.WAITING, "accounts")
    (letter,) = sent(application, tmp_path)
    assert secret_in(letter, "verify-email") not in repr(application.show_job(job.id))
    assert (letter["To"], letter["Subject"]) == (ANA, "Confirm your address")
    accounts.verify_email(secret_in(letter, "verify-email"), PASSWORD, origin=HERE)
    assert isinstance(accounts.sign_in(ANA, PASSWORD, origin=HERE), SignedIn)
    accounts.register_user(ANA, PASSWORD, name="Eve", origin=HERE)
    accounts.register_user("ivo@example.com", PASSWORD, name="Ivo", origin=HERE, language=Language.GERMAN)
    letters = {str(one["Subject"]): one for one in sent(application, tmp_path)}
    assert "innerhalb von 24 Stunden" in text_of(letters["Bestätigen Sie Ihre Adresse"])
    html = letters["You have an account already"].get_body(("html",))
    assert html is not None
    assert "Hello Ana &lt;b&gt;," in html.get_content()
