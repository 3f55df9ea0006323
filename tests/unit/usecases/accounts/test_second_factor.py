"""The second factor: enrolment, signing in by it, losing it."""

from datetime import timedelta

import pytest

from coprra.adapters.segno.qr_codes import SegnoQrCodes
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.limits.limit import LimitExceeded
from coprra.domain.limits.origin import Origin
from coprra.domain.mfa.device import InvalidCode, LastFactor, NoSecondFactor, SecondFactorLocked
from coprra.domain.mfa.reset import ResetRefused
from coprra.domain.mfa.reset_second_factor import OwnSecondFactor
from coprra.domain.sessions.entry import NewTokens, SecondFactorNeeded, SignedIn
from coprra.domain.sessions.session import NewSession
from coprra.domain.sessions.ticket import Channel, InvalidTicket, Wish
from coprra.domain.sessions.token import InvalidToken
from coprra.domain.users.confirmation import WrongPassword
from coprra.domain.users.identity import Identity, Method, MfaEnrollmentRequired, NotSignedIn, StepUpRequired
from coprra.domain.users.letter import LetterKind
from coprra.domain.users.link import InvalidMailLink
from coprra.domain.users.role import Permission, Role
from coprra.testing.accounts import ANA, HERE, PASSWORD, World
from coprra.testing.builders import TESTER

IVO = "ivo@example.com"


def verify(world: World, ticket: str, code: str, origin: Origin = HERE) -> str:
    """The secret of the session that it makes."""
    entered = world.accounts.verify_second_factor(ticket, code, origin=origin)
    assert isinstance(entered.entry, NewSession)
    return entered.entry.secret


def an_admin(world: World, email: str = IVO) -> tuple[Identity, str, str]:
    """Somebody with every right and a fresh proof, their session, and their device."""
    world.a_user(email, Role.ADMIN)
    device, _, _ = world.enrol(email)
    session = verify(world, world.ticket(email), world.code(device))
    world.clock.pass_(timedelta(seconds=60))
    me, session = world.stepped_up(session, world.code(device))
    return me, session, device


def test_a_device_counts_only_when_it_has_shown_a_code(world: World) -> None:
    world.a_user()
    me, session = world.stepped_up(world.session())
    device = world.accounts.start_enrolment(me, origin=HERE)
    assert isinstance(world.sign_in(), SignedIn)
    me, session = world.stepped_up(session)
    device = world.accounts.start_enrolment(me, origin=HERE)
    with pytest.raises(InvalidCode):
        world.accounts.confirm_enrolment(me, "000000", origin=HERE)
    enrolled = world.accounts.confirm_enrolment(me, world.code(device.base32), origin=HERE)
    assert isinstance(world.sign_in(), SecondFactorNeeded)
    assert len(enrolled.recovery_codes) == 10
    with pytest.raises(NotSignedIn):
        world.who(session)
    assert world.who(enrolled.session_secret).methods == {Method.PASSWORD, Method.TOTP}


def test_a_device_is_confirmed_in_the_session_where_it_was_begun_within_ten_minutes(world: World) -> None:
    world.a_user()
    session = world.session()
    with pytest.raises(StepUpRequired):
        world.accounts.start_enrolment(world.who(session), origin=HERE)
    me, session = world.stepped_up(session)
    device = world.accounts.start_enrolment(me, origin=HERE)
    other = world.who(world.accounts.sign_in(ANA, PASSWORD, origin=HERE).entry.secret)  # type: ignore[union-attr]  # pages
    with pytest.raises(NoSecondFactor):
        world.accounts.confirm_enrolment(other, world.code(device.base32), origin=HERE)
    world.clock.pass_(timedelta(minutes=10))
    with pytest.raises(NoSecondFactor):
        world.accounts.confirm_enrolment(me, world.code(device.base32), origin=HERE)


def test_a_device_is_shown_again_until_it_is_confirmed_in_its_session_alone(world: World) -> None:
    world.a_user()
    me, _ = world.stepped_up(world.session())
    elsewhere = world.who(world.session())
    with pytest.raises(NoSecondFactor):
        world.accounts.show_enrolment(me)
    me, _ = world.stepped_up(world.session())
    begun = world.accounts.start_enrolment(me, origin=HERE)
    shown = world.accounts.show_enrolment(me)
    assert (shown.base32, shown.uri) == (begun.base32, begun.uri)
    assert shown.qr == SegnoQrCodes().draw(begun.uri)
    assert begun.base32 not in repr(shown)
    with pytest.raises(NoSecondFactor):
        world.accounts.show_enrolment(elsewhere)
    world.clock.pass_(timedelta(minutes=10))
    with pytest.raises(NoSecondFactor):
        world.accounts.show_enrolment(me)


