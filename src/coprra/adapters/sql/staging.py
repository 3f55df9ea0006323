"""Staging: one list's rows in temporary tables, where nobody else sees them and they die with the connection."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Row, Table, bindparam, func, select
from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.schema import DropTable

from coprra.adapters.sql.reads import known_articles
from coprra.adapters.sql.rows import Values, article_of, article_values, key_values, row_values, staged_row
from coprra.adapters.sql.tables import TEMPORARY, articles, staged_articles, staged_keys, staged_rows
from coprra.domain.prices.article import Article
from coprra.domain.prices.list_run import ListRow
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.product import ProductKey

_CHUNK = 500

_UNKNOWN = (
    select(staged_rows.c.line)
    .select_from(staged_rows.join(articles, articles.c.digest == staged_rows.c.digest, isouter=True))
    .where(
        staged_rows.c.line.between(bindparam("first"), bindparam("last")),
        staged_rows.c.digest.is_not(None),
        articles.c.id.is_(None),
    )
)
_REPEATED = (
    select(staged_rows.c.sku)
    .where(staged_rows.c.sku > bindparam("last"))
    .group_by(staged_rows.c.sku)
    .having(func.count() > 1)
    .order_by(staged_rows.c.sku)
    .limit(_CHUNK)
)


class Staging:
    """The staging area of one connection. Articles never change once they are stored, so known ones are not staged."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._made = False
        self._sorted = False
        self._replaced: list[ListRow] = []

    def add(self, rows: Sequence[ListRow]) -> None:
        """Stage rows that have a sku; no line twice."""
        self._make()
        if not rows:
            return
        self._insert(staged_rows, [row_values(row) for row in rows])
        lines = [row.line for row in rows]
        unknown = set(self._connection.scalars(_UNKNOWN, {"first": min(lines), "last": max(lines)}))
        new = [(row.line, row.article) for row in rows if row.article is not None and row.line in unknown]
        self._insert(staged_articles, [article_values(line, article) for line, article in new])
        self._insert(staged_keys, [values for line, article in new for values in key_values(line, article)])

    def _make(self) -> None:
        if not self._made:
            for table in TEMPORARY:
                table.create(self._connection)
            self._made = True

    def _insert(self, table: Table, rows: list[Values]) -> None:
        if rows:
            statement = _insert_statement(table, cast(DefaultDialect, self._connection.dialect))
            self._connection.exec_driver_sql(statement, rows)

    def count(self) -> int:
        """How many rows are staged."""
        self.settle()
        return int(self._connection.scalars(select(func.count()).select_from(staged_rows)).one())

    def repeated(self) -> Iterator[tuple[ListRow, ...]]:
        """The rows of each sku that was staged more than once, by line."""
        self._make()
        self._sort()
        last = ""
        while skus := self._connection.scalars(_REPEATED, {"last": last}).all():
            last = skus[-1]
            yield from self._rows_of(skus)
            self.settle()

    def _sort(self) -> None:
        """An index that is made of what is there takes a fraction of one that grows row by row."""
        if not self._sorted:
            self._connection.exec_driver_sql("CREATE INDEX staged_rows_by_sku ON staged_rows (sku, line)")
            self._sorted = True

    def _rows_of(self, skus: Sequence[str]) -> Iterable[tuple[ListRow, ...]]:
        query = select(staged_rows).where(staged_rows.c.sku.in_(skus)).order_by(staged_rows.c.sku, staged_rows.c.line)
        found = self._connection.execute(query).all()
        said = self._articles_of(found)
        rows: dict[str, list[ListRow]] = {}
        for row in found:
            rows.setdefault(row.sku, []).append(staged_row(row, said[row.digest] if row.digest is not None else None))
        return map(tuple, rows.values())

    def _articles_of(self, rows: Sequence[Row[Any]]) -> dict[bytes, Article]:
        execute = self._connection.execute
        lines = [row.line for row in rows]
        gtins: dict[int, list[Gtin]] = {line: [] for line in lines}
        for row in execute(select(staged_keys).where(staged_keys.c.line.in_(lines))):
            if ProductKey(row.key).is_gtin:
                gtins[row.line].append(Gtin(row.key))
        staged = execute(select(staged_articles).where(staged_articles.c.line.in_(lines)))
        found = [article_of(row, tuple(sorted(gtins[row.line]))) for row in staged]
        digests = {row.digest for row in rows} - {article.digest for article in found}
        ids = self._connection.scalars(select(articles.c.id).where(articles.c.digest.in_(digests - {None})))
        return {one.digest: one for one in (*found, *known_articles(self._connection, set(ids)).values())}

    def replace(self, row: ListRow) -> None:
        """Let one row stand for all rows of its sku, once it is settled."""
        self._replaced.append(row)

    def settle(self) -> None:
        """Do what `replace` said."""
        self._make()
        rows, self._replaced = self._replaced, []
        if not rows:
            return
        known = select(staged_rows.c.line).where(staged_rows.c.sku.in_([row.sku for row in rows]))
        lines = self._connection.scalars(known).all()
        for table in (staged_rows, staged_articles, staged_keys):
            self._connection.execute(delete_from(table).where(table.c.line.in_(lines)))
        self.add(rows)

    def drop(self) -> None:
        """The connection goes back to its pool as it came."""
        if self._made:
            for table in TEMPORARY:
                self._connection.execute(DropTable(table, if_exists=True))


@lru_cache
def _insert_statement(table: Table, dialect: DefaultDialect) -> str:
    """For tuples: to make and take apart a dictionary for each row takes longer than to insert it."""
    positional = type(dialect)(paramstyle="qmark" if dialect.paramstyle == "qmark" else "format")
    return str(insert_into(table).compile(dialect=positional))
