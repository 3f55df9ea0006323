"""Listing ids: how people name one branch's article number."""

from dataclasses import dataclass

from coprra.domain.kernel.errors import Invalid, NotFound
from coprra.domain.kernel.text import plain_text
from coprra.domain.prices.article import SKU_LENGTH
from coprra.domain.prices.chain import BranchId


class InvalidListing(Invalid):
    """A text that names no listing."""

    code = "invalid_listing"


class UnknownListing(NotFound):
    """No list that was read by then carries this article number at this branch."""

    code = "unknown_listing"

    @classmethod
    def of(cls, listing: "ListingId") -> "UnknownListing":
        """Names what was asked for."""
        return cls(f"No list of {listing.branch} ever carried the article number {listing.sku}.")


@dataclass(frozen=True, slots=True, order=True)
class ListingId:
    """Which listing: the branch and the chain's own article number. Written ``konzum/0613/17``.

    Raises: InvalidText for a sku that is empty, too long or holds control characters.
    """

    branch: BranchId
    sku: str

    def __post_init__(self) -> None:
        plain_text("sku", self.sku, SKU_LENGTH)

    @classmethod
    def parse(cls, text: str) -> "ListingId":
        """The inverse of `str`, whatever the case of the chain; a sku may hold slashes.

        Raises: InvalidListing, InvalidChain, InvalidText.
        """
        chain, _, rest = text.partition("/")
        code, slash, sku = rest.partition("/")
        if not slash:
            raise InvalidListing(f"{text[:100]!r} names no listing: write store/branch/sku, such as konzum/0613/17.")
        return cls(BranchId(chain.lower(), code), sku)

    def __str__(self) -> str:
        return f"{self.branch}/{self.sku}"
