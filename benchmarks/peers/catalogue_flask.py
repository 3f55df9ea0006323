"""Flask with SQLAlchemy's ORM."""

from typing import Any

from flask import Flask, Response, request
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from benchmarks.peers import catalogue_orm as orm
from benchmarks.peers.catalogue import body, url

app = Flask(__name__)
engine = create_engine(url("pysqlite", "pymysql"), pool_size=16, max_overflow=32)


@app.get("/orm/list")
def list_by_orm() -> Response:
    return _by_orm(orm.listed(request.args.get("name", ""), request.args.get("id", "")))


@app.get("/orm/search")
def search_by_orm() -> Response:
    return _by_orm(orm.searched(request.args["q"]))


def _by_orm(page: Any) -> Response:
    with Session(engine) as session:
        products = session.scalars(page).all()
        made = body(orm.priced(products, session.execute(orm.offers(products))))
    return Response(made, mimetype="application/json")
