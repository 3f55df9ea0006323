"""What the room needs: somebody who counts, in all processes together."""

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from coprra.domain.limits.limit import Bucket


class Limiter(Protocol):
    """Counts before anything is verified, so that racing attempts can't all pass. Each call is atomic and durable."""

    @abstractmethod
    def consume(self, *buckets: Bucket, at: datetime) -> None:
        """Count one more in each, in this order; where one is full nothing after it is counted.

        Raises: LimitExceeded; Unavailable when it can't be counted, and thus must not be done.
        """

    @abstractmethod
    def refund(self, *buckets: Bucket) -> None:
        """Take back one from each, in the order in which they were counted: it was rightful after all.

        Raises: Unavailable.
        """

    @abstractmethod
    def used(self, *buckets: Bucket, at: datetime) -> int:
        """How many count then, in all of them together; nothing is counted by asking. Raises: Unavailable."""

    @abstractmethod
    def prune(self, before: datetime) -> int:
        """Remove the counts of windows that ended before; returns how many. Raises: Unavailable."""
