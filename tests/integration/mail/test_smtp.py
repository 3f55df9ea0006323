"""Letters are handed over to a real SMTP server, protected, and none is lost while it is down."""

import ssl
from asyncio import Server
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from coprra import Settings, build
from coprra.adapters.mail.smtp import LetterRefused, SmtpMailer
from coprra.adapters.system.clock import SystemClock
from coprra.application import Application
from coprra.domain.jobs.job import JobState
from coprra.domain.jobs.run_next_job import Outcome
from coprra.domain.kernel.errors import Unavailable
from coprra.domain.kernel.ports import Clock
from coprra.domain.keys.key import write_key
from coprra.domain.mail.message import Message
from coprra.testing.builders import LONG_AFTER, TESTER, day
from coprra.testing.keys import K1

LETTER = Message("ana@example.com", "Potvrdi žabu ☃", "Otvori http://example.com/x\n", "<p>Otvori</p>")


@dataclass
class Letterbox:
    """What a server took. refuses: the answer to whoever should get a letter, instead."""

    taken: list[EmailMessage] = field(default_factory=list)
    protected: list[bool] = field(default_factory=list)
    refuses: str | None = None

    async def handle_RCPT(  # noqa: N802  # of aiosmtpd
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # likewise
        assert isinstance(envelope.content, bytes)
        self.protected.append(session.ssl is not None)
        self.taken.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate that nobody signed, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = SystemClock().now()
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


class OnFreePort(Controller):
    """Port 0 is a free one, which it knows when it looks whether it answers."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # of aiosmtpd


@contextmanager
def serving(letterbox: Letterbox, certificate: Path | None = None, port: int = 0) -> Iterator[int]:
    """A server on a free port of this machine, and its port; with a certificate it takes nothing unprotected."""
    options: dict[str, Any] = {}
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        options = {"tls_context": context, "require_starttls": True, "authenticator": _authenticate}
        options |= {"auth_required": True}
    controller = OnFreePort(letterbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def _authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(handled=False, success=data == LoginPassword(b"coprra", b"right"))


def mailer(port: int, certificate: Path | None = None, password: str = "right") -> SmtpMailer:  # of a test
    if certificate is None:
        return SmtpMailer(host="127.0.0.1", port=port, sender="Shop <shop@example.org>", starttls=False)
    trusting = ssl.create_default_context(cafile=str(certificate))
    return SmtpMailer(
        host="127.0.0.1",
        port=port,
        sender="Shop <shop@example.org>",
        username="coprra",
        password=password,
        context=trusting,
    )


def test_a_letter_arrives_as_text_and_html_over_starttls(certificate: Path) -> None:
    letterbox = Letterbox()
    with serving(letterbox, certificate) as port:
        mailer(port, certificate).send(LETTER, "f" * 32, day(0))
    (mail,) = letterbox.taken
    assert letterbox.protected == [True]
    assert (mail["To"], mail["From"], mail["Subject"]) == ("ana@example.com", "Shop <shop@example.org>", LETTER.subject)
    assert mail["Message-ID"] == f"<{'f' * 32}@example.org>"
    assert mail["Date"].datetime == day(0)
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert (text.get_content().strip(), html.get_content().strip()) == (LETTER.text.strip(), LETTER.html)


def test_a_certificate_that_nobody_vouches_for_gets_no_letter(certificate: Path) -> None:
    letterbox = Letterbox()
    with serving(letterbox, certificate) as port:
        suspicious = SmtpMailer(host="127.0.0.1", port=port, sender="shop@example.org")
        with pytest.raises(Unavailable, match="certificate"):
            suspicious.send(LETTER, "f" * 32, day(0))
    assert letterbox.taken == []


def test_a_server_without_starttls_gets_no_letter_where_it_was_asked_for() -> None:
    letterbox = Letterbox()
    with serving(letterbox) as port, pytest.raises(Unavailable, match="does not offer"):
        SmtpMailer(host="127.0.0.1", port=port, sender="shop@example.org").send(LETTER, "f" * 32, day(0))
    assert letterbox.taken == []


def test_a_wrong_password_is_told_without_repeating_it(certificate: Path) -> None:
    with serving(Letterbox(), certificate) as port, pytest.raises(Unavailable, match="user or the password") as refusal:
        mailer(port, certificate, "hunter2").send(LETTER, "f" * 32, day(0))  # pragma: allowlist secret
    assert "hunter2" not in refusal.value.message


@pytest.mark.parametrize(("answer", "kind"), [("550 No such user", LetterRefused), ("451 Try later", Unavailable)])
def test_a_refusal_for_good_is_told_from_one_for_now(answer: str, kind: type[Exception]) -> None:
    with serving(Letterbox(refuses=answer)) as port, pytest.raises(kind, match=f"says {answer[:3]}"):
        mailer(port).send(LETTER, "f" * 32, day(0))


@dataclass
class SetClock(Clock):
    """Stands still until it is set."""

    instant: datetime = LONG_AFTER

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self.instant


@pytest.mark.parametrize("engine", ["sqlite", "mariadb"])
def test_no_letter_is_lost_while_the_server_is_down(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/x.sqlite" if engine == "sqlite" else request.getfixturevalue("new_mariadb")()
    letterbox, clock = Letterbox(), SetClock()
    with serving(letterbox) as port:
        pass
    with build(Settings(database_url=url, app_keys=(K1,)), clock=clock, mailer=mailer(port)) as application:
        application.schema.upgrade()
        message_id = application.post_mail(LETTER, by=TESTER)
        for _ in range(3):
            assert run(application) is Outcome.POSTPONED
            assert run(application) is None
            clock.instant += timedelta(hours=1)
        with serving(letterbox, port=port):
            assert run(application) is Outcome.DONE
        clock.instant += timedelta(days=1)
        assert run(application) is None
    assert [mail["Message-ID"] for mail in letterbox.taken] == [f"<{message_id}@example.org>"]


def test_a_letter_that_nobody_takes_is_kept_for_a_person(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/x.sqlite", app_keys=(K1,))
    letterbox = Letterbox(refuses="550 No such user")
    with serving(letterbox) as port, build(settings, mailer=mailer(port)) as application:
        application.schema.upgrade()
        application.post_mail(LETTER, by=TESTER)
        assert run(application) is Outcome.BURIED
        (dead,) = application.list_jobs(states={JobState.DEAD}).jobs
        assert dead.message == "The mail server will not take the letter (it says 550)."
        letterbox.refuses = None
        application.retry_job(dead.id, by=TESTER)
        assert run(application) is Outcome.DONE
    assert len(letterbox.taken) == 1


def test_nothing_of_a_letter_stands_in_the_database(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/x.sqlite", app_keys=(K1,))
    with build(settings) as application:
        application.schema.upgrade()
        application.post_mail(LETTER, by=TESTER)
    content = (tmp_path / "x.sqlite").read_bytes()
    assert b"v1.k1." in content
    for part in (b"ana@example.com", b"Otvori", "žabu".encode()):
        assert part not in content
        assert part.hex().encode() not in content


def test_without_a_key_no_letter_is_posted_and_without_a_server_it_stays(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.sqlite"
    with build(Settings(database_url=url)) as application:
        application.schema.upgrade()
        with pytest.raises(Unavailable, match="COPRRA_APP_KEYS"):
            application.post_mail(LETTER, by=TESTER)
        assert run(application) is None
    with build(Settings(database_url=url, app_keys=(K1,))) as application:
        application.post_mail(LETTER, by=TESTER)
        assert run(application) is Outcome.POSTPONED
        (waiting,) = application.list_jobs().jobs
        assert waiting.message == "There is no mail server; set COPRRA_MAIL_URL and COPRRA_MAIL_FROM."


def test_a_folder_takes_letters_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    environment = {
        "COPRRA_DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite",
        "COPRRA_MAIL_URL": f"file://{folder}",
        "COPRRA_MAIL_FROM": "Shop <shop@example.org>",
    }
    settings = Settings.from_environment(environment | {"COPRRA_APP_KEYS": write_key("k1", K1.secret)})
    with build(settings) as application:
        application.schema.upgrade()
        application.post_mail(LETTER, by=TESTER)
        assert run(application) is Outcome.DONE
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail["Subject"] == LETTER.subject


def run(application: Application) -> Outcome | None:
    """What becomes of the next job that sends mail."""
    ended = application.run_next_job(worker="tester", only=["mail.send"])
    return ended.outcome if ended else None
