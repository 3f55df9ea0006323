"""Secrets that are shown once and stored as digests."""

import base64
import hashlib

from coprra.domain.kernel.ports import Randomness

_BYTES = 32


def draw_secret(randomness: Randomness) -> str:
    """256 bits, base64url: 43 characters."""
    return base64.urlsafe_b64encode(randomness.draw(_BYTES)).decode().rstrip("=")


def digest_of(secret: str) -> str:
    """SHA-256, hex; of the text itself: another spelling of the same bytes is another secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
