"""The contract of a store of accounts: what its looks, its units of work and its limiter promise together.

An adapter takes the exam with::

    class TestMyAccounts(AccountsContract):
        def make_store(self):
            return MyAccounts(...)  # empty, and no other test's
"""

from abc import abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from coprra.domain.kernel.ports import Mac
from coprra.domain.limits.limit import Bucket, Limit, LimitExceeded
from coprra.domain.limits.origin import Origin
from coprra.domain.mfa.device import Device, PendingDevice
from coprra.domain.mfa.recovery_code import RecoveryCode
from coprra.domain.mfa.reset import SecondFactorReset
from coprra.domain.sessions.ports import SessionHolder, SessionsUnitOfWork, TokenHolder
from coprra.domain.sessions.session import Session
from coprra.domain.sessions.ticket import Channel, Ticket, Wish
from coprra.domain.sessions.token import Family, Token, TokenKind
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.identity import Method
from coprra.domain.users.language import Language
from coprra.domain.users.link import TAKING_OVER, Link, LinkPurpose
from coprra.domain.users.role import Permission, Role
from coprra.domain.users.user import EmailTaken, UserChanged, UserId
from coprra.testing.accounts import AccountStore, add_user, some_keys
from coprra.testing.builders import LONG_AFTER, TESTER
from coprra.testing.contracts.law import Contract
from coprra.testing.users import a_user, user_id

NOW = LONG_AFTER
RACERS = 16
A_MINUTE = timedelta(minutes=1)
A_MOMENT = timedelta(microseconds=1)

Deed = Callable[[SessionsUnitOfWork], bool]


def a_link(digest: str = "l" * 64, purpose: LinkPurpose = LinkPurpose.VERIFY_EMAIL, number: int = 1) -> Link:
    """A link to that user that is good for an hour."""
    return Link(
        digest=digest,
        purpose=purpose,
        user=user_id(number),
        address=EmailAddress.read(f"a{number}@example.com"),
        created_at=NOW,
        expires_at=NOW + timedelta(hours=1),
    )


def a_session(id: str = "s_1", number: int = 1, **changes: object) -> Session:
    """A session of that user that has an hour left."""
    session = Session(
        id=id,
        digest=f"digest of {id}",
        user=user_id(number),
        methods=frozenset({Method.PASSWORD, Method.TOTP}),
        created_at=NOW,
        seen_at=NOW,
        idle_until=NOW + timedelta(hours=1),
        ends_at=NOW + timedelta(hours=12),
        origin=Origin("192.0.2.1", "Firefox \U0001f98a"),
        stepped_up_at=NOW,
    )
    return replace(session, **changes)  # type: ignore[arg-type]  # fields by name


def a_ticket(digest: str = "t" * 64, number: int = 1) -> Ticket:
    """A ticket of that user that is good for five minutes."""
    wish = Wish(channel=Channel.API, abilities=frozenset({Permission.READ_PRICES}), name="phone")
    return Ticket(
        digest=digest,
        user=user_id(number),
        password_version=1,
        wish=wish,
        created_at=NOW,
        expires_at=NOW + timedelta(minutes=5),
    )


def a_family(id: str = "F" * 16, number: int = 1, **changes: object) -> Family:
    """A family of that user that has 90 days left."""
    family = Family(
        id=id,
        user=user_id(number),
        name="phone",
        kind=TokenKind.REFRESH,
        abilities=frozenset({Permission.READ_PRICES, Permission.MANAGE_ACCOUNT}),
        methods=frozenset({Method.PASSWORD}),
        created_at=NOW,
        ends_at=NOW + timedelta(days=90),
    )
    return replace(family, **changes)  # type: ignore[arg-type]  # fields by name


def a_token(id: str = "R" * 16, kind: TokenKind = TokenKind.REFRESH, **changes: object) -> Token:
    """A token of that family that has an hour left."""
    token = Token(
        id=id,
        family="F" * 16,
        kind=kind,
        mac=Mac("k1", "m" * 64),
        created_at=NOW,
        expires_at=NOW + timedelta(hours=1),
    )
    return replace(token, **changes)  # type: ignore[arg-type]  # fields by name


