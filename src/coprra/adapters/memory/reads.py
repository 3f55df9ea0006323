"""Snapshots of a memory store."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import reduce
from operator import attrgetter, itemgetter

from coprra.adapters.memory.state import ListingKey, State
from coprra.domain.exchange.rate import Publication
from coprra.domain.kernel.instants import from_micros, to_micros
from coprra.domain.kernel.money import Currency
from coprra.domain.prices.best_price import BestPrice, best_price
from coprra.domain.prices.chain import BranchId, UnknownBranch
from coprra.domain.prices.list_run import PERSONS, ListRun
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.observation import Moment, Observation
from coprra.domain.prices.ports import DecidedPrice, KnownChain, PriceReads, SoldSeries
from coprra.domain.prices.series import Listing, Series
from coprra.domain.products.brand import Brand
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.move import LoggedMove, Move, MoveId
from coprra.domain.products.ports import BrandPage, CountedBrand, ProductCursor, ProductPage
from coprra.domain.products.product import Product, ProductId, ProductKey, UnknownProduct, plainer, sort_name
from coprra.domain.products.relevance import Query, Relevance, said_words


class MemoryReads(PriceReads):
    """One state, as it was when the snapshot was opened."""

    def __init__(self, state: State) -> None:
        self._state = state

    @property
    def revision(self) -> int:
        """See `ProductReads.revision`."""
        return self._state.revision

    def product(self, reference: ProductId | Gtin, as_of: datetime) -> Product:
        """See `ProductReads.product`."""
        id = self._state.keys.get(ProductKey.of_gtin(reference)) if isinstance(reference, Gtin) else reference
        product = self._state.products.get(id) or self._merged(id) if id else None
        if product is None or product.first_seen > as_of:
            raise UnknownProduct.of(reference, as_of)
        return product

    def _merged(self, former: ProductId) -> Product | None:
        moved = {one.key for move in self._state.moves for one in move.keys if one.source == former}
        born = next((key for key in moved if ProductId.born_of(key) == former), None)
        return self._state.products[self._state.keys[born]] if born else None

    def keys(self, product: ProductId) -> tuple[ProductKey, ...]:
        """See `ProductReads.keys`."""
        articles = self._state.articles.get(product, ())
        keys = {key for article in articles for key in article.keys}
        return tuple(sorted(key for key in keys if self._state.keys[key] == product))

    def moves(self, as_of: datetime, *, product: ProductId | None, limit: int) -> tuple[LoggedMove, ...]:
        """See `ProductReads.moves`."""
        made = [move for move in self._state.moves if move.moved_at <= as_of]
        undone = {move.undoes: move.id for move in sorted(made, key=_when)}
        wanted = [move for move in made if product is None or product in move.products]
        latest = sorted(sorted(wanted, key=attrgetter("id")), key=attrgetter("moved_at"), reverse=True)
        return tuple(LoggedMove(move, undone.get(move.id)) for move in latest[:limit])

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
        query = Query(words)
        found = sorted(
            (
                ProductCursor.of(product, relevance)
                for product in self._seen(as_of)
                if (categories is None or product.category in categories)
                and (brand is None or _slug(product) == brand)
                and (gtin is None or gtin in product.gtins)
                and (relevance := self._relevance(query, product)) is not None
            ),
            key=attrgetter("place"),
        )
        page = [cursor for cursor in found if after is None or cursor.place > after.place][: limit + 1]
        return ProductPage(
            tuple(self._state.products[cursor.id] for cursor in page[:limit]),
            page[limit - 1] if len(page) > limit else None,
            tuple(page[:limit]),
        )

    def _relevance(self, query: Query, product: Product) -> Relevance | None:
        said = said_words(article.search_text for article in self._state.articles[product.id])
        return query.relevance(sort_name(product.name), said, product.gtins)

    def _seen(self, as_of: datetime) -> Iterator[Product]:
        return (product for product in self._state.products.values() if product.first_seen <= as_of)

    def categories(self, as_of: datetime) -> dict[str | None, int]:
        """See `ProductReads.categories`."""
        return Counter(product.category for product in self._seen(as_of))

    def find_brands(self, words: tuple[str, ...], as_of: datetime, *, after: str | None, limit: int) -> BrandPage:
        """See `ProductReads.find_brands`."""
        names: dict[str, list[str | None]] = defaultdict(list)
        for product in self._seen(as_of):
            if product.brand:
                names[Brand(product.brand).slug].append(product.brand)
        found = [
            slug
            for slug in sorted(names)
            if slug
            and (after is None or slug > after)
            and all(any(part.startswith(word) for part in slug.split("-")) for word in words)
        ]
        page = tuple(CountedBrand(Brand(str(reduce(plainer, names[slug]))), len(names[slug])) for slug in found[:limit])
        return BrandPage(page, found[limit - 1] if len(found) > limit else None)

    def series(self, product: ProductId, as_of: datetime) -> tuple[Series, ...]:
        """See `PriceReads.series`."""
        keys = self._state.keys
        series = (self.listing(ListingId(branch, sku), as_of) for branch, sku in self._sold_as(product))
        return tuple(one for one in series if one.article and any(keys[key] == product for key in one.article.keys))

    def best_prices(self, products: Sequence[ProductId], as_of: datetime) -> dict[ProductId, BestPrice]:
        """See `PriceReads.best_prices`."""
        return {product: best_price(self.series(product, as_of)) for product in products}

    def _sold_as(self, product: ProductId) -> Iterator[ListingKey]:
        state = self._state
        sold = {(article.chain, article.sku) for article in state.articles.get(product, ())}
        for branch in sorted(id for id in state.branches if id.chain in {chain for chain, _ in sold}):
            for chain, sku in sorted(sold):
                if chain == branch.chain and (branch, sku) in state.observations:
                    yield branch, sku

    def series_of_branch(self, branch: BranchId, as_of: datetime) -> Iterator[SoldSeries]:
        """See `PriceReads.series_of_branch`."""
        for sku in sorted(sku for place, sku in self._state.observations if place == branch):
            series = self.listing(ListingId(branch, sku), as_of)
            if series.article:
                yield SoldSeries(self._state.keys[series.article.keys[0]], series)

    def listing(self, listing: ListingId, as_of: datetime) -> Series:
        """See `Decisions.series`."""
        state, branch, key = self._state, listing.branch, (listing.branch, listing.sku)
        if branch not in state.branches:
            raise UnknownBranch.of(branch)
        horizon = to_micros(as_of)
        return Series(
            Listing(state.chains[branch.chain], state.branches[branch], listing.sku),
            as_of,
            tuple(seen for seen in state.observations.get(key, ()) if seen.moment.instant <= horizon),
            self._confirmations(branch, horizon),
            tuple(decision for decision in state.decisions.get(key, ()) if decision.at <= as_of),
        )

    def spread_beyond(self, factor: int, products: Sequence[ProductId], as_of: datetime) -> frozenset[ProductId]:
        """See `PriceReads.spread_beyond`."""
        return frozenset(product for product in products if self._spreads_beyond(factor, product, as_of))

    def _spreads_beyond(self, factor: int, product: ProductId, as_of: datetime) -> bool:
        horizon = to_micros(as_of)
        stated: dict[Currency, list[int]] = defaultdict(list)
        for key in self._sold_as(product):
            for seen in self._state.observations[key]:
                if seen.moment.instant <= horizon and seen.state.terms:
                    terms = seen.state.terms
                    prices = (terms.price, terms.special and terms.special.price)
                    stated[terms.currency] += [price.minor for price in prices if price]
        return any(max(prices) > factor * min(prices) for prices in stated.values())

    def _confirmations(self, branch: BranchId, horizon: int) -> tuple[Moment, ...]:
        return tuple(run.moment for run in self._state.runs[branch] if run.complete and run.instant <= horizon)

    def runs(self, branch: BranchId, as_of: datetime) -> tuple[ListRun, ...]:
        """See `PriceReads.runs`."""
        state, horizon = self._state, to_micros(as_of)
        return tuple(
            replace(run, chain=state.chains[branch.chain], branch=state.branches[branch])
            for run in state.runs.get(branch, ())
            if run.instant <= horizon
        )

    def ledger(self, branch: BranchId, as_of: datetime) -> Iterator[tuple[str, Observation]]:
        """See `PriceReads.ledger`."""
        horizon = to_micros(as_of)
        found = [
            (seen.moment, sku, seen)
            for (place, sku), past in self._state.observations.items()
            for seen in past
            if place == branch and seen.moment.instant <= horizon
        ]
        yield from ((sku, seen) for _, sku, seen in sorted(found, key=itemgetter(0, 1)))

    def decisions(self) -> Iterator[DecidedPrice]:
        """See `PriceReads.decisions`."""
        for (branch, sku), decided in sorted(self._state.decisions.items(), key=itemgetter(0)):
            yield from (DecidedPrice(ListingId(branch, sku), decision) for decision in decided)

    def chains(self, as_of: datetime) -> tuple[KnownChain, ...]:
        """See `PriceReads.chains`."""
        horizon = to_micros(as_of)
        last_lists = {
            branch: max(
                (run.instant for run in runs if run.instant <= horizon and run.moment.precedence < PERSONS),
                default=None,
            )
            for branch, runs in sorted(self._state.runs.items())
        }
        listed = {branch: instant for branch, instant in last_lists.items() if instant is not None}
        return tuple(
            KnownChain(
                self._state.chains[code],
                tuple(
                    (self._state.branches[branch], from_micros(instant))
                    for branch, instant in listed.items()
                    if branch.chain == code
                ),
            )
            for code in sorted({branch.chain for branch in listed})
        )

    def publication(self, day: date) -> Publication | None:
        """See `RateReads.publication`."""
        latest = max((known for known in self._state.rates if known <= day), default=None)
        if latest is None:
            return None
        return Publication(latest, {code: stated.per_euro for code, stated in self._state.rates[latest].items()})


def _slug(product: Product) -> str | None:
    return Brand(product.brand).slug or None if product.brand else None


def _when(move: Move) -> tuple[datetime, MoveId]:
    return (move.moved_at, move.id)
