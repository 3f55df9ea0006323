"""Post mail: put a letter into the outbox, from which a job sends it."""

from dataclasses import dataclass

from coprra.domain.jobs.job import NewJob
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock, Envelopes, Randomness
from coprra.domain.mail.message import Message
from coprra.domain.mail.ports import PURPOSE, OpenMailUnitOfWork, Post, Posted

SEND, ANSWER = "mail.send", "mail.answer"
"""The kinds of jobs about what is in the outbox: letters, and inquiries to which a letter may be the answer."""

LETTER = "letter"
"""The detail of a job that names either by its number."""
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Postman:
    """Posts letters in any unit of work, so that they are sent exactly if it is committed."""

    clock: Clock
    randomness: Randomness
    envelopes: Envelopes

    def post(self, uow: Post, message: Message, *, by: Actor) -> str:
        """The message id. Raises: Unavailable, without a key to seal it with as well."""
        return self.keep(uow, SEND, message.to_bytes(), by=by)

    def keep(self, uow: Post, kind: str, content: bytes, *, by: Actor) -> str:
        """Seal anything for a job of that kind, and return what it is sealed for. Raises: Unavailable, as above."""
        now = self.clock.now()
        message_id = self.randomness.draw(_ID_BYTES).hex()
        sealed = self.envelopes.seal(PURPOSE, message_id, content)
        letter = uow.outbox.add(Posted(message_id, sealed, now))
        uow.jobs.add(NewJob(kind, now, by, details={LETTER: str(letter)}), now)
        return message_id


@dataclass(frozen=True, slots=True)
class PostMail:
    """Use case: have a letter sent, at least once, whatever happens to this process and to the mail server."""

    postman: Postman
    unit_of_work: OpenMailUnitOfWork

    def __call__(self, message: Message, *, by: Actor) -> str:
        """The message id. Raises: Unavailable."""
        with self.unit_of_work() as uow:
            message_id = self.postman.post(uow, message, by=by)
            uow.commit()
        return message_id
