"""Answer by mail: look whether anybody has an account where a stranger asked, and send the link there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock, Randomness
from coprra.domain.mfa.ports import MfaUnitOfWork, OpenMfaUnitOfWork
from coprra.domain.users.events import PasswordResetRequested
from coprra.domain.users.inquiry import Inquiry
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.link import LinkPurpose, make_link
from coprra.domain.users.user import User


def _is_enabled(_uow: MfaUnitOfWork, user: User) -> bool:
    return user.disabled_at is None


def _is_unverified(_uow: MfaUnitOfWork, user: User) -> bool:
    return user.disabled_at is None and user.email_verified_at is None


def _is_locked(uow: MfaUnitOfWork, user: User) -> bool:
    device = uow.devices.find(user.id)
    return user.may_enter and device is not None and device.locked_at is not None


_ANSWERS: Mapping[LinkPurpose, tuple[LetterKind, Callable[[MfaUnitOfWork, User], bool]]] = MappingProxyType(
    {
        LinkPurpose.RESET_PASSWORD: (LetterKind.RESET_PASSWORD, _is_enabled),
        LinkPurpose.VERIFY_EMAIL: (LetterKind.VERIFY_EMAIL, _is_unverified),
        LinkPurpose.UNLOCK_SECOND_FACTOR: (LetterKind.SECOND_FACTOR_LOCKED, _is_locked),
    }
)
"""For each purpose that a stranger may ask about: the letter, and which accounts get it."""


@dataclass(frozen=True, slots=True)
class AnswerByMail:
    """Use case: nobody waits for it, so that nobody can tell by its time whether there is an account.

    The inquiry is gone with the commit: done twice, it is answered once.
    """

    clock: Clock
    randomness: Randomness
    unit_of_work: OpenMfaUnitOfWork

    def __call__(self, number: int) -> None:
        """number: of the inquiry, see `Outbox.ask`. Raises: Unavailable."""
        now = self.clock.now()
        with self.unit_of_work() as uow:
            inquiry = uow.outbox.take(number)
            if inquiry is None:
                return
            letter, concerns = _ANSWERS[inquiry.purpose]
            found = uow.users.find_by_email(inquiry.address)
            user = found and uow.users.hold(found.id)
            if user is not None and concerns(uow, user):
                new = make_link(self.randomness, inquiry.purpose, user, now)
                uow.links.issue(new.link)
                uow.outbox.post(Letter.to_user(letter, user, secret=new.secret, asked_in=inquiry.language))
            if inquiry.purpose is LinkPurpose.RESET_PASSWORD:
                uow.record(_requested(user, inquiry, now))
            uow.commit()


def _requested(user: User | None, inquiry: Inquiry, now: datetime) -> PasswordResetRequested:
    id = user.id if user else None
    return PasswordResetRequested(occurred_at=now, by=Actor.guest(), user=id, origin=inquiry.origin)
