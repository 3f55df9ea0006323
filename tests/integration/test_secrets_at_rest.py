"""After everything that can be done with accounts neither the database nor a log holds what opens a door."""

import email
import email.policy
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from coprra import Settings, build
from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.tables import metadata
from coprra.application import Application
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.sessions.entry import NewTokens, SecondFactorNeeded, SignedIn
from coprra.domain.sessions.session import NewSession
from coprra.domain.sessions.ticket import WEB, Channel, Wish
from coprra.domain.users.identity import Identity
from coprra.domain.users.role import Permission, Role
from coprra.settings import MailUrl
from coprra.testing.accounts import ANA, HERE, SetClock, shown_at
from coprra.testing.builders import TESTER
from coprra.testing.keys import K1
from coprra.testing.spellings import found_in

ADMIN = "admin@example.com"
API = Wish(channel=Channel.API)


@dataclass
class Flow:
    """Everything that can be done, and every secret that somebody was told or typed meanwhile."""

    application: Application
    clock: SetClock
    folder: Path
    secrets: dict[str, str] = field(default_factory=dict)

    def keep(self, name: str, secret: str) -> str:
        self.secrets[f"{name} {len(self.secrets)}"] = secret
        return secret

    def password(self, words: str) -> str:
        return self.keep("password", words)

    def letter(self, path: str) -> str:
        """The secret of the newest letter's link; letters that wait are sent before."""
        while self.application.run_next_job(worker="tester", only=["mail.answer", "mail.send"]):
            pass
        newest = max(self.folder.glob("mail/*.eml"), key=lambda file: file.stat().st_mtime_ns)
        body = email.message_from_bytes(newest.read_bytes(), policy=email.policy.default).get_body(("plain",))
        assert body is not None
        link = re.search(rf"https://\S+/{path}\?\S+", body.get_content())
        assert link, path
        return self.keep("link", parse_qs(urlsplit(link[0]).query)["token"][0])

    def sign_in(self, address: str, password: str, wish: Wish = WEB) -> SignedIn | SecondFactorNeeded:
        entered = self.application.accounts.sign_in(address, password, origin=HERE, wish=wish)
        if isinstance(entered, SecondFactorNeeded):
            self.keep("ticket", entered.ticket.secret)
        return entered

    def me(self, entered: SignedIn | SecondFactorNeeded) -> Identity:
        assert isinstance(entered, SignedIn)
        assert isinstance(entered.entry, NewSession)
        return self.application.accounts.authenticate_session(self.keep("session", entered.entry.secret))

    def enter(self, address: str, password: str, code: str) -> Identity:
        waiting = self.sign_in(address, password)
        assert isinstance(waiting, SecondFactorNeeded)
        return self.me(self.application.accounts.verify_second_factor(waiting.ticket.secret, code, origin=HERE))

    def stepped_up(self, me: Identity, proof: str) -> Identity:
        secret = self.application.accounts.step_up(me, proof, origin=HERE)
        return self.application.accounts.authenticate_session(self.keep("session", secret))

    def code(self, base32: str) -> str:
        self.clock.pass_(timedelta(minutes=1))
        return shown_at(base32, self.clock.now())

    def enrol(self, me: Identity) -> tuple[str, tuple[str, ...]]:
        device = self.application.accounts.start_enrolment(me, origin=HERE)
        self.keep("device", device.base32)
        enrolled = self.application.accounts.confirm_enrolment(me, self.code(device.base32), origin=HERE)
        self.keep("session", enrolled.session_secret)
        for code in enrolled.recovery_codes:
            self.keep("recovery code", code)
        return device.base32, enrolled.recovery_codes

    def run(self) -> None:
        """Sign up, sign in, enrol, sign in by code and recovery code, tokens, resets by link and by an admin."""
        accounts = self.application.accounts
        first, second, third = (self.password(f"{number} correct horse batteries") for number in ("7", "8", "9"))
        accounts.register_user(ANA, first, name="Ana", origin=HERE)
        accounts.verify_email(self.letter("verify-email"), first, origin=HERE)
        with pytest.raises(CoprraError):
            self.sign_in(ANA, self.password("a wrong battery horse"))
        device, codes = self.enrol(self.stepped_up(self.me(self.sign_in(ANA, first)), first))
        self.enter(ANA, first, codes[0])
        me = self.stepped_up(self.enter(ANA, first, self.code(device)), self.code(device))
        made = accounts.create_token(me, "script", {Permission.READ_PRICES}, origin=HERE)
        self.keep("token", made.token.text)
        accounts.change_password(me, first, second, origin=HERE)
        self._refresh(second, device)
        accounts.request_password_reset(ANA, origin=HERE)
        accounts.reset_password(self.letter("reset-password"), third, origin=HERE)
        self._be_reset_by_an_admin(third)
        # Nobody sends this one: it waits, sealed, with a link in it.
        accounts.register_user("ivo@example.com", self.password("ivos correct horse"), name="Ivo", origin=HERE)

    def _refresh(self, password: str, device: str) -> None:
        waiting = self.sign_in(ANA, password, API)
        assert isinstance(waiting, SecondFactorNeeded)
        accounts = self.application.accounts
        entered = accounts.verify_second_factor(waiting.ticket.secret, self.code(device), origin=HERE)
        assert isinstance(entered.entry, NewTokens)
        used = self.keep("token", entered.entry.refresh.text)
        self.keep("token", entered.entry.access.text)
        for _ in range(2):
            pair = accounts.refresh_tokens(used, origin=HERE)
            self.keep("token", pair.access)
            self.keep("token", pair.refresh)

    def _be_reset_by_an_admin(self, password: str) -> None:
        accounts = self.application.accounts
        own = self.password("an admins correct horse")
        accounts.create_user(ADMIN, own, name="Admin", role=Role.ADMIN, by=TESTER)
        device, _ = self.enrol(self.stepped_up(self.me(self.sign_in(ADMIN, own)), own))
        self.clock.pass_(timedelta(hours=72))
        me = self.stepped_up(self.enter(ADMIN, own, self.code(device)), self.code(device))
        target = accounts.show_user(ANA).id
        accounts.request_second_factor_reset(me, target, reason="lost the phone", origin=HERE)
        accounts.confirm_second_factor_reset(self.letter("reset-second-factor"), password, origin=HERE)


