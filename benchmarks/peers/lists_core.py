"""Lists in SQLAlchemy Core: a statement for each kind of page, built once. The page is chosen before its prices."""

from typing import Any

from sqlalchemy import TextClause, text

from benchmarks.peers.databases import AS_OF
from benchmarks.peers.lists import PAGE

_PRICED = """
    SELECT p.id, p.name, p.brand, p.category, min(o.currency) AS currency,
           min(coalesce(o.special_price, o.price)) AS best, count(*) AS offers
    FROM ({page}) p
    JOIN product_keys k ON k.product_id = p.id
    JOIN article_keys ak ON ak.key = k.key
    JOIN articles a ON a.id = ak.article_id
    JOIN branches b ON b.chain_code = a.chain_code
    JOIN listings l ON l.branch_id = b.id AND l.sku = a.sku
    JOIN observations o ON o.listing_id = l.id AND o.instant = (
        SELECT max(instant) FROM observations WHERE listing_id = l.id AND instant <= :as_of
    )
    GROUP BY p.id, p.name, p.brand, p.category, p.sort_name
    ORDER BY p.sort_name, p.id
"""
_COLUMNS = "p.id, p.name, p.brand, p.category, p.sort_name"


def _priced(page: str) -> TextClause:
    return text(_PRICED.format(page=page))


LIST = _priced(
    f"SELECT {_COLUMNS} FROM products p "
    "WHERE p.sort_name >= :name AND (p.sort_name > :name OR p.id > :id) ORDER BY p.sort_name, p.id LIMIT :most"
)
SEARCH = _priced(
    f"SELECT {_COLUMNS} FROM search_words w JOIN products p ON p.id = w.product_id "
    "WHERE w.word = :word ORDER BY w.sort_name, w.product_id LIMIT :most"
)
SEARCH_TWO = _priced(
    f"SELECT {_COLUMNS} FROM search_words w "
    "JOIN search_words v ON v.word = :second AND v.sort_name = w.sort_name AND v.product_id = w.product_id "
    "JOIN products p ON p.id = w.product_id WHERE w.word = :word ORDER BY w.sort_name, w.product_id LIMIT :most"
)


def listed(name: str, id: str) -> tuple[TextClause, dict[str, Any]]:
    """The page that follows a product."""
    return LIST, {"name": name, "id": id, "most": PAGE, "as_of": AS_OF}


def searched(query: str) -> tuple[TextClause, dict[str, Any]]:
    """The first page of one or two words."""
    first, *others = query.split()
    asked = {"word": first, "most": PAGE, "as_of": AS_OF}
    return (SEARCH_TWO, {**asked, "second": others[0]}) if others else (SEARCH, asked)
