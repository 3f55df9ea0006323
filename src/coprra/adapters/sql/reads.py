"""Snapshots in SQL: one read transaction each."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, func, or_, select

from coprra.adapters.sql.best_prices import holding, kept
from coprra.adapters.sql.complete_lists import CompleteLists, Version
from coprra.adapters.sql.engine import domain_errors
from coprra.adapters.sql.places import Place
from coprra.adapters.sql.plans import joined_as_written
from coprra.adapters.sql.rows import article_of, decision_of, move_of, state_of
from coprra.adapters.sql.search import FoundProduct, Narrowing, found
from coprra.adapters.sql.search_index import chunks
from coprra.adapters.sql.tables import (
    article_keys,
    articles,
    branches,
    brand_counts,
    category_counts,
    chains,
    decisions,
    fx_rates,
    list_runs,
    listings,
    observations,
    product_keys,
    product_moves,
    products,
    store,
)
from coprra.domain.exchange.rate import Publication
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.instants import LATEST, from_micros, to_micros
from coprra.domain.kernel.money import Currency
from coprra.domain.prices.article import Article
from coprra.domain.prices.best_price import BestPrice, best_price
from coprra.domain.prices.chain import Branch, BranchId, Chain, Channel, UnknownBranch
from coprra.domain.prices.decision import Decision
from coprra.domain.prices.list_run import PERSONS, ListRun, precedence_of
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.observation import Moment, Observation
from coprra.domain.prices.ports import DecidedPrice, KnownChain, PriceReads, SoldSeries
from coprra.domain.prices.series import Listing, Series
from coprra.domain.products.brand import Brand
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.move import LoggedMove, Move, MoveId
from coprra.domain.products.ports import BrandPage, CountedBrand, ProductCursor, ProductPage
from coprra.domain.products.product import Product, ProductId, ProductKey, UnknownProduct, plainer
from coprra.domain.products.relevance import Query

_CHUNK = 500
_PAGE = 5_000
"""Listings that are read at once where a whole branch is asked for."""

AT_ONCE = 25
"""Products that are compared at once; one may have a thousand listings."""

_STORES = (
    chains.c.code.label("chain_code"),
    chains.c.name.label("chain_name"),
    chains.c.country,
    chains.c.currency,
    chains.c.stale_after_seconds,
    branches.c.id.label("branch_id"),
    branches.c.code.label("branch_code"),
    branches.c.timezone,
    branches.c.channel,
    branches.c.address,
)

_EVER = to_micros(LATEST)

NEWEST_RUN = select(func.max(list_runs.c.id)).scalar_subquery()
NEWEST_DECISION = select(func.max(decisions.c.id)).scalar_subquery()
VERSION = select(
    store.c.revision,
    NEWEST_DECISION.label("newest_decision"),
    list_runs.c.id,
    list_runs.c.imported_at,
    list_runs.c.sha256,
).select_from(store.join(list_runs, list_runs.c.id == NEWEST_RUN, isouter=True))
"""The revision alone does not tell a store from a backup of it that was put in its place and has gone on since."""

_BY_ID = select(products).where(products.c.id == bindparam("reference"))
_BY_KEY = select(products).join(product_keys).where(product_keys.c.key == bindparam("reference"))
_TAKEN_FROM = (
    select(product_moves.c.key, product_keys.c.product_id)
    .distinct()
    .join(product_keys, product_keys.c.key == product_moves.c.key)
    .where(product_moves.c.source_id == bindparam("former"))
)
_MOVE_IDS = (
    select(product_moves.c.move_id, product_moves.c.moved_at)
    .distinct()
    .where(product_moves.c.moved_at <= bindparam("horizon"))
    .order_by(product_moves.c.moved_at.desc(), product_moves.c.move_id)
    .limit(bindparam("most"))
)
_MOVE_IDS_OF = _MOVE_IDS.where(
    or_(product_moves.c.source_id == bindparam("product"), product_moves.c.target_id == bindparam("product"))
)
_MOVES = select(product_moves).where(product_moves.c.move_id.in_(bindparam("ids", expanding=True)))
_UNDOINGS = (
    select(product_moves.c.undoes, product_moves.c.moved_at, product_moves.c.move_id)
    .distinct()
    .where(
        product_moves.c.undoes.in_(bindparam("ids", expanding=True)), product_moves.c.moved_at <= bindparam("horizon")
    )
    .order_by(product_moves.c.moved_at, product_moves.c.move_id)
)
_KEYS = (
    select(product_keys.c.product_id, product_keys.c.key)
    .where(product_keys.c.product_id.in_(bindparam("ids", expanding=True)))
    .order_by(product_keys.c.key)
)
_SOLD_AS = (
    product_keys.join(article_keys, article_keys.c.key == product_keys.c.key)
    .join(articles, articles.c.id == article_keys.c.article_id)
    .join(branches, branches.c.chain_code == articles.c.chain_code)
    .join(listings, and_(listings.c.branch_id == branches.c.id, listings.c.sku == articles.c.sku))
)
_CATEGORIES = (
    select(category_counts.c.category, func.sum(category_counts.c.products).label("number"))
    .where(category_counts.c.first_seen <= bindparam("horizon"))
    .group_by(category_counts.c.category)
)
_SLUG, _NUMBER = brand_counts.c.slug, func.sum(brand_counts.c.products)
_BRANDS = (
    select(_SLUG, _NUMBER.label("number"))
    .where(bindparam("after") < _SLUG, brand_counts.c.first_seen <= bindparam("horizon"))
    .group_by(_SLUG)
    .having(_NUMBER > 0)
    .order_by(_SLUG)
    .limit(bindparam("most"))
)
_SPELLINGS = (
    select(_SLUG, brand_counts.c.brand)
    .where(_SLUG.in_(bindparam("slugs", expanding=True)), brand_counts.c.first_seen <= bindparam("horizon"))
    .group_by(_SLUG, brand_counts.c.brand)
    .having(_NUMBER > 0)
)
_LISTINGS = joined_as_written(
    select(product_keys.c.product_id, listings.c.id, listings.c.sku, *_STORES)
    .distinct()
    .select_from(_SOLD_AS.join(chains, chains.c.code == branches.c.chain_code))
    .where(product_keys.c.product_id.in_(bindparam("products", expanding=True)))
)
_LISTING = (
    select(listings.c.id, *_STORES)
    .select_from(
        branches.join(chains).join(
            listings, and_(listings.c.branch_id == branches.c.id, listings.c.sku == bindparam("sku")), isouter=True
        )
    )
    .where(branches.c.chain_code == bindparam("chain"), branches.c.code == bindparam("code"))
)
_DECISIONS = select(decisions).where(
    decisions.c.listing_id.in_(bindparam("listings", expanding=True)), decisions.c.instant <= bindparam("horizon")
)
_ALL_SOLD_AS = joined_as_written(
    select(product_keys.c.product_id, listings.c.id.label("listing_id"))
    .distinct()
    .select_from(_SOLD_AS)
    .where(product_keys.c.product_id.in_(bindparam("products", expanding=True)))
).subquery()
_PRICE, _SPECIAL = observations.c.price, observations.c.special_price
_EITHER = func.coalesce(_PRICE, _SPECIAL)
_SPREAD_BEYOND = joined_as_written(
    select(_ALL_SOLD_AS.c.product_id)
    .distinct()
    .select_from(_ALL_SOLD_AS.join(observations, observations.c.listing_id == _ALL_SOLD_AS.c.listing_id))
    .where(observations.c.instant <= bindparam("horizon"), observations.c.currency.is_not(None))
    .group_by(_ALL_SOLD_AS.c.product_id, observations.c.currency)
    .having(
        func.max(case((_SPECIAL > _PRICE, _SPECIAL), else_=_EITHER))
        > bindparam("factor") * func.min(case((_SPECIAL < _PRICE, _SPECIAL), else_=_EITHER))
    )
)
_STORE = (
    select(*_STORES)
    .select_from(branches.join(chains))
    .where(branches.c.chain_code == bindparam("chain"), branches.c.code == bindparam("code"))
)
_PLACES = (
    select(*_STORES).select_from(branches.join(chains)).where(branches.c.id.in_(bindparam("branches", expanding=True)))
)
_LISTINGS_OF_BRANCH = (
    select(listings.c.id, listings.c.sku)
    .where(listings.c.branch_id == bindparam("branch"), listings.c.sku > bindparam("last"))
    .order_by(listings.c.sku)
    .limit(_CHUNK)
)
_PRODUCTS = select(product_keys.c.key, product_keys.c.product_id).where(
    product_keys.c.key.in_(bindparam("keys", expanding=True))
)
_OBSERVATIONS = (
    select(observations)
    .where(
        observations.c.listing_id.in_(bindparam("listings", expanding=True)),
        observations.c.instant <= bindparam("horizon"),
    )
    .order_by(observations.c.listing_id, observations.c.instant, observations.c.precedence)
)
_ARTICLES = select(articles).where(articles.c.id.in_(bindparam("articles", expanding=True)))
_ARTICLE_KEYS = select(article_keys).where(article_keys.c.article_id.in_(bindparam("articles", expanding=True)))
_COMPLETE_LISTS = (
    select(list_runs.c.branch_id, list_runs.c.instant, list_runs.c.precedence)
    .where(
        list_runs.c.branch_id.in_(bindparam("branches", expanding=True)),
        list_runs.c.complete,
    )
    .order_by(list_runs.c.branch_id, list_runs.c.instant, list_runs.c.precedence)
)
_RUNS = (
    select(list_runs)
    .where(list_runs.c.branch_id == bindparam("branch"), list_runs.c.instant <= bindparam("horizon"))
    .order_by(list_runs.c.instant, list_runs.c.precedence)
)
_COUNTS = (
    select(observations.c.instant, observations.c.precedence, func.count().label("number"))
    .join(listings)
    .where(listings.c.branch_id == bindparam("branch"), observations.c.instant <= bindparam("horizon"))
    .group_by(observations.c.instant, observations.c.precedence)
    .order_by(observations.c.instant, observations.c.precedence)
)
_STRETCH = (
    select(listings.c.sku, observations)
    .join(observations, observations.c.listing_id == listings.c.id)
    .where(
        listings.c.branch_id == bindparam("branch"),
        listings.c.sku > bindparam("after"),
        observations.c.instant >= bindparam("first"),
        observations.c.instant <= bindparam("last"),
    )
    .order_by(listings.c.sku, observations.c.instant, observations.c.precedence)
)
_ALL_DECISIONS = select(branches.c.chain_code, branches.c.code, listings.c.sku, decisions).select_from(
    decisions.join(listings).join(branches)
)
_LAST_LIST = (
    select(list_runs.c.instant)
    .where(
        list_runs.c.branch_id == branches.c.id,
        list_runs.c.instant <= bindparam("horizon"),
        list_runs.c.precedence < PERSONS,
    )
    .order_by(list_runs.c.instant.desc())
    .limit(1)
    .scalar_subquery()
)
_CHAINS = select(*_STORES, _LAST_LIST.label("last_list")).select_from(branches.join(chains))
_RATES = (
    select(fx_rates.c.day, fx_rates.c.currency, fx_rates.c.per_euro)
    .where(
        fx_rates.c.day
        == select(func.max(fx_rates.c.day).label("day")).where(fx_rates.c.day <= bindparam("day")).scalar_subquery()
    )
    .order_by(fx_rates.c.day, fx_rates.c.currency, fx_rates.c.import_id)
)


class SqlReads(PriceReads):
    """Reads through a connection whose transaction sees one commit and no later one."""

    def __init__(self, connection: Connection, complete_lists: CompleteLists | None = None) -> None:
        self._connection = connection
        self._complete_lists = complete_lists or CompleteLists()
        # The first read of a transaction is what fixes its snapshot.
        version = self._all(VERSION)[0]
        self._version = tuple(version)
        self._revision = int(version.revision)
        self._has_decisions = version.newest_decision is not None
        self._known_keys: dict[str, list[ProductKey]] = {}
        self._shown: dict[str, FoundProduct] = {}

    @property
    def version(self) -> Version:
        """What tells the state of the store that is seen from every other."""
        return self._version

    @property
    def revision(self) -> int:
        """See `ProductReads.revision`."""
        return self._revision

    def _all(self, query: Any, **values: Any) -> Sequence[Row[Any]]:
        with domain_errors():
            return self._connection.execute(query, values).all()

    def product(self, reference: ProductId | Gtin, as_of: datetime) -> Product:
        """See `ProductReads.product`."""
        if isinstance(reference, Gtin):
            rows = self._all(_BY_KEY, reference=ProductKey.of_gtin(reference).value)
        else:
            rows = self._all(_BY_ID, reference=reference.value)
            if not rows:
                rows = self._merged(reference)
        if not rows or rows[0].first_seen > to_micros(as_of):
            raise UnknownProduct.of(reference, as_of)
        return self._products(rows)[0]

    def _merged(self, former: ProductId) -> Sequence[Row[Any]]:
        """The product that the key leads to of which the former one was born; nothing for one that never was."""
        for row in self._all(_TAKEN_FROM, former=former.value):
            if ProductId.born_of(ProductKey(row.key)) == former:
                return self._all(_BY_ID, reference=row.product_id)
        return ()

    def keys(self, product: ProductId) -> tuple[ProductKey, ...]:
        """See `ProductReads.keys`."""
        return tuple(sorted(self._keys([product.value])[product.value]))

    def _keys(self, ids: Sequence[str]) -> dict[str, list[ProductKey]]:
        """By product. A comparison asks for the same ones twice."""
        unknown = [id for id in ids if id not in self._known_keys]
        if unknown:
            self._known_keys |= {id: [] for id in unknown}
            for row in self._all(_KEYS, ids=unknown):
                self._known_keys[row.product_id].append(ProductKey(row.key))
        return self._known_keys

    def moves(self, as_of: datetime, *, product: ProductId | None, limit: int) -> tuple[LoggedMove, ...]:
        """See `ProductReads.moves`."""
        horizon = to_micros(as_of)
        if product is None:
            found = self._all(_MOVE_IDS, horizon=horizon, most=limit)
        else:
            found = self._all(_MOVE_IDS_OF, horizon=horizon, most=limit, product=product.value)
        logged: list[LoggedMove] = []
        for start in range(0, len(found), _CHUNK):
            ids = [row.move_id for row in found[start : start + _CHUNK]]
            undone = {row.undoes: MoveId(row.move_id) for row in self._all(_UNDOINGS, ids=ids, horizon=horizon)}
            logged += (LoggedMove(move, undone.get(move.id.value)) for move in self._moves(ids))
        return tuple(logged)

    def move(self, id: MoveId) -> Move | None:
        """See `Mapping.find`."""
        return next(iter(self._moves([id.value])), None)

    def _moves(self, ids: Sequence[str]) -> list[Move]:
        rows: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in self._all(_MOVES, ids=ids):
            rows[row.move_id].append(row)
        return [move_of(rows[id]) for id in ids if id in rows]

    def _products(self, rows: Sequence[Row[Any]]) -> tuple[Product, ...]:
        keys = self._keys([row.id for row in rows])
        return tuple(_product(row, ProductId(row.id), keys[row.id]) for row in rows)

    def find_products(
        self,
        words: tuple[str, ...],
        as_of: datetime,
        *,
        after: ProductCursor | None,
        limit: int,
        categories: frozenset[str] | None = None,
        brand: str | None = None,
        gtin: Gtin | None = None,
    ) -> ProductPage:
        """See `ProductReads.find_products`."""
        narrowing = Narrowing(to_micros(as_of), categories, brand, gtin)
        rows = found(self._all, Query(words), narrowing, after=after, limit=limit + 1)
        shown, places = [], []
        for relevance, row in rows[:limit]:
            id = ProductId(row.id)
            keys = self._known_keys[row.id] = [ProductKey(key) for key in sorted(row.keys.split("\n"))]
            self._shown[row.id] = row
            shown.append(_product(row, id, keys))
            places.append(ProductCursor(row.sort_name, id, relevance))
        return ProductPage(tuple(shown), places[-1] if len(rows) > limit else None, tuple(places))

    def categories(self, as_of: datetime) -> dict[str | None, int]:
        """See `ProductReads.categories`."""
        rows = self._all(_CATEGORIES, horizon=to_micros(as_of))
        return {row.category: int(row.number) for row in rows if row.number}

    def find_brands(self, words: tuple[str, ...], as_of: datetime, *, after: str | None, limit: int) -> BrandPage:
        """See `ProductReads.find_brands`."""
        horizon, query = to_micros(as_of), _BRANDS
        for word in words:
            query = query.where(or_(_SLUG.like(f"{word}%"), _SLUG.like(f"%-{word}%")))
        rows = self._all(query, after=after or "", horizon=horizon, most=limit + 1)
        shown = rows[:limit]
        names: dict[str, str | None] = {}
        for row in self._all(_SPELLINGS, slugs=[row.slug for row in shown], horizon=horizon):
            names[row.slug] = plainer(names.get(row.slug), row.brand)
        return BrandPage(
            tuple(CountedBrand(Brand(str(names[row.slug])), int(row.number)) for row in shown),
            shown[-1].slug if len(rows) > limit else None,
        )

    def series(self, product: ProductId, as_of: datetime) -> tuple[Series, ...]:
        """See `PriceReads.series`."""
        return self.all_series([product], as_of)[product]

    def all_series(self, products: Sequence[ProductId], as_of: datetime) -> dict[ProductId, tuple[Series, ...]]:
        """See `PriceReads.series`, of each of the products."""
        horizon, ids = to_micros(as_of), [product.value for product in products]
        found = self._all(_LISTINGS, products=ids)
        rows = sorted(found, key=lambda row: (row.chain_code, row.branch_code, row.sku))
        listings = sorted({row.id for row in found})
        seen, decided = self._observations(listings, horizon), self._decisions(listings, horizon)
        confirmed = self._confirmations({row.branch_id for row in found}, horizon)
        keys = self._keys(ids)
        series: dict[ProductId, list[Series]] = {product: [] for product in products}
        for row in rows:
            listing = Listing(_chain(row), _branch(row), row.sku)
            one = Series(listing, as_of, tuple(seen[row.id]), confirmed[row.branch_id], tuple(decided[row.id]))
            if one.article and not set(one.article.keys).isdisjoint(keys[row.product_id]):
                series[ProductId(row.product_id)].append(one)
        return {product: tuple(those) for product, those in series.items()}

    def best_prices(self, products: Sequence[ProductId], as_of: datetime) -> dict[ProductId, BestPrice]:
        """See `PriceReads.best_prices`."""
        horizon = to_micros(as_of)
        best = holding(self._shown, products, horizon)
        unknown = [product for product in products if product.value not in self._shown]
        best |= kept(self._all, unknown, horizon) if unknown else {}
        missing = [product for product in products if product not in best]
        for start in range(0, len(missing), AT_ONCE):
            series = self.all_series(missing[start : start + AT_ONCE], as_of)
            best.update({product: best_price(those) for product, those in series.items()})
        return best

    def listing(self, listing: ListingId, as_of: datetime) -> Series:
        """See `Decisions.series`."""
        horizon = to_micros(as_of)
        found = self._all(_LISTING, chain=listing.branch.chain, code=listing.branch.code, sku=listing.sku)
        if not found:
            raise UnknownBranch.of(listing.branch)
        row = found[0]
        ids = [] if row.id is None else [row.id]
        return Series(
            Listing(_chain(row), _branch(row), listing.sku),
            as_of,
            tuple(self._observations(ids, horizon)[row.id]),
            self._confirmations({row.branch_id}, horizon)[row.branch_id],
            tuple(self._decisions(ids, horizon)[row.id]),
        )

    def spread_beyond(self, factor: int, products: Sequence[ProductId], as_of: datetime) -> frozenset[ProductId]:
        """See `PriceReads.spread_beyond`."""
        ids = [product.value for product in products]
        rows = self._all(_SPREAD_BEYOND, products=ids, factor=factor, horizon=to_micros(as_of))
        return frozenset(ProductId(row.product_id) for row in rows)

    def _decisions(self, ids: list[int], horizon: int) -> dict[int, list[Decision]]:
        decided: dict[int, list[Decision]] = defaultdict(list)
        if not self._has_decisions:
            return decided
        for some in chunks(ids):
            for row in self._all(_DECISIONS, listings=some, horizon=horizon):
                decided[row.listing_id].append(decision_of(row))
        for those in decided.values():
            those.sort(key=attrgetter("order"))
        return decided

    def series_of_branch(self, branch: BranchId, as_of: datetime) -> Iterator[SoldSeries]:
        """See `PriceReads.series_of_branch`."""
        horizon = to_micros(as_of)
        stores = self._all(_STORE, chain=branch.chain, code=branch.code)
        if not stores:
            return
        store = stores[0]
        confirmed = self._confirmations({store.branch_id}, horizon)[store.branch_id]
        last = ""
        while found := self._all(_LISTINGS_OF_BRANCH, branch=store.branch_id, last=last):
            last = found[-1].sku
            seen = self._observations([row.id for row in found], horizon)
            decided = self._decisions([row.id for row in found], horizon)
            listing = partial(Listing, _chain(store), _branch(store))
            series = [
                Series(listing(row.sku), as_of, tuple(seen[row.id]), confirmed, tuple(decided[row.id])) for row in found
            ]
            yield from self._sold(series)

    def _sold(self, series: Sequence[Series]) -> Iterator[SoldSeries]:
        sold = [(one.article.keys[0].value, one) for one in series if one.article]
        products = {row.key: row.product_id for row in self._all(_PRODUCTS, keys=sorted({key for key, _ in sold}))}
        return (SoldSeries(ProductId(products[key]), one) for key, one in sold)

    def _observations(self, ids: list[int], horizon: int) -> dict[int, list[Observation]]:
        rows = [row for some in chunks(ids) for row in self._all(_OBSERVATIONS, listings=some, horizon=horizon)]
        known = self.articles({row.article_id for row in rows if row.article_id is not None})
        seen: dict[int, list[Observation]] = defaultdict(list)
        for row in rows:
            state = state_of(row, known[row.article_id] if row.article_id is not None else None)
            seen[row.listing_id].append(Observation(Moment(row.instant, row.precedence), state))
        return seen

    def articles(self, ids: set[int]) -> dict[int, Article]:
        """The articles of those rows, by id."""
        gtins: dict[int, list[Gtin]] = defaultdict(list)
        for row in self._all(_ARTICLE_KEYS, articles=sorted(ids)):
            if ProductKey(row.key).is_gtin:
                gtins[row.article_id].append(Gtin(row.key))
        return {
            row.id: article_of(row, tuple(sorted(gtins[row.id]))) for row in self._all(_ARTICLES, articles=sorted(ids))
        }

    def runs(self, branch: BranchId, as_of: datetime) -> tuple[ListRun, ...]:
        """See `PriceReads.runs`."""
        stores = self._all(_STORE, chain=branch.chain, code=branch.code)
        if not stores:
            return ()
        chain, place = _chain(stores[0]), _branch(stores[0])
        rows = self._all(_RUNS, branch=stores[0].branch_id, horizon=to_micros(as_of))
        return tuple(
            ListRun(
                chain=chain,
                branch=place,
                instant=row.instant,
                complete=bool(row.complete),
                sha256=row.sha256,
                source=row.source,
                profile=row.profile,
                rows=row.row_count,
                imported_at=from_micros(row.imported_at),
                imported_by=Actor.parse(row.imported_by),
                precedence=None if row.precedence == precedence_of(row.sha256) else row.precedence,
            )
            for row in rows
        )

    def ledger(self, branch: BranchId, as_of: datetime) -> Iterator[tuple[str, Observation]]:
        """See `PriceReads.ledger`."""
        stores = self._all(_STORE, chain=branch.chain, code=branch.code)
        if not stores:
            return
        of = stores[0].branch_id
        for stretch in _stretches(self._all(_COUNTS, branch=of, horizon=to_micros(as_of))):
            if len(stretch) > 1:
                first, last = stretch[0].instant, stretch[-1].instant
                found = self._seen(self._all(_STRETCH, branch=of, after="", first=first, last=last))
                yield from sorted(found, key=lambda one: one[1].moment)
                continue
            # One long list: by article number, a page at a time.
            at, after = stretch[0], ""
            page = _STRETCH.where(observations.c.precedence == at.precedence).limit(_PAGE)
            while rows := self._all(page, branch=of, after=after, first=at.instant, last=at.instant):
                after = rows[-1].sku
                yield from self._seen(rows)

    def decisions(self) -> Iterator[DecidedPrice]:
        """See `PriceReads.decisions`."""
        found = (
            DecidedPrice(ListingId(BranchId(row.chain_code, row.code), row.sku), decision_of(row))
            for row in self._all(_ALL_DECISIONS)
        )
        yield from sorted(found, key=lambda one: (one.listing, one.decision.order))

    def _seen(self, rows: Sequence[Row[Any]]) -> Iterator[tuple[str, Observation]]:
        known = self.articles({row.article_id for row in rows if row.article_id is not None})
        for row in rows:
            state = state_of(row, known[row.article_id] if row.article_id is not None else None)
            yield row.sku, Observation(Moment(row.instant, row.precedence), state)

    def _confirmations(self, ids: set[int], horizon: int) -> dict[int, tuple[Moment, ...]]:
        return self._complete_lists.up_to(horizon, ids, self._version, self._moments_of_complete_lists)

    def places(self, ids: set[int]) -> dict[int, Place]:
        """The branches of those rows, with all their complete lists."""
        moments = self._complete_lists.up_to(_EVER, ids, self._version, self._moments_of_complete_lists)
        return {
            row.branch_id: Place(_chain(row), _branch(row), tuple(moment.instant for moment in moments[row.branch_id]))
            for some in chunks(sorted(ids))
            for row in self._all(_PLACES, branches=some)
        }

    def _moments_of_complete_lists(self, ids: set[int]) -> dict[int, tuple[Moment, ...]]:
        moments: dict[int, list[Moment]] = defaultdict(list)
        for branch, instant, precedence in self._all(_COMPLETE_LISTS, branches=sorted(ids)):
            moments[branch].append(Moment(instant, precedence))
        return {branch: tuple(those) for branch, those in moments.items()}

    def chains(self, as_of: datetime) -> tuple[KnownChain, ...]:
        """See `PriceReads.chains`."""
        listed = (row for row in self._all(_CHAINS, horizon=to_micros(as_of)) if row.last_list is not None)
        rows = sorted(listed, key=lambda row: (row.chain_code, row.branch_code))
        return tuple(
            KnownChain(
                _chain(next(row for row in rows if row.chain_code == code)),
                tuple((_branch(row), from_micros(row.last_list)) for row in rows if row.chain_code == code),
            )
            for code in dict.fromkeys(row.chain_code for row in rows)
        )

    def publication(self, day: date) -> Publication | None:
        """See `RateReads.publication`."""
        rows = self._all(_RATES, day=day.isoformat())
        if not rows:
            return None
        return Publication(date.fromisoformat(rows[0].day), {Currency(row.currency): row.per_euro for row in rows})


def _stretches(counts: Sequence[Row[Any]]) -> Iterator[list[Row[Any]]]:
    """Moments of a branch in groups of whole instants, of a page at most; a list that is longer stands alone."""
    stretch: list[Row[Any]] = []
    size = 0
    for _, those in groupby(counts, key=attrgetter("instant")):
        moments = list(those)
        number = sum(moment.number for moment in moments)
        if stretch and size + number > _PAGE:
            yield stretch
            stretch, size = [], 0
        if number > _PAGE:
            yield from ([moment] for moment in moments)
            continue
        stretch += moments
        size += number
    if stretch:
        yield stretch


def _product(row: Row[Any] | FoundProduct, id: ProductId, keys: Sequence[ProductKey]) -> Product:
    gtins = tuple(Gtin(key.value) for key in keys if key.is_gtin)
    return Product(id, row.name, row.brand, row.category, gtins, from_micros(row.first_seen))


def _chain(row: Row[Any]) -> Chain:
    return Chain(
        row.chain_code, row.chain_name, row.country, Currency(row.currency), timedelta(seconds=row.stale_after_seconds)
    )


def _branch(row: Row[Any]) -> Branch:
    return Branch(BranchId(row.chain_code, row.branch_code), row.timezone, Channel(row.channel), row.address)
