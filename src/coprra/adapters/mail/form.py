"""Form: a message as RFC 5322 writes it."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from coprra.domain.mail.message import Message


def written(message: Message, sender: str, message_id: str, posted_at: datetime) -> EmailMessage:
    """With a text for every reader, and HTML where there is any. Sent by itself, so nobody answers it by itself.

    Source: RFC 5322, RFC 3834 (Auto-Submitted).
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = message.to
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(posted_at)
    mail["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2].rstrip('>')}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html")
    return mail
