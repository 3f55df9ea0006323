"""Post letters of accounts, and what has to be looked up for them, together with the change that they tell of."""

from dataclasses import dataclass

from coprra.domain.kernel.actor import Actor, ActorKind
from coprra.domain.mail.ports import PURPOSE, Post, Writer
from coprra.domain.mail.post_mail import ANSWER, Postman
from coprra.domain.users.inquiry import Inquiry
from coprra.domain.users.letter import Letter
from coprra.domain.users.ports import Outbox

_ACCOUNTS = Actor(ActorKind.JOB, "accounts")


@dataclass(frozen=True, slots=True)
class LetterBox(Outbox):
    """The outbox of a unit of work of accounts. room: what the same transaction keeps mail in."""

    postman: Postman
    writer: Writer
    room: Post

    @property
    def carries(self) -> bool:
        """See `Outbox.carries`."""
        return True

    def post(self, letter: Letter) -> None:
        """See `Outbox.post`; it is sealed before it is kept."""
        self.postman.post(self.room, self.writer.write(letter), by=_ACCOUNTS)

    def ask(self, inquiry: Inquiry) -> None:
        """See `Outbox.ask`; it is sealed as letters are."""
        self.postman.keep(self.room, ANSWER, inquiry.to_bytes(), by=_ACCOUNTS)

    def take(self, number: int) -> Inquiry | None:
        """See `Outbox.take`. Raises: Unavailable, without the key that it was sealed with."""
        kept = self.room.outbox.find(number)
        if kept is None:
            return None
        self.room.outbox.remove(number)
        return Inquiry.from_bytes(self.postman.envelopes.open(PURPOSE, kept.message_id, kept.sealed))
