"""The mapping of keys to products in SQL: read and written in the one transaction that holds the pen."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy import insert as insert_into

from coprra.adapters.sql import entries
from coprra.adapters.sql.best_prices import forget
from coprra.adapters.sql.engine import domain_errors
from coprra.adapters.sql.pen import take_pen
from coprra.adapters.sql.reads import SqlReads
from coprra.adapters.sql.rows import move_rows
from coprra.adapters.sql.tables import product_keys, product_moves
from coprra.domain.kernel.instants import to_micros
from coprra.domain.products.move import MappingChanged, Move, MoveId
from coprra.domain.products.ports import Mapping
from coprra.domain.products.product import Product, ProductId, ProductKey


class SqlMapping(Mapping):
    """Works in the transaction of its unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self) -> None:
        """See `Mapping.lock`."""
        take_pen(self._connection)

    def keys(self, product: ProductId) -> tuple[ProductKey, ...]:
        """See `Mapping.keys`."""
        return SqlReads(self._connection).keys(product)

    def product(self, id: ProductId, as_of: datetime) -> Product:
        """See `Mapping.product`."""
        return SqlReads(self._connection).product(id, as_of)

    def find(self, id: MoveId) -> Move | None:
        """See `Mapping.find`."""
        return SqlReads(self._connection).move(id)

    def move(self, move: Move) -> None:
        """See `Mapping.move`."""
        ids = [product.value for product in sorted(move.products)]
        mapped = {"mapped_at": to_micros(move.moved_at), "mapped_by": str(move.by)}
        roads: dict[tuple[str, str], list[str]] = defaultdict(list)
        for one in move.keys:
            roads[one.source.value, one.target.value].append(one.key.value)
        with domain_errors():
            self._check(move)
            entries.make_room(self._connection, ids)
            for (source, target), keys in roads.items():
                led = product_keys.update().where(product_keys.c.key.in_(keys), product_keys.c.product_id == source)
                self._connection.execute(led.values(product_id=target, **mapped))
            self._connection.execute(insert_into(product_moves), move_rows(move))
            entries.refresh(self._connection, ids)
            forget(self._connection, ids)

    def _check(self, move: Move) -> None:
        query = select(product_keys.c.key, product_keys.c.product_id).where(
            product_keys.c.key.in_([one.key.value for one in move.keys])
        )
        leads_to = dict(self._connection.execute(query).tuples().all())
        if any(leads_to.get(one.key.value) != one.source.value for one in move.keys):
            raise MappingChanged("Somebody else moved these keys meanwhile; look again.")
