"""The SQL store keeps the contract of accounts on SQLite and on MariaDB."""

from collections.abc import Callable

import pytest
from sqlalchemy import event, select

from coprra.adapters.letters.writer import GettextWriter
from coprra.adapters.sql.accounts.store import SqlAccounts
from coprra.adapters.sql.accounts.tables import users
from coprra.adapters.sql.accounts.trail import record_of
from coprra.adapters.sql.store import SqlStore
from coprra.adapters.sql.tables import audit_head, jobs, outbox
from coprra.domain.audit.entry import Outcome
from coprra.domain.kernel.errors import Unavailable
from coprra.domain.mail.post_letters import LetterBox
from coprra.domain.mail.post_mail import Postman
from coprra.domain.mfa.events import SecondFactorUnlocked, SecondFactorWasLocked
from coprra.domain.sessions.events import SignInFailed, SignInLocked
from coprra.domain.sessions.sign_in import InvalidCredentials
from coprra.domain.sessions.token import InvalidGrant
from coprra.domain.users.events import AccountEvent
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.role import Role
from coprra.testing.accounts import (
    ANA,
    HERE,
    PASSWORD,
    AccountStore,
    CollectedLetters,
    SetClock,
    World,
    add_user,
    some_keys,
)
from coprra.testing.builders import TESTER
from coprra.testing.contracts.accounts import AccountsContract, furnish
from coprra.testing.users import CountedRandomness, a_user


class TestSqliteAccounts(AccountsContract):
    """SQLite in a file, with write-ahead log, as it is deployed."""

    @pytest.fixture(autouse=True)
    def _stores(self, make_store: Callable[[], SqlStore]) -> None:
        self._make = make_store

    def make_store(self) -> AccountStore:
        """An empty, migrated database."""
        return SqlAccounts(self._make()._engine)


class TestMariaDbAccounts(AccountsContract):
    """MariaDB 10.11, with the driver that is the default."""

    @pytest.fixture(autouse=True)
    def _stores(self, make_mariadb_store: Callable[[], SqlStore]) -> None:
        self._make = make_mariadb_store

    def make_store(self) -> AccountStore:
        """An empty, migrated database."""
        self._held = self._make()
        return SqlAccounts(self._held._engine)


def test_who_shows_a_session_or_a_token_costs_one_read(make_store: Callable[[], SqlStore]) -> None:
    engine = make_store()._engine
    store = SqlAccounts(engine)
    furnish(store)
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    with store.reads() as look:
        assert look.sessions.holder("digest of s_1") is not None
    with store.reads() as look:
        assert look.tokens.holder("b" * 16) is not None
    assert [one.split()[0] for one in statements if one != "BEGIN"] == ["SELECT", "SELECT"]


def test_what_is_done_stands_in_the_audit_trail_or_is_not_done(make_store: Callable[[], SqlStore]) -> None:
    prices = make_store()
    world = World(SqlAccounts(prices._engine), CollectedLetters(), [])
    user = world.a_user()
    with pytest.raises(InvalidCredentials):
        world.sign_in(password="wrong")  # it is wrong  # pragma: allowlist secret
    world.accounts.sign_in(ANA, PASSWORD, origin=HERE)
    with prices.audit_reads() as trail:
        told = [(one.event, one.outcome, one.actor, one.target, one.ip) for one in trail.entries()]
    target = f"user:{user.id}"
    assert told == [
        ("account.register", "ok", str(TESTER), target, "host"),
        ("login.fail", "fail", None, target, HERE.address),
        ("login.ok", "ok", f"user:{user.id}", target, HERE.address),
        ("login.after_fail", "ok", f"user:{user.id}", target, HERE.address),
    ]
    with prices._engine.begin() as connection:
        connection.execute(audit_head.delete())
    with pytest.raises(Unavailable, match="audit trail"):
        world.accounts.change_role(user.id, Role.MODERATOR, by=TESTER)
    assert world.accounts.show_user(ANA).role is Role.USER


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (SecondFactorUnlocked, Outcome.OK),
        (SecondFactorWasLocked, Outcome.FAIL),
        (SignInFailed, Outcome.FAIL),
        (SignInLocked, Outcome.DENY),
    ],
)
def test_the_name_of_an_event_says_how_it_ended(kind: type[AccountEvent], outcome: Outcome) -> None:
    told = kind(occurred_at=SetClock().now(), by=TESTER, user=None, origin=HERE)
    assert record_of(told).outcome is outcome


@pytest.mark.parametrize("engine", ["make_store", "make_mariadb_store"])
def test_a_letter_is_kept_exactly_if_what_it_tells_of_is_done(engine: str, request: pytest.FixtureRequest) -> None:
    make: Callable[[], SqlStore] = request.getfixturevalue(engine)
    held = make()
    postman = Postman(SetClock(), CountedRandomness(), some_keys())
    writer = GettextWriter("https://prices.example.org")
    store = SqlAccounts(held._engine, outbox=lambda room: LetterBox(postman, writer, room))
    world = World(store, CollectedLetters(), [])

    def kept() -> list[int]:
        with held._engine.connect() as connection:
            return [len(connection.execute(select(table)).all()) for table in (users, outbox, jobs)]

    with held._engine.begin() as connection:
        head = connection.execute(select(audit_head)).one()
        connection.execute(audit_head.delete())
    with pytest.raises(Unavailable, match="audit trail"):
        world.accounts.register_user(ANA, PASSWORD, name="Ana", origin=HERE)
    assert kept() == [0, 0, 0]
    with held._engine.begin() as connection:
        connection.execute(audit_head.insert().values(head._asdict()))
    world.accounts.register_user(ANA, PASSWORD, name="Ana", origin=HERE)
    assert kept() == [1, 1, 1]


def test_without_anybody_who_carries_letters_nothing_is_changed_that_needs_one(
    make_store: Callable[[], SqlStore],
) -> None:
    store = SqlAccounts(make_store()._engine)
    with store.unit_of_work() as uow:
        uow.users.add(a_user())
        with pytest.raises(Unavailable, match="no mail"):
            uow.outbox.post(Letter.to_user(LetterKind.VERIFY_EMAIL, a_user()))
    add_user(store, a_user())


def test_without_anybody_who_carries_letters_reuse_is_punished_all_the_same(make_store: Callable[[], SqlStore]) -> None:
    world = World(SqlAccounts(make_store()._engine), CollectedLetters(), [])
    world.a_user()
    tokens = world.tokens()
    world.accounts.refresh_tokens(tokens.refresh.text, origin=HERE)
    with pytest.raises(InvalidGrant):
        world.accounts.refresh_tokens(tokens.refresh.text, origin=HERE)
    assert world.accounts.list_tokens(tokens.family.user) == ()
