"""FastAPI with functions in its pool of threads."""

from typing import Any

from fastapi import FastAPI, Response
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from benchmarks.peers import lists_core, lists_orm, offers_core, offers_orm
from benchmarks.peers.databases import with_driver
from benchmarks.peers.lists import body

app = FastAPI()
engine = create_engine(with_driver("pysqlite", "pymysql"), pool_size=16, max_overflow=32)


@app.get("/core/offers/{gtin}")
def offers_by_core(gtin: str) -> Response:
    with engine.connect() as connection:
        rows = connection.execute(offers_core.OFFERS, offers_core.parameters(gtin)).all()
    return Response(offers_core.answer(gtin, rows), media_type="application/json")


@app.get("/orm/offers/{gtin}")
def offers_by_orm(gtin: str) -> Response:
    with Session(engine) as session:
        key = session.scalars(offers_orm.product_key(gtin)).one()
        made = offers_orm.answer(key, session.scalars(offers_orm.observations(gtin)).all())
    return Response(made, media_type="application/json")


@app.get("/core/list")
def list_by_core(name: str = "", id: str = "") -> Response:
    return _page_by_core(lists_core.listed(name, id))


@app.get("/core/search")
def search_by_core(q: str) -> Response:
    return _page_by_core(lists_core.searched(q))


@app.get("/orm/list")
def list_by_orm(name: str = "", id: str = "") -> Response:
    return _page_by_orm(lists_orm.listed(name, id))


@app.get("/orm/search")
def search_by_orm(q: str) -> Response:
    return _page_by_orm(lists_orm.searched(q))


def _page_by_core(asked: Any) -> Response:
    with engine.connect() as connection:
        return Response(body(connection.execute(*asked).all()), media_type="application/json")


def _page_by_orm(page: Any) -> Response:
    with Session(engine) as session:
        products = session.scalars(page).all()
        made = body(lists_orm.priced(products, session.execute(lists_orm.offers(products))))
    return Response(made, media_type="application/json")
