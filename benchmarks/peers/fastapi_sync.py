"""FastAPI with functions in its pool of threads."""

from fastapi import FastAPI, Response
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from benchmarks.peers import core, orm
from benchmarks.peers.databases import with_driver
from benchmarks.peers.market import URL

app = FastAPI()
engine = create_engine(with_driver(URL, "pysqlite", "pymysql"), pool_size=16, max_overflow=32)


@app.get("/core/{gtin}")
def by_core(gtin: str) -> Response:
    with engine.connect() as connection:
        rows = connection.execute(core.OFFERS, core.parameters(gtin)).all()
    return Response(core.answer(gtin, rows), media_type="application/json")


@app.get("/orm/{gtin}")
def by_orm(gtin: str) -> Response:
    with Session(engine) as session:
        key = session.scalars(orm.product_key(gtin)).one()
        made = orm.answer(key, session.scalars(orm.observations(gtin)).all())
    return Response(made, media_type="application/json")
