"""Refreshing: best prices worked out ahead, so that lists of products need not compare."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select
from sqlalchemy import insert as insert_into

from coprra.adapters.sql.best_prices import forget
from coprra.adapters.sql.engine import begin_writing, domain_errors
from coprra.adapters.sql.kept_offers import form_of
from coprra.adapters.sql.reads import AT_ONCE, SqlReads
from coprra.adapters.sql.tables import best_prices, branches, decisions, kept_offers, list_runs, products
from coprra.domain.kernel.instants import to_micros
from coprra.domain.prices.best_price import BestPrice
from coprra.domain.prices.chain import BranchId
from coprra.domain.prices.landed_price import Order
from coprra.domain.prices.offer import offers_of
from coprra.domain.prices.ports import BestPrices
from coprra.domain.prices.quarantine import BAND
from coprra.domain.prices.ranking import rank
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.product import ProductId

_BRANCHES = select(branches.c.id, branches.c.chain_code, branches.c.code)
_RENEWED_BEFORE = timedelta(days=1)
"""How long before it ends a price is worked out again."""


class SqlBestPrices(BestPrices):
    """Works in the transaction of its unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def refresh(self, as_of: datetime, *, after: ProductId | None, limit: int) -> ProductId | None:
        """See `BestPrices.refresh`."""
        with domain_errors():
            begin_writing(self._connection)
            if self._knows_later(to_micros(as_of)):
                return None
            ids = self._unkept(to_micros(as_of + _RENEWED_BEFORE), after, limit)
        reads = SqlReads(self._connection)
        wanted = [ProductId(id) for id in ids]
        # What could be suspect may be believed, or not, because of a list that says nothing new.
        doubtful = reads.spread_beyond(BAND, wanted, as_of)
        with domain_errors():
            forget(self._connection, ids)
            places = {BranchId(row.chain_code, row.code): row.id for row in self._connection.execute(_BRANCHES)}
        plain = [one for one in wanted if one not in doubtful]
        for start in range(0, len(plain), AT_ONCE):
            self._keep(reads, plain[start : start + AT_ONCE], as_of, places)
        return wanted[-1] if len(wanted) == limit else None

    def _keep(
        self, reads: SqlReads, wanted: Sequence[ProductId], as_of: datetime, places: Mapping[BranchId, int]
    ) -> None:
        priced: list[dict[str, Any]] = []
        offered: list[dict[str, Any]] = []
        for product, series in reads.all_series(wanted, as_of).items():
            offers = offers_of(series, Order())
            best = _row(product, BestPrice.of(rank(offers)), as_of)
            priced.append(best)
            gtins = [Gtin(key.value) for key in reads.keys(product) if key.is_gtin]
            form = form_of(series, offers, places, gtins)
            if form is not None:
                offered.append(
                    {name: best[name] for name in ("product_id", "holds_from", "holds_until")} | {"form": form}
                )
        with domain_errors():
            for table, rows in ((best_prices, priced), (kept_offers, offered)):
                if rows:
                    self._connection.execute(insert_into(table), rows)

    def _knows_later(self, horizon: int) -> bool:
        """Whether something was said of a later instant, so that what is worked out now may not hold then."""
        latest = (select(func.max(table.c.instant)) for table in (list_runs, decisions))
        return any((self._connection.execute(one).scalar() or 0) > horizon for one in latest)

    def _unkept(self, until: int, after: ProductId | None, limit: int) -> Sequence[str]:
        holds = or_(best_prices.c.holds_until.is_(None), best_prices.c.holds_until > until)
        kept = products.join(best_prices, and_(best_prices.c.product_id == products.c.id, holds), isouter=True)
        query = select(products.c.id).select_from(kept).where(best_prices.c.product_id.is_(None))
        if after is not None:
            query = query.where(products.c.id > after.value)
        return self._connection.execute(query.order_by(products.c.id).limit(limit)).scalars().all()


def _row(product: ProductId, best: BestPrice, as_of: datetime) -> dict[str, Any]:
    return {
        "product_id": product.value,
        "holds_from": to_micros(as_of),
        "holds_until": to_micros(best.valid_until) if best.valid_until else None,
        "currency": best.price.currency.code if best.price else None,
        "price": best.price.minor if best.price else None,
        "special": best.special,
        "offers": best.offers,
        "chains": " ".join(best.chains),
    }
