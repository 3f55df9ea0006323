"""Sixteen who try at once: one gets in, and all of them have reached the statement that decides it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Barrier
from typing import Any, Protocol

import pytest
from sqlalchemy import event
from webtest import TestApp

from coprra.adapters.cryptography.successors import CryptographySuccessorSeals
from coprra.adapters.sql.accounts.store import SqlAccounts
from coprra.adapters.sql.store import SqlStore
from coprra.bootstrap import build
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.kernel.events import Event
from coprra.domain.limits.limit import Bucket, Limit
from coprra.domain.limits.ports import Limiter
from coprra.domain.sessions.entry import SecondFactorNeeded, SignedIn
from coprra.domain.sessions.refresh_tokens import Grace, RefreshedTokens
from coprra.domain.sessions.session import NewSession
from coprra.domain.sessions.ticket import Channel, Wish
from coprra.domain.sessions.token import InvalidGrant
from coprra.domain.users.identity import Identity, Method
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.role import Permission, Role
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.testing.accounts import ANA, HERE, PASSWORD, CollectedLetters, Unlimited, World
from coprra.testing.builders import TESTER

RACERS = 16


@dataclass
class Arena:
    """A world in SQL, and the statements that were sent to its database."""

    world: World
    statements: list[str]
    site: Any

    def race(self, attempt: Callable[[int], object]) -> list[str]:
        """What each got: its code where it was refused, or the text that it was told."""
        start = Barrier(RACERS)
        self.statements.clear()

        def run(number: int) -> str:
            start.wait()
            try:
                told = attempt(number)
            except CoprraError as error:
                return error.code
            return told if isinstance(told, str) else "done"

        with ThreadPoolExecutor(RACERS) as pool:
            return sorted(pool.map(run, range(RACERS)))

    def reached(self, table: str, column: str) -> int:
        """How many statements decided by that column of the table."""
        return sum(one.startswith(f"UPDATE {table} SET {column}") for one in self.statements)

    def over_http(self, path: str, sent: dict[str, str]) -> str:
        """The same by the API."""
        answer = TestApp(self.site).post_json(f"/api/v1{path}", sent, status="*")
        return "done" if answer.status_int == 201 else str(answer.json["code"])

    def tickets(self, channel: Channel = Channel.WEB) -> list[str]:
        """As many good tickets as there are racers."""
        sign_in = self.world.accounts.sign_in
        needed = [sign_in(ANA, PASSWORD, origin=HERE, wish=Wish(channel=channel)) for _ in range(RACERS)]
        return [one.ticket.secret for one in needed if isinstance(one, SecondFactorNeeded)]


class Prepare(Protocol):
    """Makes an arena with a user. limiter: None for the real one."""

    def __call__(self, limiter: Limiter | None, grace: Grace | None = None) -> Arena: ...


@pytest.fixture(params=["make_store", "make_mariadb_store"], ids=["sqlite", "mariadb"])
def prepare(request: pytest.FixtureRequest) -> Prepare:
    """On both databases."""
    make: Callable[[], SqlStore] = request.getfixturevalue(request.param)
    held = make()

    def arena(limiter: Limiter | None, grace: Grace | None = None) -> Arena:
        engine, letters, events = held._engine, list[Letter](), list[Event]()
        statements: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
        store = SqlAccounts(engine, events.append, lambda _: CollectedLetters(letters))
        world = World(store, letters, events, limiter=limiter, grace=grace)
        world.a_user()
        site = make_wsgi_app(replace(build(clock=world.clock), accounts=world.accounts))
        return Arena(world, statements, site)

    return arena


def test_a_recovery_code_lets_one_in(prepare: Prepare) -> None:
    arena = prepare(Unlimited())
    _, codes, _ = arena.world.enrol()
    tickets = arena.tickets()
    verify = arena.world.accounts.verify_second_factor
    outcomes = arena.race(lambda number: verify(tickets[number], codes[0], origin=HERE))
    assert outcomes.count("done") == 1
    assert set(outcomes) == {"done", "invalid_code"}
    assert arena.reached("recovery_codes", "used_at") >= 1


def test_a_code_lets_one_in(prepare: Prepare) -> None:
    arena = prepare(Unlimited())
    device, _, _ = arena.world.enrol()
    tickets, code = arena.tickets(), arena.world.code(device, later=1)
    verify = arena.world.accounts.verify_second_factor
    outcomes = arena.race(lambda number: verify(tickets[number], code, origin=HERE))
    assert outcomes == ["done"] + ["invalid_code"] * (RACERS - 1)
    assert arena.reached("mfa_devices", "last_timecode") == RACERS


def test_a_refresh_token_is_exchanged_once_and_the_others_revoke_the_family(prepare: Prepare) -> None:
    arena = prepare(Unlimited())
    tokens = arena.world.tokens()
    refresh = arena.world.accounts.refresh_tokens
    outcomes = arena.race(lambda _: refresh(tokens.refresh.text, origin=HERE))
    assert outcomes == ["done"] + ["invalid_grant"] * (RACERS - 1)
    assert arena.reached("tokens", "used_at") == RACERS
    assert arena.world.accounts.list_tokens(tokens.family.user) == ()
    assert arena.world.kinds_of_letters() == [LetterKind.TOKEN_REUSED]


def test_within_a_grace_all_get_the_same_pair_and_later_the_family_is_revoked(prepare: Prepare) -> None:
    arena = prepare(Unlimited(), Grace(timedelta(seconds=30), CryptographySuccessorSeals()))
    tokens = arena.world.tokens()
    refresh, pairs = arena.world.accounts.refresh_tokens, list[RefreshedTokens]()
    outcomes = arena.race(lambda _: pairs.append(refresh(tokens.refresh.text, origin=HERE)))
    assert outcomes == ["done"] * RACERS
    assert arena.reached("tokens", "used_at") == RACERS
    assert len({(pair.access, pair.refresh, pair.expires_at) for pair in pairs}) == 1
    assert arena.world.kinds_of_events().count("token.refresh") == 1
    arena.world.accounts.authenticate_token(pairs[0].access)
    arena.world.clock.pass_(timedelta(seconds=30))
    for text in (tokens.refresh.text, pairs[0].refresh):
        with pytest.raises(InvalidGrant):
            refresh(text, origin=HERE)
    assert arena.world.accounts.list_tokens(tokens.family.user) == ()


def test_no_token_that_is_made_while_one_signs_out_everywhere_else_is_left(prepare: Prepare) -> None:
    arena = prepare(Unlimited())
    accounts = arena.world.accounts
    thief = arena.world.who(arena.world.session())
    owner, _ = arena.world.stepped_up(arena.world.session())
    thief = replace(thief, stepped_up_at=owner.stepped_up_at)

    def attempt(number: int) -> None:
        if number == RACERS // 2:
            accounts.revoke_other_sessions(owner, origin=HERE)
        else:
            accounts.create_token(thief, "thief", {Permission.READ_PRICES}, origin=HERE)

    outcomes = arena.race(attempt)
    assert set(outcomes) <= {"done", "not_signed_in"}
    assert accounts.list_tokens(owner.user) == ()


def test_a_link_resets_a_password_once(prepare: Prepare) -> None:
    arena = prepare(Unlimited())
    arena.world.accounts.request_password_reset(ANA, origin=HERE)
    secret = arena.world.secret_sent(LetterKind.RESET_PASSWORD)

    def attempt(number: int) -> None:
        arena.world.accounts.reset_password(secret, f"a long password {number}", origin=HERE)

    outcomes = arena.race(attempt)
    assert outcomes == ["done"] + ["invalid_mail_link"] * (RACERS - 1)


def test_one_address_becomes_one_account(prepare: Prepare) -> None:
    arena = prepare(Unlimited())
    register = arena.world.accounts.register_user
    outcomes = arena.race(lambda _: register("new@example.com", PASSWORD, name="New", origin=HERE))
    assert outcomes == ["done"] * RACERS
    assert len(arena.world.accounts.list_users()) == 2


def test_with_limits_as_many_passwords_are_compared_as_they_say(prepare: Prepare) -> None:
    arena = prepare(None)
    sign_in = arena.world.accounts.sign_in
    outcomes = arena.race(lambda _: sign_in(ANA, "wrong", origin=HERE))
    assert outcomes == ["invalid_credentials"] * 5 + ["limit_exceeded"] * 11


def test_over_http_a_refresh_token_is_exchanged_once_and_a_code_lets_one_in(prepare: Prepare) -> None:
    arena = prepare(Unlimited())
    sent = {"refresh_token": arena.world.tokens().refresh.text}
    outcomes = arena.race(lambda _: arena.over_http("/tokens/refresh", sent))
    assert outcomes == ["done"] + ["invalid_grant"] * (RACERS - 1)
    assert arena.reached("tokens", "used_at") == RACERS
    device, _, _ = arena.world.enrol()
    tickets, code = arena.tickets(Channel.API), arena.world.code(device, later=1)
    path = "/tokens/second-factor"
    outcomes = arena.race(lambda number: arena.over_http(path, {"ticket": tickets[number], "code": code}))
    assert outcomes == ["done"] + ["invalid_code"] * (RACERS - 1)
    assert arena.reached("mfa_devices", "last_timecode") == RACERS


def test_over_http_and_with_limits_no_more_get_as_far_as_they_say(prepare: Prepare) -> None:
    arena = prepare(None)
    sent = {"refresh_token": arena.world.tokens().refresh.text}
    outcomes = arena.race(lambda _: arena.over_http("/tokens/refresh", sent))
    assert outcomes == ["done"] + ["invalid_grant"] * 9 + ["limit_exceeded"] * 6
    device, _, _ = arena.world.enrol()
    tickets, code = arena.tickets(Channel.API), arena.world.code(device, later=1)
    path = "/tokens/second-factor"
    outcomes = arena.race(lambda number: arena.over_http(path, {"ticket": tickets[number], "code": code}))
    # Who gets in gives back what the account was charged, so that one more may try.
    assert outcomes.count("done") == 1
    assert outcomes.count("invalid_code") in {4, 5}
    assert outcomes.count("limit_exceeded") == RACERS - 1 - outcomes.count("invalid_code")


def admins(arena: Arena) -> list[Identity]:
    """As many as there are racers, each signed in by both factors, and freshly."""
    world, found = arena.world, list[Identity]()
    both = frozenset({Method.PASSWORD, Method.TOTP})
    for number in range(RACERS):
        email = world.a_user(f"root{number}@example.com", Role.ADMIN).email.text
        entered = world.accounts.sign_in(email, PASSWORD, origin=HERE)
        assert isinstance(entered, SignedIn)
        assert isinstance(entered.entry, NewSession)
        me = world.who(entered.entry.secret)
        found.append(replace(me, methods=both, second_factor=True, stepped_up_at=world.clock.now()))
    return found


def left(arena: Arena) -> int:
    """How many admins can sign in."""
    return sum(one.may_enter for one in arena.world.accounts.list_users(role=Role.ADMIN))


def test_of_all_admins_who_are_taken_away_at_once_one_stays(prepare: Prepare) -> None:
    arena = prepare(Unlimited())
    accounts, roots = arena.world.accounts, admins(arena)

    def attempt(number: int) -> None:
        me = roots[number]
        if number % 3 == 0:
            accounts.disable_user(me.user, by=TESTER)
        elif number % 3 == 1:
            accounts.change_role(me.user, Role.USER, by=TESTER)
        else:
            accounts.delete_account(me, origin=HERE)

    assert arena.race(attempt) == ["done"] * (RACERS - 1) + ["last_admin"]
    assert left(arena) == 1


def test_admins_who_disable_each_other_at_once_wait_for_nobody_for_ever_and_leave_some(prepare: Prepare) -> None:
    arena = prepare(Unlimited())
    accounts, roots = arena.world.accounts, admins(arena)

    def attempt(number: int) -> None:
        me, other = roots[number], roots[(number + RACERS // 2) % RACERS].user
        accounts.disable_user(other, by=me.actor, me=me, origin=HERE)

    outcomes = arena.race(attempt)
    assert outcomes == ["done"] * (RACERS // 2) + ["not_signed_in"] * (RACERS // 2)
    assert left(arena) == RACERS // 2


def test_whoever_counts_and_whoever_gives_back_never_wait_for_each_other(prepare: Prepare) -> None:
    arena = prepare(None)
    limit = Limit("race", 10 * RACERS, timedelta(hours=1))
    buckets = [Bucket(limit, letter * 64) for letter in "ba"]
    limiter, now = arena.world.store.limiter, arena.world.clock.now()
    limiter.consume(*buckets, at=now)

    def count_and_give_back(_: int) -> None:
        for _ in range(5):
            limiter.consume(*buckets, at=now)
            limiter.refund(*buckets)

    assert arena.race(count_and_give_back) == ["done"] * RACERS
