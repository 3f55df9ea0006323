"""Blob: one stored object, and what can be wrong with storing it."""

import re
from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.errors import Conflict, Invalid, NotFound, Refused, Unavailable

KEY_LENGTH = 512
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")


class InvalidBlobKey(Invalid):
    """A key that not every store could hold."""

    code = "invalid_blob_key"


class UnknownBlob(NotFound):
    """The store has nothing under that key and version."""

    code = "unknown_blob"


class BlobExists(Conflict):
    """There is something under that key; nothing is ever overwritten."""

    code = "blob_exists"


class BlobChanged(Conflict):
    """Somebody else replaced or removed it first."""

    code = "blob_changed"


class BlobLocked(Refused):
    """The store keeps it until its lock ends, whoever asks."""

    code = "blob_locked"


class LocksUnsupported(Refused):
    """This store can lock nothing."""

    code = "locks_unsupported"


class StoreUnreachable(Unavailable):
    """The store does not answer, or refuses us; the same call may work later."""

    code = "store_unreachable"


class StoreFull(Unavailable):
    """There is no room for it; nothing of it is left behind."""

    code = "store_full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A stored object. size: in bytes; tag: changes with every replacement.

    version: what a store calls this very content, so that it is found behind whatever was put over it; None in a store
    without versions, and where only a list was asked. locked_until: likewise, and None for what is not locked.
    """

    key: str
    size: int
    tag: str
    version: str | None = None
    locked_until: datetime | None = None


def checked_key(key: str) -> str:
    """The key: names of letters, digits, ``.``, ``_`` and ``-`` with slashes between, none beginning with a point.

    Raises: InvalidBlobKey.
    """
    if not is_key(key):
        raise InvalidBlobKey(f"{key[:40]!r} is no key of an object.")
    return key


def is_key(key: str) -> bool:
    """Whether `checked_key` takes it."""
    return len(key) <= KEY_LENGTH and _KEY.fullmatch(key) is not None
