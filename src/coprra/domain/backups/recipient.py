"""Recipient: whoever can open backups, known by a public key."""

from dataclasses import dataclass

from coprra.domain.kernel.errors import Invalid


class InvalidRecipient(Invalid):
    """A text that is no key to seal with or to open with."""

    code = "invalid_recipient"


@dataclass(frozen=True, slots=True)
class Recipient:
    """text: the public key; fingerprint: its short name, 16 hex digits, as keys of objects have it."""

    text: str
    fingerprint: str