def test_a_confirmed_device_is_shown_no_more(world: World) -> None:
    world.a_user()
    _, _, session = world.enrol()
    with pytest.raises(NoSecondFactor):
        world.accounts.show_enrolment(world.who(session))


def test_enrolling_ends_every_other_session_and_token(world: World) -> None:
    world.a_user()
    other, tokens = world.session(), world.tokens()
    world.enrol()
    with pytest.raises(NotSignedIn):
        world.who(other)
    with pytest.raises(InvalidToken):
        world.accounts.authenticate_token(tokens.access.text)


def test_the_code_that_confirmed_a_device_signs_nobody_in(world: World) -> None:
    world.a_user()
    me, _ = world.stepped_up(world.session())
    device = world.accounts.start_enrolment(me, origin=HERE)
    code = world.code(device.base32)
    world.accounts.confirm_enrolment(me, code, origin=HERE)
    needed = world.accounts.sign_in(ANA, PASSWORD, origin=HERE)
    assert isinstance(needed, SecondFactorNeeded)
    with pytest.raises(InvalidCode):
        verify(world, needed.ticket.secret, code)
    verify(world, needed.ticket.secret, world.code(device.base32, later=1))


def test_no_code_is_good_twice_in_whatever_order_they_come(world: World) -> None:
    world.a_user()
    device, _, _ = world.enrol()
    first, second = world.ticket(), world.ticket()
    now, later = world.code(device), world.code(device, later=1)
    third = world.accounts.sign_in(ANA, PASSWORD, origin=HERE)
    assert isinstance(third, SecondFactorNeeded)
    with pytest.raises(InvalidTicket):
        verify(world, first, now)
    verify(world, second, later)
    for code in (now, later, later[:3] + " " + later[3:]):
        with pytest.raises(InvalidCode):
            verify(world, third.ticket.secret, code)
    assert world.kinds_of_events().count("mfa.fail") + world.kinds_of_events().count("mfa.replay") == 3


def test_a_ticket_is_good_once_for_five_minutes_and_five_tries(world: World) -> None:
    world.a_user()
    device, _, _ = world.enrol()
    ticket = world.ticket()
    verify(world, ticket, world.code(device))
    with pytest.raises(InvalidTicket):
        verify(world, ticket, world.code(device, later=1))
    ticket = world.ticket()
    world.clock.pass_(timedelta(minutes=5))
    with pytest.raises(InvalidTicket):
        verify(world, ticket, world.code(device))
    ticket = world.ticket()
    for number in range(5):
        with pytest.raises(InvalidCode):
            verify(world, ticket, "000000", Origin(f"192.0.2.{number}"))
    with pytest.raises(InvalidTicket):
        verify(world, ticket, world.code(device))


def test_a_ticket_dies_with_the_password_and_with_the_account(world: World) -> None:
    user = world.a_user()
    device, _, _ = world.enrol()
    ticket = world.ticket()
    world.accounts.set_password(user.id, "eleven purple bicycles", by=TESTER)
    with pytest.raises(InvalidTicket):
        verify(world, ticket, world.code(device))
    ticket = world.ticket(password="eleven purple bicycles")
    world.accounts.disable_user(user.id, by=TESTER)
    with pytest.raises(InvalidTicket):
        verify(world, ticket, world.code(device))


def test_codes_are_guessed_five_times_in_five_minutes_with_however_many_tickets(world: World) -> None:
    world.a_user()
    device, codes, _ = world.enrol()
    first, second = (world.accounts.sign_in(ANA, PASSWORD, origin=HERE) for _ in range(2))
    assert isinstance(first, SecondFactorNeeded)
    assert isinstance(second, SecondFactorNeeded)
    guesses = [(first, "000000")] * 3 + [(second, "AAAA-BBBB-CCCC-DDDD")] * 2
    for number, (needed, guess) in enumerate(guesses):
        with pytest.raises(InvalidCode):
            verify(world, needed.ticket.secret, guess, Origin(f"192.0.2.{number}"))
    for code in (world.code(device), codes[0]):
        with pytest.raises(LimitExceeded):
            verify(world, second.ticket.secret, code, Origin("203.0.113.1"))


def test_after_a_hundred_failures_in_a_row_the_mailbox_unlocks(world: World) -> None:
    user = world.a_user()
    device, _, _ = world.enrol()
    with world.store.unit_of_work() as uow:
        for _ in range(99):
            assert not uow.devices.fail(user.id, world.clock.now(), most=100)
        uow.commit()
    ticket = world.ticket()
    with pytest.raises(InvalidCode):
        verify(world, ticket, "000000")
    with pytest.raises(SecondFactorLocked):
        verify(world, ticket, world.code(device))
    secret = world.secret_sent(LetterKind.SECOND_FACTOR_LOCKED)
    world.accounts.unlock_second_factor(secret, origin=HERE)
    verify(world, ticket, world.code(device))
    with pytest.raises(InvalidMailLink):
        world.accounts.unlock_second_factor(secret, origin=HERE)
    assert "mfa.lock" in world.kinds_of_events()


