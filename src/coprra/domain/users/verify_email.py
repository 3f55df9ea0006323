"""Verify an address: its mailbox was proved by a link."""

from dataclasses import dataclass, replace

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock
from coprra.domain.limits.origin import Origin
from coprra.domain.users.events import EmailVerified
from coprra.domain.users.link import LinkPurpose
from coprra.domain.users.ports import OpenUsersUnitOfWork
from coprra.domain.users.used_link import use_link


@dataclass(frozen=True, slots=True)
class VerifyEmail:
    """Use case: from here on the account can be signed in to."""

    clock: Clock
    unit_of_work: OpenUsersUnitOfWork

    def __call__(self, secret: str, *, origin: Origin) -> None:
        """secret: of the link. Raises: InvalidMailLink, Unavailable."""
        now = self.clock.now()
        with self.unit_of_work() as uow:
            user = use_link(uow, secret, LinkPurpose.VERIFY_EMAIL, now).user
            uow.users.save(replace(user, email_verified_at=user.email_verified_at or now))
            uow.record(EmailVerified(occurred_at=now, by=Actor.user(user.id.value), user=user.id, origin=origin))
            uow.commit()
