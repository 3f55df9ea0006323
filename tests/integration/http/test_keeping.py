"""A service that keeps its answers says byte for byte what one says that makes each of them anew."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from wsgiref.util import setup_testing_defaults

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema
from pyramid.exceptions import ConfigurationError
from sqlalchemy import Engine, event
from webtest import TestApp

from coprra import Settings, build
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.exchange.ports import RateFile, RateFiles
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.prices.correct_price import Amendment
from coprra.domain.prices.decision import Decision
from coprra.domain.prices.judge_price import Judgement
from coprra.domain.prices.listing import ListingId
from coprra.domain.products.move import MoveKind
from coprra.domain.products.product import ProductKey
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.entrypoints.http.endpoints import CATEGORY, Endpoint
from coprra.entrypoints.http.keeping import LONGEST_KEY, Lasting
from coprra.entrypoints.http.kept_answers import KeptAnswer, KeptAnswers, Key, MemoryAnswers
from coprra.entrypoints.http.parameters import Nothing, Query
from coprra.entrypoints.http.security import PUBLIC
from coprra.entrypoints.http.v1 import views
from coprra.entrypoints.http.v1.schemas import ShowProduct
from coprra.testing.builders import TESTER, OneFile, PriceList, a_row, day, gtin_of
from coprra.testing.rates import QuotedRates, quoted
from coprra.testing.strategies import Acting, acts_on_products, judgements, price_lists, sightings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.http.conftest import Market

    from coprra.application import Application

MILK = gtin_of(1)
PRODUCT = f"/api/v1/products/{MILK.short}"
MICROSECOND = timedelta(microseconds=1)

QUESTIONS = (
    "/api/v1/products",
    "/api/v1/products?q=milk&limit=1",
    "/api/v1/products?limit=1&q=milk",
    "/api/v1/products?on_special=true&facets=true",
    "/api/v1/products?sort=price_desc&q=milk&currency=EUR",
    "/api/v1/products?sort=price&chain=konzum&max_price=2&currency=EUR",
    "/api/v1/products/suggest?q=mi",
    "/api/v1/categories",
    "/api/v1/brands",
    "/api/v1/chains",
    "/api/v1/suspects",
    PRODUCT,
    f"{PRODUCT}?as_of=2025-12-10",
    f"{PRODUCT}/offers",
    f"{PRODUCT}/offers?currency=USD",
    f"{PRODUCT}/offers?as_of=2025-12-10&quantity=2",
    f"{PRODUCT}/offers?quantity=2&as_of=2025-12-10",
    f"{PRODUCT}/offers?branches=konzum/a&unfold=1&country=HR",
    f"/api/v1/products/{gtin_of(9).short}/offers",
    f"{PRODUCT}/discounts",
    f"{PRODUCT}/history",
    f"{PRODUCT}/history?days=3",
    f"{PRODUCT}/history?days=3&as_of=2025-12-12T00:00:00Z",
)

Said = tuple[str, dict[str, str], bytes]


def ask(app: Any, address: str, **headers: str) -> Said:
    path, _, query = address.partition("?")
    environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_X_REQUEST_ID": "the-same", **headers}
    setup_testing_defaults(environ)
    started: list[Any] = []
    body = b"".join(app(environ, lambda status, headers: started.extend((status, dict(headers)))))
    return started[0], started[1], body


class Shelf(OneFile):
    """The list that was put there last, whatever it is called."""

    def __init__(self) -> None:
        self._lists = ()


class Desk(RateFiles):
    """The rates that were put there last, whatever the file is called."""

    def __init__(self) -> None:
        self.file = QuotedRates()

    @contextmanager
    def open(self, source: str) -> Iterator[RateFile]:  # noqa: ARG002 - the port's signature
        yield self.file


class World:
    """One store, asked by a service that keeps its answers and by one that does not, and what happens to it."""

    def __init__(self) -> None:
        self.instant = day(20)
        self.shelf, self.desk = Shelf(), Desk()
        self.application = build(clock=self, feeds=self.shelf, rate_files=self.desk)
        self.answers = MemoryAnswers(2**24)
        self.keeping = make_wsgi_app(self.application, self.answers)
        self.making = make_wsgi_app(self.application)

    def now(self) -> datetime:
        return self.instant

    def compare(self) -> None:
        for address in QUESTIONS:
            made = ask(self.making, address)
            assert ask(self.keeping, address) == made, address
            assert ask(self.keeping, address) == made, address
            tag = made[1].get("ETag", "none")
            known = [ask(app, address, HTTP_IF_NONE_MATCH=tag) for app in (self.keeping, self.making)]
            assert known[0] == known[1], address

    def happen(self, deed: str, *what: Any) -> None:
        """Many deeds make no sense in the state that the world is in; then nothing happens."""
        with suppress(CoprraError):
            getattr(self, deed)(*what)

    def turn(self, instant: datetime) -> None:
        self.instant = instant

    def wait(self, by: timedelta) -> None:
        """Until the offers change by themselves, or just before."""
        until = self.application.compare_offers(MILK).ranking.valid_until
        self.instant = until + by if until else self.instant

    def deliver(self, prices: PriceList) -> None:
        self.shelf._lists = (prices,)
        self.application.import_feed(prices.source, by=TESTER, force=True)

    def quote(self, number: int, rate: str) -> None:
        self.desk.file = QuotedRates((quoted(f"2025-12-{number:02}", USD=rate),))
        self.application.import_rates("rates.csv", by=TESTER)

    def judge(self, judged: tuple[ListingId, Decision]) -> None:
        listing, decision = judged
        judgement = Judgement(decision.kind.value)
        self.application.judge_price(listing, judgement, at=decision.at, by=TESTER, note=decision.note)

    def see(self, seen: tuple[ListingId, datetime, str]) -> None:
        listing, at, price = seen
        self.application.record_price(listing, price=Decimal(price), at=at, by=TESTER)

    def correct(self, seen: tuple[ListingId, datetime, str]) -> None:
        listing, at, price = seen
        amendment = Amendment(price=Decimal(price))
        self.application.correct_price(listing, amendment, since=at - timedelta(hours=6), through=at, by=TESTER)

    def act(self, acting: Acting) -> None:
        into, *others = (gtin_of(number) for number in acting.numbers)
        if acting.kind is MoveKind.MERGED:
            self.application.merge_products(into, others[0], by=TESTER)
        else:
            goal = others[1] if len(others) > 1 else None
            self.application.split_product(into, [ProductKey.of_gtin(others[0])], into=goal, by=TESTER)

    def undo(self) -> None:
        for logged in self.application.list_moves(limit=1).moves:
            self.application.undo_move(logged.move.id, by=TESTER)


deeds = st.one_of(
    st.tuples(st.just("deliver"), price_lists()),
    st.tuples(st.just("deliver"), price_lists()),
    st.tuples(st.just("quote"), st.integers(1, 25), st.sampled_from(("1.1", "1.2"))),
    st.tuples(st.just("judge"), judgements()),
    st.tuples(st.just("see"), sightings()),
    st.tuples(st.just("correct"), sightings()),
    st.tuples(st.just("act"), acts_on_products()),
    st.tuples(st.just("undo")),
    st.tuples(st.just("turn"), st.integers(0, 30 * 24).map(lambda hours: day(hours / 24))),
    st.tuples(st.just("wait"), st.sampled_from((-MICROSECOND, timedelta(), MICROSECOND))),
)


@settings(max_examples=25)
@given(first=st.lists(price_lists(), min_size=2, max_size=4), then=st.lists(deeds, min_size=1, max_size=8))
def test_whatever_happens_and_whatever_the_clock_does_both_say_the_same(
    first: list[PriceList], then: list[tuple[Any, ...]]
) -> None:
    world = World()
    world.deliver(PriceList((a_row(gtins=[MILK], special="1.50", period=(day(5), day(12))),), at=day(1)))
    world.quote(1, "1.15")
    for prices in first:
        world.happen("deliver", prices)
    for deed in then:
        world.compare()
        world.happen(*deed)
    world.compare()


def test_whatever_may_be_kept_is_asked_here() -> None:
    registry: Any = make_wsgi_app(build()).registry
    found = [one["introspectable"]["endpoint"] for one in registry.introspector.get_category(CATEGORY)]
    asked = {re.sub(r"/products/\d+", "/products/{reference}", address.partition("?")[0]) for address in QUESTIONS}
    assert {endpoint.path for endpoint in found if endpoint.lasting} <= asked


def test_the_law_would_notice_answers_that_are_given_too_long() -> None:
    class Forgetful(MemoryAnswers):
        def put(self, key: Key, answer: KeptAnswer) -> None:
            super().put(key, replace(answer, until=None))

    world = World()
    world.keeping = make_wsgi_app(world.application, Forgetful(2**24))
    world.deliver(PriceList((a_row(gtins=[MILK], special="1.50", period=(day(5), day(22))),), at=day(19)))
    world.compare()
    world.wait(timedelta())
    with pytest.raises(AssertionError, match="/products"):
        world.compare()


def test_a_title_that_looks_like_the_instant_stays_as_it_is() -> None:
    world = World()
    title = '"as_of":"2025-12-21T00:00:00Z"'
    world.deliver(PriceList((a_row(gtins=[MILK], title=title),), at=day(19)))
    world.compare()
    world.turn(day(21))
    world.compare()
    assert json.loads(ask(world.keeping, f"{PRODUCT}/offers")[2])["product"]["name"] == title


@pytest.fixture(params=["sqlite", "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "mariadb":
        return str(request.getfixturevalue("new_mariadb")())
    return f"sqlite:///{tmp_path / 'coprra.sqlite'}"


def milk_at(price: str, at: float) -> PriceList:
    return PriceList((a_row(price=price, gtins=[MILK]),), at=day(at))


@pytest.fixture
def processes(url: str) -> Iterator[tuple[Application, Shelf, Any]]:
    """One application that imports, and a service of another one that keeps its answers, on one database."""
    shelf = Shelf()
    with (
        build(Settings(database_url=url), feeds=shelf) as importing,
        build(Settings(database_url=url), clock=StoppedClock(day(5))) as asked,
    ):
        importing.schema.upgrade()
        yield importing, shelf, make_wsgi_app(asked, MemoryAnswers(2**20))


def test_what_one_application_commits_the_next_request_to_another_sees(
    processes: tuple[Application, Shelf, Any],
) -> None:
    importing, shelf, service = processes
    for number in range(4):
        shelf._lists = (milk_at(f"{number + 1}.00", number),)
        importing.import_feed("list.csv", by=TESTER)
        for _ in range(2):
            body = json.loads(ask(service, f"{PRODUCT}/offers")[2])
            assert body["offers"][0]["item_price"]["amount"] == f"{number + 1}.00"


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Every statement that goes through an engine."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("known", [False, True], ids=["200", "304"])
def test_an_answer_is_given_again_without_a_look_into_the_tables(
    processes: tuple[Application, Shelf, Any], statements: list[str], *, known: bool
) -> None:
    importing, shelf, service = processes
    shelf._lists = (milk_at("1.00", 0),)
    importing.import_feed("list.csv", by=TESTER)
    first = ask(service, f"{PRODUCT}/offers?quantity=2&unfold=1")
    assert statements
    statements.clear()
    headers = {"HTTP_IF_NONE_MATCH": first[1]["ETag"]} if known else {}
    again = ask(service, f"{PRODUCT}/offers?unfold=1&quantity=2", **headers)
    assert statements == []
    assert again[0][:3] == ("304" if known else "200")
    assert again[2] == (b"" if known else first[2])


class Seen(KeptAnswers):
    """Keeps nothing, and tells what it was given."""

    def __init__(self) -> None:
        self.asked: list[Key] = []
        self.given: list[tuple[Key, KeptAnswer]] = []

    def get(self, key: Key) -> KeptAnswer | None:
        self.asked.append(key)
        return None

    def put(self, key: Key, answer: KeptAnswer) -> None:
        self.given.append((key, answer))


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def watched(market: Market, seen: Seen) -> TestApp:
    """The API over the market, with what is kept of it in sight."""
    return TestApp(make_wsgi_app(market.application, seen), lint=False)


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/health/live",
        "/nowhere",
        "/api/v1/products/1",
        "/api/v1/products?limit=0",
        "/api/v1/products?x=1",
        f"/api/v1/products/{gtin_of(77).short}/offers",
        f"{PRODUCT}/history",
        "/api/v1/suspects",
        f"{PRODUCT}/offers?" + "&" * LONGEST_KEY,
    ],
)
def test_problems_signs_of_life_and_what_changes_by_the_minute_are_not_kept(
    watched: TestApp, seen: Seen, address: str
) -> None:
    watched.get(address, status="*")
    assert seen.given == []


def test_what_is_asked_with_another_method_is_neither_looked_up_nor_kept(watched: TestApp, seen: Seen) -> None:
    for method in ("POST", "OPTIONS", "DELETE", "BREW"):
        watched.request("/api/v1/chains", method=method, status="*")
    assert (seen.asked, seen.given) == ([], [])


def test_the_order_of_parameters_makes_no_other_question_but_path_query_and_accept_do(
    watched: TestApp, seen: Seen
) -> None:
    for query in ("limit=1&q=milk", "q=milk&limit=1", "q=milk&limit=2"):
        watched.get(f"/api/v1/products?{query}")
    watched.get("/api/v1/products?limit=1&q=milk", headers={"Accept": "application/json"})
    first, second, third, fourth = seen.asked
    assert first == second
    assert len({first, third, fourth}) == 3


def test_a_parameter_that_is_given_twice_is_refused_though_it_was_answered_once(api: TestApp) -> None:
    api.get("/api/v1/products?limit=1")
    api.get("/api/v1/products?limit=1&limit=1", status=422)
    api.get("/api/v1/products?limit=1&&", status=200)


def test_a_head_request_is_answered_out_of_what_a_get_has_left(api: TestApp) -> None:
    for address in (f"{PRODUCT}/offers", "/api/v1/chains"):
        get, head = api.get(address), api.head(address)
        assert (head.body, head.headers["Content-Length"]) == (b"", get.headers["Content-Length"])
        assert head.headers["ETag"] == get.headers["ETag"]


def test_a_store_that_can_not_be_read_is_told_though_the_answer_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "coprra.sqlite"
    with build(Settings(database_url=f"sqlite:///{path}")) as application:
        application.schema.upgrade()
        api = TestApp(make_wsgi_app(application, MemoryAnswers(2**20)))
        api.get("/api/v1/chains")
        application.close()
        path.write_bytes(b"no database")
        assert api.get("/api/v1/chains", status=503).json["code"] == "unavailable"


def test_the_log_names_the_route_of_an_answer_that_is_given_again(market: Market, log: io.StringIO) -> None:
    api = TestApp(make_wsgi_app(market.application, MemoryAnswers(2**20)))
    for _ in range(2):
        api.get("/api/v1/chains")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["route"] for line in lines if line["event"] == "request"] == ["/api/v1/chains"] * 2


@pytest.mark.parametrize(
    ("permission", "revalidated", "takes"),
    [("owner", True, ShowProduct), (PUBLIC, False, ShowProduct), (PUBLIC, True, Nothing)],
)
def test_what_is_not_for_everybody_or_not_as_of_an_instant_can_not_be_kept(
    permission: str, takes: type[Query], *, revalidated: bool
) -> None:
    with pytest.raises(ConfigurationError, match="/secret"):
        Endpoint(
            "GET",
            "/secret",
            views.show_product,
            permission,
            takes(),
            Schema(),
            Lasting.ALWAYS,
            revalidated,
            indented=False,
            linked_data=None,
        )
