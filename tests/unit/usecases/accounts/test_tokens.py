"""Tokens: what they are made of, when they end, and that a refresh token is good once."""

from datetime import timedelta

import pytest

from coprra.domain.kernel.errors import Unavailable
from coprra.domain.limits.limit import LimitExceeded
from coprra.domain.sessions.ports import SuccessorSeals
from coprra.domain.sessions.refresh_tokens import Grace
from coprra.domain.sessions.token import (
    InvalidGrant,
    InvalidLifetime,
    InvalidToken,
    TokenKind,
    TooManyTokens,
    UnknownToken,
    read_token_id,
)
from coprra.domain.users.identity import NotAllowed, StepUpRequired
from coprra.domain.users.letter import LetterKind
from coprra.domain.users.role import Permission, Role
from coprra.testing.accounts import HERE, World, memory_world
from coprra.testing.builders import TESTER

A_MOMENT = timedelta(microseconds=1)
READ = frozenset({Permission.READ_PRICES})


class PlainSeals(SuccessorSeals):
    """Seals nothing; for memory only."""

    def seal(self, used: str, successor: str) -> str:
        return f"{used}|{successor}"

    def open(self, used: str, sealed: str) -> str:
        key, _, successor = sealed.partition("|")
        if key != used:
            raise Unavailable("Sealed under another one.")
        return successor


def refresh(world: World, text: str) -> tuple[str, str]:
    pair = world.accounts.refresh_tokens(text, origin=HERE)
    return pair.access, pair.refresh


def test_a_token_is_recognized_by_its_form_and_check_sum(world: World) -> None:
    world.a_user()
    tokens = world.tokens()
    text = tokens.access.text
    assert len(text) == 4 + 16 + 1 + 43 + 6
    assert text.startswith("pca_")
    assert tokens.refresh.text.startswith("pcr_")
    assert read_token_id(text, TokenKind.ACCESS) == tokens.access.token.id
    assert read_token_id(text, TokenKind.REFRESH) is None
    for wrong in ("", text[:-1], text + "0", text[:-1] + ("0" if text[-1] != "0" else "1"), text.upper(), f" {text}"):
        assert read_token_id(wrong, TokenKind.ACCESS) is None


def test_an_access_token_is_good_for_an_hour_and_a_refresh_token_is_none(world: World) -> None:
    world.a_user()
    tokens = world.tokens()
    with pytest.raises(InvalidToken):
        world.accounts.authenticate_token(tokens.refresh.text)
    with pytest.raises(InvalidGrant):
        refresh(world, tokens.access.text)
    world.clock.pass_(timedelta(minutes=60) - A_MOMENT)
    world.accounts.authenticate_token(tokens.access.text)
    world.clock.pass_(A_MOMENT)
    with pytest.raises(InvalidToken):
        world.accounts.authenticate_token(tokens.access.text)


def test_the_next_pair_may_the_same_and_ends_the_access_token_before(world: World) -> None:
    world.a_user()
    first = world.tokens(abilities=READ)
    access, _ = refresh(world, first.refresh.text)
    assert world.accounts.authenticate_token(access).abilities == READ
    with pytest.raises(InvalidToken):
        world.accounts.authenticate_token(first.access.text)


def test_a_used_refresh_token_revokes_its_family_alone_and_tells_its_owner(world: World) -> None:
    world.a_user()
    stolen, other = world.tokens(), world.tokens()
    access, latest = refresh(world, stolen.refresh.text)
    for text in (stolen.refresh.text, stolen.refresh.text, latest):
        with pytest.raises(InvalidGrant):
            refresh(world, text)
    with pytest.raises(InvalidToken):
        world.accounts.authenticate_token(access)
    world.accounts.authenticate_token(other.access.text)
    assert world.kinds_of_letters() == [LetterKind.TOKEN_REUSED]
    assert world.kinds_of_events().count("token.reuse") == 1


def test_an_idle_refresh_token_ends_after_thirty_days_and_the_family_is_not_reused(world: World) -> None:
    world.a_user()
    tokens = world.tokens()
    world.clock.pass_(timedelta(days=30))
    with pytest.raises(InvalidGrant):
        refresh(world, tokens.refresh.text)
    assert world.letters == []


def test_no_refreshing_outlasts_ninety_days(world: World) -> None:
    world.a_user()
    tokens = world.tokens()
    _, text = (tokens.access.text, tokens.refresh.text)
    for _ in range(4):
        world.clock.pass_(timedelta(days=22, hours=11))
        access, text = refresh(world, text)
    world.clock.pass_(timedelta(hours=4) - A_MOMENT)
    access, text = refresh(world, text)
    world.accounts.authenticate_token(access)
    world.clock.pass_(A_MOMENT)
    with pytest.raises(InvalidToken):
        world.accounts.authenticate_token(access)
    with pytest.raises(InvalidGrant):
        refresh(world, text)


