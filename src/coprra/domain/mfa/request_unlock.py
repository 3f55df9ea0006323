"""Request an unlock: the letter that unlocks a second factor was lost."""

from coprra.domain.users.ask_by_mail import AskByMail
from coprra.domain.users.link import LinkPurpose


class RequestUnlock(AskByMail):
    """Use case: another link. Where nothing is locked none is sent, and whoever asks is told the same."""

    purpose = LinkPurpose.UNLOCK_SECOND_FACTOR
