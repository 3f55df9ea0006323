"""Product: what is compared across stores, and the keys that lead to it."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.errors import Invalid, NotFound
from coprra.domain.products.folding import fold
from coprra.domain.products.gtin import Gtin, read_gtin

LONGEST_SORT_NAME = 255


_ID = re.compile(r"p_[0-9a-f]{20}").fullmatch


class InvalidProductId(Invalid):
    """A text that is neither a product id nor a GTIN."""

    code = "invalid_product_id"


class UnknownProduct(NotFound):
    """No list that was read by then carries this product."""

    code = "unknown_product"

    @classmethod
    def of(cls, reference: "ProductId | Gtin", as_of: datetime) -> "UnknownProduct":
        """Names what was asked for."""
        name = reference.short if isinstance(reference, Gtin) else reference
        internal = isinstance(reference, Gtin) and reference.restricted
        inside = " Such a number means something within one chain only." if internal else ""
        return cls(f"No list up to {as_of:%Y-%m-%d %H:%M} UTC carries {name}.{inside}")


@dataclass(frozen=True, slots=True, order=True)
class ProductKey:
    """What leads to a product: a GTIN, or a chain's own article number where no usable GTIN is printed.

    The second sort never leads outside its chain: bananas under number 17 at two chains are two products.
    """

    value: str

    @classmethod
    def of_gtin(cls, gtin: Gtin) -> "ProductKey":
        """The key that every store shares."""
        return cls(gtin.value)

    @classmethod
    def of_article(cls, chain: str, sku: str) -> "ProductKey":
        """The key that only the branches of one chain share. A chain's code has no colon, so keys never collide."""
        return cls(f"{chain}:{sku}")

    @property
    def is_gtin(self) -> bool:
        """Whether every store shares it."""
        return ":" not in self.value

    def __str__(self) -> str:
        """As people write it: ``9002490100070`` or ``konzum:17``; `read_product_key` is the inverse."""
        return Gtin(self.value).short if self.is_gtin else self.value


@dataclass(frozen=True, slots=True, order=True)
class ProductId:
    """A product's public name: ``p_`` and 20 hexadecimal digits; never a number, so never mistaken for a GTIN."""

    value: str

    def __post_init__(self) -> None:
        if not _ID(self.value):
            raise InvalidProductId("A product id is p_ and 20 digits 0-9 or a-f.")

    @classmethod
    def born_of(cls, key: ProductKey) -> "ProductId":
        """The id that a key leads to until somebody merges or splits products.

        Derived, not counted: the same lists give the same ids on every database and in every order of arrival.
        """
        return cls("p_" + hashlib.sha256(key.value.encode()).hexdigest()[:20])

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Product:
    """What is compared. gtins: sorted; first_seen: the earliest list instant that carried it, aware, UTC.

    Of all that the lists say, the name and category are the fullest and the brand is the plainest (see `fuller` and
    `plainer`), so they do not depend on the order in which lists arrive. They are a directory entry, not an
    observation: not bound to an `as_of`.
    """

    id: ProductId
    name: str
    brand: str | None
    category: str | None
    gtins: tuple[Gtin, ...]
    first_seen: datetime


def fuller(one: str | None, other: str | None) -> str | None:
    """The longer text, the later in code point order among equals; None only of two Nones.

    Commutative, associative and idempotent, hence independent of the order of arrival.
    """
    return max(one, other, key=lambda text: (-1, "") if text is None else (len(text), text))


def plainer(one: str | None, other: str | None) -> str | None:
    """The shorter text, the later in code point order among equals; None only of two Nones.

    For brands: one list says ``Red Bull`` where another says ``ORBICO-RED BULL``, with the wholesaler's name.
    Independent of the order of arrival, as `fuller` is.
    """
    if one is None or other is None:
        return one if other is None else other
    return max(one, other, key=lambda text: (-len(text), text))


def sort_name(name: str) -> str:
    """What products are ordered by before their ids: the folded name, as much of it as every database can index."""
    return fold(name)[:LONGEST_SORT_NAME]


def read_product_reference(text: str) -> ProductId | Gtin:
    """``p_…`` as a product id, anything else as a GTIN.

    Raises: InvalidProductId; InvalidGtin.
    """
    if text.startswith("p_"):
        return ProductId(text)
    return read_gtin(text).gtin


def read_product_key(text: str) -> ProductKey:
    """``konzum:17`` as a chain's own number, whatever the case of the chain; anything else as a GTIN.

    Raises: InvalidGtin.
    """
    chain, colon, sku = text.partition(":")
    return ProductKey.of_article(chain.lower(), sku) if colon else ProductKey.of_gtin(read_gtin(text).gtin)
