"""Post letters of accounts: written out, and put into the outbox together with what they tell of."""

from dataclasses import dataclass

from coprra.domain.kernel.actor import Actor, ActorKind
from coprra.domain.mail.ports import Post, Writer
from coprra.domain.mail.post_mail import Postman
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
