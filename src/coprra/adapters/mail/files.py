"""Files: letters written into a folder, for trying things out."""

import logging
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from coprra.adapters.mail.form import written
from coprra.domain.kernel.errors import Unavailable
from coprra.domain.mail.message import Message
from coprra.domain.mail.ports import Mailer

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileMailer(Mailer):
    """A file for each letter, which mail programs open; who reads them may be let in, so only their owner can."""

    folder: Path
    sender: str

    def send(self, message: Message, message_id: str, posted_at: datetime) -> None:
        """See `Mailer.send`."""
        content = written(message, self.sender, message_id, posted_at).as_bytes()
        target = self.folder / f"{posted_at:%Y%m%dT%H%M%S}-{message_id}.eml"
        new = target.with_suffix(".new")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(file, "wb") as stream:
                stream.write(content)
            new.replace(target)
        except OSError as error:
            raise Unavailable(
                f"The letter can't be written to the folder of COPRRA_MAIL_URL: {error.strerror}."
            ) from error
        _log.info("A letter lies in %s", target)


@dataclass(frozen=True, slots=True)
class NoMailer(Mailer):
    """Where nobody said who carries letters: they stay in the outbox."""

    def send(self, message: Message, message_id: str, posted_at: datetime) -> None:
        """See `Mailer.send`."""
        del message, message_id, posted_at
        raise Unavailable("There is no mail server; set COPRRA_MAIL_URL and COPRRA_MAIL_FROM.")
