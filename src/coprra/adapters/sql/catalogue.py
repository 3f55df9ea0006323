"""The catalogue: articles, and the products that come into being with what is sold as them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Connection,
    Label,
    Select,
    Table,
    Update,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into

from coprra.adapters.sql.counts import count
from coprra.adapters.sql.tables import (
    ARTICLE_COLUMNS,
    article_keys,
    articles,
    born,
    carried_earlier,
    enriched,
    list_runs,
    product_keys,
    products,
    staged_articles,
    staged_keys,
    staged_rows,
)
from coprra.domain.kernel.instants import to_micros
from coprra.domain.prices.list_run import ListRun

_FOLLOWS = {"name": "name", "sort_name": "name", "brand": "brand", "brand_slug": "brand", "category": "category"}
"""The columns of a product's entry, each with the one by which it is chosen."""
_LONGER_WINS = {"name": True, "brand": False, "category": True}
"""Of two texts, whether the longer or the shorter is chosen; of equally long ones it is the later."""


def newest_id(connection: Connection, table: Table) -> int:
    """The greatest id of a table, 0 without any; nobody else gives ids while this transaction holds the pen."""
    return int(connection.scalars(select(func.coalesce(func.max(table.c.id), 0))).one())


class Catalogue:
    """The articles and products of one list. A new article's id follows the newest one's by as much as its number.

    Rows are written in the order of that index which would otherwise be written all over, again and again.
    """

    def __init__(self, connection: Connection, run: ListRun) -> None:
        self._connection = connection
        self._run = run
        self._newest = newest_id(connection, articles)

    @property
    def article_id(self) -> ColumnElement[int]:
        """Of a row of staged_rows, beside which staged_articles stands where the article is new."""
        known = select(articles.c.id).where(articles.c.digest == staged_rows.c.digest).scalar_subquery()
        return case((staged_articles.c.number.is_not(None), self._newest + staged_articles.c.number), else_=known)

    def add_articles(self) -> None:
        """Store those that are new; somebody may have stored them since they were staged."""
        known = select(articles.c.id).where(articles.c.digest == staged_articles.c.digest).exists()
        if self._connection.execute(delete_from(staged_articles).where(known)).rowcount:
            new = select(staged_articles.c.number)
            self._connection.execute(delete_from(staged_keys).where(staged_keys.c.number.not_in(new)))
        rows = select(self._newest + staged_articles.c.number, *(staged_articles.c[name] for name in ARTICLE_COLUMNS))
        self._insert(articles, ("id", *ARTICLE_COLUMNS), rows.order_by(staged_articles.c.number))

    def list_products(self) -> None:
        """Lead every key of the new articles to a product, which is born where there is none."""
        self._bear()
        links = select(staged_keys.c.key, self._newest + staged_keys.c.number).order_by(staged_keys.c.number)
        self._insert(article_keys, ("key", "article_id"), links)
        self._enrich()
        self._date()

    def _insert(self, table: Table, columns: tuple[str, ...], rows: Select[Any]) -> None:
        self._connection.execute(insert_into(table).from_select(columns, rows))

    def _bear(self) -> None:
        run = self._run
        homeless = (
            select(staged_keys.c.product_id, staged_keys.c.key, func.min(staged_keys.c.number))
            .join(product_keys, product_keys.c.key == staged_keys.c.key, isouter=True)
            .where(product_keys.c.key.is_(None))
            .group_by(staged_keys.c.product_id, staged_keys.c.key)
        )
        self._insert(born, ("product_id", "key", "number"), homeless)
        entries = (
            select(born.c.product_id, *_said(), literal(run.instant))
            .join(staged_articles, staged_articles.c.number == born.c.number)
            .order_by(staged_articles.c.sort_name)
        )
        self._insert(products, ("id", *_FOLLOWS, "first_seen"), entries)
        count(self._connection, products.join(born, born.c.product_id == products.c.id))
        leads = select(
            born.c.key, born.c.product_id, literal(to_micros(run.imported_at)), literal(str(run.imported_by))
        ).order_by(born.c.product_id)
        self._insert(product_keys, ("key", "product_id", "mapped_at", "mapped_by"), leads)

    def _enrich(self) -> None:
        """Let entries be the fullest and plainest of all that is said."""
        better = (
            _wins(text.element, products.c[text.name], longer=_LONGER_WINS[text.name]) for text in _said(_LONGER_WINS)
        )
        new = (
            select(products.c.id, *_said())
            .select_from(
                # The outer join comes first, because it leaves next to nothing of a first list.
                staged_keys.join(
                    born,
                    and_(born.c.product_id == staged_keys.c.product_id, born.c.number == staged_keys.c.number),
                    isouter=True,
                )
                .join(staged_articles, staged_articles.c.number == staged_keys.c.number)
                .join(product_keys, product_keys.c.key == staged_keys.c.key)
                .join(products, products.c.id == product_keys.c.product_id)
            )
            .where(born.c.number.is_(None), or_(*better))
            .cte("new")
        )
        known = select(products.c.id, *(products.c[name] for name in _FOLLOWS)).where(
            products.c.id.in_(select(new.c.id))
        )
        said = union_all(select(new), known).cte("said")
        places = select(said, *(_place(said, name).label(f"{name}_place") for name in _LONGER_WINS)).cte("places")
        best = {
            name: func.max(case((places.c[f"{chosen_by}_place"] == 1, places.c[name])))
            for name, chosen_by in _FOLLOWS.items()
        }
        self._insert(enriched, ("id", *best), select(places.c.id, *best.values()).group_by(places.c.id))
        changed = products.update().where(products.c.id == enriched.c.id)
        self._update(enriched.c.id, changed.values({name: enriched.c[name] for name in _FOLLOWS}))

    def _update(self, id: Column[str], update: Update) -> None:
        """The products of those ids, and their counts with them."""
        those = products.join(id.table, id == products.c.id)
        count(self._connection, those, sign=-1)
        self._connection.execute(update)
        count(self._connection, those)

    def _date(self) -> None:
        """A late list may carry a product earlier than any list before."""
        later = select(list_runs.c.id).where(list_runs.c.instant > self._run.instant).limit(1)
        if self._connection.execute(later).first() is None:
            return
        carried = (
            select(products.c.id)
            .join(product_keys, product_keys.c.product_id == products.c.id)
            .join(article_keys, article_keys.c.key == product_keys.c.key)
            .join(articles, articles.c.id == article_keys.c.article_id)
            .join(staged_rows, staged_rows.c.digest == articles.c.digest)
            .where(products.c.first_seen > self._run.instant)
            .distinct()
        )
        # MariaDB would look for the list's products anew for each product it has, were this one statement.
        self._insert(carried_earlier, ("product_id",), carried)
        earlier = products.update().where(products.c.id == carried_earlier.c.product_id)
        self._update(carried_earlier.c.product_id, earlier.values(first_seen=self._run.instant))


def _said(names: Iterable[str] = tuple(_FOLLOWS)) -> list[Label[str]]:
    """What a staged article says for its products' entries."""
    return [staged_articles.c["title" if name == "name" else name].label(name) for name in names]


def _wins(text: ColumnElement[str], known: ColumnElement[str], *, longer: bool) -> ColumnElement[bool]:
    """`fuller` and `plainer`: whether the text takes the place of the known one."""
    ours, theirs = func.char_length(text), func.char_length(known)
    better = ours > theirs if longer else ours < theirs
    return and_(text.is_not(None), or_(known.is_(None), better, and_(ours == theirs, text > known)))


def _place(said: CTE, name: str) -> ColumnElement[int]:
    """The same as an order: 1 for the text of a product that wins over all others."""
    text = said.c[name]
    length = func.char_length(text)
    order = (text.is_(None), length.desc() if _LONGER_WINS[name] else length, text.desc())
    return func.row_number().over(partition_by=said.c.id, order_by=order)
