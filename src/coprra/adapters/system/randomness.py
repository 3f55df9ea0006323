"""Randomness: the system's own."""

import secrets

from coprra.domain.kernel.ports import Randomness


class SystemRandomness(Randomness):
    """From the operating system."""

    def draw(self, size: int) -> bytes:
        """See `Randomness.draw`."""
        return secrets.token_bytes(size)
