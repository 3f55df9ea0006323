"""Sheets: offers as rows of text, for spreadsheets and for programs that read merchant feeds."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from coprra.domain.kernel.instants import format_instant
from coprra.domain.kernel.money import Money
from coprra.domain.prices.compare_offers import Comparison
from coprra.domain.prices.measure import Measure, Unit
from coprra.domain.prices.observation import Availability
from coprra.domain.prices.offer import Offer
from coprra.domain.products.product import Product

COLUMNS = (
    "product_id",
    "gtins",
    "name",
    "brand",
    "category",
    "chain",
    "chain_name",
    "country",
    "branch",
    "address",
    "channel",
    "sku",
    "title",
    "item_price",
    "currency",
    "special",
    "special_starts",
    "special_ends",
    "regular_price",
    "shipping",
    "fees",
    "landed_price",
    "completeness",
    "unit_price",
    "unit_price_per",
    "condition",
    "availability",
    "rank",
    "set_aside",
    "observed_at",
    "since",
    "url",
)
GOOGLE_COLUMNS = (
    "id",
    "title",
    "brand",
    "gtin",
    "product_type",
    "link",
    "price",
    "sale_price",
    "sale_price_effective_date",
    "availability",
    "condition",
    "unit_pricing_measure",
    "shipping",
    "free_shipping_threshold",
)

# The last four of the signs are the wide forms of the first four.
_SIGNS = "=+\\-@'\t\r\n\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(rf"(?:^|(?<=[;\t]))(?=[{_SIGNS}])")
_ESCAPED = re.compile(rf"(?:^|(?<=[;\t]))'(?=[{_SIGNS}])")
_GOOGLE_AVAILABILITIES = {
    Availability.IN_STOCK: "in_stock",
    Availability.PREORDER: "preorder",
    Availability.BACKORDER: "backorder",
}
_GOOGLE_UNITS = {
    Unit.PIECE: ("ct", 1),
    Unit.SQUARE_METRE: ("sqm", 1),
    Unit.CUBIC_METRE: ("cbm", 1),
    Unit.DECILITRE: ("cl", 10),
}
"""Where Google has another word for a unit, or only a smaller one; how many of those make one."""


def escaped(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before each sign that could begin one.

    Also where a semicolon or tab stands before it, at which some spreadsheets cut cells whatever the file says.
    Source: OWASP, CSV Injection.
    """
    return _FORMULA.sub("'", text)


def unescaped(text: str) -> str:
    """The inverse of `escaped`."""
    return _ESCAPED.sub("", text)


def csv_sheet(comparisons: Iterable[Comparison]) -> Iterator[str]:
    """A header, then each offer, those of a product in the order of its ranking. Lines with their ends."""
    write = _Writer(",")
    yield write(COLUMNS)
    for one in comparisons:
        for entry in one.ranking.ranked:
            for offer in entry.offers:
                yield write([escaped(cell) for cell in _cells(one.product, offer, entry.rank)])
        for offer in one.ranking.set_aside:
            yield write([escaped(cell) for cell in _cells(one.product, offer, None)])


def google_sheet(offers: Iterable[Offer]) -> Iterator[str]:
    """A header, then each offer in Google's words. Lines with their ends.

    Source: Google Merchant Center, product data specification.
    """
    write = _Writer("\t")
    yield write(GOOGLE_COLUMNS)
    for offer in offers:
        yield write(_google_cells(offer))


class _Writer:
    """Makes lines of cells."""

    def __init__(self, delimiter: str) -> None:
        self._text = io.StringIO()
        self._csv = csv.writer(self._text, delimiter=delimiter, lineterminator="\n")

    def __call__(self, cells: Sequence[str]) -> str:
        self._csv.writerow(cells)
        line = self._text.getvalue()
        self._text.seek(0)
        self._text.truncate()
        return line


def _cells(product: Product, offer: Offer, rank: int | None) -> list[str]:
    chain, branch, landed, special = offer.listing.chain, offer.listing.branch, offer.landed, offer.special
    unit_price = offer.unit_price
    return [
        product.id.value,
        " ".join(gtin.short for gtin in product.gtins),
        product.name,
        product.brand or "",
        product.category or "",
        chain.code,
        chain.name,
        chain.country,
        branch.id.code,
        branch.address or "",
        str(branch.channel),
        offer.listing.sku,
        offer.article.title if offer.article else "",
        _amount(offer.asked.price if offer.asked else None),
        offer.asked.price.currency.code if offer.asked else "",
        "yes" if special else "",
        format_instant(special.starts) if special and special.starts else "",
        format_instant(special.ends) if special and special.ends else "",
        _amount(offer.regular.price if offer.regular else None),
        _amount(landed.shipping if landed else None),
        _amount(landed.fees if landed else None),
        _amount(landed.total if landed else None),
        str(landed.completeness) if landed else "",
        f"{unit_price.amount:f}" if unit_price else "",
        str(unit_price.per) if unit_price else "",
        str(offer.condition or ""),
        str(offer.availability),
        "" if rank is None else str(rank),
        str(offer.aside or ""),
        format_instant(offer.observed_at),
        format_instant(offer.since),
        offer.url or "",
    ]


def _google_cells(offer: Offer) -> list[str]:
    article, special, regular = offer.article, offer.special, offer.regular
    asked = offer.asked.price if offer.asked else None
    shipping = offer.terms.shipping if offer.terms else ()
    thresholds = {rate.country: rate.free_over for rate in shipping if rate.free_over}
    measure = article.measure if article else None
    reduced = asked if regular and regular.price != asked else None
    period = special if reduced else None
    return [
        offer.listing.sku,
        article.title if article else "",
        (article.brand or "") if article else "",
        article.gtins[0].short if article and article.gtins else "",
        (article.category or "") if article else "",
        offer.url or "",
        _price(regular.price if regular else asked),
        _price(reduced),
        f"{format_instant(period.starts)}/{format_instant(period.ends)}"
        if period and period.starts and period.ends
        else "",
        _GOOGLE_AVAILABILITIES.get(offer.availability, "out_of_stock"),
        str(offer.condition or ""),
        _measure(measure) if measure else "",
        ",".join(f"{rate.country}:::{_price(rate.price)}" for rate in shipping),
        ",".join(f"{country}:{_price(limit)}" for country, limit in sorted(thresholds.items())),
    ]


def _measure(value: Measure) -> str:
    word, many = _GOOGLE_UNITS.get(value.unit, (str(value.unit), 1))
    return f"{value.amount * many:f} {word}"


def _amount(value: Money | None) -> str:
    return "" if value is None else f"{value.amount:f}"


def _price(value: Money | None) -> str:
    return "" if value is None else f"{value.amount:f} {value.currency}"
