"""Tables of the store; the migrations make them, a test compares the two.

Instants are integer microseconds UTC. Prices are in minor units of the row's currency, unit prices and measures in
millionths. No cascades, and no triggers but those that refuse: every change to a row is a statement of its own, as
recovery needs it.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.mysql import BINARY, MEDIUMTEXT

from coprra.domain.products.product import LONGEST_SORT_NAME
from coprra.domain.products.relevance import LONGEST_WORD

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

# SQLite counts up only in an INTEGER PRIMARY KEY.
_Id = BigInteger().with_variant(Integer, "sqlite")
# MariaDB indexes texts and bytes whole, and sorts by the index, only where the column says how long they are.
_SortName = Text().with_variant(String(LONGEST_SORT_NAME), "mysql")
# MariaDB's TEXT ends after 64 KiB.
_LongText = Text().with_variant(MEDIUMTEXT, "mysql")
_Digest = LargeBinary(16).with_variant(BINARY(16), "mysql")

store = Table(
    "store",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
)
"""One row: the count of commits, which snapshots state as their revision."""

chains = Table(
    "chains",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("country", String(2), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("stale_after_seconds", BigInteger, nullable=False),
)

branches = Table(
    "branches",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("chain_code", ForeignKey("chains.code"), nullable=False),
    Column("code", String(32), nullable=False),
    Column("timezone", String(60), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("address", String(300)),
    UniqueConstraint("chain_code", "code", name="branches_by_code"),
)

list_runs = Table(
    "list_runs",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("branch_id", ForeignKey("branches.id"), nullable=False),
    Column("instant", BigInteger, nullable=False),
    Column("precedence", BigInteger, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("source", String(255), nullable=False),
    Column("profile", String(100), nullable=False),
    Column("row_count", BigInteger, nullable=False),
    Column("imported_at", BigInteger, nullable=False),
    Column("imported_by", String(120), nullable=False),
    UniqueConstraint("branch_id", "instant", "precedence", name="list_runs_by_moment"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("digest", _Digest, nullable=False, unique=True),
    Column("chain_code", ForeignKey("chains.code"), nullable=False),
    Column("sku", String(64), nullable=False),
    Column("title", String(500), nullable=False),
    Column("brand", String(200)),
    Column("category", String(64)),
    Column("pack", String(100)),
    Column("measure_millionths", BigInteger),
    Column("measure_unit", String(16)),
    Column("search_text", Text, nullable=False),
)
"""What lists say about articles; a row never changes. search_text: folded, each word after a blank."""

products = Table(
    "products",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("name", String(500), nullable=False),
    Column("sort_name", _SortName, nullable=False),
    Column("brand", String(200)),
    Column("brand_slug", String(200)),
    Column("category", String(64)),
    Column("first_seen", BigInteger, nullable=False),
    Index("products_by_name", "sort_name", "id"),
    Index("products_by_brand", "brand_slug", "id"),
    Index("products_by_category", "category", "id"),
)
"""brand_slug: what identifies the brand; NULL without one, and for a name of signs only."""

category_counts = Table(
    "category_counts",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("category", String(64)),
    Column("first_seen", BigInteger, nullable=False),
    Column("products", BigInteger, nullable=False),
    Index("category_counts_by_category", "category", "first_seen", "products"),
)
"""How many products of each category (NULL: of none) were first seen then.

Appended to: all rows of one category and instant are a sum, in which those that left count against those that came.
"""

brand_counts = Table(
    "brand_counts",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("slug", String(200), nullable=False),
    Column("brand", String(200), nullable=False),
    Column("first_seen", BigInteger, nullable=False),
    Column("products", BigInteger, nullable=False),
    Index("brand_counts_by_slug", "slug", "first_seen", "products"),
)
"""The same of each brand, in each of its spellings."""

product_keys = Table(
    "product_keys",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("product_id", ForeignKey("products.id"), nullable=False),
    Column("mapped_at", BigInteger, nullable=False),
    Column("mapped_by", String(120), nullable=False),
    Index("product_keys_by_product", "product_id"),
)
"""Where each GTIN, or chain's own number, leads. Merging and splitting products touches these rows alone."""

article_keys = Table(
    "article_keys",
    metadata,
    Column("key", ForeignKey("product_keys.key"), primary_key=True),
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Index("article_keys_by_article", "article_id"),
    sqlite_with_rowid=False,
)

listings = Table(
    "listings",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("branch_id", ForeignKey("branches.id"), nullable=False),
    Column("sku", String(64), nullable=False),
    UniqueConstraint("branch_id", "sku", name="listings_by_sku"),
)


