"""No keys: what stands where an installation has none."""

from typing import Never

from coprra.domain.kernel.errors import Unavailable
from coprra.domain.kernel.ports import Envelopes, Mac, Macs


class NoKeys(Macs, Envelopes):
    """Refuses whatever needs a key; accounts can be made and listed, and nobody signs in."""

    def make(self, purpose: str, content: str) -> Mac:
        """See `Macs.make`."""
        _refuse()

    def matches(self, purpose: str, content: str, mac: Mac) -> bool:
        """See `Macs.matches`."""
        _refuse()

    def seal(self, purpose: str, owner: str, secret: bytes) -> str:
        """See `Envelopes.seal`."""
        _refuse()

    def open(self, purpose: str, owner: str, sealed: str) -> bytes:
        """See `Envelopes.open`."""
        _refuse()


def _refuse() -> Never:
    raise Unavailable("This installation has no keys, without which nobody signs in; give `build` some.")
