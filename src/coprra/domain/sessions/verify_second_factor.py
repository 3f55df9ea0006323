"""Verify the second factor: a ticket and a code make a session or tokens."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.ports import Clock
from coprra.domain.limits.origin import Origin
from coprra.domain.limits.ports import Limiter
from coprra.domain.mfa.device import invalid_code
from coprra.domain.mfa.lockout import code_buckets
from coprra.domain.mfa.proof import Proof, Recognition, remember_failure, use_up
from coprra.domain.sessions.entry import Entrance, SignedIn
from coprra.domain.sessions.ports import OpenSessionsReads, OpenSessionsUnitOfWork, SessionsUnitOfWork
from coprra.domain.sessions.ticket import MOST_TRIES, Channel, Ticket, invalid_ticket
from coprra.domain.users.identity import Method
from coprra.domain.users.known_device import mark_device
from coprra.domain.users.link import LinkPurpose, make_link
from coprra.domain.users.secret import digest_of
from coprra.domain.users.user import User


@dataclass(frozen=True, slots=True)
class VerifySecondFactor:
    """Use case: the second half of signing in. A code, a recovery code and a ticket are each good once."""

    clock: Clock
    limiter: Limiter
    recognition: Recognition
    entrance: Entrance
    reads: OpenSessionsReads
    unit_of_work: OpenSessionsUnitOfWork

    def __call__(self, ticket: str, code: str, *, origin: Origin, channel: Channel | None = None) -> SignedIn:
        """ticket: its secret; code: of the device, or a recovery code. A failure is remembered although it raises.

        channel: what the ticket must have been given for; None: any. It is good for nothing elsewhere.

        Raises: InvalidTicket, InvalidCode, SecondFactorLocked, LimitExceeded, Overloaded, Unavailable.
        """
        now, digest = self.clock.now(), digest_of(ticket)
        found = self._count(digest, channel, origin, now)
        with self.reads() as look:
            user = look.users.find(found.user)
            proof: Proof | None = self.recognition.code(look, found.user, code, now)
            proof = proof or self.recognition.recovery(look, found.user, code)
        if user is None:
            raise invalid_ticket()
        if proof is None:
            with self.unit_of_work() as uow:
                held = uow.users.hold(user.id)
                if held is None:
                    raise invalid_ticket()
                self._remember(uow, held, now, origin, replayed=False)
                uow.commit()
            raise invalid_code()
        return self._enter(found, proof, now, origin)

    def _count(self, digest: str, channel: Channel | None, origin: Origin, now: datetime) -> Ticket:
        """The ticket, one of whose tries is used. Raises: InvalidTicket, LimitExceeded."""
        with self.reads() as look:
            ticket = look.tickets.find(digest)
        if ticket is None or ticket.used_at is not None or now >= ticket.expires_at or ticket.tries >= MOST_TRIES:
            raise invalid_ticket()
        if channel not in {None, ticket.wish.channel}:
            raise invalid_ticket()
        self.limiter.consume(*code_buckets(self.entrance.macs, ticket.user, origin), at=now)
        with self.unit_of_work() as uow:
            if not uow.tickets.attempt(digest, now, most=MOST_TRIES):
                raise invalid_ticket()
            uow.commit()
        return ticket

    def _enter(self, ticket: Ticket, proof: Proof, now: datetime, origin: Origin) -> SignedIn:
        with self.unit_of_work() as uow:
            user = uow.users.hold(ticket.user)
            if user is None or not user.may_enter or user.password_version != ticket.password_version:
                raise invalid_ticket()
            if not use_up(uow, proof, user, now, origin):
                self._remember(uow, user, now, origin, replayed=True)
                uow.commit()
                raise invalid_code()
            if not uow.tickets.consume(ticket.digest, now):
                raise invalid_ticket()
            methods = frozenset({Method.PASSWORD, proof.method})
            entry = self.entrance.admit(uow, user, ticket.wish, methods, now=now, origin=origin)
            uow.commit()
        self.limiter.refund(*code_buckets(self.entrance.macs, user.id, origin)[1:])
        return SignedIn(user=user, entry=entry, device=mark_device(self.entrance.randomness, self.entrance.macs, user))

    def _remember(self, uow: SessionsUnitOfWork, user: User, now: datetime, origin: Origin, *, replayed: bool) -> None:
        unlock = make_link(self.entrance.randomness, LinkPurpose.UNLOCK_SECOND_FACTOR, user, now)
        remember_failure(uow, user, now, origin, unlock=unlock, replayed=replayed)
