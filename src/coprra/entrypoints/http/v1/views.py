"""Views: what is asked, put to the use case that knows, and its answer in the API's shape. No Pyramid here."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from coprra.application import Application
from coprra.domain.kernel.money import Currency
from coprra.domain.prices.browse_products import Cursor, Sorting, Wanted
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.compare_offers import EVERYWHERE, Comparison
from coprra.domain.prices.landed_price import Order
from coprra.domain.prices.observation import ANY_CONDITION, Condition
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.product import ProductId
from coprra.entrypoints import answers
from coprra.entrypoints.answers import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsAsked:
    """Which page of which products, in which order; category: a code, brand: a name. facets: whether to count."""

    q: str = ""
    category: str | None = None
    brand: str | None = None
    chain: BranchFilter = EVERYWHERE
    gtin: Gtin | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    currency: Currency | None = None
    on_special: bool | None = None
    sort: Sorting = Sorting.RELEVANCE
    facets: bool = False
    limit: int = 20
    cursor: Cursor | None = None
    as_of: datetime | None = None


def browse_products(application: Application, asked: ProductsAsked) -> JsonObject:
    """Products and what each costs least. Raises: what `BrowseProducts` does."""
    wanted = Wanted(asked.min_price, asked.max_price, asked.currency, asked.chain, asked.on_special)
    browsed = application.browse_products(
        asked.q,
        category=asked.category,
        brand=asked.brand,
        gtin=asked.gtin,
        wanted=wanted,
        sort=asked.sort,
        limit=asked.limit,
        after=asked.cursor,
        facets=asked.facets,
        as_of=asked.as_of,
    )
    return answers.products_page(browsed)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionsAsked:
    """What is typed, and how many to suggest."""

    q: str = ""
    limit: int = 8
    as_of: datetime | None = None


def suggest_products(application: Application, asked: SuggestionsAsked) -> JsonObject:
    """The products that fit best what is typed. Raises: InvalidSearch, Unavailable."""
    return answers.suggestions(application.suggest_products(asked.q, limit=asked.limit, as_of=asked.as_of))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductAsked:
    """Which product."""

    reference: ProductId | Gtin
    as_of: datetime | None = None


def show_product(application: Application, asked: ProductAsked) -> JsonObject:
    """One product's directory entry. Raises: UnknownProduct, Unavailable."""
    return answers.product(application.show_product(asked.reference, as_of=asked.as_of).product)


@dataclass(frozen=True, slots=True, kw_only=True)
class OffersAsked:
    """Whose offers, of which branches, for what order, in which conditions, compared in which currency.

    unfold: an entry for each branch.
    """

    reference: ProductId | Gtin
    as_of: datetime | None = None
    branches: BranchFilter = EVERYWHERE
    country: str | None = None
    quantity: int = 1
    condition: frozenset[Condition] = ANY_CONDITION
    unfold: bool = False
    currency: Currency | None = None


def compare_offers(application: Application, asked: OffersAsked) -> JsonObject:
    """A product's offers in order, and why. Raises: what `CompareOffers` does."""
    return answers.comparison(_compare(application, asked))


def offers_as_linked_data(application: Application, asked: OffersAsked) -> JsonObject:
    """The product and its offers in the words of schema.org. Raises: what `CompareOffers` does."""
    return answers.linked_data(_compare(application, asked))


def _compare(application: Application, asked: OffersAsked) -> Comparison:
    return application.compare_offers(
        asked.reference,
        as_of=asked.as_of,
        branches=asked.branches,
        order=Order(asked.quantity, asked.country),
        conditions=asked.condition,
        unfold=asked.unfold,
        currency=asked.currency,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryAsked:
    """Whose history, at which branches, how many days back; None: everything."""

    reference: ProductId | Gtin
    as_of: datetime | None = None
    branches: BranchFilter = EVERYWHERE
    days: int | None = None


def show_history(application: Application, asked: HistoryAsked) -> JsonObject:
    """A product's prices over time. Raises: UnknownProduct, Unavailable."""
    history = application.show_history(asked.reference, as_of=asked.as_of, branches=asked.branches, days=asked.days)
    return answers.history(history)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountsAsked:
    """Whose reductions, at which branches."""

    reference: ProductId | Gtin
    as_of: datetime | None = None
    branches: BranchFilter = EVERYWHERE


def judge_discounts(application: Application, asked: DiscountsAsked) -> JsonObject:
    """Verdicts on a product's announced reductions. Raises: UnknownProduct, UnknownBranch, Unavailable."""
    judged = application.judge_discounts(asked.reference, as_of=asked.as_of, branches=asked.branches)
    return answers.discounts(judged)


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoriesAsked:
    """As of when."""

    as_of: datetime | None = None


def list_categories(application: Application, asked: CategoriesAsked) -> JsonObject:
    """The tree of categories. Raises: Unavailable."""
    return answers.categories(application.list_categories(as_of=asked.as_of))


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandsAsked:
    """Which page of which brands; cursor: the slug that the page before ended with."""

    q: str = ""
    limit: int = 20
    cursor: str | None = None
    as_of: datetime | None = None


def list_brands(application: Application, asked: BrandsAsked) -> JsonObject:
    """Brands by words of their name. Raises: InvalidSearch, Unavailable."""
    listed = application.list_brands(asked.q, limit=asked.limit, after=asked.cursor, as_of=asked.as_of)
    return answers.brands_page(listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainsAsked:
    """As of when."""

    as_of: datetime | None = None


def list_chains(application: Application, asked: ChainsAsked) -> JsonObject:
    """The chains whose prices are known. Raises: Unavailable."""
    return answers.chains(application.list_chains(as_of=asked.as_of))


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectsAsked:
    """Which page of the suspect prices of which branches."""

    as_of: datetime | None = None
    branches: BranchFilter = EVERYWHERE
    limit: int = 20
    cursor: ProductCursor | None = None


def list_suspects(application: Application, asked: SuspectsAsked) -> JsonObject:
    """The prices in force that are quarantined. Raises: UnknownBranch, Unavailable."""
    found = application.list_suspects(as_of=asked.as_of, branches=asked.branches, limit=asked.limit, after=asked.cursor)
    return answers.suspects(found)
