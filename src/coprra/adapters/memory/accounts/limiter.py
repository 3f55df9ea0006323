"""A limiter that counts in one process."""

import threading
from datetime import datetime, timedelta

from coprra.domain.limits.limit import Bucket, LimitExceeded
from coprra.domain.limits.ports import Limiter

MOST_NETWORKS = 100_000
"""As many as a process counts of those that anybody can make up."""

_TIDIED_EVERY = timedelta(seconds=10)


class MemoryLimiter(Limiter):
    """Shared by threads. most: buckets; further ones are not counted until others have ended; None: all are."""

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, datetime]] = {}
        self._tidied_at: datetime | None = None

    def consume(self, *buckets: Bucket, at: datetime) -> None:
        with self._lock:
            for bucket in buckets:
                used, resets_at = self._counts.get(bucket.key, (0, at))
                if at >= resets_at:
                    used, resets_at = 0, at + bucket.limit.window
                if used >= bucket.limit.most:
                    raise LimitExceeded.until(bucket.limit, resets_at, at)
                if bucket.key in self._counts or self._has_room(at):
                    self._counts[bucket.key] = (used + 1, resets_at)

    def refund(self, *buckets: Bucket) -> None:
        with self._lock:
            for bucket in buckets:
                if bucket.key in self._counts:
                    used, resets_at = self._counts[bucket.key]
                    self._counts[bucket.key] = (max(used - 1, 0), resets_at)

    def used(self, *buckets: Bucket, at: datetime) -> int:
        with self._lock:
            counts = [self._counts.get(bucket.key, (0, at)) for bucket in buckets]
        return sum(used for used, resets_at in counts if at < resets_at)

    def prune(self, before: datetime) -> int:
        with self._lock:
            return self._prune(before)

    def _prune(self, before: datetime) -> int:
        ended = [key for key, (_, resets_at) in self._counts.items() if resets_at < before]
        for key in ended:
            del self._counts[key]
        return len(ended)

    def _has_room(self, at: datetime) -> bool:
        if self._most is None or len(self._counts) < self._most:
            return True
        # To go through all of them takes a moment, in which nobody else is counted: not for each that finds no room.
        if self._tidied_at is None or at >= self._tidied_at + _TIDIED_EVERY:
            self._tidied_at = at
            self._prune(at)
        return len(self._counts) < self._most