@pytest.fixture(params=["sqlite", "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "mariadb":
        return str(request.getfixturevalue("new_mariadb")())
    return f"sqlite:///{tmp_path / 'coprra.sqlite'}"


def dumped(url: str) -> Iterator[bytes]:
    """Every value of every row, as text; of SQLite the file as well, with what was removed and not written over."""
    engine = make_engine(url)
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                yield json.dumps([value.hex() if isinstance(value, bytes) else value for value in row]).encode()
    engine.dispose()
    if url.startswith("sqlite"):
        for file in Path(url.removeprefix("sqlite:///")).parent.glob("coprra.sqlite*"):
            yield file.read_bytes()


def test_no_secret_stands_in_a_dump_or_a_log(url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    clock = SetClock()
    settings = Settings(
        database_url=url,
        app_keys=(K1,),
        password_memory_kib=8,
        mail_url=MailUrl(folder=tmp_path / "mail"),
        mail_from="coprra@example.org",
        public_base_url="https://prices.example.org",
        refresh_grace_seconds=30,
        audit_anchors=tmp_path / "coprra.sqlite-anchors.jsonl",
    )
    with build(settings, clock=clock) as application:
        application.schema.upgrade()
        flow = Flow(application, clock, tmp_path)
        flow.run()
        application.anchor_audit()
        with application.export_audit(by=TESTER) as entries:
            trail = "\n".join(map(repr, entries)).encode()
        content = b"\n".join([*dumped(url), trail, caplog.text.encode()])
        assert application.verify_audit().fault is None
    flow.keep("application key", K1.secret.hex())
    kinds = {name.rpartition(" ")[0] for name in flow.secrets}
    assert kinds == {"password", "link", "session", "ticket", "device", "recovery code", "token", "application key"}
    assert [name for name, secret in flow.secrets.items() if found_in(content, secret)] == []
    # What is looked for would be found.
    assert found_in(content, "ivo@example.com")
    assert found_in(content, "lost the phone")
