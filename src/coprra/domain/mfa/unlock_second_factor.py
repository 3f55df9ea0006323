"""Unlock a second factor that saw too many wrong codes."""

from dataclasses import dataclass

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock
from coprra.domain.limits.origin import Origin
from coprra.domain.mfa.events import SecondFactorUnlocked
from coprra.domain.mfa.ports import OpenMfaUnitOfWork
from coprra.domain.users.link import LinkPurpose
from coprra.domain.users.used_link import LinkRecognition, use_link


@dataclass(frozen=True, slots=True)
class UnlockSecondFactor:
    """Use case: whoever reads the mailbox lets codes be looked at again; they are no less needed than before."""

    clock: Clock
    recognize: LinkRecognition
    unit_of_work: OpenMfaUnitOfWork

    def __call__(self, secret: str, *, origin: Origin) -> None:
        """secret: of the link. Raises: InvalidMailLink, LimitExceeded, Unavailable."""
        now = self.clock.now()
        self.recognize(secret, LinkPurpose.UNLOCK_SECOND_FACTOR, now, origin)
        with self.unit_of_work() as uow:
            user = use_link(uow, secret, LinkPurpose.UNLOCK_SECOND_FACTOR, now).user
            uow.devices.unlock(user.id)
            by = Actor.user(user.id.value)
            uow.record(SecondFactorUnlocked(occurred_at=now, by=by, user=user.id, origin=origin))
            uow.commit()
