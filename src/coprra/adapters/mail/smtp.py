"""SMTP: letters handed over to a mail server."""

import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from datetime import datetime

from coprra.adapters.mail.form import written
from coprra.domain.kernel.errors import Refused, Unavailable
from coprra.domain.mail.message import Message
from coprra.domain.mail.ports import Mailer

_TIMEOUT_SECONDS = 15.0
_PERMANENT = 500


class LetterRefused(Refused):
    """The mail server will not take the letter, now or later."""

    code = "letter_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMailer(Mailer):
    """One connection for each letter. tls: from the first byte; else starttls: before anything is said, or not at all.

    Certificates are checked. context: for a server whose certificate no public authority signed.
    """

    host: str
    port: int
    sender: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    starttls: bool = True
    timeout_seconds: float = _TIMEOUT_SECONDS
    context: ssl.SSLContext | None = None

    def send(self, message: Message, message_id: str, posted_at: datetime) -> None:
        """See `Mailer.send`."""
        mail = written(message, self.sender, message_id, posted_at)
        try:
            with self._connected() as server:
                if self.starttls and not self.tls:
                    server.starttls(context=self._context())
                if self.username is not None:
                    server.login(self.username, self.password or "")
                server.send_message(mail, to_addrs=[message.to])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _failure(max(codes, default=0)) from error
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise _failure(error.smtp_code) from error
        except smtplib.SMTPAuthenticationError as error:
            raise Unavailable("The mail server refuses the user or the password in COPRRA_MAIL_URL.") from error
        except smtplib.SMTPNotSupportedError as error:
            raise Unavailable("The mail server does not offer what COPRRA_MAIL_URL asks of it.") from error
        except ssl.SSLError as error:
            raise Unavailable("The mail server's certificate is not to be trusted.") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable("The mail server can't be reached, or broke off; the letter is sent later.") from error

    def _connected(self) -> smtplib.SMTP:
        name = socket.gethostname()
        if self.tls:
            return smtplib.SMTP_SSL(
                self.host, self.port, local_hostname=name, timeout=self.timeout_seconds, context=self._context()
            )
        return smtplib.SMTP(self.host, self.port, local_hostname=name, timeout=self.timeout_seconds)

    def _context(self) -> ssl.SSLContext:
        return self.context or ssl.create_default_context()


def _failure(code: int) -> Refused | Unavailable:
    """Source: RFC 5321 §4.2.1."""
    if code >= _PERMANENT:
        return LetterRefused(f"The mail server will not take the letter (it says {code}).")
    return Unavailable(f"The mail server does not take the letter now (it says {code}).")
