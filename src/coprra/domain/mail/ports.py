"""What the mail room needs: an outbox to keep letters in, and somebody who carries them."""

from abc import abstractmethod
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from coprra.domain.jobs.ports import Jobs, JobsUnitOfWork
from coprra.domain.mail.message import Message
from coprra.domain.users.letter import Letter

PURPOSE = "mail"
"""What letters are sealed for; their owner is their message id."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter in the outbox. message_id: unique in the world, and the same however often it is sent."""

    message_id: str
    sealed: str = field(repr=False)
    posted_at: datetime


class Outbox(Protocol):
    """The letters that were not sent yet, within one unit of work. No answer depends on them."""

    @abstractmethod
    def add(self, letter: Posted) -> int:
        """The letter's number in the outbox."""

    @abstractmethod
    def find(self, id: int) -> Posted | None:
        """None when it was sent."""

    @abstractmethod
    def remove(self, id: int) -> None:
        """It was sent; nothing stays of it."""


class Post(Protocol):
    """What a unit of work needs for a letter to be posted in it, see `post`."""

    @property
    @abstractmethod
    def outbox(self) -> Outbox:
        """The letters of this unit of work."""

    @property
    @abstractmethod
    def jobs(self) -> Jobs:
        """The jobs of this unit of work."""


class MailUnitOfWork(JobsUnitOfWork, Post, Protocol):
    """One atomic change of the outbox, or of something else together with its letters."""


class OpenMailUnitOfWork(Protocol):
    """Opens units of work: ``with unit_of_work() as uow: … uow.commit()``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[MailUnitOfWork]:
        """A new unit of work. Raises: Unavailable."""


class Writer(Protocol):
    """Writes the letters of accounts out."""

    @abstractmethod
    def write(self, letter: Letter) -> Message:
        """What is sent. Nothing that a stranger wrote, such as a name, acts in it as a link or as markup."""


class Mailer(Protocol):
    """Carries letters."""

    @abstractmethod
    def send(self, message: Message, message_id: str, posted_at: datetime) -> None:
        """Hand the letter over; it may be handed over again with the same id.

        Raises: Unavailable, when it may be taken later; Refused, when it never will be.
        """