def a_device(number: int = 1, last_timecode: int = 100) -> Device:
    """A confirmed device of that user."""
    return Device(user=user_id(number), sealed="sealed", confirmed_at=NOW, last_timecode=last_timecode)


def furnish(store: AccountStore, number: int = 1) -> None:
    """A user with one of everything."""
    add_user(store, a_user(number))
    letter = chr(ord("a") + number)
    with store.unit_of_work() as uow:
        uow.links.issue(a_link(letter * 64, number=number))
        uow.sessions.add(a_session(f"s_{number}", number))
        uow.tickets.add(a_ticket(letter * 64, number))
        uow.tokens.found(a_family(letter * 16, number))
        uow.tokens.add(a_token(letter * 16, family=letter * 16))
        uow.devices.confirm(a_device(number))
        uow.devices.begin(PendingDevice(user=user_id(number), sealed="new", session="s_1", expires_at=NOW))
        uow.recovery_codes.replace(user_id(number), [RecoveryCode(user_id(number), 1, "hash")])
        uow.resets.request(
            SecondFactorReset(user=user_id(number), link_digest="l", reason="lost", requested_at=NOW, by=TESTER)
        )
        uow.commit()


class AccountsContract(Contract):
    """Subclass it, say how a store is made, and inherit every promise."""

    @abstractmethod
    def make_store(self) -> AccountStore:
        """An empty store that nobody else uses."""

    @pytest.fixture
    def store(self) -> AccountStore:
        """An empty store."""
        return self.make_store()

    @pytest.fixture
    def furnished(self, store: AccountStore) -> AccountStore:
        """A store with two users, who have one of everything."""
        furnish(store, 1)
        furnish(store, 2)
        return store

    def test_an_account_comes_back_as_it_was_given(self, store: AccountStore) -> None:
        user = add_user(
            store,
            a_user(
                name="Ž\U0001f98a" * 50,
                role=Role.ADMIN,
                email=EmailAddress.read(f"{'x' * 64}@{'long.' * 36}example"),
                email_verified_at=None,
                disabled_at=NOW + timedelta(microseconds=1),
                language=Language.GERMAN,
                password_hash="h" * 255,
            ),
        )
        with store.reads() as look:
            assert look.users.find(user.id) == user
            assert look.users.find_by_email(user.email) == user
            assert look.users.find(user_id(2)) is None

    def test_addresses_that_differ_in_case_are_one_account(self, store: AccountStore) -> None:
        add_user(store, a_user(1, email=EmailAddress.read("Ana@Example.com")))
        with store.reads() as look:
            assert look.users.find_by_email(EmailAddress.read("aNA@example.COM")) is not None
            assert look.users.find_by_email(EmailAddress.read("ana@example.co")) is None
        with pytest.raises(EmailTaken):
            add_user(store, a_user(2, email=EmailAddress.read("ANA@example.com")))

    def test_an_address_can_not_be_changed_to_somebody_elses(self, store: AccountStore) -> None:
        ana, ivo = add_user(store, a_user(1)), add_user(store, a_user(2))
        with store.unit_of_work() as uow, pytest.raises(EmailTaken):
            uow.users.save(ivo.with_email(ana.email, NOW))
        with store.reads() as look:
            assert look.users.find(ivo.id) == ivo

    def test_an_address_that_was_given_up_is_free(self, store: AccountStore) -> None:
        ana = add_user(store, a_user(1))
        with store.unit_of_work() as uow:
            uow.users.save(ana.with_email(EmailAddress.read("new@example.com"), NOW))
            uow.commit()
        add_user(store, a_user(2, email=ana.email))

    def test_of_two_changes_to_one_account_the_second_is_told(self, store: AccountStore) -> None:
        user = add_user(store, a_user())
        with store.unit_of_work() as uow:
            uow.users.save(replace(user, name="First"))
            uow.commit()
        with store.unit_of_work() as uow, pytest.raises(UserChanged):
            uow.users.save(replace(user, name="Second"))
        with store.reads() as look:
            assert look.users.find(user.id) == replace(user, name="First", version=2)

    def test_what_is_not_committed_leaves_nothing(self, store: AccountStore) -> None:
        with store.unit_of_work() as uow:
            uow.users.add(a_user())
        with store.reads() as look:
            assert look.users.page(after=None, limit=10) == ()

    def test_pages_list_every_account_once(self, store: AccountStore) -> None:
        with store.unit_of_work() as uow:
            for number in range(1, 8):
                uow.users.add(a_user(number, role=Role.ADMIN if number == 7 else Role.USER))
            uow.commit()
        seen: list[UserId] = []
        with store.reads() as look:
            while page := look.users.page(after=seen[-1] if seen else None, limit=3):
                seen.extend(user.id for user in page)
            assert [user.id for user in look.users.page(after=None, limit=9, role=Role.ADMIN)] == [user_id(7)]
        assert seen == [user_id(number) for number in range(1, 8)]

    def test_a_removed_account_leaves_nothing_of_its_own_and_all_of_others(self, furnished: AccountStore) -> None:
        with furnished.unit_of_work() as uow:
            uow.users.remove(user_id(1))
            uow.commit()
        for number, there in ((1, False), (2, True)):
            letter = chr(ord("a") + number)
            with furnished.unit_of_work() as uow:
                assert [
                    uow.users.find(user_id(number)) is not None,
                    uow.links.find(letter * 64) is not None,
                    uow.sessions.holder(f"digest of s_{number}") is not None,
                    uow.tickets.find(letter * 64) is not None,
                    uow.tokens.holder(letter * 16) is not None,
                    uow.devices.find(user_id(number)) is not None,
                    uow.devices.pending(user_id(number)) is not None,
                    uow.recovery_codes.unused(user_id(number)) != (),
                    uow.resets.find(user_id(number)) is not None,
                ] == [there] * 9

    def test_revoking_all_spares_one_session_and_other_people(self, furnished: AccountStore) -> None:
        with furnished.unit_of_work() as uow:
            uow.sessions.add(a_session("s_kept"))
            for sign, purpose in zip("456", (*TAKING_OVER, LinkPurpose.VERIFY_EMAIL), strict=True):
                uow.links.issue(a_link(sign * 64, purpose))
            uow.grants.revoke_all(user_id(1), NOW, keep="s_kept")
            assert [uow.links.find(sign * 64) is not None for sign in "456"] == [False, False, True]
            uow.commit()
        with furnished.reads() as look:
            assert [one.id for one in look.sessions.alive(user_id(1), NOW)] == ["s_kept"]
            assert look.tokens.families(user_id(1), NOW) == ()
            assert look.tickets.find("b" * 64) is None
            assert len(look.sessions.alive(user_id(2), NOW)) == len(look.tokens.families(user_id(2), NOW)) == 1
            assert look.tickets.find("c" * 64) is not None

    def test_a_session_or_family_lives_until_its_ends_or_until_it_is_revoked(self, furnished: AccountStore) -> None:
        idle, over = NOW + timedelta(hours=1), NOW + timedelta(days=90)
        with furnished.unit_of_work() as uow:
            uow.sessions.add(a_session("s_short", ends_at=NOW + A_MINUTE))
            lives = uow.grants.lives
            assert [lives("s_1", None, at) for at in (NOW, idle - A_MOMENT, idle)] == [True, True, False]
            assert [lives("s_short", None, NOW + A_MINUTE + passed) for passed in (-A_MOMENT, timedelta())] == [
                True,
                False,
            ]
            assert [lives(None, "b" * 16, at) for at in (NOW, over - A_MOMENT, over)] == [True, True, False]
            assert [lives("s_1", "b" * 16, at) for at in (NOW, idle)] == [True, False]
            named = ((None, None), ("s_none", None), (None, "N" * 16), ("s_1", "N" * 16), ("s_none", "b" * 16))
            assert not any(lives(session, family, NOW) for session, family in named)
            uow.sessions.revoke("s_1", NOW)
            uow.tokens.revoke("b" * 16, NOW)
            assert not lives("s_1", None, NOW)
            assert not lives(None, "b" * 16, NOW)
            assert lives("s_2", "c" * 16, NOW)

    def test_a_newer_link_voids_the_older_of_its_purpose_alone(self, store: AccountStore) -> None:
        add_user(store, a_user())
        with store.unit_of_work() as uow:
            uow.links.issue(a_link("1" * 64))
            uow.links.issue(a_link("2" * 64, LinkPurpose.RESET_PASSWORD))
            uow.links.issue(a_link("3" * 64))
            assert uow.links.find("1" * 64) is None
            assert uow.links.find("2" * 64) == a_link("2" * 64, LinkPurpose.RESET_PASSWORD)
            assert uow.links.find("3" * 64) == a_link("3" * 64)
            assert not uow.links.consume("1" * 64, NOW)
            assert uow.links.consume("3" * 64, NOW)
            assert uow.links.find("3" * 64) is None

    def test_who_holds_a_session_or_token_comes_back_in_one_piece(self, furnished: AccountStore) -> None:
        with furnished.reads() as look:
            assert look.sessions.holder("digest of s_1") == SessionHolder(a_session("s_1"), a_user(1), True)
            family = a_family("b" * 16)
            assert look.tokens.holder("b" * 16) == TokenHolder(
                a_token("b" * 16, family="b" * 16), family, a_user(1), True
            )
            assert look.tickets.find("b" * 64) == a_ticket("b" * 64)
            assert look.devices.find(user_id(1)) == a_device()
            assert look.sessions.holder("none") is None
            assert look.tokens.holder("none") is None

    def test_a_session_is_alive_until_its_end_and_dead_at_it(self, furnished: AccountStore) -> None:
        for lasted, alive in ((timedelta(minutes=60) - timedelta(microseconds=1), 1), (timedelta(minutes=60), 0)):
            with furnished.reads() as look:
                assert len(look.sessions.alive(user_id(1), NOW + lasted)) == alive

    def test_a_strengthened_session_answers_to_its_new_secret_alone(self, furnished: AccountStore) -> None:
        before, later = a_session("s_1"), NOW + A_MINUTE
        with furnished.unit_of_work() as uow:
            assert uow.grants.strengthen("s_1", "new", Method.RECOVERY_CODE, later)
            after = replace(before, digest="new", methods=before.methods | {Method.RECOVERY_CODE}, stepped_up_at=later)
            assert uow.sessions.holder(before.digest) is None
            assert uow.sessions.holder("new") == SessionHolder(after, a_user(1), True)
            assert uow.sessions.revoke("s_1", NOW)
            assert not uow.sessions.revoke("s_1", NOW)
            assert not uow.grants.strengthen("s_1", "newer", None, later)
            assert not uow.grants.strengthen("s_none", "newer", None, later)

    def test_a_session_that_is_seen_lasts_longer_and_changes_in_nothing_else(self, furnished: AccountStore) -> None:
        before = a_session("s_1")
        seen = replace(before, seen_at=NOW + A_MINUTE, idle_until=NOW + 61 * A_MINUTE)
        with furnished.unit_of_work() as uow:
            uow.sessions.see(replace(seen, digest="stale", methods=frozenset()))
            uow.sessions.see(before)
            assert uow.sessions.holder(before.digest) == SessionHolder(seen, a_user(1), True)
            uow.sessions.revoke("s_1", NOW)
            uow.sessions.see(replace(seen, seen_at=NOW + 2 * A_MINUTE, idle_until=NOW + 62 * A_MINUTE))
            revoked = replace(seen, revoked_at=NOW)
            assert uow.sessions.holder(before.digest) == SessionHolder(revoked, a_user(1), True)

    def test_a_ticket_has_so_many_tries_and_is_used_once(self, furnished: AccountStore) -> None:
        with furnished.unit_of_work() as uow:
            assert [uow.tickets.attempt("b" * 64, NOW, most=2) for _ in range(3)] == [True, True, False]
            assert not uow.tickets.consume("b" * 64, NOW + timedelta(minutes=5))
            assert uow.tickets.consume("b" * 64, NOW)
            assert not uow.tickets.consume("b" * 64, NOW)
            assert not uow.tickets.attempt("b" * 64, NOW, most=9)

    def test_a_refresh_token_is_exchanged_only_while_it_and_its_family_are_good(self, furnished: AccountStore) -> None:
        with furnished.unit_of_work() as uow:
            assert not uow.tokens.exchange("b" * 16, NOW + timedelta(hours=1), None)
            assert uow.tokens.exchange("b" * 16, NOW, "sealed")
            assert not uow.tokens.exchange("b" * 16, NOW, None)
            holder = uow.tokens.holder("b" * 16)
            assert holder is not None
            assert (holder.token.used_at, holder.token.successor) == (NOW, "sealed")
            assert uow.tokens.forget_successors(NOW) == 0
            assert uow.tokens.forget_successors(NOW + A_MINUTE) == 1
            assert uow.tokens.revoke("c" * 16, NOW)
            assert not uow.tokens.revoke("c" * 16, NOW)
            assert not uow.tokens.exchange("c" * 16, NOW, None)

    def test_only_access_tokens_of_the_family_are_revoked_with_its_access(self, furnished: AccountStore) -> None:
        with furnished.unit_of_work() as uow:
            uow.tokens.add(a_token("1" * 16, TokenKind.ACCESS, family="b" * 16))
            uow.tokens.add(a_token("2" * 16, TokenKind.ACCESS, family="c" * 16))
            uow.tokens.revoke_access("b" * 16, NOW)
            holders = [uow.tokens.holder(id * 16) for id in "12b"]
        assert [one.token.revoked_at for one in holders if one] == [NOW, None, None]

    def test_a_step_is_burnt_once_and_only_forwards(self, furnished: AccountStore) -> None:
        with furnished.unit_of_work() as uow:
            assert [uow.devices.burn(a_device(), step, NOW) for step in (100, 102, 101, 102, 103)] == [
                False,
                True,
                False,
                False,
                True,
            ]
            assert not uow.devices.burn(replace(a_device(), confirmed_at=NOW - A_MINUTE), 200, NOW)
            resealed = replace(a_device(), sealed="under another key")
            assert uow.devices.burn(resealed, 200, NOW)

    def test_so_many_failures_in_a_row_lock_a_device_until_it_is_unlocked(self, furnished: AccountStore) -> None:
        user = user_id(1)
        with furnished.unit_of_work() as uow:
            assert not uow.devices.fail(user_id(9), NOW, most=1)
            assert not uow.devices.fail(user, NOW, most=2)
            assert uow.devices.burn(a_device(), 101, NOW)
            assert [uow.devices.fail(user, NOW, most=2) for _ in range(3)] == [False, True, False]
            assert not uow.devices.burn(a_device(), 102, NOW)
            uow.devices.unlock(user)
            assert uow.devices.burn(a_device(), 102, NOW)

    def test_a_recovery_code_is_used_once_and_new_ones_void_the_old(self, furnished: AccountStore) -> None:
        user = user_id(1)
        old, new = RecoveryCode(user, 1, "hash"), RecoveryCode(user, 1, "other")
        with furnished.unit_of_work() as uow:
            assert uow.recovery_codes.unused(user) == (old,)
            uow.recovery_codes.replace(user, [new, RecoveryCode(user, 2, "third")])
            assert not uow.recovery_codes.use(old, NOW)
            assert [uow.recovery_codes.use(new, NOW) for _ in range(2)] == [True, False]
            assert [one.number for one in uow.recovery_codes.unused(user)] == [2]

    def test_pruning_removes_what_ended_before_and_nothing_else(self, furnished: AccountStore) -> None:
        later = NOW + timedelta(hours=1)
        with furnished.unit_of_work() as uow:
            for prune in (uow.links.prune, uow.sessions.prune, uow.tickets.prune, uow.tokens.prune):
                assert prune(NOW) == 0
            assert uow.links.prune(later + A_MINUTE) == uow.tokens.prune(later + A_MINUTE) == 2
            assert uow.sessions.prune(later + timedelta(days=1)) == uow.tickets.prune(later) == 2
            assert len(uow.tokens.families(user_id(1), NOW)) == 1
            uow.tokens.prune(NOW + timedelta(days=91))
            assert uow.tokens.families(user_id(1), NOW) == ()

    @pytest.mark.parametrize(
        "deed",
        [
            lambda uow: uow.links.consume("b" * 64, NOW),
            lambda uow: uow.tickets.consume("b" * 64, NOW),
            lambda uow: uow.tokens.exchange("b" * 16, NOW, None),
            lambda uow: uow.devices.burn(a_device(), 101, NOW),
            lambda uow: uow.recovery_codes.use(RecoveryCode(user_id(1), 1, "hash"), NOW),
            lambda uow: uow.sessions.revoke("s_1", NOW),
        ],
        ids=["link", "ticket", "refresh token", "code", "recovery code", "session"],
    )
    def test_of_all_who_try_at_once_one_wins(self, furnished: AccountStore, deed: Deed) -> None:
        start = Barrier(RACERS)

        def race(_: int) -> bool:
            start.wait()
            with furnished.unit_of_work() as uow:
                won = deed(uow)
                uow.commit()
            return won

        with ThreadPoolExecutor(RACERS) as pool:
            outcomes = list(pool.map(race, range(RACERS)))
        assert sorted(outcomes) == [False] * (RACERS - 1) + [True]

    def test_a_limit_lets_as_many_pass_as_it_says_however_many_try_at_once(self, store: AccountStore) -> None:
        bucket = Bucket.of(some_keys(), Limit("login", 5, A_MINUTE), "ana")
        start = Barrier(RACERS)

        def race(_: int) -> bool:
            start.wait()
            try:
                store.limiter.consume(bucket, at=NOW)
            except LimitExceeded:
                return False
            return True

        with ThreadPoolExecutor(RACERS) as pool:
            assert sum(pool.map(race, range(RACERS))) == 5

    def test_a_full_bucket_says_when_to_come_back_and_is_empty_then(self, store: AccountStore) -> None:
        limiter, bucket = store.limiter, Bucket.of(some_keys(), Limit("login", 1, A_MINUTE), "ana")
        limiter.consume(bucket, at=NOW)
        with pytest.raises(LimitExceeded) as refusal:
            limiter.consume(bucket, at=NOW + timedelta(seconds=20.5))
        assert refusal.value.retry_after == 40
        assert refusal.value.limit == bucket.limit
        with pytest.raises(LimitExceeded):
            limiter.consume(bucket, at=NOW + A_MINUTE - timedelta(microseconds=1))
        limiter.consume(bucket, at=NOW + A_MINUTE)

    def test_what_is_refunded_may_be_tried_again_and_a_full_bucket_spares_those_after_it(
        self, store: AccountStore
    ) -> None:
        one, two = (Bucket.of(some_keys(), Limit("login", most, A_MINUTE), str(most)) for most in (1, 2))
        store.limiter.consume(one, two, at=NOW)
        for _ in range(2):
            with pytest.raises(LimitExceeded):
                store.limiter.consume(one, two, at=NOW)
        store.limiter.consume(two, at=NOW)
        store.limiter.refund(one, two)
        store.limiter.consume(one, two, at=NOW)
        assert store.limiter.prune(NOW + A_MINUTE) == 0
        assert store.limiter.prune(NOW + 2 * A_MINUTE) == 2
