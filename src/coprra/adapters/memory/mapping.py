"""The mapping of keys to products in memory."""

from collections.abc import Callable
from datetime import datetime
from functools import reduce

from coprra.adapters.memory.reads import MemoryReads
from coprra.adapters.memory.state import State
from coprra.domain.kernel.instants import from_micros
from coprra.domain.prices.article import Article
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.move import MappingChanged, Move, MoveId
from coprra.domain.products.ports import Mapping
from coprra.domain.products.product import Product, ProductId, ProductKey, fuller, plainer


class MemoryMapping(Mapping):
    """Works on the copy that its unit of work will commit."""

    def __init__(self, changing: Callable[[], State]) -> None:
        self._changing = changing

    def lock(self) -> None:
        """See `Mapping.lock`."""
        self._changing()

    def keys(self, product: ProductId) -> tuple[ProductKey, ...]:
        """See `Mapping.keys`."""
        return MemoryReads(self._changing()).keys(product)

    def product(self, id: ProductId, as_of: datetime) -> Product:
        """See `Mapping.product`."""
        return MemoryReads(self._changing()).product(id, as_of)

    def find(self, id: MoveId) -> Move | None:
        """See `Mapping.find`."""
        return next((move for move in self._changing().moves if move.id == id), None)

    def move(self, move: Move) -> None:
        """See `Mapping.move`."""
        state = self._changing()
        if any(state.keys.get(one.key) != one.source for one in move.keys):
            raise MappingChanged("Somebody else moved these keys meanwhile; look again.")
        sold = frozenset(article for id in move.products for article in state.articles.get(id, ()))
        state.keys.update({one.key: one.target for one in move.keys})
        for id in move.products:
            _refresh(state, id, sold)
        state.moves = (*state.moves, move)


def _refresh(state: State, id: ProductId, sold: frozenset[Article]) -> None:
    """sold: all that may be sold as the product."""
    articles = frozenset(article for article in sold if any(state.keys[key] == id for key in article.keys))
    if not articles:
        state.articles.pop(id, None)
        state.products.pop(id, None)
        return
    keys = {key for article in articles for key in article.keys if state.keys[key] == id}
    state.articles[id] = articles
    state.products[id] = Product(
        id=id,
        name=str(reduce(fuller, (article.title for article in articles), None)),
        brand=reduce(plainer, (article.brand for article in articles)),
        category=reduce(fuller, (article.category for article in articles)),
        gtins=tuple(sorted(Gtin(key.value) for key in keys if key.is_gtin)),
        first_seen=from_micros(min(_first_seen(state, article) for article in articles)),
    )


def _first_seen(state: State, article: Article) -> int:
    return min(
        seen.moment.instant
        for branch in state.branches
        if branch.chain == article.chain
        for seen in state.observations.get((branch, article.sku), ())
        if seen.state.article == article
    )
