"""Browse products: search them, and see of each what it costs least."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import islice

from coprra.domain.kernel.money import Currency
from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.best_price import BestPrice
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.compare_offers import EVERYWHERE
from coprra.domain.prices.ports import OpenPriceReads, PriceReads
from coprra.domain.products.brand import Brand
from coprra.domain.products.find_products import InvalidSearch, Search, search_for
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.product import Product

MOST_EXAMINED = 1_000
_BATCH = 100


class Sorting(StrEnum):
    """In which order products are answered."""

    RELEVANCE = "relevance"
    """How well they fit the query; without one, by name."""
    PRICE = "price"
    """The cheapest first, of the first 1,000 that the search finds; those without a price last."""
    PRICE_DESCENDING = "price_desc"
    """The dearest first, of the same; those without a price last here, too."""


@dataclass(frozen=True, slots=True)
class PriceCursor:
    """Where a page of products by price ended. price: in minor units; None: among those without one."""

    price: int | None
    product: ProductCursor
    sort: Sorting = Sorting.PRICE

    @property
    def place(self) -> tuple[object, ...]:
        """What they are ordered by."""
        price = self.price or 0
        return (self.price is None, price if self.sort is Sorting.PRICE else -price, *self.product.place)


Cursor = ProductCursor | PriceCursor


@dataclass(frozen=True, slots=True)
class PricedProduct:
    """A product, and what it costs least."""

    product: Product
    best: BestPrice


@dataclass(frozen=True, slots=True)
class Facets:
    """How many of the products found are of each category (by code), brand (under one of its spellings) and chain.

    The most frequent first. counted: of how many products; complete: whether those are all that were found.
    """

    categories: tuple[tuple[str, int], ...]
    brands: tuple[tuple[Brand, int], ...]
    chains: tuple[tuple[str, int], ...]
    counted: int
    complete: bool


@dataclass(frozen=True, slots=True)
class BrowsedProducts:
    """A page of products as of an instant, from the snapshot of that revision.

    next: where the following page begins after; None on the last. A page may be short, even empty, and not the last.
    complete: whether by price everything that was found is in order; if not, only the first 1,000 of it are, and the
    others are on no page. facets: where they were asked for. valid_until: until then all of it stays so without a new
    observation.
    """

    products: tuple[PricedProduct, ...]
    next: Cursor | None
    facets: Facets | None
    as_of: datetime
    valid_until: datetime | None
    revision: int
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a product must cost, and where. least, most: amounts, in `currency`, both of them included.

    chains: of which one must ask something for it; special: whether its best price must be, or must not be, one.
    """

    least: Decimal | None = None
    most: Decimal | None = None
    currency: Currency | None = None
    chains: BranchFilter = EVERYWHERE
    special: bool | None = None

    @property
    def everything(self) -> bool:
        """Whether every product will do, also one that nobody sells."""
        return self == ANYTHING

    def takes(self, best: BestPrice) -> bool:
        """Whether a product that costs so much is wanted."""
        if self.chains.wanted and self.chains.wanted.isdisjoint(best.chains):
            return False
        if self.special is not None and self.special != best.special:
            return False
        if self.least is None and self.most is None and self.currency is None:
            return True
        price = best.price
        if price is None or price.currency != self.currency:
            return False
        return (self.least is None or price.amount >= self.least) and (self.most is None or price.amount <= self.most)


ANYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class BrowseProducts:
    """Use case: search the catalogue for what is to be bought.

    A page looks through at most 1,000 of the products that the search finds.
    """

    clock: Clock
    reads: OpenPriceReads

    def __call__(
        self,
        query: str = "",
        *,
        category: str | None = None,
        brand: str | None = None,
        gtin: Gtin | None = None,
        wanted: Wanted = ANYTHING,
        sort: Sorting = Sorting.RELEVANCE,
        limit: int = 20,
        after: Cursor | None = None,
        facets: bool = False,
        as_of: datetime | None = None,
    ) -> BrowsedProducts:
        """query, category, brand, gtin: see `FindProducts`. after: what an earlier page of the same sorting named.

        A currency need only be named where the chains have several, and something depends on it.

        Raises: InvalidSearch, UnknownBranch, UnknownCategory, InvalidText for a brand that none can have, Unavailable.
        """
        search = search_for(query, limit=limit, category=category, brand=brand, gtin=gtin)
        as_of = as_of or self.clock.now()
        with self.reads() as snapshot:
            wanted = _in_one_currency(snapshot, wanted, sort, as_of)
            browsed = _Browsed(snapshot, search, wanted, as_of)
            examined = browsed.examine() if facets or sort is not Sorting.RELEVANCE else _NOTHING
            products, following = browsed.page(examined, sort, after, limit)
            return BrowsedProducts(
                products=products,
                next=following,
                complete=sort is Sorting.RELEVANCE or examined.complete,
                facets=_facets(examined) if facets else None,
                as_of=as_of,
                valid_until=min(browsed.turns, default=None),
                revision=snapshot.revision,
            )


