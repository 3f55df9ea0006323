"""A limiter that counts in SQL, for all processes together."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, select
from sqlalchemy import insert as insert_into
from sqlalchemy.exc import IntegrityError

from coprra.adapters.sql.accounts.tables import rate_limits
from coprra.adapters.sql.engine import begin_changing, domain_errors
from coprra.domain.kernel.instants import from_micros, to_micros
from coprra.domain.limits.limit import Bucket, Limit, LimitExceeded
from coprra.domain.limits.ports import Limiter

_MICROSECOND = timedelta(microseconds=1)


class _OvertakenError(Exception):
    """Somebody else has begun to count the same at the same moment."""


class SqlLimiter(Limiter):
    """Shared by threads. Each bucket is one row, changed by one statement that says what it must have been."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def consume(self, *buckets: Bucket, at: datetime) -> None:
        # Who comes again and again to where it is full is told so without a place among those who write.
        full = self._fullness(buckets[0], to_micros(at)) if buckets else None
        while full is None:
            # Where somebody else is the first at the same moment, there is a row at the second attempt.
            with suppress(_OvertakenError):
                full = self._count(buckets, to_micros(at))
                break
        if full:
            limit, resets_at = full
            raise LimitExceeded.until(limit, from_micros(resets_at), at)

    def refund(self, *buckets: Bucket) -> None:
        with domain_errors(), self._engine.connect() as connection:
            begin_changing(connection)
            # In the order in which they are counted: in another one, the two would wait for each other.
            for bucket in buckets:
                connection.execute(
                    rate_limits.update()
                    .where(rate_limits.c.bucket == bucket.key, rate_limits.c.used > 0)
                    .values(used=rate_limits.c.used - 1)
                )
            connection.commit()

    def used(self, *buckets: Bucket, at: datetime) -> int:
        running = (rate_limits.c.bucket.in_([one.key for one in buckets]), rate_limits.c.resets_at > to_micros(at))
        with domain_errors(), self._engine.connect() as connection:
            return sum(connection.execute(select(rate_limits.c.used).where(*running)).scalars())

    def prune(self, before: datetime) -> int:
        with domain_errors(), self._engine.connect() as connection:
            begin_changing(connection)
            pruned = connection.execute(rate_limits.delete().where(rate_limits.c.resets_at < to_micros(before)))
            connection.commit()
        return pruned.rowcount

    def _fullness(self, bucket: Bucket, now: int) -> tuple[Limit, int] | None:
        """The limit, and when it is emptied; None: it was not full a moment ago."""
        running = (rate_limits.c.bucket == bucket.key, rate_limits.c.resets_at > now)
        full = select(rate_limits.c.resets_at).where(*running, rate_limits.c.used >= bucket.limit.most)
        with domain_errors(), self._engine.connect() as connection:
            resets_at = connection.execute(full).scalar()
        return None if resets_at is None else (bucket.limit, int(resets_at))

    def _count(self, buckets: Sequence[Bucket], now: int) -> tuple[Limit, int] | None:
        """The limit that is full, and when it is emptied; None: all counted. Raises: _OvertakenError."""
        with domain_errors(), self._engine.connect() as connection:
            begin_changing(connection)
            try:
                counted = ((bucket.limit, _one_more(connection, bucket, now)) for bucket in buckets)
                full = next((told for told in counted if told[1]), None)
            except IntegrityError as error:
                raise _OvertakenError from error
            connection.commit()
        return full


def _one_more(connection: Connection, bucket: Bucket, now: int) -> int:
    own, limit = rate_limits.c.bucket == bucket.key, bucket.limit
    until = now + limit.window // _MICROSECOND
    running = rate_limits.update().where(own, rate_limits.c.resets_at > now, rate_limits.c.used < limit.most)
    if connection.execute(running.values(used=rate_limits.c.used + 1)).rowcount:
        return 0
    ended = rate_limits.update().where(own, rate_limits.c.resets_at <= now)
    if connection.execute(ended.values(used=1, resets_at=until)).rowcount:
        return 0
    resets_at = connection.execute(select(rate_limits.c.resets_at).where(own)).scalar()
    if resets_at is None:
        connection.execute(insert_into(rate_limits).values(bucket=bucket.key, used=1, resets_at=until))
        return 0
    return int(resets_at)
