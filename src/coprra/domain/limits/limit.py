"""Limits: how often something may be done within a time, and by whom it is counted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from coprra.domain.kernel.errors import TooMany
from coprra.domain.kernel.ports import Macs

_PURPOSE = "limits"


class LimitExceeded(TooMany):
    """It was tried too often; the message does not say by whom, or whether there is such an account.

    limit: the one that is full.
    """

    code = "limit_exceeded"

    def __init__(self, limit: "Limit", retry_after: int) -> None:
        super().__init__(f"That was tried too often; try again in {retry_after} seconds.", retry_after)
        self.limit = limit

    @classmethod
    def until(cls, limit: "Limit", resets_at: datetime, now: datetime) -> "LimitExceeded":
        """Full until then."""
        return cls(limit, max(1, -((now - resets_at) // timedelta(seconds=1))))


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many within a window, which begins with the first. name: stable, for machines."""

    name: str
    most: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Bucket:
    """What one limit counts for one key. key: a digest, 64 hexadecimal digits; it tells nobody what is counted."""

    limit: Limit
    key: str

    @classmethod
    def of(cls, macs: Macs, limit: Limit, *parts: str) -> "Bucket":
        """Of texts that identify it; each with its length, so that no two lists of parts are alike."""
        content = "".join(f"{len(part)}:{part}" for part in (limit.name, str(limit.window), *parts))
        # Half a character has no bytes, and whoever writes one is counted all the same.
        return cls(limit, macs.make(_PURPOSE, content.encode("utf-8", "backslashreplace").decode()).digest)
