"""Builders of accounts: users, secrets that can be foretold, and a store with everything that it needs, for tests."""

import base64
import hmac
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from coprra.accounts import AccountPorts, make_accounts
from coprra.adapters.argon2.hasher import Argon2Hasher
from coprra.adapters.cryptography.ring import CryptographyKeyRing
from coprra.adapters.memory.accounts.limiter import MemoryLimiter
from coprra.adapters.memory.accounts.store import MemoryAccounts
from coprra.adapters.pyotp.totp import PyotpTotp
from coprra.adapters.segno.qr_codes import SegnoQrCodes
from coprra.adapters.zxcvbn.common_passwords import ZxcvbnCommonPasswords
from coprra.domain.kernel.events import Event
from coprra.domain.kernel.ports import Clock
from coprra.domain.limits.limit import Bucket
from coprra.domain.limits.origin import Origin
from coprra.domain.limits.ports import Limiter
from coprra.domain.sessions.entry import NewTokens, SecondFactorNeeded, SignedIn
from coprra.domain.sessions.ports import SessionsReads, SessionsUnitOfWork
from coprra.domain.sessions.refresh_tokens import Grace
from coprra.domain.sessions.session import NewSession
from coprra.domain.sessions.ticket import Channel, Wish
from coprra.domain.users.events import AccountEvent
from coprra.domain.users.identity import Identity
from coprra.domain.users.inquiry import Inquiry
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.ports import Outbox
from coprra.domain.users.role import Role
from coprra.domain.users.user import User
from coprra.testing.builders import LONG_AFTER, TESTER
from coprra.testing.keys import K1
from coprra.testing.users import CountedRandomness

PASSWORD = "correct horse battery"  # noqa: S105  # pragma: allowlist secret
ANA = "ana@example.com"
HERE = Origin("192.0.2.1", "Firefox")


class AccountStore(Protocol):
    """What the contract of accounts examines: a store that opens looks and units of work, and counts."""

    @property
    def limiter(self) -> Limiter:
        """What counts."""

    def reads(self) -> AbstractContextManager[SessionsReads]:
        """A look."""

    def unit_of_work(self) -> AbstractContextManager[SessionsUnitOfWork]:
        """A unit of work."""


@dataclass
class SetClock(Clock):
    """Stands still until it is set on."""

    instant: datetime = LONG_AFTER

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self.instant

    def pass_(self, time: timedelta) -> None:
        """Let so much time pass."""
        self.instant += time


def cheap_hasher() -> Argon2Hasher:
    """The real one, at a price that tests can pay; any number at once."""
    return Argon2Hasher(memory_kib=8, at_once=64, waiting=64)


def some_keys() -> CryptographyKeyRing:
    """Under a key that everybody knows."""
    return CryptographyKeyRing((K1,))


def add_user(store: AccountStore, user: User) -> User:
    """Store it as it is."""
    with store.unit_of_work() as uow:
        uow.users.add(user)
        uow.commit()
    return user


class Unlimited(Limiter):
    """Never refuses: for attacks that limits would hide."""

    def consume(self, *buckets: Bucket, at: datetime) -> None:
        """See `Limiter.consume`."""

    def refund(self, *buckets: Bucket) -> None:
        """See `Limiter.refund`."""

    def used(self, *buckets: Bucket, at: datetime) -> int:
        """See `Limiter.used`."""
        return 0

    def prune(self, before: datetime) -> int:
        """See `Limiter.prune`."""
        return 0


class CollectedLetters(Outbox):
    """An outbox for tests, which sees letters and inquiries before their commit.

    letters: in order; waiting: the numbers of the inquiries that nobody has answered.
    """

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.waiting: list[int] = []
        self._inquiries: list[Inquiry | None] = []

    @property
    def carries(self) -> bool:
        """See `Outbox.carries`."""
        return True

    def post(self, letter: Letter) -> None:
        """See `Outbox.post`."""
        self.letters.append(letter)

    def ask(self, inquiry: Inquiry) -> None:
        """See `Outbox.ask`."""
        self.waiting.append(len(self._inquiries))
        self._inquiries.append(inquiry)

    def take(self, number: int) -> Inquiry | None:
        """See `Outbox.take`."""
        inquiry, self._inquiries[number] = self._inquiries[number], None
        return inquiry


