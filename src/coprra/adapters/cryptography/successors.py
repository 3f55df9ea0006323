"""Successors: what a refresh token was exchanged for, sealed under that very token.

Source: NIST SP 800-38D (GCM), RFC 5869 (HKDF).
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from coprra.domain.kernel.errors import Unavailable
from coprra.domain.sessions.ports import SuccessorSeals

_NONCE_BYTES = 12
_BOUND = b"coprra v1|successor"


class CryptographySuccessorSeals(SuccessorSeals):
    """AES-256-GCM. The key is made of the used token's 256 random bits, and is kept nowhere."""

    def seal(self, used: str, successor: str) -> str:
        """See `SuccessorSeals.seal`."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + AESGCM(_key(used)).encrypt(nonce, successor.encode(), _BOUND)
        return base64.urlsafe_b64encode(sealed).decode()

    def open(self, used: str, sealed: str) -> str:
        """See `SuccessorSeals.open`."""
        try:
            content = base64.urlsafe_b64decode(sealed)
            opened = AESGCM(_key(used)).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], _BOUND)
        except (InvalidTag, ValueError) as error:
            raise Unavailable("What the token was exchanged for can't be opened; sign in anew.") from error
        return opened.decode()


def _key(used: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_BOUND).derive(used.encode())
