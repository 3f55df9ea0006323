"""The benchmarks run, and compare what can be compared."""

import importlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select, table
from sqlalchemy.orm import Session

from benchmarks import catalogue
from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.benchmark import Stopwatch
from benchmarks.catalogue import Catalogue
from benchmarks.engines import Engine, MariaDb, Sqlite
from benchmarks.homes import SqliteHome
from benchmarks.imports import fill, import_lists
from benchmarks.limit import TARGETS
from benchmarks.market import CHAINS, NOON, gtins, write_market
from benchmarks.price_lists import FIRST_DAY, write_two_days
from coprra import Settings, build
from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.tables import best_prices
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.instants import to_micros
from coprra.domain.products.gtin import Gtin

ROWS = 1_500


@pytest.mark.parametrize("name", [benchmark.name for benchmark in BENCHMARKS])
def test_each_benchmark_runs_and_tells_every_ratio(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--only", name, "--scale", "0.0002", "--rounds", "1", "--json"])
    (told,) = json.loads(capsys.readouterr().out)["benchmarks"].values()
    (benchmark,) = (one for one in BENCHMARKS if one.name == name)
    assert told["ratios"].keys() == {one.text for one in benchmark.comparisons}
    assert all(ratio > 0 for ratio in told["ratios"].values())
    assert all(runs[0]["peak"] > 10 * 2**20 for runs in told["runs"].values())


def _counts(url: str) -> dict[str, int]:
    names = (*(target.table for target in TARGETS), "chains", "branches", "list_runs")
    engine = make_engine(url)
    with engine.connect() as connection:
        counts = {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}
    engine.dispose()
    return counts


@pytest.mark.parametrize("engine", [Sqlite(), MariaDb()], ids=["sqlite", "mariadb"])
def test_the_limit_fills_every_table_with_as_many_rows_as_an_import(engine: Engine, tmp_path: Path) -> None:
    write_two_days(tmp_path, ROWS)
    with engine.new_database() as database, build(Settings(database_url=database.url)) as application:
        application.import_feed(str(tmp_path / FIRST_DAY), by=Actor.operator("tester"))
        imported = _counts(database.url)
    with engine.new_database() as database:
        engine.fill(database.url, tmp_path / FIRST_DAY)
        filled = _counts(database.url)
    assert filled == imported
    assert ROWS - 20 < filled["observations"] < ROWS < filled["article_keys"] + 20


@pytest.mark.parametrize("work", [import_lists, fill])
def test_every_step_is_measured_over_all_rows(work, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    write_two_days(tmp_path, 50)
    watch = Stopwatch(50)
    work(Sqlite(), tmp_path, watch)
    assert {sample.rows for sample in watch.samples.values()} == {50}


def peer_modules(monkeypatch: pytest.MonkeyPatch, url: str, as_of: datetime, *names: str) -> Iterator[Any]:
    """Modules of the peers, which read once and for all what their process is told: all tests ask as of one instant."""
    monkeypatch.setenv("PEERS_URL", url)
    monkeypatch.setenv("PEERS_AS_OF", str(to_micros(as_of)))
    return (importlib.import_module(f"benchmarks.peers.{name}") for name in names)


def test_peers_give_the_same_answer_in_all_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'market.sqlite'}"
    write_market(url, 10)
    core, orm = peer_modules(monkeypatch, url, NOON, "offers_core", "offers_orm")
    engine = create_engine(url)
    gtin = gtins(10)[3]
    with engine.connect() as connection:
        by_core = core.answer(gtin, connection.execute(core.OFFERS, core.parameters(gtin)).all())
    with Session(engine) as session:
        by_orm = orm.answer(session.scalars(orm.product_key(gtin)).one(), session.scalars(orm.observations(gtin)).all())
    engine.dispose()
    assert by_core == by_orm
    with build(Settings(database_url=url, as_of=NOON)) as application:
        ranked = application.compare_offers(Gtin(gtin)).ranking.ranked
    assert [offer["item_price"]["amount"] for offer in json.loads(by_core)["offers"]] == [
        str(one.asked.price.amount) for one in ranked
    ]
    assert len(ranked) == len(CHAINS)


def test_peers_list_what_coprra_lists_at_its_prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SqliteHome().write(tmp_path, [("market", Catalogue(30, 3))])
    url = f"sqlite:///{tmp_path / 'market.sqlite'}"
    core, orm, peers = peer_modules(monkeypatch, url, catalogue.NOON, "lists_core", "lists_orm", "lists")
    engine = create_engine(url)
    for query in ("", catalogue.COMMON_WORD, f"{catalogue.COMMON_WORD} g"):
        with engine.connect() as connection:
            by_core = connection.execute(*(core.searched(query) if query else core.listed("", ""))).all()
        with Session(engine) as session:
            page = session.scalars(orm.searched(query) if query else orm.listed("", "")).all()
            by_orm = orm.priced(page, session.execute(orm.offers(page)))
        assert peers.body(by_core) == peers.body(by_orm)
        listed = [(one.id, one.best, one.offers) for one in by_orm]
        assert (_listed(url, query), len(listed)) == (listed, 20)
    kept = _listed(url, "")
    with engine.begin() as connection:
        connection.execute(best_prices.delete())
    assert _listed(url, "") == kept
    engine.dispose()


def _listed(url: str, query: str) -> list[tuple[str, int, int]]:
    with build(Settings(database_url=url, as_of=catalogue.NOON)) as application:
        page = application.browse_products(query).products
    return [(one.product.id.value, one.best.price.minor, one.best.offers) for one in page if one.best.price]
