"""A machine that signs in, proves, refreshes and revokes at random, and finds nothing that works once too often.

A store takes the exam with::

    class MyMachine(AccountMachine):
        def make_world(self):
            return World(MyAccounts(...), ...)  # empty, with limits that never refuse


    TestMyMachine = MyMachine.TestCase
"""

from abc import abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from coprra.domain.kernel.errors import CoprraError
from coprra.domain.sessions.entry import NewTokens, SecondFactorNeeded, SignedIn
from coprra.domain.sessions.session import NewSession
from coprra.domain.sessions.ticket import WEB, Channel, Wish
from coprra.domain.users.identity import Identity
from coprra.domain.users.letter import LetterKind
from coprra.testing.accounts import ANA, HERE, PASSWORD, World
from coprra.testing.builders import TESTER

SECONDS = st.sampled_from((1, 29, 30, 31, 90, 300, 1800, 3600, 86_400))
WISHES = st.sampled_from((WEB, Wish(channel=Channel.API)))
PICK = st.integers(0, 1_000)
EVE = "eve@example.com"
PASSWORDS = ("eleven purple bicycles", "nine grumpy lanterns", PASSWORD)


@dataclass
class Secrets:
    """Of one kind: all that were ever given, and those of them that must never work again."""

    given: list[str] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)

    def give(self, secret: str) -> None:
        """A new one."""
        assert secret not in self.given, "a secret was given twice"
        self.given.append(secret)

    def worked(self, secret: str) -> None:
        """It was just taken."""
        assert secret not in self.dead, "a secret worked that was used, revoked or replaced"

    def die(self, secret: str | None) -> None:
        """It must never work again."""
        if secret is not None:
            self.dead.add(secret)

    def all_die(self, *, but: str | None = None) -> None:
        """None of them must ever work again, but for one."""
        self.dead |= set(self.given) - {but}

    def pick(self, number: int) -> str:
        """Any that was given, dead or alive; the newest more often."""
        return self.given[-1 - number * number // 1_000 % len(self.given)]


class AccountMachine(RuleBasedStateMachine):
    """One user, and one who registers; everybody tries everything, again and again."""

    world: World

    @abstractmethod
    def make_world(self) -> World:
        """An empty one that nobody else uses, with limits that never refuse."""

    @initialize(enrolled=st.booleans())
    def begin(self, enrolled: bool) -> None:
        """Somebody has an account, and perhaps a device."""
        self.world = self.make_world()
        self.user = self.world.a_user()
        self.password = PASSWORD
        self.sessions, self.tickets, self.access, self.refresh = Secrets(), Secrets(), Secrets(), Secrets()
        self.resets, self.paper, self.proofs = Secrets(), Secrets(), Secrets()
        self.registered: str | None = None
        self.proved = False
        self.device: str | None = None
        self.old_devices: list[str] = []
        self.shown: set[tuple[str, int]] = set()
        self.families: dict[str, str] = {}
        self.exchanged: set[str] = set()
        self.sign_in(WEB)
        if enrolled:
            self.enrol(0, 0)

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: int) -> None:
        self.world.clock.pass_(timedelta(seconds=seconds))

    @rule(wish=WISHES)
    def sign_in(self, wish: Wish) -> None:
        entered = self.world.accounts.sign_in(ANA, self.password, origin=HERE, wish=wish)
        assert isinstance(entered, SecondFactorNeeded) == (self.device is not None)
        if isinstance(entered, SecondFactorNeeded):
            self.tickets.give(entered.ticket.secret)
        else:
            self._take(entered)

    @precondition(lambda self: self.device)
    @rule(wish=WISHES, later=st.integers(-1, 1), seconds=st.sampled_from((60, 30, 0)))
    def sign_in_by_a_code(self, wish: Wish, later: int, seconds: int) -> None:
        self.time_passes(seconds)
        self.sign_in(wish)
        self.show_a_code(0, later, old=False)

    @precondition(lambda self: self.paper.given)
    @rule(wish=WISHES, which=PICK)
    def sign_in_on_paper(self, wish: Wish, which: int) -> None:
        self.sign_in(wish)
        if self.tickets.given:
            self.show_a_recovery_code(0, which)

    @rule(reuse=st.booleans())
    def use_the_api(self, reuse: bool) -> None:
        self.sign_in(Wish(channel=Channel.API))
        if self.device:
            self.show_a_code(0, 1, old=False)
        if self.refresh.given:
            self.refresh_tokens(0, reuse=False)
            self.refresh_tokens(0, reuse=reuse)

    @precondition(lambda self: self.tickets.given and (self.device or self.old_devices))
    @rule(number=PICK, later=st.integers(-2, 2), old=st.booleans())
    def show_a_code(self, number: int, later: int, *, old: bool) -> None:
        device = self.old_devices[-1] if self.old_devices and (old or self.device is None) else self.device
        assert device is not None
        ticket, code = self.tickets.pick(number), self.world.code(device, later=later)
        with suppress(CoprraError):
            entered = self.world.accounts.verify_second_factor(ticket, code, origin=HERE)
            self._use_ticket(ticket)
            self._use_code(device, later)
            self._take(entered)
            self._refuses(lambda: self._with_a_new_ticket(code))
            self._refuses(lambda: self._with_a_new_code(ticket, later + 1))

    @precondition(lambda self: self.tickets.given and self.paper.given)
    @rule(number=PICK, which=PICK)
    def show_a_recovery_code(self, number: int, which: int) -> None:
        ticket, code = self.tickets.pick(number), self.paper.pick(which)
        with suppress(CoprraError):
            entered = self.world.accounts.verify_second_factor(ticket, code, origin=HERE)
            self._use_ticket(ticket)
            self.paper.worked(code)
            self.paper.die(code)
            self._take(entered)
            self._refuses(lambda: self._with_a_new_ticket(code))

    @precondition(lambda self: self.sessions.given)
    @rule(number=PICK)
    def show_a_session(self, number: int) -> None:
        self._who(self.sessions.pick(number))

    @precondition(lambda self: self.access.given)
    @rule(number=PICK)
    def show_an_access_token(self, number: int) -> None:
        text = self.access.pick(number)
        with suppress(CoprraError):
            self.world.accounts.authenticate_token(text)
            self.access.worked(text)

    @precondition(lambda self: self.sessions.given)
    @rule(number=PICK, later=st.integers(-1, 1))
    def step_up(self, number: int, later: int) -> None:
        self._step_up(self.sessions.pick(number), later)

    @precondition(lambda self: self.sessions.given)
    @rule(number=PICK, later=st.integers(-1, 1))
    def enrol(self, number: int, later: int) -> None:
        secret = self._step_up(self.sessions.pick(number), later)
        if me := self._who(secret):
            with suppress(CoprraError):
                device = self.world.accounts.start_enrolment(me, origin=HERE).base32
                code = self.world.code(device, later=later)
                enrolled = self.world.accounts.confirm_enrolment(me, code, origin=HERE)
                self._use_code(device, later)
                self._lose_device()
                self.device = device
                self._everything_dies()
                self.sessions.give(enrolled.session_secret)
                for shown in enrolled.recovery_codes:
                    self.paper.give(shown)

    @precondition(lambda self: self.sessions.given)
    @rule(number=PICK)
    def remove_the_device(self, number: int) -> None:
        secret = self._step_up(self.sessions.pick(number), 1)
        if me := self._who(secret):
            with suppress(CoprraError):
                self.world.accounts.remove_device(me, origin=HERE)
                self._lose_device()
                self._everything_dies(but=secret)

    @precondition(lambda self: self.sessions.given)
    @rule(number=PICK)
    def make_recovery_codes(self, number: int) -> None:
        if me := self._who(self._step_up(self.sessions.pick(number), 1)):
            with suppress(CoprraError):
                codes = self.world.accounts.renew_recovery_codes(me, origin=HERE)
                self.paper.all_die()
                for code in codes:
                    self.paper.give(code)

    @precondition(lambda self: self.refresh.given)
    @rule(number=PICK, reuse=st.booleans())
    def refresh_tokens(self, number: int, *, reuse: bool) -> None:
        text = self.refresh.pick(number)
        family = self.families[text]
        try:
            pair = self.world.accounts.refresh_tokens(text, origin=HERE)
        except CoprraError:
            if text in self.exchanged:
                self._family_dies(family)
            return
        self.refresh.worked(text)
        self._family_dies(family)
        self.exchanged.add(text)
        self._take_pair(family, pair.access, pair.refresh)
        if reuse:
            self._refuses(lambda: self.world.accounts.refresh_tokens(text, origin=HERE))
            self._family_dies(family)

    @precondition(lambda self: self.sessions.given)
    @rule(number=PICK)
    def sign_out(self, number: int) -> None:
        secret = self.sessions.pick(number)
        if me := self._who(secret):
            self.world.accounts.sign_out(me, origin=HERE)
            self.sessions.die(secret)

    @precondition(lambda self: self.families)
    @rule(number=PICK)
    def revoke_a_token(self, number: int) -> None:
        family = self.families[self.refresh.pick(number)]
        with suppress(CoprraError):
            self.world.accounts.revoke_token_on_host(self.user.id, family, by=TESTER)
            self._family_dies(family)

    @rule(how=st.sampled_from(("nothing", "prune", "revoke", "disable")))
    def administer(self, how: str) -> None:
        accounts, user = self.world.accounts, self.user.id
        if how == "prune":
            accounts.prune_access()
        elif how == "revoke":
            accounts.revoke_access(user, by=TESTER)
            self._everything_dies()
        elif how == "disable":
            accounts.disable_user(user, by=TESTER)
            self._everything_dies()
            accounts.enable_user(user, by=TESTER)

    @rule()
    def forget_the_password(self) -> None:
        self.world.accounts.request_password_reset(ANA, origin=HERE)
        self.resets.all_die()
        self.resets.give(self.world.secret_sent(LetterKind.RESET_PASSWORD))

    @precondition(lambda self: self.resets.given)
    @rule(number=PICK, password=st.sampled_from(PASSWORDS))
    def reset_the_password(self, number: int, password: str) -> None:
        link = self.resets.pick(number)
        with suppress(CoprraError):
            self.world.accounts.reset_password(link, password, origin=HERE)
            self.resets.worked(link)
            self.resets.all_die()
            self.password = password
            self._everything_dies()

    @rule(password=st.sampled_from(PASSWORDS))
    def register(self, password: str) -> None:
        self.world.accounts.register_user(EVE, password, name="Eve", origin=HERE)
        if not self.proved:
            self.registered = password
            self.proofs.all_die()
            self.proofs.give(self.world.secret_sent(LetterKind.VERIFY_EMAIL))

    @precondition(lambda self: self.proofs.given)
    @rule(number=PICK, password=st.sampled_from(PASSWORDS))
    def prove_the_mailbox(self, number: int, password: str) -> None:
        link = self.proofs.pick(number)
        with suppress(CoprraError):
            self.world.accounts.verify_email(link, password, origin=HERE)
            self.proofs.worked(link)
            assert password == self.registered, "an older registration was proved"
            self.proofs.all_die()
            self.proved = True

    def teardown(self) -> None:
        """What is dead stays dead at every door; codes and paper with a ticket that is good."""
        doors: list[tuple[Secrets, Callable[[str], object]]] = [
            (self.sessions, self.world.accounts.authenticate_session),
            (self.access, self.world.accounts.authenticate_token),
            (self.refresh, lambda text: self.world.accounts.refresh_tokens(text, origin=HERE)),
            (self.resets, lambda link: self.world.accounts.reset_password(link, PASSWORD, origin=HERE)),
            (self.proofs, lambda link: self.world.accounts.verify_email(link, self.registered or "", origin=HERE)),
            (self.tickets, self._with_a_new_code),
            (self.paper, self._with_a_new_ticket),
        ]
        for secrets, door in doors:
            for secret in sorted(secrets.dead):
                self._refuses(partial(door, secret))

    def _refuses(self, door: Callable[[], object]) -> None:
        try:
            door()
        except CoprraError:
            return
        raise AssertionError("a secret worked that was used, revoked or replaced")

    def _with_a_new_code(self, ticket: str, later: int = 1) -> object:
        code = self.world.code(self.device or self.old_devices[-1], later=later)
        return self.world.accounts.verify_second_factor(ticket, code, origin=HERE)

    def _with_a_new_ticket(self, code: str) -> object:
        entered = self.world.accounts.sign_in(ANA, self.password, origin=HERE)
        ticket = entered.ticket.secret if isinstance(entered, SecondFactorNeeded) else ""
        return self.world.accounts.verify_second_factor(ticket, code, origin=HERE)

    def _step_up(self, secret: str, later: int) -> str:
        """The session's secret after it; the same where it was refused."""
        if me := self._who(secret):
            proof = self.world.code(self.device, later=later) if self.device else self.password
            with suppress(CoprraError):
                new = self.world.accounts.step_up(me, proof, origin=HERE)
                if self.device:
                    self._use_code(self.device, later)
                self.sessions.die(secret)
                self.sessions.give(new)
                return new
        return secret

    def _who(self, secret: str) -> Identity | None:
        try:
            me = self.world.who(secret)
        except CoprraError:
            return None
        self.sessions.worked(secret)
        return me

    def _take(self, entered: SignedIn) -> None:
        if isinstance(entered.entry, NewSession):
            self.sessions.give(entered.entry.secret)
            assert self._who(entered.entry.secret), "a new session does not work"
        else:
            self._take_tokens(entered.entry)

    def _take_tokens(self, tokens: NewTokens) -> None:
        self._take_pair(tokens.family.id, tokens.access.text, tokens.refresh.text)

    def _take_pair(self, family: str, access: str, refresh: str) -> None:
        self.access.give(access)
        self.refresh.give(refresh)
        self.families[access] = self.families[refresh] = family
        self.world.accounts.authenticate_token(access)

    def _use_ticket(self, ticket: str) -> None:
        self.tickets.worked(ticket)
        self.tickets.die(ticket)

    def _use_code(self, device: str, later: int) -> None:
        assert device not in self.old_devices, "the code of a device worked that was replaced"
        step = int(self.world.clock.now().timestamp()) // 30 + later
        assert all(step > before for one, before in self.shown if one == device), "a code worked twice"
        self.shown.add((device, step))

    def _lose_device(self) -> None:
        if self.device is not None:
            self.old_devices.append(self.device)
            self.device = None
        self.paper.all_die()

    def _family_dies(self, family: str) -> None:
        for secrets in (self.access, self.refresh):
            for text in secrets.given:
                if self.families[text] == family:
                    secrets.die(text)

    def _everything_dies(self, *, but: str | None = None) -> None:
        self.sessions.all_die(but=but)
        for secrets in (self.tickets, self.access, self.refresh):
            secrets.all_die()
