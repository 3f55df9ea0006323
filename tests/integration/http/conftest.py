"""A market small enough to know by heart, in memory, behind the WSGI application."""

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
import structlog
from webtest import TestApp
from webtest.response import TestResponse

from coprra.application import Application
from coprra.bootstrap import build
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.chain import Branch, BranchId, Chain, Channel
from coprra.domain.prices.list_run import ListRow
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.observation import Availability, Claims, Shipping
from coprra.domain.prices.ports import Feed, Feeds, Profile
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.entrypoints.http.kept_answers import MemoryAnswers
from coprra.entrypoints.logging import configure
from coprra.testing.builders import TESTER, PriceList, a_branch, a_chain, a_row, day, gtin_of

BEANS = gtin_of(1)
TODAY = day(28.25)


class Clock:
    """A clock that a test sets."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


class Shelf(Feeds):
    """Price lists by name, out of thin air."""

    def __init__(self) -> None:
        self.lists: dict[str, Feed] = {}

    def profiles(self) -> tuple[Profile, ...]:
        return ()

    @contextmanager
    def open(self, source: str, *, profile: str | None = None) -> Iterator[Iterator[Feed]]:  # noqa: ARG002 - the port's signature
        yield iter([self.lists[source]])


class Market:
    """An application with a clock to turn and lists to add."""

    def __init__(self) -> None:
        self.clock = Clock(TODAY)
        self.shelf = Shelf()
        self.application: Application = build(clock=self.clock, feeds=self.shelf)

    def add(
        self, at: datetime, branch: Branch, *rows: ListRow, chain: Chain | None = None, complete: bool = True
    ) -> None:
        chain = chain or a_chain(branch.id.chain)
        name = f"{branch.id}@{at}"
        rows = tuple(replace(row, line=line) for line, row in enumerate(rows, 2))
        self.shelf.lists[name] = PriceList(rows, at, complete, branch, chain, name)
        self.application.import_feed(name, by=TESTER, force=True)

    @staticmethod
    def beans(chain: str, price: str | None, **changes: Any) -> ListRow:
        """Half a litre of beans."""
        row = a_row("17", price, gtins=[BEANS], title="Beans in brine", chain=chain, **changes)
        if row.article is None:
            return row
        article = replace(row.article, brand="Čvarak", category="Tins", pack="0,5 L", measure=Measure.of("0.5", "l"))
        return replace(row, article=article)


def fill(market: Market) -> None:
    """Beans in every state an offer can be in, and some more products to page through."""
    beans = market.beans
    claims = Claims(Money.of("1.79", "EUR"), Money.of("2.05", "EUR"), date(2025, 5, 2))
    others = [
        a_row("1", "0.99", gtins=[gtin_of(2)], title="Apple", chain="konzum"),
        a_row("2", "1.09", gtins=[gtin_of(3)], title="apple pie", chain="konzum"),
        a_row("3", "2.49", gtins=[gtin_of(4), gtin_of(5)], title="Čokolada", chain="konzum"),
        a_row("4", "3.00", title="Banane", chain="konzum"),
    ]
    market.add(day(7), a_branch(), beans("konzum", "2.20"), *others)
    market.add(day(27), a_branch(), beans("konzum", "1.99", special="1.69", claims=claims), *others)
    market.add(
        day(27.5), a_branch(code="0100", address="Ilica 1"), beans("konzum", "1.99", special="1.69", claims=claims)
    )
    market.add(day(27), a_branch("spar", "1"), beans("spar", "1.89"))
    market.add(day(26), a_branch("spar", "2"), beans("spar", "1.89"), a_row("9", "5.00", chain="spar"))
    market.add(day(27), a_branch("spar", "2"), a_row("9", "5.00", chain="spar"))
    market.add(day(10), a_branch("plodine", "1"), beans("plodine", "1.50"))
    market.add(day(27), a_branch("tommy", "1"), beans("tommy", "20.00"))
    market.add(day(27), a_branch("ntl", "1"), beans("ntl", "1.70", availability=Availability.OUT_OF_STOCK))
    market.add(day(27), a_branch("dm", "1"), beans("dm", None, special="1.00", period=(day(1), day(28))))
    online = Branch(BranchId("brzo", "web"), "Europe/Zagreb", Channel.ONLINE)
    shipping = (Shipping("HR", Money.of("3.00", "EUR"), Money.of("15.00", "EUR")),)
    market.add(day(27), online, beans("brzo", "1.50", shipping=shipping, fees=Money.of("0.30", "EUR")))
    market.add(
        day(27),
        a_branch("albert", "1"),
        beans("albert", "39.90", currency="CZK"),
        chain=Chain("albert", "Albert", "CZ", Currency("CZK")),
    )
    # The newest look at this one failed: what was known before still stands.
    market.add(
        day(26), a_branch("lidl", "1"), beans("lidl", "2.10"), *(a_row(str(sku), chain="lidl") for sku in range(9))
    )
    market.add(
        day(27), a_branch("lidl", "1"), beans("lidl", None), *(a_row(str(sku), chain="lidl") for sku in range(9))
    )


@pytest.fixture
def empty_market() -> Market:
    return Market()


@pytest.fixture
def market(empty_market: Market) -> Market:
    fill(empty_market)
    return empty_market


@pytest.fixture
def api(market: Market) -> TestApp:
    """The HTTP API over the market, its answers kept as in a service; `status="*"` takes whatever comes."""
    return TestApp(make_wsgi_app(market.application, MemoryAnswers(2**24)), lint=False)


@pytest.fixture
def restored_logging() -> Iterator[None]:
    """Leaves the process' logging as it was."""
    root, queue = logging.getLogger(), logging.getLogger("waitress.queue")
    handlers, level, queue_level = root.handlers[:], root.level, queue.level
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = handlers
    root.setLevel(level)
    queue.setLevel(queue_level)


@pytest.fixture
def log(restored_logging: None) -> io.StringIO:  # noqa: ARG001 - for what it does at the end
    """What the service logs, a JSON object a line."""
    lines = io.StringIO()
    configure(lines, as_json=True)
    return lines


@pytest.fixture
def problem_in() -> Callable[[TestResponse, int, str], dict[str, Any]]:
    """Checks that an answer is a well-formed problem of that status and code, and gives the document."""

    def check(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
        assert answer.status_int == status, answer.text
        assert answer.content_type == "application/problem+json"
        document: dict[str, Any] = answer.json
        assert document["status"] == status
        assert document["code"] == code
        assert set(document) - {"errors"} == {"type", "title", "status", "detail", "instance", "code", "request_id"}
        assert document["request_id"] == answer.headers["X-Request-ID"]
        assert document["type"] == "about:blank"
        assert document["title"]
        assert document["detail"]
        return document

    return check
