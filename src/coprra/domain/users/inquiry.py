"""Inquiry: a stranger asks for a link by mail, and is told nothing."""

import json
from dataclasses import asdict, dataclass
from typing import Self

from coprra.domain.limits.origin import Origin
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.language import Language
from coprra.domain.users.link import LinkPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """purpose: of the link; address: where to, whether or not anybody has an account there; origin: who asks.

    language: of the request.
    """

    purpose: LinkPurpose
    address: EmailAddress
    origin: Origin
    language: Language

    def to_bytes(self) -> bytes:
        """As it is sealed."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """The inverse of `to_bytes`."""
        said = json.loads(content)
        address, origin = EmailAddress(**said["address"]), Origin(**said["origin"])
        language = Language(said["language"])
        return cls(purpose=LinkPurpose(said["purpose"]), address=address, origin=origin, language=language)
