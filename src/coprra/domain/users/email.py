"""E-mail addresses: what mail is sent to, and the one spelling by which an account is known."""

import re
import unicodedata
from dataclasses import dataclass

from coprra.domain.kernel.errors import Invalid

ADDRESS_LENGTH = 254

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_READ_IN_TWO_WAYS = re.compile("[\u00df\u1e9e\u03c2\u200c\u200d]")
"""What Python's codec (RFC 3490) takes for another domain than registries do now: strasse.de is not straße.de.

Source: UTS #46 §7 (deviations).
"""


class InvalidEmail(Invalid):
    """A text that is no e-mail address; the message never repeats it."""

    code = "invalid_email"


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An address in ASCII, its domain in small letters, as mail servers take it without SMTPUTF8.

    Source: RFC 5321 §4.5.3.1 (lengths), RFC 5322 §3.4.1 (dot-atom; no quoted local parts).
    """

    text: str

    @classmethod
    def read(cls, text: str) -> "EmailAddress":
        """From what a person wrote. A domain may be in any script; what stands before the @ is ASCII.

        A domain with ß, a final sigma or joiners is taken in ASCII alone (xn--strae-oqa.de), because mail servers
        disagree about whose it is otherwise.

        Letters that only look alike (a fullwidth a) are refused there: after a normalisation they would be somebody's.

        Raises: InvalidEmail.
        """
        local, sign, domain = text.strip(" ").rpartition("@")
        # Programs that read mail take =?…?= for an encoded word (RFC 2047), and see another address in it.
        if not sign or "=?" in local or len(local) > 64 or not _LOCAL.fullmatch(local):
            raise _refusal()
        address = f"{local}@{_ascii_domain(domain)}"
        if len(address) > ADDRESS_LENGTH:
            raise _refusal()
        return cls(address)

    @property
    def canonical(self) -> str:
        """The one spelling of all that differ in case: what accounts are found by."""
        return unicodedata.normalize("NFKC", self.text).casefold()

    @property
    def words(self) -> tuple[str, ...]:
        """Its parts, in small letters, for what should not be in a password."""
        return tuple(re.split(r"[^a-z0-9]+", self.canonical))

    def __str__(self) -> str:
        return self.text


def _ascii_domain(domain: str) -> str:
    normal = unicodedata.normalize("NFKC", domain)
    if _READ_IN_TWO_WAYS.search(normal):
        raise _refusal()
    folded = normal.casefold()
    try:
        ascii_domain = folded.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise _refusal() from error
    labels = ascii_domain.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(_LABEL.fullmatch(label) for label in labels):
        raise _refusal()
    return ascii_domain


def _refusal() -> InvalidEmail:
    return InvalidEmail("This is no e-mail address that mail can be sent to.")
