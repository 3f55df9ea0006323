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


@dataclass(frozen=True, slots=True)
class PriceCursor:
    """Where a page of products by price ended. price: in minor units; None: among those without one."""

    price: int | None
    product: ProductCursor

    @property
    def place(self) -> tuple[object, ...]:
        """What they are ordered by."""
        return (self.price is None, self.price or 0, *self.product.place)


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
    facets: where they were asked for. valid_until: until then all of it stays so without a new observation.
    """

    products: tuple[PricedProduct, ...]
    next: Cursor | None
    facets: Facets | None
    as_of: datetime
    valid_until: datetime | None
    revision: int


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
            products, following = browsed.page(sort, after, limit)
            counted = browsed.facets() if facets else None
            return BrowsedProducts(
                products=products,
                next=following,
                facets=counted,
                as_of=as_of,
                valid_until=min(browsed.turns, default=None),
                revision=snapshot.revision,
            )


def _in_one_currency(snapshot: PriceReads, wanted: Wanted, sort: Sorting, as_of: datetime) -> Wanted:
    """Raises: InvalidSearch where a currency is needed and not told; UnknownBranch."""
    priced = wanted.least is not None or wanted.most is not None or sort is Sorting.PRICE
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


_Page = tuple[tuple[PricedProduct, ...], Cursor | None]


@dataclass(frozen=True, slots=True)
class _Browsed:
    """What a search finds in a snapshot, with prices. turns: when one of those that were looked at changes by itself."""

    snapshot: PriceReads
    search: Search
    wanted: Wanted
    as_of: datetime
    turns: set[datetime] = field(default_factory=set)

    def page(self, sort: Sorting, after: Cursor | None, limit: int) -> _Page:
        """Raises: InvalidSearch for a cursor of pages in another order."""
        match sort, after:
            case Sorting.PRICE, PriceCursor() | None:
                return self._by_price(after, limit)
            case Sorting.RELEVANCE, ProductCursor() | None:
                return self._in_order(after, limit)
            case _:
                raise InvalidSearch("The cursor is of pages in another order; begin again without one.")

    def _in_order(self, after: ProductCursor | None, limit: int) -> _Page:
        found: list[PricedProduct] = []
        for examined, one in enumerate(self._found(after, limit if self.wanted.everything else _BATCH), start=1):
            found += [one.priced] if self.wanted.takes(one.priced.best) else []
            if len(found) == limit or examined == MOST_EXAMINED:
                return tuple(found), None if one.last else one.place
        return tuple(found), None

    def _by_price(self, after: PriceCursor | None, limit: int) -> _Page:
        examined = islice(self._found(None, _BATCH), MOST_EXAMINED)
        priced = [(_cursor(one), one.priced) for one in examined if self.wanted.takes(one.priced.best)]
        following = sorted(
            (entry for entry in priced if after is None or entry[0].place > after.place),
            key=lambda entry: entry[0].place,
        )
        page = following[:limit]
        return tuple(one for _, one in page), page[-1][0] if len(following) > limit else None

    def facets(self) -> Facets:
        found = list(islice(self._found(None, _BATCH), MOST_EXAMINED + 1))
        counted = [one.priced for one in found[:MOST_EXAMINED] if self.wanted.takes(one.priced.best)]
        brands = [Brand(one.product.brand) for one in counted if one.product.brand]
        spelt = {brand.slug: brand for brand in sorted(brands, key=str, reverse=True) if brand.slug}
        return Facets(
            categories=_by_frequency([one.product.category for one in counted if one.product.category]),
            brands=tuple((spelt[slug], number) for slug, number in _by_frequency([brand.slug for brand in brands])),
            chains=_by_frequency([chain for one in counted for chain in one.best.chains]),
            counted=len(counted),
            complete=len(found) <= MOST_EXAMINED,
        )

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


def _cursor(one: _Found) -> PriceCursor:
    price = one.priced.best.price
    return PriceCursor(price.minor if price else None, one.place)


def _by_frequency(codes: Sequence[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(filter(None, codes)).items(), key=lambda entry: (-entry[1], entry[0])))
