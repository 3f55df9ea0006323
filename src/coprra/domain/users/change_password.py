"""Change one's own password."""

from dataclasses import dataclass

from coprra.domain.kernel.ports import Clock, Macs, Randomness
from coprra.domain.limits.origin import Origin
from coprra.domain.users.confirmation import Confirmation, WrongPassword
from coprra.domain.users.events import BreachCheckFailed, PasswordChanged, PasswordMistaken
from coprra.domain.users.held import held_own
from coprra.domain.users.identity import Identity
from coprra.domain.users.known_device import mark_device
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.link import LinkPurpose
from coprra.domain.users.new_password import NewPasswords
from coprra.domain.users.notices import tell
from coprra.domain.users.password import check_readable
from coprra.domain.users.ports import OpenUsersReads, OpenUsersUnitOfWork
from coprra.domain.users.role import Permission
from coprra.domain.users.user import UnknownUser, UserChanged


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Use case: another password, by who knows the one before; everybody else who is signed in is signed out."""

    clock: Clock
    randomness: Randomness
    macs: Macs
    confirmation: Confirmation
    passwords: NewPasswords
    reads: OpenUsersReads
    unit_of_work: OpenUsersUnitOfWork

    def __call__(self, me: Identity, old: str, new: str, *, origin: Origin) -> str:
        """old, new: passwords. A wrong old one is remembered although it raises.

        Returns what this browser is known by from here on; no other one is.

        Raises: NotAllowed, StepUpRequired, WrongPassword, InvalidPassword, LimitExceeded, NotSignedIn, Overloaded,
        Unavailable; UserChanged when the account was changed meanwhile.
        """
        now = self.clock.now()
        me.require(Permission.MANAGE_ACCOUNT)
        me.require_step_up(now)
        check_readable(old)
        with self.reads() as look:
            user = look.users.find(me.user)
        if user is None:
            raise UnknownUser("The account is gone.")
        mistaken = PasswordMistaken(occurred_at=now, by=me.actor, user=user.id, origin=origin)
        if not self.confirmation(user, old, holder=me.holder, failure=mistaken):
            raise WrongPassword("The old password is not right.")
        taken = self.passwords.take(new, user.email, user.name)
        with self.unit_of_work() as uow:
            held = held_own(uow, me, now)
            if held.password_version != user.password_version:
                raise UserChanged("The account was changed meanwhile; look again.")
            changed = held.with_password(taken.hash)
            uow.users.save(changed)
            uow.grants.revoke_all(user.id, now, keep=me.session)
            for purpose in (LinkPurpose.RESET_PASSWORD, LinkPurpose.CHANGE_EMAIL):
                uow.links.revoke(user.id, purpose)
            tell(uow.outbox, Letter.to_user(LetterKind.PASSWORD_CHANGED, held))
            uow.record(PasswordChanged(occurred_at=now, by=me.actor, user=user.id, origin=origin))
            if taken.unasked:
                uow.record(BreachCheckFailed(occurred_at=now, by=me.actor, user=user.id, origin=origin))
            uow.commit()
        return mark_device(self.randomness, self.macs, changed)
