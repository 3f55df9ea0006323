"""The ring: AES-256-GCM envelopes and HMACs, under keys that are derived for each purpose.

Source: NIST SP 800-38D (GCM), RFC 5869 (HKDF), RFC 2104 (HMAC).
"""

import base64
import hmac
import os
import re
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from coprra.domain.kernel.errors import Unavailable
from coprra.domain.kernel.ports import Envelopes, Mac, Macs
from coprra.domain.keys.key import Key
from coprra.domain.keys.ports import KeyRing

_NONCE_BYTES = 12
_TAG_BYTES = 16
_PURPOSE = re.compile(r"[a-z_.]{1,64}")
_NO_KEY = "There is no key to seal with; set COPRRA_APP_KEYS, and make a key with `coprra keys make`."


class CryptographyKeyRing(KeyRing, Envelopes, Macs):
    """Seals as ``v1.<key>.<base64url of nonce, ciphertext and tag>``. Shared by threads.

    Version, key, purpose and owner are authenticated: an envelope that is moved to another owner's row can't be opened.
    """

    def __init__(self, keys: Sequence[Key]) -> None:
        self._keys = {key.name: key for key in keys}
        self._names = tuple(key.name for key in keys)
        self._derived = lru_cache(maxsize=256)(self._derive)

    @property
    def names(self) -> tuple[str, ...]:
        """See `KeyRing.names`."""
        return self._names

    def seal(self, purpose: str, owner: str, secret: bytes) -> str:
        """See `Envelopes.seal`."""
        if not self._names:
            raise Unavailable(_NO_KEY)
        name, nonce = self._names[0], os.urandom(_NONCE_BYTES)
        cipher = AESGCM(self._derived(name, "envelope", purpose))
        sealed = nonce + cipher.encrypt(nonce, secret, _bound(name, purpose, owner))
        return f"v1.{name}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"

    def open(self, purpose: str, owner: str, sealed: str) -> bytes:
        """See `Envelopes.open`."""
        version, _, rest = sealed.partition(".")
        name, _, encoded = rest.partition(".")
        if version != "v1" or name not in self._keys:
            raise Unavailable("A secret can't be opened: its key is not in COPRRA_APP_KEYS.")
        content = _decoded(encoded)
        try:
            cipher = AESGCM(self._derived(name, "envelope", purpose))
            return cipher.decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], _bound(name, purpose, owner))
        except (InvalidTag, ValueError) as error:
            raise Unavailable("A secret can't be opened: it was changed, or belongs to somebody else.") from error

    def reseal(self, purpose: str, owner: str, sealed: str) -> str:
        """See `KeyRing.reseal`."""
        return self.seal(purpose, owner, self.open(purpose, owner, sealed))

    def make(self, purpose: str, content: str) -> Mac:
        """See `Macs.make`."""
        if not self._names:
            raise Unavailable(_NO_KEY)
        return Mac(self._names[0], self._mac(self._names[0], purpose, content))

    def matches(self, purpose: str, content: str, mac: Mac) -> bool:
        """See `Macs.matches`."""
        return mac.key in self._keys and hmac.compare_digest(self._mac(mac.key, purpose, content), mac.digest)

    def _mac(self, name: str, purpose: str, content: str) -> str:
        return hmac.digest(
            self._derived(name, "mac", purpose), content.encode("utf-8", "surrogatepass"), "sha256"
        ).hex()

    def _derive(self, name: str, use: str, purpose: str) -> bytes:
        if not _PURPOSE.fullmatch(purpose):
            raise ValueError(f"{purpose!r} is no purpose of a key")
        info = f"coprra v1|{use}|{purpose}".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self._keys[name].secret)


def _bound(name: str, purpose: str, owner: str) -> bytes:
    """What an envelope is bound to; only the last part may hold a bar."""
    return f"v1|{name}|{purpose}|{owner}".encode()


def _decoded(encoded: str) -> bytes:
    """Raises: Unavailable for anything that `seal` does not write, such as a second spelling of the same bytes."""
    try:
        content = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except ValueError:
        content = b""
    written = base64.urlsafe_b64encode(content).decode().rstrip("=")
    if len(content) < _NONCE_BYTES + _TAG_BYTES or written != encoded:
        raise Unavailable("A secret can't be opened: it was changed.")
    return content