def state_columns() -> list[Column[Any]]:
    """What one look at a listing says, but for its article: the same columns in the ledger and in staging.

    state: 63 bits that stand for all of it, so that "unchanged" is one comparison. more: JSON of the terms that price
    lists rarely state (shipping, fees, condition, …); NULL when they are all at their defaults.
    """
    return [
        Column("state", BigInteger, nullable=False),
        Column("availability", String(16), nullable=False),
        Column("currency", String(3)),
        Column("price", BigInteger),
        Column("special_price", BigInteger),
        Column("special_starts", BigInteger),
        Column("special_ends", BigInteger),
        Column("claimed_low", BigInteger),
        Column("claimed_anchor", BigInteger),
        Column("claimed_anchor_on", String(10)),
        Column("claimed_unit_price", BigInteger),
        Column("claimed_unit", String(32)),
        Column("more", Text),
    ]


observations = Table(
    "observations",
    metadata,
    Column("listing_id", ForeignKey("listings.id"), primary_key=True),
    Column("instant", BigInteger, primary_key=True),
    Column("precedence", BigInteger, primary_key=True),
    Column("run_id", ForeignKey("list_runs.id"), nullable=False),
    Column("line", BigInteger),
    Column("article_id", ForeignKey("articles.id")),
    *state_columns(),
    sqlite_with_rowid=False,
)
"""The ledger: appended to, never changed; repeats may go. Clustered, so that a listing's series is one range read.

line: where the list says it; NULL for what a complete list says by silence.
"""

fx_imports = Table(
    "fx_imports",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("source", String(255), nullable=False),
    Column("newest", String(10), nullable=False),
    Column("imported_at", BigInteger, nullable=False),
    Column("imported_by", String(120), nullable=False),
)
"""Files of exchange rates. newest: the newest day in it, by which one file outranks another."""

fx_rates = Table(
    "fx_rates",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("import_id", ForeignKey("fx_imports.id"), primary_key=True),
    Column("per_euro", BigInteger),
    sqlite_with_rowid=False,
)
"""Rates for one euro, in millionths; NULL: there is none any more. Appended to; of a day and currency the row of the
latest import is believed. Clustered, so that a day's rates are one range read.
"""

