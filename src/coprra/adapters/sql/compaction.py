"""Compaction in SQL: repeats are found without a lock, and removed in a transaction that holds the pen."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy import delete as delete_from

from coprra.adapters.sql.engine import domain_errors
from coprra.adapters.sql.pen import take_pen
from coprra.adapters.sql.search_index import chunks
from coprra.adapters.sql.tables import branches, list_runs, listings, observations
from coprra.domain.kernel.instants import to_micros
from coprra.domain.prices.chain import BranchId
from coprra.domain.prices.observation import Moment
from coprra.domain.prices.ports import Compaction, Repeat

_AT_ONCE = 50
"""Listings that are looked through at once; each may have a thousand observations."""

_NUMBER_SIZE = 8


def _size() -> ColumnElement[int]:
    """Bytes of a row's contents, at most: some databases store small numbers in fewer."""
    sizes = [
        case((column.is_(None), 0), else_=_NUMBER_SIZE if isinstance(column.type, Integer) else func.length(column))
        for column in observations.c
    ]
    return sum(sizes, start=literal(0))


_KEY = (observations.c.listing_id, observations.c.instant, observations.c.precedence)
_BRANCH = (
    select(branches.c.id)
    .where(branches.c.chain_code == bindparam("chain"), branches.c.code == bindparam("code"))
    .scalar_subquery()
)
_LISTINGS = select(listings.c.id, listings.c.sku).where(listings.c.branch_id == _BRANCH).order_by(listings.c.id)
_LISTINGS_OF = _LISTINGS.where(listings.c.sku.in_(bindparam("skus", expanding=True)))
_SEEN = (
    select(
        *_KEY,
        observations.c.run_id,
        observations.c.state,
        func.lag(observations.c.state)
        .over(partition_by=observations.c.listing_id, order_by=(observations.c.instant, observations.c.precedence))
        .label("before"),
        _size().label("size"),
    )
    .where(
        observations.c.listing_id.in_(bindparam("listings", expanding=True)),
        observations.c.instant < bindparam("horizon"),
    )
    .subquery()
)
_REPEATS = (
    select(_SEEN.c.listing_id, _SEEN.c.instant, _SEEN.c.precedence, _SEEN.c.size)
    .join(list_runs, list_runs.c.id == _SEEN.c.run_id)
    .where(_SEEN.c.state == _SEEN.c.before, list_runs.c.complete)
    .order_by(_SEEN.c.listing_id, _SEEN.c.instant, _SEEN.c.precedence)
)
# SQLite finds no row by several columns at once, so it is told which listings to look through.
_NAMED = and_(
    observations.c.listing_id.in_(bindparam("listings", expanding=True)),
    tuple_(*_KEY).in_(bindparam("keys", expanding=True)),
)
_earlier = observations.alias("earlier")
_STILL = select(*_KEY).where(
    _NAMED,
    observations.c.state
    == select(_earlier.c.state)
    .where(
        _earlier.c.listing_id == observations.c.listing_id,
        _earlier.c.instant <= observations.c.instant,
        or_(_earlier.c.instant < observations.c.instant, _earlier.c.precedence < observations.c.precedence),
    )
    .order_by(_earlier.c.instant.desc(), _earlier.c.precedence.desc())
    .limit(1)
    .scalar_subquery(),
)
_DELETED = delete_from(observations).where(_NAMED)


class SqlCompaction(Compaction):
    """Reads without a transaction that lasts, and removes in the transaction of its unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def repeats(self, branch: BranchId, before: datetime) -> Iterator[Repeat]:
        """See `Compaction.repeats`."""
        horizon = to_micros(before)
        skus = {row.id: row.sku for row in self._all(_LISTINGS, chain=branch.chain, code=branch.code)}
        ids = list(skus)
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            for row in self._all(_REPEATS, listings=some, horizon=horizon):
                yield Repeat(skus[row.listing_id], Moment(row.instant, row.precedence), row.size)

    def _all(self, query: Any, **values: Any) -> Sequence[Row[Any]]:
        with domain_errors():
            rows = self._connection.execute(query, values).all()
            self._connection.commit()
        return rows

    def let_go(self, branch: BranchId, repeats: Sequence[Repeat]) -> tuple[Repeat, ...]:
        """See `Compaction.let_go`."""
        take_pen(self._connection)
        gone: list[Repeat] = []
        with domain_errors():
            for some in chunks(repeats):
                gone += self._removed(branch, some)
        return tuple(gone)

    def _removed(self, branch: BranchId, repeats: Sequence[Repeat]) -> Iterator[Repeat]:
        """A list that came since they were found may have come between."""
        skus = sorted({repeat.sku for repeat in repeats})
        named = {"chain": branch.chain, "code": branch.code, "skus": skus}
        ids = {row.sku: row.id for row in self._connection.execute(_LISTINGS_OF, named)}
        keys = {(ids[one.sku], *one.moment): one for one in repeats}
        known = {"listings": list(ids.values())}
        still = [tuple(row) for row in self._connection.execute(_STILL, {**known, "keys": list(keys)})]
        if still:
            self._connection.execute(_DELETED, {**known, "keys": still})
        return (keys[key] for key in still)
