"""Article: how a chain's list describes what it sells under one article number."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from coprra.domain.kernel.text import plain_text
from coprra.domain.prices.measure import Measure
from coprra.domain.products.brand import BRAND_LENGTH
from coprra.domain.products.folding import fold
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.product import ProductKey

SKU_LENGTH = 64
TITLE_LENGTH = 500
CATEGORY_LENGTH = 64
PACK_LENGTH = 100


@dataclass(frozen=True, eq=False)
class Article:
    """What a list says an article is. sku: the chain's own number; gtins: sorted, usable ones only, 0 to n of them.

    pack: the net quantity as printed ("0,250 L"); measure: the same, understood; None when nobody could.
    An article never changes: a list that says something else describes another article under the same sku.

    Raises: InvalidText for a text that is empty, too long or holds control characters.
    """

    chain: str
    sku: str
    title: str
    brand: str | None = None
    category: str | None = None
    pack: str | None = None
    measure: Measure | None = None
    gtins: tuple[Gtin, ...] = ()

    def __post_init__(self) -> None:
        plain_text("sku", self.sku, SKU_LENGTH)
        plain_text("title", self.title, TITLE_LENGTH)
        if self.brand is not None:
            plain_text("brand", self.brand, BRAND_LENGTH)
        if self.category is not None:
            plain_text("category", self.category, CATEGORY_LENGTH)
        if self.pack is not None:
            plain_text("pack", self.pack, PACK_LENGTH)

    @cached_property
    def keys(self) -> tuple[ProductKey, ...]:
        """The products it is: one per GTIN, else one of its chain alone. Several GTINs never merge their products."""
        if self.gtins:
            return tuple(ProductKey.of_gtin(gtin) for gtin in self.gtins)
        return (ProductKey.of_article(self.chain, self.sku),)

    @cached_property
    def digest(self) -> bytes:
        """16 bytes that stand for the whole content: equal for equal articles, on every machine."""
        content = (
            self.chain,
            self.sku,
            self.title,
            self.brand,
            self.category,
            self.pack,
            self.measure and (self.measure.millionths, self.measure.unit.value),
            *(gtin.value for gtin in self.gtins),
        )
        return hashlib.sha256(repr(content).encode()).digest()[:16]

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Article) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def search_text(self) -> str:
        """Title and brand as a search compares them: folded, words parted by one blank."""
        # Folding goes word by word, and remembers what it folded: brands repeat.
        return " ".join(filter(None, (fold(self.title), fold(self.brand or ""))))
