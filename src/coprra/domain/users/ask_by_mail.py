"""Ask by mail: a stranger names an address, and its mailbox gets a link, if anybody has an account there."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock, Macs, Randomness
from coprra.domain.limits.origin import Origin
from coprra.domain.limits.ports import Limiter
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.events import PasswordResetRequested
from coprra.domain.users.language import Language
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.link import LinkPurpose, make_link
from coprra.domain.users.lockout import mail_buckets
from coprra.domain.users.notices import need_mail
from coprra.domain.users.ports import UsersUnitOfWork
from coprra.domain.users.user import User

Uow = TypeVar("Uow", bound=UsersUnitOfWork)


@dataclass(frozen=True, slots=True)
class AskByMail(ABC, Generic[Uow]):
    """The answer is the same whether or not anybody has an account at the address."""

    purpose: ClassVar[LinkPurpose]
    letter: ClassVar[LetterKind]

    clock: Clock
    randomness: Randomness
    macs: Macs
    limiter: Limiter
    unit_of_work: Callable[[], AbstractContextManager[Uow]]

    def __call__(self, email: str, *, origin: Origin, language: Language = Language.ENGLISH) -> None:
        """language: of the request. Raises: InvalidEmail, LimitExceeded, Unavailable."""
        now, address = self.clock.now(), EmailAddress.read(email)
        self.limiter.consume(*mail_buckets(self.macs, self.purpose, address.canonical, origin), at=now)
        with self.unit_of_work() as uow:
            need_mail(uow.outbox)
            found = uow.users.find_by_email(address)
            user = found and uow.users.hold(found.id)
            if user is not None and self._concerns(uow, user):
                new = make_link(self.randomness, self.purpose, user, now)
                uow.links.issue(new.link)
                uow.outbox.post(Letter.to_user(self.letter, user, secret=new.secret, asked_in=language))
            if self.purpose is LinkPurpose.RESET_PASSWORD:
                uow.record(_requested(user, now, origin))
            uow.commit()

    @abstractmethod
    def _concerns(self, uow: Uow, user: User) -> bool:
        """Whether the account, which is held, gets a link."""


class RequestPasswordReset(AskByMail[UsersUnitOfWork]):
    """Use case: somebody has forgotten a password."""

    purpose = LinkPurpose.RESET_PASSWORD
    letter = LetterKind.RESET_PASSWORD

    def _concerns(self, uow: UsersUnitOfWork, user: User) -> bool:  # noqa: ARG002 - others look
        return user.disabled_at is None


class SendVerification(AskByMail[UsersUnitOfWork]):
    """Use case: the first link to prove a mailbox was lost, or has expired."""

    purpose = LinkPurpose.VERIFY_EMAIL
    letter = LetterKind.VERIFY_EMAIL

    def _concerns(self, uow: UsersUnitOfWork, user: User) -> bool:  # noqa: ARG002 - others look
        return user.disabled_at is None and user.email_verified_at is None


def _requested(user: User | None, now: datetime, origin: Origin) -> PasswordResetRequested:
    return PasswordResetRequested(occurred_at=now, by=Actor.guest(), user=user.id if user else None, origin=origin)
