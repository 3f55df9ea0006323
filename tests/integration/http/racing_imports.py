"""Lets services that keep their answers race with imports of another process, and tells what they said: JSON on stdout.

A program of its own, because it forks. The import of list number k sets two articles of one product to the same price,
which tells k; before and after it the number is written where every process can read it. So each answer can be held
against what had been committed when it was asked for, and what had been begun when it came.
"""

import json
import mmap
import os
import struct
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any
from wsgiref.util import setup_testing_defaults

from coprra import Settings, build
from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.store import SqlStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.instants import format_instant, parse_instant
from coprra.domain.prices.refresh_best_prices import RefreshBestPrices
from coprra.entrypoints import logging
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.entrypoints.http.kept_answers import KeptAnswer, Key, MemoryAnswers
from coprra.testing.builders import DAY_ZERO, PriceList, a_row, day, gtin_of, import_list

SERVICES = 2
THREADS = 2
PRICES = 40
"""How many lists in a row are about one product; without a bound its history would grow with the race."""

_ASKED_AT = day(2)
_ENOUGH = 2**62
"""One wrong answer is enough."""


class Progress:
    """What every process may read of the race: numbers, all 0 at first."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 8 * (3 + SERVICES))

    def __getitem__(self, place: int) -> int:
        return int(struct.unpack_from("q", self._shared, 8 * place)[0])

    def __setitem__(self, place: int, number: int) -> None:
        struct.pack_into("q", self._shared, 8 * place, number)


BEGUN, COMMITTED, OVER = range(3)
"""The list whose import was begun last, the one that was committed last, and whether there are any more."""

WITNESSED = range(3, 3 + SERVICES)
"""How much each service has seen of what the race is about."""


class Anything:
    """Equal to every state."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class Answers(MemoryAnswers):
    """Counts what it gives."""

    given = 0

    def get(self, key: Key) -> KeptAnswer | None:
        """See `KeptAnswers.get`."""
        answer = super().get(key)
        self.given += answer is not None
        return answer


class LastingAnswers(Answers):
    """A mistake on purpose: its answers outlive the state that they were made from."""

    def put(self, key: Key, answer: KeptAnswer) -> None:
        """See `KeptAnswers.put`."""
        super().put(key, replace(answer, edition=replace(answer.edition, state=Anything())))


