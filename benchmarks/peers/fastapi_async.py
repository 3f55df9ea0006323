"""FastAPI with coroutines."""

from fastapi import FastAPI, Response
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from benchmarks.peers import core, orm
from benchmarks.peers.databases import with_driver
from benchmarks.peers.market import URL

app = FastAPI()
engine = create_async_engine(with_driver(URL, "aiosqlite", "asyncmy"), pool_size=16, max_overflow=32)


@app.get("/core/{gtin}")
async def by_core(gtin: str) -> Response:
    async with engine.connect() as connection:
        rows = (await connection.execute(core.OFFERS, core.parameters(gtin))).all()
    return Response(core.answer(gtin, rows), media_type="application/json")


@app.get("/orm/{gtin}")
async def by_orm(gtin: str) -> Response:
    async with AsyncSession(engine) as session:
        key = (await session.scalars(orm.product_key(gtin))).one()
        made = orm.answer(key, (await session.scalars(orm.observations(gtin))).all())
    return Response(made, media_type="application/json")
