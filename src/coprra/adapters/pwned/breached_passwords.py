"""Breached passwords: asked for by the first letters of a digest, so that nobody learns which one is meant.

Source: Have I Been Pwned, API v3, "Searching by range" and "Padding".
"""

import hashlib
import http.client
import threading
from contextlib import closing
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

from coprra.__about__ import __version__
from coprra.domain.kernel.errors import Unavailable
from coprra.domain.users.ports import BreachedPasswords

_PREFIX = 5
_MOST_BYTES = 1_000_000
"""A range has about 50,000 bytes, padding included."""
_AT_ONCE = 2
_TIMEOUT_SECONDS = 1.0


class PwnedBreachedPasswords(BreachedPasswords):
    """url: what the first five letters of the SHA-1 are put behind. Shared by threads.

    Two are asked for at once in a process, the others are not asked for: a slow service holds up nobody else. The
    answer is waited for so long in all, whatever of it is slow: names, connecting, or a trickle of bytes.
    """

    def __init__(self, url: str, *, timeout_seconds: float = _TIMEOUT_SECONDS) -> None:
        self._url = urlsplit(url)
        self._timeout = timeout_seconds
        self._free = threading.BoundedSemaphore(_AT_ONCE)

    def hold(self, password: str) -> bool:
        """See `BreachedPasswords.hold`."""
        digest = hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest().upper()
        found = self._asked(digest[:_PREFIX])
        suffixes = (line.strip().partition(":") for line in found.decode("ascii", "replace").splitlines())
        # Padding is made of digests that were seen 0 times.
        return any(suffix.upper() == digest[_PREFIX:] and times != "0" for suffix, _, times in suffixes)

    def _asked(self, prefix: str) -> bytes:
        """Raises: Unavailable."""
        if not self._free.acquire(blocking=False):
            raise _unanswered()
        answer: SimpleQueue[bytes] = SimpleQueue()
        threading.Thread(target=self._ask, args=(prefix, answer), daemon=True, name="breached passwords").start()
        try:
            found = answer.get(timeout=self._timeout)
        except Empty:
            found = b""
        if not found:
            raise _unanswered()
        return found

    def _ask(self, prefix: str, answer: "SimpleQueue[bytes]") -> None:
        """Puts in nothing where there is no answer, which is never empty."""
        found = b""
        try:
            with closing(self._connection()) as connection:
                headers = {"Add-Padding": "true", "User-Agent": f"coprra/{__version__}"}
                connection.request("GET", f"{self._url.path}{prefix}", headers=headers)
                response = connection.getresponse()
                content = response.read(_MOST_BYTES + 1)
                if response.status == http.client.OK and len(content) <= _MOST_BYTES:
                    found = content
        except (OSError, http.client.HTTPException):
            # Whoever waits is told that there is no answer.
            found = b""
        finally:
            self._free.release()
            answer.put(found)

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._url.scheme == "https" else http.client.HTTPConnection
        return kind(self._url.hostname or "", self._url.port, timeout=self._timeout)


def _unanswered() -> Unavailable:
    return Unavailable("Nobody could say in time whether the password is known from a breach.")
