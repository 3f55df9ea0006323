"""Verify an address: by whoever reads its mailbox and knows the account's password."""

from dataclasses import dataclass, replace

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock, Macs
from coprra.domain.limits.origin import Origin
from coprra.domain.limits.ports import Limiter
from coprra.domain.users.change_password import WrongPassword
from coprra.domain.users.events import EmailVerified
from coprra.domain.users.link import LinkPurpose, invalid_link
from coprra.domain.users.lockout import password_buckets
from coprra.domain.users.password import LONGEST, check_readable
from coprra.domain.users.ports import Hasher, OpenUsersUnitOfWork
from coprra.domain.users.used_link import LinkRecognition, use_link


@dataclass(frozen=True, slots=True)
class VerifyEmail:
    """Use case: from here on the account can be signed in to.

    Anybody may register anybody's address: who reads the mailbox proves the address, not that the password is theirs.
    """

    clock: Clock
    macs: Macs
    limiter: Limiter
    hasher: Hasher
    recognize: LinkRecognition
    unit_of_work: OpenUsersUnitOfWork

    def __call__(self, secret: str, password: str, *, origin: Origin) -> None:
        """secret: of the link, which a wrong password leaves as it is.

        Raises: InvalidMailLink, WrongPassword, LimitExceeded, Overloaded, Unavailable.
        """
        now = self.clock.now()
        check_readable(password)
        user = self.recognize(secret, LinkPurpose.VERIFY_EMAIL, now, origin).user
        buckets = password_buckets(self.macs, user.email.canonical, origin)
        self.limiter.consume(*buckets, at=now)
        if not self.hasher.verify(user.password_hash if len(password) <= LONGEST else None, password):
            raise WrongPassword("The password is not right; if you don't know it, ask for another one.")
        self.limiter.refund(buckets[-1])
        with self.unit_of_work() as uow:
            proved = use_link(uow, secret, LinkPurpose.VERIFY_EMAIL, now).user
            if proved.password_version != user.password_version:
                raise invalid_link()
            uow.users.save(replace(proved, email_verified_at=proved.email_verified_at or now))
            uow.record(EmailVerified(occurred_at=now, by=Actor.user(user.id.value), user=user.id, origin=origin))
            uow.commit()
