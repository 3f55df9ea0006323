"""FastAPI with coroutines."""

from typing import Any

from fastapi import FastAPI, Response
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from benchmarks.peers import lists_core, lists_orm, offers_core, offers_orm
from benchmarks.peers.databases import with_driver
from benchmarks.peers.lists import body

app = FastAPI()
engine = create_async_engine(with_driver("aiosqlite", "asyncmy"), pool_size=16, max_overflow=32)


@app.get("/core/offers/{gtin}")
async def offers_by_core(gtin: str) -> Response:
    async with engine.connect() as connection:
        rows = (await connection.execute(offers_core.OFFERS, offers_core.parameters(gtin))).all()
    return Response(offers_core.answer(gtin, rows), media_type="application/json")


@app.get("/orm/offers/{gtin}")
async def offers_by_orm(gtin: str) -> Response:
    async with AsyncSession(engine) as session:
        key = (await session.scalars(offers_orm.product_key(gtin))).one()
        made = offers_orm.answer(key, (await session.scalars(offers_orm.observations(gtin))).all())
    return Response(made, media_type="application/json")


@app.get("/core/list")
async def list_by_core(name: str = "", id: str = "") -> Response:
    return await _page_by_core(lists_core.listed(name, id))


@app.get("/core/search")
async def search_by_core(q: str) -> Response:
    return await _page_by_core(lists_core.searched(q))


@app.get("/orm/list")
async def list_by_orm(name: str = "", id: str = "") -> Response:
    return await _page_by_orm(lists_orm.listed(name, id))


@app.get("/orm/search")
async def search_by_orm(q: str) -> Response:
    return await _page_by_orm(lists_orm.searched(q))


async def _page_by_core(asked: Any) -> Response:
    async with engine.connect() as connection:
        rows = (await connection.execute(*asked)).all()
    return Response(body(rows), media_type="application/json")


async def _page_by_orm(page: Any) -> Response:
    async with AsyncSession(engine) as session:
        products = (await session.scalars(page)).all()
        made = body(lists_orm.priced(products, await session.execute(lists_orm.offers(products))))
    return Response(made, media_type="application/json")
