"""A limiter that counts in one process."""

import threading
from datetime import datetime

from coprra.domain.limits.limit import Bucket, LimitExceeded
from coprra.domain.limits.ports import Limiter


class MemoryLimiter(Limiter):
    """Shared by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, datetime]] = {}

    def consume(self, *buckets: Bucket, at: datetime) -> None:
        with self._lock:
            for bucket in buckets:
                used, resets_at = self._counts.get(bucket.key, (0, at))
                if at >= resets_at:
                    used, resets_at = 0, at + bucket.limit.window
                if used >= bucket.limit.most:
                    raise LimitExceeded.until(bucket.limit, resets_at, at)
                self._counts[bucket.key] = (used + 1, resets_at)

    def refund(self, *buckets: Bucket) -> None:
        with self._lock:
            for bucket in buckets:
                if bucket.key in self._counts:
                    used, resets_at = self._counts[bucket.key]
                    self._counts[bucket.key] = (max(used - 1, 0), resets_at)

    def prune(self, before: datetime) -> int:
        with self._lock:
            ended = [key for key, (_, resets_at) in self._counts.items() if resets_at < before]
            for key in ended:
                del self._counts[key]
        return len(ended)
