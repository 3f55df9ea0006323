"""What the tests of merchant feeds share: an invented shop, its profile, and its feed item by item."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pytest

from coprra.domain.prices.list_run import ListRow

if TYPE_CHECKING:
    from tests.unit.adapters.feeds.conftest import Lists

GOOGLE = "http://base.google.com/ns/1.0"
PROFILE = """
extends = "{base}"

[chain]
code = "kettles"
name = "Kettles & Co"
country = "{country}"
currency = "{currency}"
timezone = "Europe/Prague"
hosts = "kettles.example"
"""
ITEM = {
    "id": "K-1",
    "title": "Kettle 1.7 l",
    "link": "https://www.kettles.example/k-1",
    "price": "25.00 EUR",
    "availability": "in_stock",
    "gtin": "4006381333931",
}
OFFER = {
    "ITEM_ID": "K-1",
    "PRODUCTNAME": "Konvice",
    "URL": "https://www.kettles.example/k-1",
    "PRICE_VAT": "599",
    "EAN": "4006381333931",
}


def rss(*items: str, head: str = "", root: str = f'rss version="2.0" xmlns:g="{GOOGLE}"') -> str:
    return f"<{root}><channel>{head}{''.join(items)}</channel></{root.split(maxsplit=1)[0]}>"


def item(**texts: str) -> str:
    """Texts that begin with "<" stand as they are; an empty one is no element."""
    elements = [
        f"<g:{name}>{text if text.startswith('<') else escape(text)}</g:{name}>"
        for name, text in (ITEM | texts).items()
        if text
    ]
    return f"<item>{''.join(elements)}</item>\n"


def shop_item(**texts: str) -> str:
    elements = [
        f"<{name}>{text if text.startswith('<') else escape(text)}</{name}>"
        for name, text in (OFFER | texts).items()
        if text
    ]
    return f"<SHOPITEM>{''.join(elements)}</SHOPITEM>\n"


@dataclass(frozen=True)
class ShopFeeds:
    """One shop's feeds, by its own profile."""

    lists: "Lists"
    rss = staticmethod(rss)
    item = staticmethod(item)
    shop_item = staticmethod(shop_item)

    def declare(self, base: str = "google", country: str = "DE", currency: str = "EUR", more: str = "") -> None:
        content = PROFILE.format(base=base, country=country, currency=currency)
        self.lists.declare(more + content, "kettles")

    def rows(self, content: str, name: str = "kettles.xml") -> list[ListRow]:
        return self.lists.read(content, name=name)

    def row(self, **texts: str) -> ListRow:
        (row,) = self.rows(rss(item(**texts)))
        return row

    def rows_of_two(self, **texts: str) -> list[ListRow]:
        """The item, and one that has every column: a feed must have those in some item at least."""
        return self.rows(rss(item(**texts), item(id="K-2")))

    def offer(self, **texts: str) -> ListRow:
        """Of a Heureka feed."""
        (row,) = self.rows(f"<SHOP>{shop_item(**texts)}</SHOP>")
        return row


@pytest.fixture
def shop(lists: "Lists") -> ShopFeeds:
    """A German shop whose feed is Google's."""
    feeds = ShopFeeds(lists)
    feeds.declare()
    return feeds


@pytest.fixture
def codes() -> Callable[[ListRow], list[str]]:
    """The codes of a row's problems."""
    return lambda row: [problem.code for problem in row.problems]