decisions = Table(
    "decisions",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("listing_id", ForeignKey("listings.id"), nullable=False),
    Column("instant", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("currency", String(3)),
    Column("price", BigInteger),
    Column("decided_at", BigInteger, nullable=False),
    Column("decided_by", String(120), nullable=False),
    Column("note", String(500)),
    Index("decisions_by_listing", "listing_id", "instant"),
)
"""What persons decided about the prices of a listing: appended to, never changed. instant: what it is about."""

product_moves = Table(
    "product_moves",
    metadata,
    Column("move_id", String(18), primary_key=True),
    Column("key", ForeignKey("product_keys.key"), primary_key=True),
    Column("source_id", String(22), nullable=False),
    Column("target_id", String(22), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("undoes", String(18)),
    Column("moved_at", BigInteger, nullable=False),
    Column("moved_by", String(120), nullable=False),
    Column("note", String(500)),
    Index("product_moves_by_source", "source_id"),
    Index("product_moves_by_target", "target_id"),
    Index("product_moves_by_time", "moved_at", "move_id"),
    Index("product_moves_by_undone", "undoes"),
)
"""What persons merged and split: appended to, never changed. Products without keys are no rows of `products`."""

search_texts = Table(
    "search_texts",
    metadata,
    Column("product_id", String(22), primary_key=True),
    Column("sort_name", _SortName, nullable=False),
    Column("words", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""What each product is found by, as `search_words` has it. words: with a blank before and after each.

Made from `articles` and `products`; a search never sees a product without it.
"""

search_words = Table(
    "search_words",
    metadata,
    Column("word", String(LONGEST_WORD), primary_key=True),
    Column("sort_name", _SortName, primary_key=True),
    Column("product_id", String(22), primary_key=True),
    sqlite_with_rowid=False,
)
"""The products of each word. Clustered, so that those of a word are read in the order in which they are answered."""

best_prices = Table(
    "best_prices",
    metadata,
    Column("product_id", String(22), primary_key=True),
    Column("holds_from", BigInteger, nullable=False),
    Column("holds_until", BigInteger),
    Column("currency", String(3)),
    Column("price", BigInteger),
    Column("special", Boolean, nullable=False),
    Column("offers", BigInteger, nullable=False),
    Column("chains", Text, nullable=False),
    Index("best_prices_by_time", "holds_from"),
    sqlite_with_rowid=False,
)
"""What a comparison says first of a product at any instant from holds_from on and before holds_until (NULL: for ever).

Made from the ledger; whoever changes something that it follows from removes it in the same transaction. chains: codes
with blanks between them.
"""

kept_offers = Table(
    "kept_offers",
    metadata,
    Column("product_id", String(22), primary_key=True),
    Column("holds_from", BigInteger, nullable=False),
    Column("holds_until", BigInteger),
    Column("form", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""The offers behind a kept best price, as `kept_offers.form_of` writes them; they come and go with it."""

jobs = Table(
    "jobs",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("state", String(8), nullable=False),
    Column("details", Text, nullable=False),
    Column("key", String(100)),
    Column("waiting_key", String(100)),
    Column("enqueued_at", BigInteger, nullable=False),
    Column("enqueued_by", String(120), nullable=False),
    Column("due_at", BigInteger),
    Column("attempts", BigInteger, nullable=False),
    Column("forgiven", BigInteger, nullable=False),
    Column("worker", String(100)),
    Column("message", String(500)),
    Column("ended_at", BigInteger),
    UniqueConstraint("kind", "waiting_key", name="jobs_by_key"),
    Index("jobs_by_time", "due_at"),
    Index("jobs_by_end", "state", "ended_at"),
)
"""details: JSON. waiting_key: the key, until the first run begins. due_at: of a running job, the end of its lease."""

schedule = Table(
    "schedule",
    metadata,
    Column("kind", String(64), primary_key=True),
    Column("due_at", BigInteger, nullable=False),
)
"""When each kind with a rhythm comes due next."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("message_id", String(64), nullable=False, unique=True),
    Column("sealed", _LongText, nullable=False),
    Column("posted_at", BigInteger, nullable=False),
)
"""Letters that were not sent yet. sealed: an envelope, bound to the message id."""

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("event", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("actor", String(120)),
    Column("target", String(200)),
    Column("ip", String(45)),
    Column("user_agent", String(300)),
    Column("request_id", String(64)),
    Column("details", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("audit_entries_by_event", "event", "number"),
    Index("audit_entries_by_actor", "actor", "number"),
)
"""The audit trail, chained by hashes. Triggers refuse to change or remove a row, where the server lets us have them."""

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
"""One row: where the audit trail ends. Who appends locks it."""

_staging = MetaData()

staged_rows = Table(
    "staged_rows",
    _staging,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("line", BigInteger, nullable=False),
    Column("sku", String(64), nullable=False),
    Column("digest", _Digest),
    *state_columns(),
    prefixes=["TEMPORARY"],
)
"""One list's rows before they are published: private to its connection, and gone with it.

number: counted up from 1; line: below 1 where nobody knows it; digest: of the article.
"""

staged_articles = Table(
    "staged_articles",
    _staging,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", _Digest, nullable=False),
    Column("chain_code", String(32), nullable=False),
    Column("sku", String(64), nullable=False),
    Column("title", String(500), nullable=False),
    Column("brand", String(200)),
    Column("category", String(64)),
    Column("pack", String(100)),
    Column("measure_millionths", BigInteger),
    Column("measure_unit", String(16)),
    Column("search_text", Text, nullable=False),
    Column("sort_name", _SortName, nullable=False),
    Column("brand_slug", String(200)),
    prefixes=["TEMPORARY"],
)
"""The articles of the staged rows of those numbers, where they were not known when they were staged."""

staged_keys = Table(
    "staged_keys",
    _staging,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(100), primary_key=True),
    Column("product_id", String(22), nullable=False),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
)
"""The keys of staged articles, each with the product that it bears if it leads to none."""

born = Table(
    "born",
    _staging,
    Column("product_id", String(22), primary_key=True),
    Column("key", String(100), nullable=False),
    Column("number", BigInteger, nullable=False),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
)
"""The staged keys that led to no product, each with the number of one article that has it."""

enriched = Table(
    "enriched",
    _staging,
    Column("id", String(22), primary_key=True),
    Column("name", String(500), nullable=False),
    Column("sort_name", _SortName, nullable=False),
    Column("brand", String(200)),
    Column("brand_slug", String(200)),
    Column("category", String(64)),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
)
"""The entries of products about which staged articles say more than was known."""

carried_earlier = Table(
    "carried_earlier",
    _staging,
    Column("product_id", String(22), primary_key=True),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
)
"""The products that a late list carries earlier than any list before."""

affected = Table(
    "affected",
    _staging,
    Column("listing_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger),
    Column("state", BigInteger, nullable=False),
    Column("before", BigInteger),
    prefixes=["TEMPORARY"],
)
"""The listings a list speaks of, with what it says and what was believed before; NULL: never seen.

number: of the staged row; NULL for those that the list speaks of by silence.
"""

TEMPORARY = tuple(_staging.tables.values())
ARTICLE_COLUMNS = tuple(column.name for column in articles.c if column.name != "id")
STATE_COLUMNS = tuple(column.name for column in state_columns())
