"""Message: one letter to one address."""

import json
import re
from dataclasses import asdict, dataclass, field

from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.text import plain_text

ADDRESS_LENGTH = 254
SUBJECT_LENGTH = 200
BODY_LENGTH = 100_000


class InvalidMessage(Invalid):
    """A letter that no server would take."""

    code = "invalid_message"


@dataclass(frozen=True, slots=True)
class Message:
    """A letter. to: an address in ASCII; text: for every reader; html: the same for those that show it, or None.

    It may hold what opens a door, so nothing of it is shown. Raises: InvalidMessage, InvalidText, which repeat nothing.
    """

    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        plain = re.fullmatch(r"[!#-'*-+\--9=?A-Z^-~]+@[A-Za-z0-9.-]+", self.to)
        if not plain or len(self.to) > ADDRESS_LENGTH or "=?" in self.to:
            raise InvalidMessage("The address of a letter is one in ASCII, such as ana@example.com.")
        plain_text("subject", self.subject, SUBJECT_LENGTH)
        for body in (self.text, self.html):
            if body is not None and (not 0 < len(body) <= BODY_LENGTH or re.search("[\x00\ud800-\udfff]", body)):
                raise InvalidMessage(f"The body of a letter needs 1 to {BODY_LENGTH} characters, and no NUL.")

    def to_bytes(self) -> bytes:
        """As it is sealed."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Message":
        """The inverse of `to_bytes`."""
        return cls(**json.loads(content))
