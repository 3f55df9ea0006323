"""Where nobody carries letters: what protects an account is done untold, what needs a mailbox is refused."""

from collections.abc import Callable

import pytest

from coprra.adapters.memory.accounts.store import MemoryAccounts
from coprra.domain.kernel.errors import CoprraError, Unavailable
from coprra.domain.mfa.device import MOST_FAILURES, SecondFactorLocked
from coprra.domain.sessions.token import InvalidGrant
from coprra.testing.accounts import ANA, HERE, PASSWORD, CollectedLetters, Unlimited, World

NOBODY = "bob@example.com"


@pytest.fixture
def world() -> World:
    world = World(MemoryAccounts(), CollectedLetters(), [], limiter=Unlimited())
    world.a_user()
    return world


def test_a_reused_refresh_token_ends_its_family_all_the_same(world: World) -> None:
    tokens = world.tokens()
    pair = world.accounts.refresh_tokens(tokens.refresh.text, origin=HERE)
    for text in (tokens.refresh.text, pair.refresh):
        with pytest.raises(InvalidGrant):
            world.accounts.refresh_tokens(text, origin=HERE)
    assert world.accounts.list_tokens(tokens.family.user) == ()


def test_a_password_is_changed_and_a_device_set_up_and_locked(world: World) -> None:
    me, _ = world.stepped_up(world.session())
    world.accounts.change_password(me, PASSWORD, "another long password", origin=HERE)
    world.accounts.set_password(me.user, PASSWORD, by=me.actor)
    device, _, _ = world.enrol()
    for _ in range(MOST_FAILURES):
        with pytest.raises(CoprraError):
            world.accounts.verify_second_factor(world.ticket(), "000000", origin=HERE)
    with pytest.raises(SecondFactorLocked):
        world.accounts.verify_second_factor(world.ticket(), world.code(device), origin=HERE)


@pytest.mark.parametrize("address", [ANA, NOBODY])
@pytest.mark.parametrize(
    "ask",
    [
        lambda world, address: world.accounts.register_user(address, PASSWORD, name="Somebody", origin=HERE),
        lambda world, address: world.accounts.request_password_reset(address, origin=HERE),
        lambda world, address: world.accounts.send_verification(address, origin=HERE),
        lambda world, address: world.accounts.request_unlock(address, origin=HERE),
    ],
    ids=["register", "reset", "verify", "unlock"],
)
def test_what_needs_a_mailbox_is_refused_whether_or_not_there_is_an_account(
    world: World, ask: Callable[[World, str], None], address: str
) -> None:
    with pytest.raises(Unavailable, match="sends no mail"):
        ask(world, address)
