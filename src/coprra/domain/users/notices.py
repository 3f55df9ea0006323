"""Notices: letters that tell what was done, and what becomes of letters where nobody carries any."""

from coprra.domain.kernel.errors import Unavailable
from coprra.domain.users.letter import Letter
from coprra.domain.users.ports import Outbox


def tell(outbox: Outbox, notice: Letter) -> None:
    """Post it where letters are carried, else leave it untold: what was done for safety is done all the same.

    Raises: Unavailable.
    """
    if outbox.carries:
        outbox.post(notice)


def no_mail() -> Unavailable:
    """The refusal of what can't be done without a mailbox."""
    return Unavailable("This installation sends no mail, which this needs; nothing was changed.")
