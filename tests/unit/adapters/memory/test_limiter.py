"""A limiter in memory counts as many as it may, and goes on when others have ended."""

from datetime import timedelta

import pytest

from coprra.adapters.memory.accounts.limiter import MemoryLimiter
from coprra.domain.limits.limit import Bucket, Limit, LimitExceeded
from coprra.testing.builders import LONG_AFTER

ONCE = Limit("once", 1, timedelta(minutes=1))


def test_so_many_buckets_that_they_would_fill_the_memory_are_not_counted_until_others_have_ended() -> None:
    limiter = MemoryLimiter(most=2)
    first, second, third = (Bucket(ONCE, key * 64) for key in "abc")
    for bucket in (first, second, third, third):
        limiter.consume(bucket, at=LONG_AFTER)
    with pytest.raises(LimitExceeded):
        limiter.consume(first, at=LONG_AFTER)
    later = LONG_AFTER + timedelta(minutes=2)
    limiter.consume(third, at=later)
    with pytest.raises(LimitExceeded):
        limiter.consume(third, at=later)
