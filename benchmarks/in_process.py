"""Services without a server: WSGI applications that are called in the process that asks."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

from pyramid.config import Configurator
from pyramid.response import Response

from benchmarks.engines import Engine
from coprra import Settings, build
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.actor import Actor
from coprra.entrypoints import logging
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.entrypoints.http.kept_answers import MemoryAnswers
from coprra.entrypoints.http.security import PUBLIC
from coprra.testing.builders import OneFile, PriceList, a_branch, a_chain, a_row, day, gtin_of

_PRODUCT = gtin_of(1)
_ADDRESS = f"/api/v1/products/{_PRODUCT.short}/offers"
_CHAINS = ("brzo", "dnevno", "jeftino", "povoljno", "svagdje")
_BY = Actor.operator("benchmark")
_SURROUNDINGS = ("security", "errors", "tweens")


@contextmanager
def service(engine: Engine) -> Iterator[Any]:
    """One that keeps its answers, over a database in which a product has five offers; its log goes nowhere."""
    with engine.new_database() as database, Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        for number, chain in enumerate(_CHAINS, 1):
            row = a_row("1", f"{number}.99", gtins=[_PRODUCT], title="Product 500 g", chain=chain)
            prices = PriceList((row,), branch=a_branch(chain), chain=a_chain(chain))
            with build(Settings(database_url=database.url), feeds=OneFile(prices)) as application:
                application.import_feed("list.csv", by=_BY)
        logging.configure(nowhere, as_json=True)
        with build(Settings(database_url=database.url), clock=StoppedClock(day(1))) as application:
            yield make_wsgi_app(application, MemoryAnswers(2**20))


def constant(body: bytes) -> Any:
    """One with a single view, which always says the same, behind the same tweens."""

    def view(_request: Any) -> Response:
        return Response(body, content_type="application/json", cache_control="no-cache", etag="constant")

    config = Configurator()
    for surrounding in _SURROUNDINGS:
        config.include(f"coprra.entrypoints.http.{surrounding}")
    config.add_route("constant", "/api/v1/products/{reference}/offers")
    config.add_view(view, route_name="constant", request_method="GET", permission=PUBLIC)
    return config.make_wsgi_app()


def ask(service: Any, tag: str | None = None) -> tuple[str, dict[str, str], bytes]:
    """Status, headers and body. tag: of an answer that is known."""
    environ: dict[str, Any] = {"PATH_INFO": _ADDRESS, **({"HTTP_IF_NONE_MATCH": tag} if tag else {})}
    setup_testing_defaults(environ)
    started: list[Any] = []
    body = b"".join(service(environ, lambda status, headers: started.extend((status, dict(headers)))))
    return started[0], started[1], body
