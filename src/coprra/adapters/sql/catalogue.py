"""The catalogue: products that come into being with the articles that are sold as them."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy import insert as insert_into

from coprra.adapters.sql.tables import article_keys, articles, product_keys, products, staging
from coprra.domain.kernel.instants import to_micros
from coprra.domain.prices.list_run import ListRun
from coprra.domain.products.brand import Brand
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.product import ProductId, ProductKey, fuller, plainer, sort_name

_CHUNK = 2_000


def list_products(connection: Connection, run: ListRun, *, newer_than: int) -> None:
    """Give the keys of the list's articles products. newer_than: articles with a greater id were not known before."""
    for rows in _new_articles(connection, newer_than):
        _describe(connection, run, rows)
    _date(connection, run)


def _new_articles(connection: Connection, newest: int) -> Iterator[Sequence[Row[Any]]]:
    query = (
        select(articles.c.id, articles.c.sku, articles.c.title, articles.c.brand, articles.c.category, staging.c.gtins)
        .join(staging, staging.c.digest == articles.c.digest)
        .order_by(articles.c.id)
        .limit(_CHUNK)
    )
    while rows := connection.execute(query.where(articles.c.id > newest)).all():
        newest = rows[-1].id
        yield rows


def _describe(connection: Connection, run: ListRun, rows: Sequence[Row[Any]]) -> None:
    keys_of = {
        row.id: [ProductKey.of_gtin(Gtin(value)) for value in row.gtins.split()]
        or [ProductKey.of_article(run.chain.code, row.sku)]
        for row in rows
    }
    wanted = sorted({key.value for keys in keys_of.values() for key in keys})
    known_keys: dict[str, str] = {}
    known: dict[str, dict[str, Any]] = {}
    for chunk in _chunks(wanted):
        known_keys.update(
            connection.execute(
                select(product_keys.c.key, product_keys.c.product_id).where(product_keys.c.key.in_(chunk))
            )
            .tuples()
            .all()
        )
    for chunk in _chunks(sorted(set(known_keys.values()))):
        for product in connection.execute(select(products).where(products.c.id.in_(chunk))).mappings():
            known[product["id"]] = dict(product)
    born = {value: ProductId.born_of(ProductKey(value)).value for value in wanted if value not in known_keys}
    ids = known_keys | born
    entries = dict(known)
    for row in rows:
        for key in keys_of[row.id]:
            entries[ids[key.value]] = _fuller_entry(entries.get(ids[key.value]), ids[key.value], row, run)
    _write_products(connection, known, entries)
    new_keys = [
        {"key": value, "product_id": id, "mapped_at": to_micros(run.imported_at), "mapped_by": str(run.imported_by)}
        for value, id in born.items()
    ]
    if new_keys:
        connection.execute(insert_into(product_keys), new_keys)
    connection.execute(
        insert_into(article_keys),
        [{"key": key.value, "article_id": id} for id, keys in keys_of.items() for key in keys],
    )


def _fuller_entry(known: dict[str, Any] | None, id: str, row: Row[Any], run: ListRun) -> dict[str, Any]:
    known = known or {"name": None, "brand": None, "category": None, "first_seen": run.instant}
    name = str(fuller(known["name"], row.title))
    brand = plainer(known["brand"], row.brand)
    return {
        "id": id,
        "name": name,
        "sort_name": sort_name(name),
        "brand": brand,
        "brand_slug": Brand(brand).slug or None if brand else None,
        "category": fuller(known["category"], row.category),
        "first_seen": min(known["first_seen"], run.instant),
    }


def _write_products(
    connection: Connection, known: dict[str, dict[str, Any]], entries: dict[str, dict[str, Any]]
) -> None:
    new = [entry for id, entry in entries.items() if id not in known]
    if new:
        connection.execute(insert_into(products), new)
    for id, entry in entries.items():
        if id in known and entry != known[id]:
            connection.execute(products.update().where(products.c.id == id).values(entry))


def _date(connection: Connection, run: ListRun) -> None:
    """A late list may carry a product earlier than any list before."""
    carried = (
        select(product_keys.c.product_id)
        .join(article_keys, article_keys.c.key == product_keys.c.key)
        .join(articles, articles.c.id == article_keys.c.article_id)
        .join(staging, staging.c.digest == articles.c.digest)
    )
    connection.execute(
        products.update()
        .where(products.c.first_seen > run.instant, products.c.id.in_(carried))
        .values(first_seen=run.instant)
    )


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
