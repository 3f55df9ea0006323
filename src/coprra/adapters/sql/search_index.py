"""The search index: by which words each product is found, kept in step with the catalogue."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, cast

from sqlalchemy import BindParameter, Connection, bindparam, select
from sqlalchemy import insert as insert_into
from sqlalchemy.engine.default import DefaultDialect

from coprra.adapters.sql.plans import joined_as_written
from coprra.adapters.sql.tables import article_keys, articles, product_keys, products, search_texts, search_words
from coprra.domain.products.relevance import said_words

_CHUNK = 10_000
"""Products at a time: the more, the fewer pages of the index are written twice."""

_Entry = tuple[str, tuple[str, ...]]
"""A product's sort name and words."""

_IDS: BindParameter[Sequence[str]] = bindparam("ids", expanding=True)
_SAID = joined_as_written(
    select(product_keys.c.product_id, articles.c.search_text)
    .join(article_keys, article_keys.c.key == product_keys.c.key)
    .join(articles, articles.c.id == article_keys.c.article_id)
    .where(product_keys.c.product_id.in_(_IDS))
)
_NAMES = select(products.c.id, products.c.sort_name).where(products.c.id.in_(_IDS))
_INDEXED = select(search_texts.c.product_id, search_texts.c.sort_name, search_texts.c.words).where(
    search_texts.c.product_id.in_(_IDS)
)
_NEW_ARTICLES = select(articles.c.id).where(articles.c.id > bindparam("newest")).order_by(articles.c.id).limit(_CHUNK)
_PRODUCTS = (
    select(product_keys.c.product_id)
    .distinct()
    .join(article_keys, article_keys.c.key == product_keys.c.key)
    .where(article_keys.c.article_id.between(bindparam("first"), bindparam("last")))
)
_REMOVE_TEXT = search_texts.delete().where(search_texts.c.product_id == bindparam("id"))
_REMOVE_WORD = search_words.delete().where(
    search_words.c.word == bindparam("lost"),
    search_words.c.sort_name == bindparam("name"),
    search_words.c.product_id == bindparam("id"),
)


def index_new(connection: Connection, *, newer_than: int) -> None:
    """Let products be found by what their new articles say. newer_than: articles with a greater id are new."""
    newest = newer_than
    while ids := connection.execute(_NEW_ARTICLES, {"newest": newest}).scalars().all():
        first, newest = ids[0], ids[-1]
        index(connection, connection.execute(_PRODUCTS, {"first": first, "last": newest}).scalars().all())


def index(connection: Connection, ids: Collection[str]) -> None:
    """Let these products be found by what all their articles say; one without an entry, by nothing."""
    for chunk in chunks(sorted(ids)):
        wanted, known = _wanted(connection, chunk), _known(connection, chunk)
        changed = [id for id in chunk if wanted.get(id) != known.get(id)]
        lost: list[_Place] = []
        new: list[_Place] = []
        for id in changed:
            before, now = _places(id, known.get(id)), _places(id, wanted.get(id))
            lost += before - now
            new += now - before
        _remove(connection, [id for id in changed if id in known], lost)
        _add(connection, {id: wanted[id] for id in changed if id in wanted}, new)


_Place = tuple[str, str, str]
"""A row of the index: word, sort name, product."""


def _places(id: str, entry: _Entry | None) -> set[_Place]:
    if entry is None:
        return set()
    name, words = entry
    return {(word, name, id) for word in words}


def _wanted(connection: Connection, ids: Sequence[str]) -> dict[str, _Entry]:
    texts: dict[str, list[str]] = defaultdict(list)
    for id, text in connection.execute(_SAID, {"ids": ids}).all():
        texts[id].append(text)
    names = connection.execute(_NAMES, {"ids": ids}).all()
    return {id: (name, said_words(texts[id])) for id, name in names}


def _known(connection: Connection, ids: Sequence[str]) -> dict[str, _Entry]:
    rows = connection.execute(_INDEXED, {"ids": ids}).all()
    return {row.product_id: (row.sort_name, tuple(row.words.split())) for row in rows}


def _remove(connection: Connection, ids: Sequence[str], lost: Sequence[_Place]) -> None:
    _execute(connection, _REMOVE_TEXT, [(id,) for id in ids])
    _execute(connection, _REMOVE_WORD, sorted(lost))


def _add(connection: Connection, entries: dict[str, _Entry], new: Sequence[_Place]) -> None:
    texts = [(id, name, f" {' '.join(words)} ") for id, (name, words) in entries.items()]
    _execute(connection, insert_into(search_texts), texts)
    # In the order of the index, in which most rows go where the last one went.
    _execute(connection, insert_into(search_words), sorted(new))


def _execute(connection: Connection, statement: Any, rows: Sequence[tuple[str, ...]]) -> None:
    """For tuples, by place: to make and take apart a dictionary for each row takes longer than to write it."""
    if rows:
        dialect = cast(DefaultDialect, connection.dialect)
        positional = type(dialect)(paramstyle="qmark" if dialect.paramstyle == "qmark" else "format")
        connection.exec_driver_sql(str(statement.compile(dialect=positional)), rows)


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The values, so many at once as a statement can name."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
