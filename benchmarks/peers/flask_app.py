"""Flask with SQLAlchemy's ORM."""

from flask import Flask, Response
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from benchmarks.peers import orm
from benchmarks.peers.databases import with_driver
from benchmarks.peers.market import URL

app = Flask(__name__)
engine = create_engine(with_driver(URL, "pysqlite", "pymysql"), pool_size=16, max_overflow=32)


@app.get("/orm/<gtin>")
def by_orm(gtin: str) -> Response:
    with Session(engine) as session:
        key = session.scalars(orm.product_key(gtin)).one()
        made = orm.answer(key, session.scalars(orm.observations(gtin)).all())
    return Response(made, mimetype="application/json")
