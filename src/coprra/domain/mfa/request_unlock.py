"""Request an unlock: the letter that unlocks a second factor was lost."""

from coprra.domain.mfa.ports import MfaUnitOfWork
from coprra.domain.users.ask_by_mail import AskByMail
from coprra.domain.users.letter import LetterKind
from coprra.domain.users.link import LinkPurpose
from coprra.domain.users.user import User


class RequestUnlock(AskByMail[MfaUnitOfWork]):
    """Use case: another link. Where nothing is locked none is sent, and whoever asks is told the same."""

    purpose = LinkPurpose.UNLOCK_SECOND_FACTOR
    letter = LetterKind.SECOND_FACTOR_LOCKED

    def _concerns(self, uow: MfaUnitOfWork, user: User) -> bool:
        device = uow.devices.find(user.id)
        return user.may_enter and device is not None and device.locked_at is not None
