"""What a store remembers of complete lists never shows in its answers."""

import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from coprra.adapters.sql import complete_lists
from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.store import SqlStore
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.ports import PriceReads
from coprra.domain.products.product import ProductId
from coprra.testing.builders import PriceList, a_branch, a_row, day, import_list

MILK = a_row(title="Milk")


@pytest.fixture(params=["sqlite", "mariadb"])
def store(request: pytest.FixtureRequest) -> SqlStore:
    name = {"sqlite": "make_store", "mariadb": "make_mariadb_store"}[request.param]
    make: Callable[[], SqlStore] = request.getfixturevalue(name)
    return make()


def milk(snapshot: PriceReads, as_of: datetime) -> ProductId:
    return snapshot.find_products(("milk",), as_of, after=None, limit=1).products[0].id


def last_seen(store: SqlStore, as_of: datetime) -> list[datetime | None]:
    """When each branch was last seen to sell milk."""
    with store.reads() as snapshot:
        return [one.now.last_seen if one.now else None for one in snapshot.series(milk(snapshot, as_of), as_of)]


def test_each_list_that_comes_confirms_at_once(store: SqlStore) -> None:
    for number in (1, 2, 3):
        import_list(store, PriceList((MILK,), day(number)))
        assert last_seen(store, day(9)) == [day(number)]
        assert last_seen(store, day(9)) == [day(number)]


def test_what_came_later_does_not_exist_for_an_earlier_instant(store: SqlStore) -> None:
    for number in (1, 2, 3):
        import_list(store, PriceList((MILK,), day(number)))
    assert [last_seen(store, day(as_of)) for as_of in (9, 2.5, 1, 3)] == [[day(3)], [day(2)], [day(1)], [day(3)]]


def test_an_open_snapshot_does_not_see_what_comes_while_it_is_open(store: SqlStore) -> None:
    import_list(store, PriceList((MILK,), day(1)))
    with store.reads() as snapshot:
        product = milk(snapshot, day(9))
        import_list(store, PriceList((MILK,), day(2)))
        assert last_seen(store, day(9)) == [day(2)]
        (series,) = snapshot.series(product, day(9))
        assert series.now
        assert series.now.last_seen == day(1)
    assert last_seen(store, day(9)) == [day(2)]


def test_a_branch_that_is_asked_for_first_is_read_then(store: SqlStore) -> None:
    for code in ("0613", "0614"):
        import_list(store, PriceList((MILK,), day(1), branch=a_branch(code=code)))
    with store.reads() as snapshot:
        for code in ("0613", "0614"):
            (sold,) = snapshot.series_of_branch(a_branch(code=code).id, day(9))
            assert sold.series.listing.id == ListingId(a_branch(code=code).id, "1")
            assert len(sold.series.confirmations) == 1


def test_more_than_is_remembered_is_read_each_time(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(complete_lists, "MOST_MOMENTS", 1)
    for number in (1, 2, 3):
        import_list(store, PriceList((MILK,), day(number)))
        assert last_seen(store, day(9)) == [day(number)]


def test_a_restored_database_of_the_same_revision_is_another_one(migrated: Path, tmp_path: Path) -> None:
    path, backup = tmp_path / "coprra.sqlite", tmp_path / "backup.sqlite"
    shutil.copy(migrated, path)
    shutil.copy(migrated, backup)
    store, restored = (SqlStore(make_engine(f"sqlite:///{file}")) for file in (path, backup))
    import_list(store, PriceList((MILK,), day(1)))
    import_list(restored, PriceList((MILK, a_row("2", line=3)), day(2)))
    assert last_seen(store, day(9)) == [day(1)]
    sqlite3.connect(backup).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    backup.replace(path)
    assert last_seen(store, day(9)) == [day(2)]