class World:
    """A store with everything around it: a clock that can be set, letters that can be read, a device of one's own.

    outbox: of the store; events: what was published, in order. grace: of refresh tokens. limiter: instead of the
    store's.
    """

    def __init__(
        self,
        store: AccountStore,
        outbox: CollectedLetters,
        events: list[Event],
        *,
        grace: Grace | None = None,
        limiter: Limiter | None = None,
    ) -> None:
        self.store, self.outbox, self.events = store, outbox, events
        self.clock, self.randomness, self.keys = SetClock(), CountedRandomness(), some_keys()
        self.totp = PyotpTotp()
        ports = AccountPorts(
            clock=self.clock,
            randomness=self.randomness,
            macs=self.keys,
            envelopes=self.keys,
            hasher=cheap_hasher(),
            common_passwords=ZxcvbnCommonPasswords(),
            totp=self.totp,
            qr_codes=SegnoQrCodes(),
            limiter=limiter or store.limiter,
            strangers=limiter or MemoryLimiter(),
            reads=store.reads,
            unit_of_work=store.unit_of_work,
            grace=grace,
        )
        self.accounts = make_accounts(ports)

    def a_user(self, email: str = ANA, role: Role = Role.USER, password: str = PASSWORD) -> User:
        """A verified account."""
        return self.accounts.create_user(email, password, name=email.partition("@")[0], role=role, by=TESTER)

    def verify(self, password: str = PASSWORD) -> None:
        """Prove the mailbox of the account that was registered last."""
        self.accounts.verify_email(self.secret_sent(LetterKind.VERIFY_EMAIL), password, origin=HERE)

    def sign_in(self, email: str = ANA, password: str = PASSWORD, **how: Any) -> SignedIn | SecondFactorNeeded:
        """By password, from one's own place, a quarter of an hour later: nobody is hindered by what was before."""
        self.clock.pass_(timedelta(minutes=15))
        return self.accounts.sign_in(email, password, origin=HERE, **how)

    def session(self, email: str = ANA, password: str = PASSWORD) -> str:
        """The secret of a new session, for an account without a second factor."""
        entered = self.sign_in(email, password)
        assert isinstance(entered, SignedIn)
        assert isinstance(entered.entry, NewSession)
        return entered.entry.secret

    def ticket(self, email: str = ANA, **how: Any) -> str:
        """The secret of a new ticket, for an account with a second factor."""
        entered = self.sign_in(email, **how)
        assert isinstance(entered, SecondFactorNeeded)
        return entered.ticket.secret

    def tokens(self, email: str = ANA, **wish: Any) -> NewTokens:
        """Of a sign-in to the API, for an account without a second factor."""
        entered = self.sign_in(email, wish=Wish(channel=Channel.API, **wish))
        assert isinstance(entered, SignedIn)
        assert isinstance(entered.entry, NewTokens)
        return entered.entry

    def who(self, session: str) -> Identity:
        """Who shows that session."""
        return self.accounts.authenticate_session(session)

    def stepped_up(self, session: str, proof: str = PASSWORD) -> tuple[Identity, str]:
        """Who shows that session after a fresh proof, and its new secret."""
        secret = self.accounts.step_up(self.who(session), proof, origin=HERE)
        return self.who(secret), secret

    def code(self, base32: str, *, later: int = 0) -> str:
        """What a device shows, or will show so many steps later."""
        return shown_at(base32, self.clock.now() + later * timedelta(seconds=30))

    def enrol(self, email: str = ANA) -> tuple[str, tuple[str, ...], str]:
        """A device for an account without one: its secret in base 32, recovery codes, and the session's secret."""
        me, _ = self.stepped_up(self.session(email))
        device = self.accounts.start_enrolment(me, origin=HERE)
        enrolled = self.accounts.confirm_enrolment(me, self.code(device.base32), origin=HERE)
        return device.base32, enrolled.recovery_codes, enrolled.session_secret

    def answer(self) -> None:
        """What a worker does: see who is meant by each inquiry that waits."""
        while self.outbox.waiting:
            self.accounts.answer_by_mail(self.outbox.waiting.pop(0))

    @property
    def letters(self) -> list[Letter]:
        """What was sent, in order, when the worker is done."""
        self.answer()
        return self.outbox.letters

    def secret_sent(self, kind: LetterKind) -> str:
        """The secret in the last letter of that kind."""
        return next(one.secret for one in reversed(self.letters) if one.kind is kind and one.secret)

    def kinds_of_letters(self) -> list[LetterKind]:
        """Of all that were sent, in order."""
        return [one.kind for one in self.letters]

    def kinds_of_events(self) -> list[str]:
        """Of all that were published, in order, when the worker is done."""
        self.answer()
        return [one.kind for one in self.events if isinstance(one, AccountEvent)]


def shown_at(base32: str, at: datetime) -> str:
    """What a device with that secret shows then. Source: RFC 6238 §4.2, without any library."""
    secret = base64.b32decode(base32 + "=" * (-len(base32) % 8))
    digest = hmac.digest(secret, (int(at.timestamp()) // 30).to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def memory_world(**how: Any) -> World:
    """In dictionaries."""
    outbox = CollectedLetters()
    events: list[Event] = []
    return World(MemoryAccounts(events.append, outbox.post, outbox.waiting.append), outbox, events, **how)
