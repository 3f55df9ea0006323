"""Best prices that are kept: each holds for a time, and goes with the first change that could make it another.

What is not kept is compared anew, so a price may be missing here and is never wrong.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, func, or_, select
from sqlalchemy import delete as delete_from

from coprra.adapters.sql.search import FoundProduct
from coprra.adapters.sql.search_index import chunks
from coprra.adapters.sql.tables import (
    article_keys,
    best_prices,
    branches,
    chains,
    kept_offers,
    list_runs,
    listings,
    observations,
    product_keys,
)
from coprra.domain.kernel.instants import from_micros
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.best_price import BestPrice
from coprra.domain.prices.list_run import ListRun
from coprra.domain.products.product import ProductId

_KEPT = select(best_prices).where(
    best_prices.c.product_id.in_(bindparam("ids", expanding=True)),
    best_prices.c.holds_from <= bindparam("horizon"),
    or_(best_prices.c.holds_until.is_(None), best_prices.c.holds_until > bindparam("horizon")),
)
_SOLD_AS: Select[tuple[str]] = (
    select(product_keys.c.product_id)
    .distinct()
    .select_from(
        observations.join(article_keys, article_keys.c.article_id == observations.c.article_id)
        .join(product_keys, product_keys.c.key == article_keys.c.key)
        .join(listings, listings.c.id == observations.c.listing_id)
        .join(branches, branches.c.id == listings.c.branch_id)
    )
)
_currency = lru_cache(maxsize=64)(Currency)
_of_run = observations.alias("of_run")
_NAMED = _SOLD_AS.join(
    _of_run,
    and_(
        _of_run.c.listing_id == listings.c.id,
        _of_run.c.instant == bindparam("instant"),
        _of_run.c.precedence == bindparam("precedence"),
    ),
)


def kept(
    all_rows: Callable[..., Sequence[Row[Any]]], products: Sequence[ProductId], horizon: int
) -> dict[ProductId, BestPrice]:
    """Those of the products' best prices that are kept and hold at that instant. all_rows: executes a statement."""
    rows = all_rows(_KEPT, ids=[product.value for product in products], horizon=horizon)
    return {ProductId(row.product_id): _best_price(row) for row in rows}


def holding(
    rows: Mapping[str, FoundProduct], products: Sequence[ProductId], horizon: int
) -> dict[ProductId, BestPrice]:
    """The same, out of rows of products beside which what is kept of them stands, if anything is. rows: by id."""
    beside = ((product, rows.get(product.value)) for product in products)
    return {product: _best_price(row) for product, row in beside if row and _holds(row, horizon)}


def _holds(row: FoundProduct, horizon: int) -> bool:
    begun = row.holds_from is not None and row.holds_from <= horizon
    return begun and (row.holds_until is None or row.holds_until > horizon)


def _best_price(row: Row[Any] | FoundProduct) -> BestPrice:
    return BestPrice(
        price=Money(row.price, _currency(row.currency)) if row.currency else None,
        special=bool(row.special),
        offers=row.offers,
        chains=tuple(row.chains.split()),
        valid_until=None if row.holds_until is None else from_micros(row.holds_until),
    )


def forget(connection: Connection, ids: Collection[str]) -> None:
    """Of these products nothing is kept any more."""
    for chunk in chunks(sorted(ids)):
        for table in (best_prices, kept_offers):
            connection.execute(delete_from(table).where(table.c.product_id.in_(chunk)))


def forget_listing(connection: Connection, listing_id: int) -> None:
    """Something was said of a listing: forget all that it was ever sold as."""
    query = _SOLD_AS.where(observations.c.listing_id == listing_id)
    forget(connection, connection.execute(query).scalars().all())


class Forgetting:
    """What a list's publication makes doubtful. To be made before it, and called when it is done."""

    def __init__(self, connection: Connection, run: ListRun) -> None:
        self._connection = connection
        self._run = run
        self._chain, self._branch = self._read_chain(), self._read_branch()

    def __call__(self) -> None:
        """Forget what the list says something new of, and all of which it makes something believed again."""
        newest = self._connection.execute(select(func.max(best_prices.c.holds_from))).scalar()
        if newest is None:
            return
        run = self._run
        if self._speaks_in_other_terms():
            doubtful = _SOLD_AS.where(branches.c.chain_code == run.chain.code)
        else:
            said = _SOLD_AS if run.complete and self._disturbs_all(newest) else _NAMED
            doubtful = said.where(branches.c.chain_code == run.chain.code, branches.c.code == run.branch.id.code)
        moment = {"instant": run.moment.instant, "precedence": run.moment.precedence}
        forget(self._connection, self._connection.execute(doubtful, moment).scalars().all())

    def _speaks_in_other_terms(self) -> bool:
        """Whether something changed on which the prices of all its listings depend, besides what was seen of them."""
        return (self._chain is not None and self._chain != self._read_chain()) or (
            self._branch is not None and self._branch != self._read_branch()
        )

    def _read_chain(self) -> tuple[Any, ...] | None:
        query = select(chains.c.currency, chains.c.country, chains.c.stale_after_seconds)
        row = self._connection.execute(query.where(chains.c.code == self._run.chain.code)).first()
        return tuple(row) if row else None

    def _read_branch(self) -> tuple[Any, ...] | None:
        query = select(branches.c.channel, branches.c.timezone).where(
            branches.c.chain_code == self._run.chain.code, branches.c.code == self._run.branch.id.code
        )
        row = self._connection.execute(query).first()
        return tuple(row) if row else None

    def _disturbs_all(self, newest: int) -> bool:
        """Whether a complete list may change what is believed of listings of which it says nothing new.

        Not where it is the branch's newest, and the one before it was believed when it came, and when each of the
        prices that are kept was worked out. newest: when the last of them was.
        """
        run = self._run
        runs = (
            select(list_runs.c.instant, list_runs.c.precedence)
            .join(branches)
            .where(branches.c.chain_code == run.chain.code, branches.c.code == run.branch.id.code)
            .order_by(list_runs.c.instant.desc(), list_runs.c.precedence.desc())
        )
        latest = self._connection.execute(runs.limit(1)).tuples().one()
        before = self._connection.execute(runs.where(list_runs.c.complete).limit(2)).all()
        if latest != (run.moment.instant, run.moment.precedence) or len(before) < 2:
            return True
        believed = int(run.chain.stale_after.total_seconds()) * 1_000_000
        return bool(before[1].instant + believed <= max(run.instant, newest))
