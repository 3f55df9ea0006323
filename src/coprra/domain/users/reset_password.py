"""Reset a password: by whoever reads the account's mailbox."""

from dataclasses import dataclass, replace

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock, Macs, Randomness
from coprra.domain.limits.origin import Origin
from coprra.domain.users.events import BreachCheckFailed, PasswordReset
from coprra.domain.users.known_device import mark_device
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.link import LinkPurpose
from coprra.domain.users.new_password import NewPasswords
from coprra.domain.users.notices import tell
from coprra.domain.users.ports import OpenUsersUnitOfWork
from coprra.domain.users.used_link import look_up_link, use_link


@dataclass(frozen=True, slots=True)
class ResetPassword:
    """Use case: another password, and nobody is signed in any more. It signs nobody in, and the second factor stays.

    Who reads the mailbox has proved it, too.
    """

    clock: Clock
    randomness: Randomness
    macs: Macs
    passwords: NewPasswords
    unit_of_work: OpenUsersUnitOfWork

    def __call__(self, secret: str, password: str, *, origin: Origin) -> str:
        """secret: of the link. Returns what a browser is known by, so that its owner signs in whatever strangers try.

        Raises: InvalidMailLink, InvalidPassword, Overloaded, Unavailable.
        """
        now = self.clock.now()
        with self.unit_of_work() as uow:
            user = look_up_link(uow, secret, LinkPurpose.RESET_PASSWORD, now).user
        # Not while the account is held: a hash takes as long as a hundred statements.
        taken = self.passwords.take(password, user.email, user.name)
        with self.unit_of_work() as uow:
            user = use_link(uow, secret, LinkPurpose.RESET_PASSWORD, now).user
            proved = replace(user, email_verified_at=user.email_verified_at or now).with_password(taken.hash)
            uow.users.save(proved)
            uow.grants.revoke_all(user.id, now)
            # A thief may have asked for another address before.
            uow.links.revoke(user.id, LinkPurpose.CHANGE_EMAIL)
            tell(uow.outbox, Letter.to_user(LetterKind.PASSWORD_CHANGED, user))
            by = Actor.user(user.id.value)
            uow.record(PasswordReset(occurred_at=now, by=by, user=user.id, origin=origin))
            if taken.unasked:
                uow.record(BreachCheckFailed(occurred_at=now, by=by, user=user.id, origin=origin))
            uow.commit()
        return mark_device(self.randomness, self.macs, proved)
