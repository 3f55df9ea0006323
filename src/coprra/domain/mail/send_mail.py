"""Send mail: hand a posted letter over to whoever carries it."""

from dataclasses import dataclass

from coprra.domain.jobs.job import Job
from coprra.domain.kernel.ports import Clock, Envelopes
from coprra.domain.mail.message import Message
from coprra.domain.mail.ports import PURPOSE, Mailer, OpenMailUnitOfWork
from coprra.domain.mail.post_mail import LETTER


@dataclass(frozen=True, slots=True)
class SendMail:
    """Use case: send the letter that a job is about.

    It leaves the outbox together with the end of its job. Who dies after the server took the letter and before that has
    it sent again, with the same message id, by which mail programs tell that they have it.
    """

    clock: Clock
    envelopes: Envelopes
    unit_of_work: OpenMailUnitOfWork
    mailer: Mailer

    def __call__(self, job: Job) -> None:
        """Raises: Unavailable, Refused; then the letter stays in the outbox."""
        id = int(job.details[LETTER])
        with self.unit_of_work() as uow:
            letter = uow.outbox.find(id)
        if letter is None:
            return
        message = Message.from_bytes(self.envelopes.open(PURPOSE, letter.message_id, letter.sealed))
        self.mailer.send(message, letter.message_id, letter.posted_at)
        with self.unit_of_work() as uow:
            uow.outbox.remove(id)
            uow.jobs.finish(job.lease, self.clock.now())
            uow.commit()
