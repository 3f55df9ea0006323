"""Keyed digests: HMAC-SHA-256 under a ring of keys."""

import hashlib
import hmac
from collections.abc import Mapping

from coprra.domain.kernel.ports import Mac, Macs


class HmacMacs(Macs):
    """keys: by name, the newest first; each of at least 32 bytes. Never shown."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = dict(keys)
        self._newest = next(iter(keys))

    def make(self, purpose: str, content: str) -> Mac:
        """See `Macs.make`."""
        return Mac(self._newest, self._digest(self._newest, purpose, content))

    def matches(self, purpose: str, content: str, mac: Mac) -> bool:
        """See `Macs.matches`."""
        return mac.key in self._keys and hmac.compare_digest(self._digest(mac.key, purpose, content), mac.digest)

    def _digest(self, key: str, purpose: str, content: str) -> str:
        sub_key = hmac.digest(self._keys[key], f"coprra {purpose}".encode(), hashlib.sha256)
        return hmac.new(sub_key, content.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
