"""Ask by mail: a stranger names an address, and its mailbox gets a link, if anybody has an account there."""

from dataclasses import dataclass
from typing import ClassVar

from coprra.domain.kernel.ports import Clock, Macs
from coprra.domain.limits.origin import Origin
from coprra.domain.limits.ports import Limiter
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.inquiry import Inquiry
from coprra.domain.users.language import Language
from coprra.domain.users.link import LinkPurpose
from coprra.domain.users.lockout import mail_buckets
from coprra.domain.users.ports import OpenUsersUnitOfWork


@dataclass(frozen=True, slots=True)
class AskByMail:
    """For every address the same is done, and as much: whether it is somebody's is asked later, see `AnswerByMail`."""

    purpose: ClassVar[LinkPurpose]

    clock: Clock
    macs: Macs
    limiter: Limiter
    unit_of_work: OpenUsersUnitOfWork

    def __call__(self, email: str, *, origin: Origin, language: Language = Language.ENGLISH) -> None:
        """language: of the request. Raises: InvalidEmail, LimitExceeded, Unavailable."""
        now, address = self.clock.now(), EmailAddress.read(email)
        self.limiter.consume(*mail_buckets(self.macs, self.purpose, address.canonical, origin), at=now)
        with self.unit_of_work() as uow:
            uow.outbox.ask(Inquiry(purpose=self.purpose, address=address, origin=origin, language=language))
            uow.commit()


class RequestPasswordReset(AskByMail):
    """Use case: somebody has forgotten a password."""

    purpose = LinkPurpose.RESET_PASSWORD


class SendVerification(AskByMail):
    """Use case: the first link to prove a mailbox was lost, or has expired."""

    purpose = LinkPurpose.VERIFY_EMAIL
