"""Directory entries of products, computed from all that is stored, as any order of arrival would have left them."""

from collections import defaultdict
from collections.abc import Collection
from functools import reduce
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, select
from sqlalchemy import insert as insert_into

from coprra.adapters.sql.counts import count
from coprra.adapters.sql.plans import joined_as_written
from coprra.adapters.sql.search_index import index
from coprra.adapters.sql.tables import (
    article_keys,
    articles,
    branches,
    listings,
    observations,
    product_keys,
    products,
)
from coprra.domain.products.brand import Brand
from coprra.domain.products.product import fuller, plainer, sort_name

_UNNAMED = {"name": "", "sort_name": "", "first_seen": 0}

_KNOWN = select(products.c.id).where(products.c.id.in_(bindparam("ids", expanding=True)))
_SOLD_AS = product_keys.join(article_keys, article_keys.c.key == product_keys.c.key).join(
    articles, articles.c.id == article_keys.c.article_id
)
_ARTICLES = joined_as_written(
    select(product_keys.c.product_id, articles.c.title, articles.c.brand, articles.c.category)
    .select_from(_SOLD_AS)
    .where(product_keys.c.product_id.in_(bindparam("ids", expanding=True)))
)
_FIRST_SEEN = joined_as_written(
    select(product_keys.c.product_id, func.min(observations.c.instant).label("instant"))
    .select_from(
        _SOLD_AS.join(branches, branches.c.chain_code == articles.c.chain_code)
        .join(listings, and_(listings.c.branch_id == branches.c.id, listings.c.sku == articles.c.sku))
        .join(
            observations,
            and_(observations.c.listing_id == listings.c.id, observations.c.article_id == articles.c.id),
        )
    )
    .where(product_keys.c.product_id.in_(bindparam("ids", expanding=True)))
    .group_by(product_keys.c.product_id)
)


def make_room(connection: Connection, ids: Collection[str]) -> None:
    """Let each of these products exist, so that keys can lead to it; `refresh` gives it its entry."""
    known = set(connection.execute(_KNOWN, {"ids": list(ids)}).scalars())
    new = [{"id": id, **_UNNAMED} for id in sorted(set(ids) - known)]
    if new:
        connection.execute(insert_into(products), new)
        count(connection, products, products.c.id.in_([entry["id"] for entry in new]))


def refresh(connection: Connection, ids: Collection[str]) -> None:
    """Make the entries of these products what the articles of their keys say; one without a key has no entry."""
    those = products.c.id.in_(list(ids))
    count(connection, products, those, sign=-1)
    said: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(_ARTICLES, {"ids": list(ids)}):
        said[row.product_id].append(row)
    for row in connection.execute(_FIRST_SEEN, {"ids": list(ids)}):
        entry = {**_entry(said[row.product_id]), "first_seen": row.instant}
        connection.execute(products.update().where(products.c.id == row.product_id).values(entry))
    if gone := sorted(set(ids) - set(said)):
        connection.execute(products.delete().where(products.c.id.in_(gone)))
    count(connection, products, those)
    index(connection, ids)


def _entry(rows: list[Row[Any]]) -> dict[str, Any]:
    name = str(reduce(fuller, (row.title for row in rows)))
    brand = reduce(plainer, (row.brand for row in rows))
    return {
        "name": name,
        "sort_name": sort_name(name),
        "brand": brand,
        "brand_slug": Brand(brand).slug or None if brand else None,
        "category": reduce(fuller, (row.category for row in rows)),
    }
