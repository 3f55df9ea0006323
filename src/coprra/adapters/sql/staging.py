"""Staging: one list's rows in temporary tables, where nobody else sees them and they die with the connection."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Row, Table, bindparam, func, select
from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.schema import DropTable

from coprra.adapters.sql.reads import SqlReads
from coprra.adapters.sql.rows import ABSENT_STATE, article_of, article_values, entry_values, listed_row, state_values
from coprra.adapters.sql.tables import TEMPORARY, articles, staged_articles, staged_keys, staged_rows
from coprra.domain.prices.article import Article
from coprra.domain.prices.list_run import ListRow
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.product import ProductId, ProductKey

_CHUNK = 500

_UNKNOWN = (
    select(staged_rows.c.number)
    .select_from(staged_rows.join(articles, articles.c.digest == staged_rows.c.digest, isouter=True))
    .where(
        staged_rows.c.number.between(bindparam("first"), bindparam("last")),
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
    """The staging area of one connection, for one list after the other.

    Articles never change once they are stored, so the words of known ones are not staged.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._made = False
        self._indexed = False
        self._spent = False
        self._newest = 0
        self._replaced: list[ListRow] = []

    def add(self, rows: Sequence[ListRow]) -> None:
        """Stage rows that have a sku."""
        self._make_ready()
        numbered = list(enumerate(rows, self._newest + 1))
        if not numbered:
            return
        first, self._newest = self._newest + 1, self._newest + len(rows)
        self._insert(staged_rows, [_row_values(number, row) for number, row in numbered])
        unknown = set(self._connection.scalars(_UNKNOWN, {"first": first, "last": self._newest}))
        new = [(number, row.article) for number, row in numbered if number in unknown and row.article]
        self._insert(
            staged_articles, [(number, *article_values(article), *entry_values(article)) for number, article in new]
        )
        self._insert(staged_keys, [values for number, article in new for values in _key_values(number, article)])

    def _make_ready(self) -> None:
        if not self._made:
            for table in TEMPORARY:
                table.create(self._connection)
            self._made = True
        if self._spent:
            for table in TEMPORARY:
                self._connection.execute(delete_from(table))
            self._newest, self._spent = 0, False

    def _insert(self, table: Table, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            statement = _insert_statement(table, cast(DefaultDialect, self._connection.dialect))
            self._connection.exec_driver_sql(statement, rows)

    def count(self) -> int:
        """How many articles are staged, those not counted that the list does not carry any more."""
        self.settle()
        carried = select(func.count()).select_from(staged_rows).where(staged_rows.c.state != ABSENT_STATE)
        return int(self._connection.scalars(carried).one())

    def repeated(self) -> Iterator[tuple[ListRow, ...]]:
        """The rows of each sku that was staged more than once, by line."""
        self._make_ready()
        self._index()
        last = ""
        while skus := self._connection.scalars(_REPEATED, {"last": last}).all():
            last = skus[-1]
            yield from self._rows_of(skus)
            self.settle()

    def _index(self) -> None:
        """An index of what is there takes a fraction of the time of one that grows row by row.

        MariaDB commits with it. It is asked for before the pen is taken, and made once.
        """
        if not self._indexed:
            self._connection.exec_driver_sql("CREATE INDEX staged_rows_by_sku ON staged_rows (sku)")
            self._indexed = True

    def _rows_of(self, skus: Sequence[str]) -> Iterable[tuple[ListRow, ...]]:
        query = select(staged_rows).where(staged_rows.c.sku.in_(skus)).order_by(staged_rows.c.sku, staged_rows.c.line)
        found = self._connection.execute(query).all()
        articles = self._articles_of(found)
        rows: dict[str, list[ListRow]] = {}
        for row in found:
            rows.setdefault(row.sku, []).append(listed_row(row, articles.get(row.digest)))
        return map(tuple, rows.values())

    def _articles_of(self, rows: Sequence[Row[Any]]) -> dict[bytes, Article]:
        """By digest, whether they are staged or stored."""
        numbers = [row.number for row in rows]
        gtins: dict[int, list[Gtin]] = {number: [] for number in numbers}
        for row in self._connection.execute(select(staged_keys).where(staged_keys.c.number.in_(numbers))):
            if ProductKey(row.key).is_gtin:
                gtins[row.number].append(Gtin(row.key))
        staged = self._connection.execute(select(staged_articles).where(staged_articles.c.number.in_(numbers)))
        found = [article_of(row, tuple(sorted(gtins[row.number]))) for row in staged]
        others = {row.digest for row in rows} - {article.digest for article in found} - {None}
        ids = self._connection.scalars(select(articles.c.id).where(articles.c.digest.in_(others)))
        stored = SqlReads(self._connection).articles(set(ids)).values()
        return {article.digest: article for article in (*found, *stored)}

    def replace(self, row: ListRow) -> None:
        """Let one row stand for all rows of its sku, once it is settled."""
        self._replaced.append(row)

    def settle(self) -> None:
        """Do what `replace` said."""
        self._make_ready()
        rows, self._replaced = self._replaced, []
        if not rows:
            return
        query = select(staged_rows.c.number).where(staged_rows.c.sku.in_([row.sku for row in rows]))
        numbers = self._connection.scalars(query).all()
        for table in (staged_rows, staged_articles, staged_keys):
            self._connection.execute(delete_from(table).where(table.c.number.in_(numbers)))
        self.add(rows)

    def spend(self) -> None:
        """The list is published; what comes now belongs to the next one."""
        self._spent = True

    def drop(self) -> None:
        """The connection goes back to its pool as it came."""
        if self._made:
            for table in TEMPORARY:
                self._connection.execute(DropTable(table, if_exists=True))


def _row_values(number: int, row: ListRow) -> tuple[Any, ...]:
    return (number, row.line, row.sku, row.article.digest if row.article else None, *state_values(row.state))


def _key_values(number: int, article: Article) -> list[tuple[Any, ...]]:
    return [(number, key.value, ProductId.born_of(key).value) for key in article.keys]


@lru_cache
def _insert_statement(table: Table, dialect: DefaultDialect) -> str:
    """For tuples: to make and take apart a dictionary for each row takes longer than to insert it."""
    positional = type(dialect)(paramstyle="qmark" if dialect.paramstyle == "qmark" else "format")
    return str(insert_into(table).compile(dialect=positional))
