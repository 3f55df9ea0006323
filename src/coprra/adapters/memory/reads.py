"""Snapshots of a memory store."""

from datetime import date, datetime
from itertools import islice

from coprra.adapters.memory.state import State
from coprra.domain.exchange.rate import Publication
from coprra.domain.kernel.instants import from_micros, to_micros
from coprra.domain.prices.chain import BranchId
from coprra.domain.prices.observation import Moment
from coprra.domain.prices.ports import KnownChain, PriceReads
from coprra.domain.prices.series import Listing, Series
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.ports import ProductCursor, ProductPage
from coprra.domain.products.product import Product, ProductId, ProductKey, UnknownProduct, sort_name


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
        product = self._state.products.get(id) if id else None
        if product is None or product.first_seen > as_of:
            raise UnknownProduct.of(reference, as_of)
        return product

    def find_products(
        self, words: tuple[str, ...], as_of: datetime, *, after: ProductCursor | None, limit: int
    ) -> ProductPage:
        """See `ProductReads.find_products`."""
        cursors = sorted(
            ProductCursor(sort_name(product.name), product.id)
            for product in self._state.products.values()
            if product.first_seen <= as_of and self._matches(product, words)
        )
        page = list(islice((cursor for cursor in cursors if after is None or cursor > after), limit + 1))
        return ProductPage(
            tuple(self._state.products[cursor.id] for cursor in page[:limit]),
            page[limit - 1] if len(page) > limit else None,
        )

    def _matches(self, product: Product, words: tuple[str, ...]) -> bool:
        return any(
            all(any(part.startswith(word) for part in article.search_text.split()) for word in words)
            for article in self._state.articles[product.id]
        )

    def series(self, product: ProductId, as_of: datetime) -> tuple[Series, ...]:
        """See `PriceReads.series`."""
        state = self._state
        sold = {(article.chain, article.sku) for article in state.articles.get(product, ())}
        branches = sorted(id for id in state.branches if id.chain in {chain for chain, _ in sold})
        series = (
            self._series(branch, sku, as_of)
            for branch in branches
            for chain, sku in sorted(sold)
            if chain == branch.chain and (branch, sku) in state.observations
        )
        return tuple(
            one for one in series if one.article and any(state.keys[key] == product for key in one.article.keys)
        )

    def _series(self, branch: BranchId, sku: str, as_of: datetime) -> Series:
        state = self._state
        horizon = to_micros(as_of)
        return Series(
            Listing(state.chains[branch.chain], state.branches[branch], sku),
            as_of,
            tuple(seen for seen in state.observations[(branch, sku)] if seen.moment.instant <= horizon),
            self._confirmations(branch, horizon),
        )

    def _confirmations(self, branch: BranchId, horizon: int) -> tuple[Moment, ...]:
        return tuple(run.moment for run in self._state.runs[branch] if run.complete and run.instant <= horizon)

    def chains(self, as_of: datetime) -> tuple[KnownChain, ...]:
        """See `PriceReads.chains`."""
        horizon = to_micros(as_of)
        last_lists = {
            branch: max((run.instant for run in runs if run.instant <= horizon), default=None)
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
