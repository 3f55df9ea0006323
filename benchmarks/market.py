"""A market to ask questions about: five chains that sell the same products, with a year of daily lists behind them."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from coprra import Settings, build
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.article import Article
from coprra.domain.prices.chain import Branch, BranchId, Chain, Channel
from coprra.domain.prices.list_run import ListRow, Standing
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.observation import Claims, Special, Terms
from coprra.domain.prices.ports import Feed, Feeds, Profile
from coprra.domain.prices.unit_price import unit_price
from coprra.testing.builders import PriceList, gtin_of

CHAINS = ("brzo", "dnevno", "jeftino", "povoljno", "svagdje")
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
"""When questions are asked: on the day of the last lists."""

_CHANGED = 12 / 365
_SPECIAL = 0.13
_PACK = Measure.of("0.5", "kg")
_BY = Actor.operator("benchmark")


def gtins(products: int) -> list[str]:
    """The GTIN of each product."""
    return [gtin_of(number).value for number in range(products)]


def write_market(url: str, products: int) -> None:
    """In a new database each of so many products has five offers, which are kept; a price changes 12 times in the year.

    A year of daily lists lies behind them; for a few products, for trying things out, fewer days.
    """
    with build(Settings(database_url=url), feeds=_Lists(products), clock=StoppedClock(NOON)) as application:
        application.schema.upgrade()
        for chain in CHAINS:
            application.import_feed(chain, by=_BY)
        application.refresh_best_prices()


@dataclass(frozen=True)
class _Day(PriceList):
    """What one chain's list of one day says, as far as it differs from the day before. digest: of all days so far."""

    digest: str = ""

    @property
    def alone(self) -> bool:
        """See `Feed.alone`."""
        return False

    @property
    def sha256(self) -> str:
        """See `Feed.sha256`."""
        return self.digest


class _Lists(Feeds):
    """A history for each chain, out of thin air."""

    def __init__(self, products: int) -> None:
        self._products = products

    def profiles(self) -> tuple[Profile, ...]:
        """See `Feeds.profiles`."""
        return ()

    @contextmanager
    def open(self, source: str, *, profile: str | None = None) -> Iterator[Iterator[Feed]]:  # noqa: ARG002 - the port's
        """See `Feeds.open`."""
        yield _days(source, self._products)


def _days(code: str, products: int) -> Iterator[_Day]:
    random = Random(code)
    chain = Chain(code, code.title(), "HR", Currency("EUR"))
    branch = Branch(BranchId(code, "0001"), "Europe/Zagreb", Channel.IN_STORE, "Ilica 1, 10000 Zagreb")
    digest = hashlib.sha256(code.encode())
    days = min(365, products // 5 + 5)
    for day in range(days):
        changed = range(products) if not day else [number for number in range(products) if random.random() < _CHANGED]
        rows = tuple(_row(code, number, line, random) for line, number in enumerate(changed, 2))
        digest.update(repr(rows).encode())
        standing = Standing(products - len(rows), 0) if day else None
        at = NOON.replace(hour=6) - timedelta(days=days - 1 - day)
        yield _Day(rows, at, True, branch, chain, f"{code}.csv", standing, digest.hexdigest())


def _row(chain: str, number: int, line: int, random: Random) -> ListRow:
    cents = 100 + number * 37 % 900 + random.randrange(40)
    price = Money(cents, Currency("EUR"))
    special = Special(replace(price, minor=cents * 4 // 5)) if random.random() < _SPECIAL else None
    article = Article(
        chain,
        f"{number:06}",
        f"Product {number} of brand {number % 500} 500 g",
        f"Brand {number % 500}",
        "food",
        "0.5 kg",
        _PACK,
        (gtin_of(number),),
    )
    claims = Claims(price, unit_price=unit_price(price, _PACK))
    return ListRow(line, article.sku, article, Terms(price, special), claims=claims)
