"""Step up: prove anew who one is, for what wants more than a session."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.ports import Clock, Macs, Randomness
from coprra.domain.limits.origin import Origin
from coprra.domain.limits.ports import Limiter
from coprra.domain.mfa.device import invalid_code
from coprra.domain.mfa.lockout import session_code_buckets
from coprra.domain.mfa.proof import Proof, Recognition, remember_failure, use_up
from coprra.domain.sessions.events import SteppedUp, StepUpFailed
from coprra.domain.sessions.ports import OpenSessionsReads, OpenSessionsUnitOfWork, SessionsUnitOfWork
from coprra.domain.users.confirmation import Confirmation, WrongPassword
from coprra.domain.users.held import held_own
from coprra.domain.users.identity import Identity, Method, NotSignedIn
from coprra.domain.users.link import LinkPurpose, make_link
from coprra.domain.users.password import check_readable
from coprra.domain.users.role import Permission
from coprra.domain.users.secret import digest_of, draw_secret
from coprra.domain.users.user import User


@dataclass(frozen=True, slots=True)
class StepUp:
    """Use case: by a code of the device, where there is one, else by the password; a recovery code is no such proof.

    The session goes on under a new secret.
    """

    clock: Clock
    randomness: Randomness
    macs: Macs
    limiter: Limiter
    recognition: Recognition
    confirmation: Confirmation
    reads: OpenSessionsReads
    unit_of_work: OpenSessionsUnitOfWork

    def __call__(self, me: Identity, proof: str, *, origin: Origin) -> str:
        """proof: code or password. Returns the session's new secret. A failure is remembered although it raises.

        Raises: NotAllowed, NotSignedIn, InvalidCode, WrongPassword, SecondFactorLocked, LimitExceeded, Overloaded,
        Unavailable.
        """
        now = self.clock.now()
        me.require(Permission.ENTER_ACCOUNT)
        check_readable(proof)
        with self.reads() as look:
            user = look.users.find(me.user)
            enrolled = look.devices.find(me.user) is not None
        if user is None or me.session is None:
            raise _ended()
        if enrolled:
            return self._by_code(me, user, proof, now, origin)
        return self._by_password(me, user, proof, now, origin)

    def _by_code(self, me: Identity, user: User, code: str, now: datetime, origin: Origin) -> str:
        buckets = session_code_buckets(self.macs, user.id, me.holder)
        self.limiter.consume(*buckets, at=now)
        with self.reads() as look:
            proof = self.recognition.code(look, user.id, code, now)
        if proof is None:
            self._fail(me, user, now, origin)
            raise invalid_code()
        secret = self._strengthen(me, user, proof, now, origin)
        self.limiter.refund(*buckets)
        return secret

    def _by_password(self, me: Identity, user: User, password: str, now: datetime, origin: Origin) -> str:
        failure = StepUpFailed(occurred_at=now, by=me.actor, user=user.id, origin=origin)
        if not self.confirmation(user, password, holder=me.holder, failure=failure):
            raise WrongPassword("The password is not right.")
        return self._strengthen(me, user, None, now, origin)

    def _strengthen(self, me: Identity, user: User, proof: Proof | None, now: datetime, origin: Origin) -> str:
        secret = draw_secret(self.randomness)
        with self.unit_of_work() as uow:
            held = held_own(uow, me, now)
            if held.password_version != user.password_version:
                raise _ended()
            if proof is None and uow.devices.find(user.id) is not None:
                raise _ended()
            if proof is not None and not use_up(uow, proof, held, now, origin):
                self._remember(uow, held, now, origin, replayed=True)
                uow.record(StepUpFailed(occurred_at=now, by=me.actor, user=user.id, origin=origin))
                uow.commit()
                raise invalid_code()
            method = Method.TOTP if proof is not None else None
            if me.session is None or not uow.grants.strengthen(me.session, digest_of(secret), method, now):
                raise _ended()
            uow.record(SteppedUp(occurred_at=now, by=me.actor, user=user.id, origin=origin))
            uow.commit()
        return secret

    def _fail(self, me: Identity, user: User, now: datetime, origin: Origin) -> None:
        with self.unit_of_work() as uow:
            self._remember(uow, held_own(uow, me, now), now, origin, replayed=False)
            uow.record(StepUpFailed(occurred_at=now, by=me.actor, user=user.id, origin=origin))
            uow.commit()

    def _remember(self, uow: SessionsUnitOfWork, user: User, now: datetime, origin: Origin, *, replayed: bool) -> None:
        unlock = make_link(self.randomness, LinkPurpose.UNLOCK_SECOND_FACTOR, user, now)
        remember_failure(uow, user, now, origin, unlock=unlock, replayed=replayed)


def _ended() -> NotSignedIn:
    return NotSignedIn("This session has ended; sign in anew.")
