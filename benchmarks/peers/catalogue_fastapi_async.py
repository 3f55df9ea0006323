"""FastAPI with coroutines."""

from typing import Any

from fastapi import FastAPI, Response
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from benchmarks.peers import catalogue_core as core
from benchmarks.peers import catalogue_orm as orm
from benchmarks.peers.catalogue import body, url

app = FastAPI()
engine = create_async_engine(url("aiosqlite", "asyncmy"), pool_size=16, max_overflow=32)


@app.get("/core/list")
async def list_by_core(name: str = "", id: str = "") -> Response:
    return await _by_core(core.listed(name, id))


@app.get("/core/search")
async def search_by_core(q: str) -> Response:
    return await _by_core(core.searched(q))


@app.get("/orm/list")
async def list_by_orm(name: str = "", id: str = "") -> Response:
    return await _by_orm(orm.listed(name, id))


@app.get("/orm/search")
async def search_by_orm(q: str) -> Response:
    return await _by_orm(orm.searched(q))


async def _by_core(asked: Any) -> Response:
    async with engine.connect() as connection:
        rows = (await connection.execute(*asked)).all()
    return Response(body(rows), media_type="application/json")


async def _by_orm(page: Any) -> Response:
    async with AsyncSession(engine) as session:
        products = (await session.scalars(page)).all()
        made = body(orm.priced(products, await session.execute(orm.offers(products))))
    return Response(made, media_type="application/json")