def _in_one_currency(snapshot: PriceReads, wanted: Wanted, sort: Sorting, as_of: datetime) -> Wanted:
    """Raises: InvalidSearch where a currency is needed and not told; UnknownBranch."""
    priced = wanted.least is not None or wanted.most is not None or sort is not Sorting.RELEVANCE
    if not (priced or wanted.chains.wanted):
        return wanted
    known = snapshot.chains(as_of)
    if any("/" in one for one in wanted.chains.wanted):
        raise InvalidSearch("A search is narrowed to whole chains, such as spar.")
    wanted.chains.check(branch.id for chain in known for branch, _ in chain.branches)
    if not priced or wanted.currency is not None:
        return wanted
    currencies = sorted({chain.chain.currency.code for chain in known})
    if len(currencies) > 1:
        raise InvalidSearch(f"Prices are in several currencies; name one of {', '.join(currencies)}.")
    only = Currency(currencies[0]) if currencies and (wanted.least is not None or wanted.most is not None) else None
    return Wanted(wanted.least, wanted.most, only, wanted.chains, wanted.special)


@dataclass(frozen=True, slots=True)
class _Found:
    """A product that the search finds, its place among them, and whether it is the last of them."""

    priced: PricedProduct
    place: ProductCursor
    last: bool


@dataclass(frozen=True, slots=True)
class _Examined:
    """Those of the first 1,000 products found that are wanted. complete: whether there are no others."""

    found: tuple[_Found, ...]
    complete: bool


_NOTHING = _Examined((), True)
_Page = tuple[tuple[PricedProduct, ...], Cursor | None]


@dataclass(frozen=True, slots=True)
class _Browsed:
    """What a search finds in a snapshot, with prices. turns: when one that was looked at changes by itself."""

    snapshot: PriceReads
    search: Search
    wanted: Wanted
    as_of: datetime
    turns: set[datetime] = field(default_factory=set)

    def examine(self) -> _Examined:
        """What is ordered by price, and counted."""
        found = list(islice(self._found(None, _BATCH), MOST_EXAMINED))
        wanted = tuple(one for one in found if self.wanted.takes(one.priced.best))
        return _Examined(wanted, not found or found[-1].last)

    def page(self, examined: _Examined, sort: Sorting, after: Cursor | None, limit: int) -> _Page:
        """Raises: InvalidSearch for a cursor of pages in another order."""
        match sort, after:
            case Sorting.RELEVANCE, ProductCursor() | None:
                return self._in_order(after, limit)
            case ((Sorting.PRICE | Sorting.PRICE_DESCENDING), None):
                return _by_price(examined, sort, None, limit)
            case _, PriceCursor() if after.sort is sort:
                return _by_price(examined, sort, after, limit)
            case _:
                raise InvalidSearch("The cursor is of pages in another order; begin again without one.")

    def _in_order(self, after: ProductCursor | None, limit: int) -> _Page:
        found: list[PricedProduct] = []
        for examined, one in enumerate(self._found(after, limit if self.wanted.everything else _BATCH), start=1):
            found += [one.priced] if self.wanted.takes(one.priced.best) else []
            if len(found) == limit or examined == MOST_EXAMINED:
                return tuple(found), None if one.last else one.place
        return tuple(found), None

    def _found(self, after: ProductCursor | None, batch: int) -> Iterator[_Found]:
        """Everything that the search finds, priced a batch at a time."""
        while True:
            page = self.search.page(self.snapshot, self.as_of, after=after, limit=batch)
            best = self.snapshot.best_prices([product.id for product in page.products], self.as_of)
            self.turns.update(one.valid_until for one in best.values() if one.valid_until)
            after = page.next
            for product, place in zip(page.products, page.places, strict=True):
                last = after is None and product is page.products[-1]
                yield _Found(PricedProduct(product, best[product.id]), place, last)
            if after is None:
                return


def _by_price(examined: _Examined, sort: Sorting, after: PriceCursor | None, limit: int) -> _Page:
    priced = [(_cursor(one, sort), one.priced) for one in examined.found]
    following = sorted(
        (entry for entry in priced if after is None or entry[0].place > after.place),
        key=lambda entry: entry[0].place,
    )
    page = following[:limit]
    return tuple(one for _, one in page), page[-1][0] if len(following) > limit else None


def _cursor(one: _Found, sort: Sorting) -> PriceCursor:
    price = one.priced.best.price
    return PriceCursor(price.minor if price else None, one.place, sort)


def _facets(examined: _Examined) -> Facets:
    counted = [one.priced for one in examined.found]
    brands = [Brand(one.product.brand) for one in counted if one.product.brand]
    spelt = {brand.slug: brand for brand in sorted(brands, key=str, reverse=True) if brand.slug}
    return Facets(
        categories=_by_frequency([one.product.category for one in counted if one.product.category]),
        brands=tuple((spelt[slug], number) for slug, number in _by_frequency([brand.slug for brand in brands])),
        chains=_by_frequency([chain for one in counted for chain in one.best.chains]),
        counted=len(counted),
        complete=examined.complete,
    )


def _by_frequency(codes: Sequence[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(filter(None, codes)).items(), key=lambda entry: (-entry[1], entry[0])))
