"""Verify an address: by whoever reads its mailbox and knows the account's password."""

from dataclasses import dataclass, replace

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock
from coprra.domain.limits.origin import Origin
from coprra.domain.users.confirmation import Confirmation, WrongPassword
from coprra.domain.users.events import EmailVerified, PasswordMistaken
from coprra.domain.users.link import LinkPurpose, invalid_link
from coprra.domain.users.password import check_readable
from coprra.domain.users.ports import OpenUsersUnitOfWork
from coprra.domain.users.used_link import look_up_link, use_link


@dataclass(frozen=True, slots=True)
class VerifyEmail:
    """Use case: from here on the account can be signed in to.

    Anybody may register anybody's address: who reads the mailbox proves the address, not that the password is theirs.
    """

    clock: Clock
    confirmation: Confirmation
    unit_of_work: OpenUsersUnitOfWork

    def __call__(self, secret: str, password: str, *, origin: Origin) -> None:
        """secret: of the link, which a wrong password leaves as it is, and which is remembered although it raises.

        Raises: InvalidMailLink, WrongPassword, LimitExceeded, Overloaded, Unavailable.
        """
        now = self.clock.now()
        check_readable(password)
        with self.unit_of_work() as uow:
            found = look_up_link(uow, secret, LinkPurpose.VERIFY_EMAIL, now)
        user = found.user
        mistaken = PasswordMistaken(occurred_at=now, by=Actor.guest(), user=user.id, origin=origin)
        if not self.confirmation(user, password, holder=found.link.digest, failure=mistaken):
            raise WrongPassword("The password is not right; if you don't know it, ask for another one.")
        with self.unit_of_work() as uow:
            proved = use_link(uow, secret, LinkPurpose.VERIFY_EMAIL, now).user
            if proved.password_version != user.password_version:
                raise invalid_link()
            uow.users.save(replace(proved, email_verified_at=proved.email_verified_at or now))
            uow.record(EmailVerified(occurred_at=now, by=Actor.user(user.id.value), user=user.id, origin=origin))
            uow.commit()