def test_a_letter_says_that_a_factor_is_locked_only_while_it_is(world: World) -> None:
    user = world.a_user()
    ask = world.accounts.request_unlock
    ask(ANA, origin=HERE)
    device, _, _ = world.enrol()
    world.letters.clear()
    ask(ANA, origin=HERE)
    assert world.letters == []
    with world.store.unit_of_work() as uow:
        assert uow.devices.fail(user.id, world.clock.now(), most=1)
        uow.commit()
    ask(ANA, origin=HERE)
    assert world.kinds_of_letters() == [LetterKind.SECOND_FACTOR_LOCKED]
    world.accounts.unlock_second_factor(world.secret_sent(LetterKind.SECOND_FACTOR_LOCKED), origin=HERE)
    world.clock.pass_(timedelta(hours=1))
    ask(ANA, origin=HERE)
    assert world.kinds_of_letters() == [LetterKind.SECOND_FACTOR_LOCKED]
    verify(world, world.ticket(), world.code(device))


def test_a_recovery_code_signs_in_once_and_is_told_to_its_owner(world: World) -> None:
    world.a_user()
    _, codes, _ = world.enrol()
    session = verify(world, world.ticket(), codes[3].lower().replace("-", " "))
    assert world.who(session).methods == {Method.PASSWORD, Method.RECOVERY_CODE}
    with pytest.raises(InvalidCode):
        verify(world, world.ticket(), codes[3])
    verify(world, world.ticket(), codes[4])
    told = [one.note for one in world.letters if one.kind is LetterKind.RECOVERY_CODE_USED]
    assert told == ["9", "8"]
    assert world.accounts.export_own_data(world.who(session)).recovery_codes_left == 8


def test_a_recovery_code_is_no_fresh_proof(world: World) -> None:
    world.a_user()
    device, codes, _ = world.enrol()
    session = verify(world, world.ticket(), codes[0])
    for proof in (codes[1], PASSWORD):
        with pytest.raises(InvalidCode):
            world.accounts.step_up(world.who(session), proof, origin=HERE)
    world.stepped_up(session, world.code(device))


def test_new_recovery_codes_void_the_old(world: World) -> None:
    world.a_user()
    _, old, session = world.enrol()
    new = world.accounts.renew_recovery_codes(world.who(session), origin=HERE)
    with pytest.raises(InvalidCode):
        verify(world, world.ticket(), old[0])
    verify(world, world.ticket(), new[0])


def test_recovery_codes_are_renewed_three_times_an_hour(world: World) -> None:
    world.a_user()
    _, _, session = world.enrol()
    for _ in range(3):
        world.accounts.renew_recovery_codes(world.who(session), origin=HERE)
    with pytest.raises(LimitExceeded):
        world.accounts.renew_recovery_codes(world.who(session), origin=HERE)


def test_the_old_device_counts_until_the_new_one_is_confirmed(world: World) -> None:
    world.a_user()
    old, _, session = world.enrol()
    me = world.who(session)
    device = world.accounts.start_enrolment(me, origin=HERE)
    verify(world, world.ticket(), world.code(old))
    me, _ = world.stepped_up(session, world.code(old, later=1))
    device = world.accounts.start_enrolment(me, origin=HERE)
    world.accounts.confirm_enrolment(me, world.code(device.base32), origin=HERE)
    with pytest.raises(InvalidCode):
        verify(world, world.ticket(), world.code(old))
    verify(world, world.ticket(), world.code(device.base32))


def test_who_needs_no_second_factor_may_remove_it(world: World) -> None:
    world.a_user()
    _, _, session = world.enrol()
    world.accounts.remove_device(world.who(session), origin=HERE)
    assert isinstance(world.sign_in(), SignedIn)


def test_an_admin_needs_the_second_factor_shown_and_can_not_remove_it(world: World) -> None:
    world.a_user(IVO, Role.ADMIN)
    session = world.session(IVO)
    with pytest.raises(MfaEnrollmentRequired):
        world.who(session).require(Permission.MANAGE_USERS)
    _, _, enrolled = world.enrol(IVO)
    me = world.who(enrolled)
    me.require(Permission.MANAGE_USERS)
    with pytest.raises(LastFactor):
        world.accounts.remove_device(me, origin=HERE)


