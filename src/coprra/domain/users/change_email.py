"""Change one's own address: the new mailbox is proved first, the old one is told."""

from dataclasses import dataclass

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock, Macs, Randomness
from coprra.domain.limits.origin import Origin
from coprra.domain.limits.ports import Limiter
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.events import EmailChanged, EmailChangeRequested
from coprra.domain.users.held import held_own
from coprra.domain.users.identity import Identity
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.link import LinkPurpose, invalid_link, make_link
from coprra.domain.users.lockout import mail_buckets
from coprra.domain.users.notices import tell
from coprra.domain.users.ports import OpenUsersUnitOfWork
from coprra.domain.users.role import Permission
from coprra.domain.users.used_link import use_link
from coprra.domain.users.user import EmailTaken


@dataclass(frozen=True, slots=True)
class RequestEmailChange:
    """Use case: ask for another address. Whether it has an account already is told to its mailbox alone."""

    clock: Clock
    randomness: Randomness
    macs: Macs
    limiter: Limiter
    unit_of_work: OpenUsersUnitOfWork

    def __call__(self, me: Identity, email: str, *, origin: Origin) -> None:
        """Raises: NotAllowed, StepUpRequired, InvalidEmail, LimitExceeded, NotSignedIn, Unavailable."""
        now, address = self.clock.now(), EmailAddress.read(email)
        me.require(Permission.MANAGE_ACCOUNT)
        me.require_step_up(now)
        self.limiter.consume(*mail_buckets(self.macs, LinkPurpose.CHANGE_EMAIL, address.canonical, origin), at=now)
        with self.unit_of_work() as uow:
            user = held_own(uow, me, now)
            other = uow.users.find_by_email(address)
            if other is not None and other.id != user.id:
                uow.outbox.post(Letter.to_user(LetterKind.ALREADY_REGISTERED, other, asked_in=user.language))
            else:
                new = make_link(self.randomness, LinkPurpose.CHANGE_EMAIL, user, now, to=address)
                uow.links.issue(new.link)
                uow.outbox.post(Letter(LetterKind.CHANGE_EMAIL, address, user.name, new.secret, language=user.language))
            uow.record(EmailChangeRequested(occurred_at=now, by=me.actor, user=user.id, origin=origin))
            uow.commit()


@dataclass(frozen=True, slots=True)
class ConfirmEmailChange:
    """Use case: the new mailbox is proved. Links to the old one are good for nothing from here on."""

    clock: Clock
    unit_of_work: OpenUsersUnitOfWork

    def __call__(self, secret: str, *, origin: Origin) -> None:
        """secret: of the link. Raises: InvalidMailLink, also when the address was taken meanwhile; Unavailable."""
        now = self.clock.now()
        with self.unit_of_work() as uow:
            used = use_link(uow, secret, LinkPurpose.CHANGE_EMAIL, now)
            try:
                uow.users.save(used.user.with_email(used.link.address, now))
            except EmailTaken as error:
                raise invalid_link() from error
            tell(uow.outbox, Letter.to_user(LetterKind.EMAIL_CHANGED, used.user))
            by = Actor.user(used.user.id.value)
            uow.record(EmailChanged(occurred_at=now, by=by, user=used.user.id, origin=origin))
            uow.commit()
