"""Brand: the maker's name on a product, the same however its case and accents are written."""

from dataclasses import dataclass

from coprra.domain.kernel.text import plain_text
from coprra.domain.products.folding import fold

BRAND_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand. name: 1 to 200 characters, as a list writes it.

    Raises: Invalid for an empty or longer name, or one with control characters.
    """

    name: str

    def __post_init__(self) -> None:
        plain_text("brand", self.name, BRAND_LENGTH)

    @property
    def slug(self) -> str:
        """What identifies the brand: ``Červená Řeka`` and ``CERVENA REKA`` share it. Empty for a name of signs only.

        At most as long as a name, although some letters fold to several.
        """
        return fold(self.name).replace(" ", "-")[:BRAND_LENGTH].rstrip("-")

    def __str__(self) -> str:
        return self.name