def test_within_a_grace_the_same_pair_is_given_again_and_reuse_after_it() -> None:
    world = memory_world(grace=Grace(timedelta(seconds=30), PlainSeals()))
    world.a_user()
    tokens = world.tokens()
    pair = refresh(world, tokens.refresh.text)
    world.clock.pass_(timedelta(seconds=30) - A_MOMENT)
    assert refresh(world, tokens.refresh.text) == pair
    world.accounts.authenticate_token(pair[0])
    world.clock.pass_(A_MOMENT)
    with pytest.raises(InvalidGrant):
        refresh(world, tokens.refresh.text)
    with pytest.raises(InvalidGrant):
        refresh(world, pair[1])


@pytest.mark.parametrize("seconds", [0, 31])
def test_a_grace_is_short(seconds: int) -> None:
    with pytest.raises(ValueError, match="30 seconds"):
        Grace(timedelta(seconds=seconds), PlainSeals())


def test_a_family_is_refreshed_ten_times_a_minute(world: World) -> None:
    world.a_user()
    text = world.tokens().refresh.text
    for _ in range(10):
        _, text = refresh(world, text)
    with pytest.raises(LimitExceeded):
        refresh(world, text)
    world.clock.pass_(timedelta(minutes=1))
    refresh(world, text)


def test_a_personal_token_needs_a_fresh_proof_and_always_ends(world: World) -> None:
    world.a_user()
    session = world.session()
    create = world.accounts.create_token
    with pytest.raises(StepUpRequired):
        create(world.who(session), "script", READ, origin=HERE)
    me, _ = world.stepped_up(session)
    for lasts in (timedelta(days=365) + A_MOMENT, timedelta(0)):
        with pytest.raises(InvalidLifetime):
            create(me, "script", READ, origin=HERE, lasts=lasts)
    with pytest.raises(NotAllowed):
        create(me, "script", {Permission.MANAGE_USERS}, origin=HERE)
    new = create(me, "script", READ, origin=HERE)
    assert new.family.ends_at == world.clock.now() + timedelta(days=30)
    assert world.accounts.authenticate_token(new.token.text).permissions == READ
    world.clock.pass_(timedelta(days=30))
    with pytest.raises(InvalidToken):
        world.accounts.authenticate_token(new.token.text)


def test_a_revoked_token_is_good_for_nothing_and_nobody_revokes_anothers(world: World) -> None:
    user, stranger = world.a_user(), world.a_user("ivo@example.com")
    new = world.accounts.create_token_on_host(user.id, "script", READ, by=TESTER)
    with pytest.raises(UnknownToken):
        world.accounts.revoke_token_on_host(stranger.id, new.family.id, by=TESTER)
    world.accounts.revoke_token_on_host(user.id, new.family.id, by=TESTER)
    with pytest.raises(InvalidToken):
        world.accounts.authenticate_token(new.token.text)
    with pytest.raises(UnknownToken):
        world.accounts.revoke_token_on_host(user.id, new.family.id, by=TESTER)


def test_there_are_at_most_twenty_five_and_a_sign_in_takes_the_place_of_the_oldest_sign_in(world: World) -> None:
    user = world.a_user()
    oldest = world.tokens()
    for number in range(24):
        world.accounts.create_token_on_host(user.id, f"script {number}", READ, by=TESTER)
    with pytest.raises(TooManyTokens):
        world.accounts.create_token_on_host(user.id, "one more", READ, by=TESTER)
    world.tokens()
    assert len(world.accounts.list_tokens(user.id)) == 25
    with pytest.raises(InvalidToken):
        world.accounts.authenticate_token(oldest.access.text)


def test_an_admins_token_made_on_the_host_does_nothing_that_wants_a_second_factor(world: World) -> None:
    admin = world.a_user(role=Role.ADMIN)
    new = world.accounts.create_token_on_host(admin.id, "script", set(Permission), by=TESTER)
    assert Permission.MANAGE_USERS not in world.accounts.authenticate_token(new.token.text).permissions


def test_what_has_ended_is_remembered_for_thirty_days_and_forgotten_then(world: World) -> None:
    world.a_user()
    used = world.tokens().refresh.text
    refresh(world, used)
    world.clock.pass_(timedelta(days=29))
    world.accounts.prune_access()
    with pytest.raises(InvalidGrant):
        refresh(world, used)
    assert LetterKind.TOKEN_REUSED in world.kinds_of_letters()
    world.clock.pass_(timedelta(days=31))
    assert world.accounts.prune_access().tokens > 0
    assert world.accounts.prune_access().tokens == 0
