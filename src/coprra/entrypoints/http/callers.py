"""Callers: who asks, and from where."""

from dataclasses import dataclass

from coprra.domain.kernel.errors import Unauthenticated
from coprra.domain.limits.origin import Origin
from coprra.domain.users.identity import Identity
from coprra.domain.users.language import Language


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks. identity: None for somebody who shows nothing. language: in which a stranger is written to."""

    identity: Identity | None
    origin: Origin
    language: Language

    @property
    def me(self) -> Identity:
        """Of an endpoint that nobody reaches unknown. Raises: Unauthenticated."""
        if self.identity is None:
            raise Unauthenticated("This wants a token: Authorization: Bearer pca_…")
        return self.identity
