"""Cursors: where a page ended, as an opaque word that is safe in a URL."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence

from coprra.domain.kernel.errors import Invalid


class InvalidCursor(Invalid):
    """A text that is not the `next` of an earlier page."""

    code = "invalid_cursor"

    @classmethod
    def of_strangers(cls) -> "InvalidCursor":
        """What is said of every such text; it is not repeated."""
        return cls("This is not the `next` of an earlier page; begin again without a cursor.")


def sealed(place: Sequence[str]) -> str:
    """The texts that say where a page ended, in one word."""
    # The digest keeps nobody out; it tells a cursor that lost a letter on its way from one that is whole.
    digest = hashlib.sha256(repr(list(place)).encode("utf-8", "surrogatepass")).hexdigest()[:8]
    text = json.dumps([*place, digest], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def opened(text: str) -> list[str]:
    """The inverse of `sealed`. Raises: InvalidCursor for anything that `sealed` did not give."""
    try:
        *found, _ = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        place = [str(each) for each in found]
        if sealed(place) == text:
            return place
    except (ValueError, TypeError, RecursionError, binascii.Error):
        pass
    raise InvalidCursor.of_strangers()