def test_the_same_gate_stands_before_the_api_and_after_a_reset(world: World) -> None:
    world.a_user()
    device, _, _ = world.enrol()
    wish = Wish(channel=Channel.API, abilities=frozenset({Permission.READ_PRICES}), name="phone")
    needed = world.sign_in(wish=wish)
    assert isinstance(needed, SecondFactorNeeded)
    entered = world.accounts.verify_second_factor(needed.ticket.secret, world.code(device), origin=HERE)
    assert isinstance(entered.entry, NewTokens)
    assert (entered.entry.family.name, entered.entry.family.abilities) == ("phone", wish.abilities)
    world.accounts.request_password_reset(ANA, origin=HERE)
    secret = world.secret_sent(LetterKind.RESET_PASSWORD)
    world.accounts.reset_password(secret, "eleven purple bicycles", origin=HERE)
    assert isinstance(world.sign_in(password="eleven purple bicycles"), SecondFactorNeeded)  # pragma: allowlist secret


def test_an_admin_resets_a_lost_factor_by_the_owners_mailbox_and_password(world: World) -> None:
    target = world.a_user()
    _, _, session = world.enrol()
    world.clock.pass_(timedelta(hours=72))
    admin, _, _ = an_admin(world)
    ask = world.accounts.request_second_factor_reset
    ask(admin, target.id, reason="lost phone", origin=HERE)
    first = world.secret_sent(LetterKind.RESET_SECOND_FACTOR)
    ask(admin, target.id, reason="lost phone", origin=HERE)
    secret = world.secret_sent(LetterKind.RESET_SECOND_FACTOR)
    confirm = world.accounts.confirm_second_factor_reset
    with pytest.raises(InvalidMailLink):
        confirm(first, PASSWORD, origin=HERE)
    with pytest.raises(WrongPassword):
        confirm(secret, "wrong", origin=HERE)
    waiting = world.accounts.sign_in(ANA, PASSWORD, origin=HERE)
    assert isinstance(waiting, SecondFactorNeeded)
    confirm(secret, PASSWORD, origin=HERE)
    told = [one.to.text for one in world.letters if one.kind is LetterKind.SECOND_FACTOR_RESET]
    assert told == [ANA, IVO]
    with pytest.raises(NotSignedIn):
        world.who(session)
    with pytest.raises(InvalidTicket):
        verify(world, waiting.ticket.secret, "000000")
    with pytest.raises(InvalidMailLink):
        confirm(secret, PASSWORD, origin=HERE)
    assert isinstance(world.sign_in(), SignedIn)


def test_a_reset_is_refused_without_right_proof_or_a_mailbox_known_for_three_days(world: World) -> None:
    target = world.a_user()
    _, _, session = world.enrol()
    ask = world.accounts.request_second_factor_reset
    me = world.who(session)
    with pytest.raises(CoprraError) as refusal:
        ask(me, target.id, reason="please", origin=HERE)
    assert refusal.value.code == "not_allowed"
    admin, admins_session, _ = an_admin(world)
    with pytest.raises(ResetRefused):
        ask(admin, target.id, reason="lost phone", origin=HERE)
    with pytest.raises(OwnSecondFactor):
        ask(admin, admin.user, reason="lost phone", origin=HERE)
    other = world.a_user("eva@example.com")
    with pytest.raises(NoSecondFactor):
        ask(admin, other.id, reason="lost phone", origin=HERE)
    world.clock.pass_(timedelta(minutes=5))
    with pytest.raises(StepUpRequired):
        ask(world.who(admins_session), target.id, reason="lost phone", origin=HERE)


def test_an_operator_breaks_the_glass(world: World) -> None:
    user = world.a_user(role=Role.ADMIN)
    _, _, session = world.enrol()
    world.accounts.reset_second_factor(user.id, by=TESTER)
    with pytest.raises(NotSignedIn):
        world.who(session)
    assert isinstance(world.sign_in(), SignedIn)
    with pytest.raises(NoSecondFactor):
        world.accounts.reset_second_factor(user.id, by=TESTER)


def test_a_secret_is_kept_sealed_for_its_owner(world: World) -> None:
    user = world.a_user()
    device, _, _ = world.enrol()
    with world.store.reads() as look:
        stored = look.devices.find(user.id)
    assert stored is not None
    assert device not in repr(stored) + stored.sealed


@pytest.mark.parametrize(("given", "shown"), [(Channel.API, Channel.WEB), (Channel.WEB, Channel.API)])
def test_a_ticket_is_good_for_its_channel_alone_and_is_not_used_up_elsewhere(
    world: World, given: Channel, shown: Channel
) -> None:
    world.a_user()
    device, _, _ = world.enrol()
    ticket, verify = world.ticket(wish=Wish(channel=given)), world.accounts.verify_second_factor
    for _ in range(6):
        with pytest.raises(InvalidTicket):
            verify(ticket, world.code(device), origin=HERE, channel=shown)
    assert verify(ticket, world.code(device), origin=HERE, channel=given).user.email.text == ANA