def a_list(number: int) -> PriceList:
    """Both articles of the product at a price that tells the number."""
    product, price = gtin_of(1 + number // PRICES), f"{Decimal(1 + number % PRICES) / 100}"
    rows = tuple(a_row(f"{number // PRICES}-{sku}", price, gtins=[product], line=sku) for sku in (2, 3))
    return PriceList(rows, at=DAY_ZERO + timedelta(seconds=number), complete=False)


def import_lists(url: str, progress: Progress, enough: int, seconds: float) -> dict[str, Any]:
    """One list after another for at least so long and until each service has witnessed enough.

    After every other one prices are kept, so that answers come out of what is kept as well as out of the ledger.
    """
    engine = make_engine(url)
    store, ends, number = SqlStore(engine), monotonic() + seconds, 0
    keep_prices = RefreshBestPrices(StoppedClock(_ASKED_AT), store.unit_of_work)
    while monotonic() < ends or min(progress[place] for place in WITNESSED) < enough:
        number += 1
        progress[BEGUN] = number
        import_list(store, a_list(number))
        progress[COMMITTED] = number
        if number % 2:
            keep_prices()
    progress[OVER] = 1
    engine.dispose()
    return {"imports": number}


def serve(url: str, progress: Progress, answers: Answers, place: int) -> dict[str, Any]:
    """Ask a service from several threads as long as lists are imported."""
    with build(Settings(database_url=url), clock=StoppedClock(_ASKED_AT)) as application:
        service = make_wsgi_app(application, answers)
        told: Counter[str] = Counter()
        readers = [Reader(service, progress, told) for _ in range(THREADS)]
        threads = [Thread(target=reader.read) for reader in readers]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            threads[0].join(0.01)
            wrong = any(reader.wrong for reader in readers)
            progress[place] = _ENOUGH if wrong else min(told["changes"], told["304"], answers.given)
    return {**told, "given": answers.given, "wrong": [wrong for reader in readers for wrong in reader.wrong][:5]}


class Reader:
    """Asks, and holds each answer against what was committed before and begun after."""

    def __init__(self, service: Any, progress: Progress, told: Counter[str]) -> None:
        self._service = service
        self._progress = progress
        self._known: dict[str, tuple[str, int]] = {}
        self._told = told
        self.wrong: list[str] = []

    def read(self) -> None:
        """Until the imports are over, and once more."""
        over = 0
        while not over:
            over = self._progress[OVER]
            self._examine("/api/v1/chains", self._of_chains)
            committed = self._progress[COMMITTED]
            product = committed // PRICES
            gtin = gtin_of(1 + product).short
            self._examine(f"/api/v1/products/{gtin}/offers", self._of_offers, product)
            if committed:
                self._examine(f"/api/v1/products?gtin={gtin}", self._of_best_price, product)

    def _examine(self, address: str, number_of: Callable[[Any], set[int]], product: int | None = None) -> None:
        committed = self._progress[COMMITTED]
        tag, before = self._known.get(address, ("", 0))
        status, headers, body = ask(self._service, address, tag)
        begun = self._progress[BEGUN]
        if product is not None:
            begun = min(begun, product * PRICES + PRICES - 1)
        self._told[status] += 1
        if status not in {"200", "304"}:
            # Not even the first list had been committed.
            if committed:
                self.wrong.append(f"{address}: {status} after {committed}")
            return
        numbers = {before} if status == "304" else number_of(json.loads(body))
        if product is not None and status == "200":
            numbers = {product * PRICES + number for number in numbers}
        least = max(before, min(committed, begun))
        if not numbers or len(numbers) > 1 or not least <= max(numbers) <= begun:
            self.wrong.append(f"{address}: {status} said {sorted(numbers)}, which is not one of {least} to {begun}")
            return
        self._told["changes"] += max(numbers) != before
        self._known[address] = (headers["ETag"], max(numbers))

    @staticmethod
    def _of_chains(answer: Any) -> set[int]:
        last = [branch["last_list_at"] for chain in answer["chains"] for branch in chain["branches"]]
        return {(parse_instant(at) - DAY_ZERO) // timedelta(seconds=1) for at in last} or {0}

    @staticmethod
    def _of_offers(answer: Any) -> set[int]:
        assert answer["as_of"] == format_instant(_ASKED_AT)
        return {int(Decimal(offer["item_price"]["amount"]) * 100) - 1 for offer in answer["offers"]}

    @staticmethod
    def _of_best_price(answer: Any) -> set[int]:
        prices = [product["best_price"]["price"] for product in answer["products"]]
        return {int(Decimal(price["amount"]) * 100) - 1 for price in prices}


def ask(service: Any, address: str, tag: str) -> tuple[str, dict[str, str], bytes]:
    """Status, headers and body."""
    path, _, query = address.partition("?")
    environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_IF_NONE_MATCH": tag}
    setup_testing_defaults(environ)
    started: list[Any] = []
    body = b"".join(service(environ, lambda status, headers: started.extend((status[:3], dict(headers)))))
    return started[0], started[1], body


def in_a_process(work: Callable[[], dict[str, Any]], told: Path) -> int:
    """Start it; what it returns, it writes there."""
    child = os.fork()
    if child == 0:
        ended = 1
        try:
            told.write_text(json.dumps(work()), encoding="utf-8")
            ended = 0
        finally:
            os._exit(ended)
    return child


def main(url: str, folder: Path, enough: int, seconds: float, answers: type[Answers]) -> dict[str, Any]:
    """A race; the database is set up, and empty."""
    logging.configure(sys.stderr, level="ERROR")
    progress = Progress()
    works: dict[str, Callable[[], dict[str, Any]]] = {
        f"service {place}": partial(serve, url, progress, answers(2**22), place) for place in WITNESSED
    }
    works["imports"] = partial(import_lists, url, progress, enough, seconds)
    children = [in_a_process(work, folder / f"{name}.json") for name, work in works.items()]
    ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    told = {name: json.loads((folder / f"{name}.json").read_text("utf-8")) for name in works if not any(ended)}
    return {"ended": ended, "told": told}


if __name__ == "__main__":
    database, where, enough_, seconds_, keeping = sys.argv[1:]
    kinds = {"as deployed": Answers, "too long": LastingAnswers}
    print(json.dumps(main(database, Path(where), int(enough_), float(seconds_), kinds[keeping])))
