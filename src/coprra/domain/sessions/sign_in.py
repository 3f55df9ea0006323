"""Sign in: by password, to the second factor where there is one."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Unauthenticated
from coprra.domain.kernel.ports import Clock
from coprra.domain.limits.limit import Bucket, Limit, LimitExceeded
from coprra.domain.limits.origin import Origin
from coprra.domain.limits.ports import Limiter
from coprra.domain.sessions.entry import Entrance, SecondFactorNeeded, SignedIn
from coprra.domain.sessions.events import ManySignIns, SignInFailed
from coprra.domain.sessions.ports import OpenSessionsReads, OpenSessionsUnitOfWork
from coprra.domain.sessions.ticket import TICKET_LASTS, WEB, NewTicket, Ticket, Wish
from coprra.domain.users.email import EmailAddress, InvalidEmail
from coprra.domain.users.identity import Method, allowed_abilities
from coprra.domain.users.known_device import device_of, mark_device
from coprra.domain.users.lockout import EVERYBODY, password_buckets
from coprra.domain.users.password import LONGEST, check_readable
from coprra.domain.users.ports import Hasher
from coprra.domain.users.secret import digest_of, draw_secret
from coprra.domain.users.user import User, UserId

KNOWN_DEVICE = Limit("login-device", 5, timedelta(minutes=15))


class InvalidCredentials(Unauthenticated):
    """No account can be entered by this address and password; which of them is wrong is not told."""

    code = "invalid_credentials"


@dataclass(frozen=True, slots=True)
class SignIn:
    """Use case: a session, tokens, or a ticket for the second factor.

    Whether there is such an account, and whether it can be entered, is told neither by the answer nor by its time.
    """

    clock: Clock
    limiter: Limiter
    hasher: Hasher
    entrance: Entrance
    reads: OpenSessionsReads
    unit_of_work: OpenSessionsUnitOfWork

    def __call__(
        self, email: str, password: str, *, origin: Origin, wish: Wish = WEB, device: str = ""
    ) -> SignedIn | SecondFactorNeeded:
        """device: the cookie of a known one. A failure is remembered although it raises.

        Raises: InvalidCredentials, InvalidPassword for one that is no text, LimitExceeded, Overloaded, Unavailable;
        NotAllowed for abilities that the account does not have, when the password was right.
        """
        now = self.clock.now()
        check_readable(password)
        user = self._find(email)
        known_device = device_of(self.entrance.macs, user, device) if user is not None and device else None
        own, alarm = self._count(email, user, known_device, origin, now)
        enterable = user is not None and user.may_enter and 0 < len(password) <= LONGEST
        right = self.hasher.verify(user.password_hash if user is not None and enterable else None, password)
        if user is None or not right:
            self._remember_failure(user, origin, now, alarm=alarm)
            raise invalid_credentials()
        self.limiter.refund(own)
        rehashed = self.hasher.hash(password) if self.hasher.is_outdated(user.password_hash) else None
        return self._enter(user, wish, rehashed, origin, now, alarm=alarm)

    def _find(self, email: str) -> User | None:
        try:
            address = EmailAddress.read(email)
        except InvalidEmail:
            return None
        with self.reads() as look:
            return look.users.find_by_email(address)

    def _count(
        self, email: str, user: User | None, known_device: str | None, origin: Origin, now: datetime
    ) -> tuple[Bucket, bool]:
        """The account's bucket, and whether too many people sign in. Raises: LimitExceeded, Unavailable."""
        macs = self.entrance.macs
        *networks, own = password_buckets(macs, _canonical(email), origin)
        if user is not None and known_device is not None:
            own = Bucket.of(macs, KNOWN_DEVICE, user.id.value, known_device)
        self.limiter.consume(*networks, own, at=now)
        try:
            self.limiter.consume(Bucket.of(macs, EVERYBODY), at=now)
        except LimitExceeded:
            return own, True
        return own, False

    def _enter(
        self, user: User, wish: Wish, rehashed: str | None, origin: Origin, now: datetime, *, alarm: bool
    ) -> SignedIn | SecondFactorNeeded:
        with self.unit_of_work() as uow:
            held = uow.users.hold(user.id)
            if held is None or not held.may_enter or held.password_version != user.password_version:
                raise invalid_credentials()
            if alarm:
                uow.record(_alarm(user.id, origin, now))
            if rehashed is not None and held.password_hash == user.password_hash:
                uow.users.save(replace(held, password_hash=rehashed))
            if uow.devices.find(user.id) is not None:
                allowed_abilities(held.role, wish.abilities or ())
                new = self._ticket(held, wish, now)
                uow.tickets.add(new.ticket)
                uow.commit()
                return SecondFactorNeeded(ticket=new)
            entry = self.entrance.admit(uow, held, wish, frozenset({Method.PASSWORD}), now=now, origin=origin)
            uow.commit()
        mark = mark_device(self.entrance.randomness, self.entrance.macs, held)
        return SignedIn(user=held, entry=entry, device=mark)

    def _ticket(self, user: User, wish: Wish, now: datetime) -> NewTicket:
        secret = draw_secret(self.entrance.randomness)
        ticket = Ticket(
            digest=digest_of(secret),
            user=user.id,
            password_version=user.password_version,
            wish=wish,
            created_at=now,
            expires_at=now + TICKET_LASTS,
        )
        return NewTicket(ticket, secret)

    def _remember_failure(self, user: User | None, origin: Origin, now: datetime, *, alarm: bool) -> None:
        with self.unit_of_work() as uow:
            id = user.id if user else None
            uow.record(SignInFailed(occurred_at=now, by=Actor.guest(), user=id, origin=origin))
            if alarm:
                uow.record(_alarm(id, origin, now))
            uow.commit()


def invalid_credentials() -> InvalidCredentials:
    """The one refusal, whatever is wrong."""
    return InvalidCredentials("No account can be entered by this address and password.")


def _canonical(email: str) -> str:
    """What is counted: the address, or whatever else was written."""
    try:
        return EmailAddress.read(email).canonical
    except InvalidEmail:
        return email


def _alarm(user: UserId | None, origin: Origin, now: datetime) -> ManySignIns:
    return ManySignIns(occurred_at=now, by=Actor.guest(), user=user, origin=origin)
