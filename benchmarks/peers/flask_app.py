"""Flask with SQLAlchemy's ORM."""

from typing import Any

from flask import Flask, Response, request
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from benchmarks.peers import lists_orm, offers_orm
from benchmarks.peers.databases import with_driver
from benchmarks.peers.lists import body

app = Flask(__name__)
engine = create_engine(with_driver("pysqlite", "pymysql"), pool_size=16, max_overflow=32)


@app.get("/orm/offers/<gtin>")
def offers(gtin: str) -> Response:
    with Session(engine) as session:
        key = session.scalars(offers_orm.product_key(gtin)).one()
        made = offers_orm.answer(key, session.scalars(offers_orm.observations(gtin)).all())
    return Response(made, mimetype="application/json")


@app.get("/orm/list")
def listed() -> Response:
    return _page(lists_orm.listed(request.args.get("name", ""), request.args.get("id", "")))


@app.get("/orm/search")
def searched() -> Response:
    return _page(lists_orm.searched(request.args["q"]))


def _page(chosen: Any) -> Response:
    with Session(engine) as session:
        products = session.scalars(chosen).all()
        made = body(lists_orm.priced(products, session.execute(lists_orm.offers(products))))
    return Response(made, mimetype="application/json")
