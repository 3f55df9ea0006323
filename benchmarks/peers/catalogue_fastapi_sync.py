"""FastAPI with functions in its pool of threads."""

from typing import Any

from fastapi import FastAPI, Response
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from benchmarks.peers import catalogue_core as core
from benchmarks.peers import catalogue_orm as orm
from benchmarks.peers.catalogue import body, url

app = FastAPI()
engine = create_engine(url("pysqlite", "pymysql"), pool_size=16, max_overflow=32)


@app.get("/core/list")
def list_by_core(name: str = "", id: str = "") -> Response:
    return _by_core(core.listed(name, id))


@app.get("/core/search")
def search_by_core(q: str) -> Response:
    return _by_core(core.searched(q))


@app.get("/orm/list")
def list_by_orm(name: str = "", id: str = "") -> Response:
    return _by_orm(orm.listed(name, id))


@app.get("/orm/search")
def search_by_orm(q: str) -> Response:
    return _by_orm(orm.searched(q))


def _by_core(asked: Any) -> Response:
    with engine.connect() as connection:
        return Response(body(connection.execute(*asked).all()), media_type="application/json")


def _by_orm(page: Any) -> Response:
    with Session(engine) as session:
        products = session.scalars(page).all()
        made = body(orm.priced(products, session.execute(orm.offers(products))))
    return Response(made, media_type="application/json")
