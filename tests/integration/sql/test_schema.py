"""The schema: migrations make what the tables say, once, and refuse what they do not know."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from coprra.adapters.sql.accounts.store import SqlAccounts
from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.migrations import run
from coprra.adapters.sql.schema import NEWEST, ForeignDatabase, SchemaFromTheFuture, SqlSchema
from coprra.adapters.sql.store import SqlStore
from coprra.adapters.sql.tables import metadata
from coprra.domain.kernel.errors import Invalid, Unavailable
from coprra.domain.users.language import Language
from coprra.testing.accounts import add_user
from coprra.testing.builders import PriceList, a_row, day, import_list
from coprra.testing.contracts.catalogue import sell
from coprra.testing.contracts.search import found
from coprra.testing.users import a_user


def _schema(path: Path) -> SqlSchema:
    return SqlSchema(make_engine(f"sqlite:///{path}"))


def test_a_new_database_has_no_revision_and_an_upgraded_one_the_newest(tmp_path: Path) -> None:
    schema = _schema(tmp_path / "deep" / "folder" / "coprra.sqlite")
    assert schema.current() is None
    assert not list(tmp_path.iterdir()), "a question makes no file"
    schema.upgrade()
    assert schema.current() == schema.newest()


def test_the_newest_revision_is_that_of_the_last_migration() -> None:
    assert run.newest() == NEWEST


def test_upgrading_again_keeps_what_is_stored(tmp_path: Path) -> None:
    path = tmp_path / "coprra.sqlite"
    _schema(path).upgrade()
    store = SqlStore(make_engine(f"sqlite:///{path}"))
    import_list(store, PriceList((a_row(),)))
    _schema(path).upgrade()
    with store.reads() as snapshot:
        assert snapshot.chains(day(1))


def test_an_upgrade_gives_products_that_stand_there_already_their_brands(tmp_path: Path) -> None:
    path = tmp_path / "coprra.sqlite"
    _schema(path).upgrade()
    store = SqlStore(make_engine(f"sqlite:///{path}"))
    sell(store, *((f"Item {number}", f"Brand {number % 7}", None) for number in range(2_100)), ("Star", "***", None))
    with store.reads() as snapshot:
        before = snapshot.find_brands((), day(1), after=None, limit=100)
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE best_prices")
        connection.execute("DROP TABLE search_texts")
        connection.execute("DROP TABLE search_words")
        connection.execute("DROP INDEX products_by_brand")
        connection.execute("ALTER TABLE products DROP COLUMN brand_slug")
        connection.execute("UPDATE alembic_version SET version_num = '0003'")
    _schema(path).upgrade()
    with store.reads() as snapshot:
        assert snapshot.find_brands((), day(1), after=None, limit=100) == before
    assert [(one.brand.name, one.products) for one in before.brands] == [
        (f"Brand {number}", 300) for number in range(7)
    ]


def test_an_upgrade_lets_products_that_stand_there_already_be_found(tmp_path: Path) -> None:
    path = tmp_path / "coprra.sqlite"
    _schema(path).upgrade()
    store = SqlStore(make_engine(f"sqlite:///{path}"))
    sell(store, *((f"Fresh čokolada {number:04}", "Dorina", None) for number in range(2_100)))
    before = found(store, "cokolada dor")
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE best_prices")
        connection.execute("DROP TABLE search_texts")
        connection.execute("DROP TABLE search_words")
        connection.execute("UPDATE alembic_version SET version_num = '0004'")
    _schema(path).upgrade()
    assert found(store, "cokolada dor") == before
    assert len(before) == 2_100


def test_an_upgrade_writes_to_accounts_that_stand_there_already_in_english(tmp_path: Path) -> None:
    path = tmp_path / "coprra.sqlite"
    _schema(path).upgrade()
    accounts = SqlAccounts(make_engine(f"sqlite:///{path}"))
    user = add_user(accounts, a_user())
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE users DROP COLUMN language")
        connection.execute("UPDATE alembic_version SET version_num = '0011'")
    _schema(path).upgrade()
    with accounts.reads() as look:
        assert look.users.find(user.id) == user
    assert user.language is Language.ENGLISH


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(migrated: Path) -> None:
    with make_engine(f"sqlite:///{migrated}").connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_ledger_is_clustered_and_nothing_cascades(migrated: Path) -> None:
    statements = " ".join(str(row[0]) for row in sqlite3.connect(migrated).execute("SELECT sql FROM sqlite_master"))
    ledger = statements[statements.index("CREATE TABLE observations") :].split("CREATE", 2)[1]
    assert "WITHOUT ROWID" in ledger
    assert "PRIMARY KEY (listing_id, instant, precedence)" in ledger
    assert "CASCADE" not in statements.upper()
    triggers = [one for one in statements.split("CREATE") if one.startswith(" TRIGGER")]
    assert all("BEGIN SELECT RAISE(ABORT, " in one for one in triggers), "they refuse, and change nothing"


def test_four_upgrades_at_once_make_one_schema(tmp_path: Path) -> None:
    path = tmp_path / "coprra.sqlite"
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: _schema(path).upgrade(), range(4)))
    assert _schema(path).current() == _schema(path).newest()


def test_a_database_of_a_newer_version_is_refused(migrated: Path, tmp_path: Path) -> None:
    path = tmp_path / "coprra.sqlite"
    path.write_bytes(migrated.read_bytes())
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaFromTheFuture, match="newer coprra"):
        _schema(path).upgrade()


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE chains (links TEXT)")
    with pytest.raises(ForeignDatabase, match="another program"):
        _schema(path).upgrade()


def test_a_database_that_was_never_set_up_says_how(tmp_path: Path) -> None:
    store = SqlStore(make_engine(f"sqlite:///{tmp_path / 'new.sqlite'}"))
    with pytest.raises(Unavailable, match="coprra db upgrade"), store.reads():
        pass


def test_a_file_that_is_no_database_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "coprra.sqlite"
    path.write_bytes(b"not a database at all, but long enough to be read as one" * 100)
    with pytest.raises(Unavailable, match="no SQLite database"):
        _schema(path).upgrade()


def test_a_folder_that_can_not_be_made_is_an_error_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable, match="folder"):
        _schema(tmp_path / "file" / "coprra.sqlite").upgrade()


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite://user@host:port/x", "oracle://x"])
def test_a_url_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(Invalid, match="COPRRA_DATABASE_URL") as refusal:
        make_engine(url)
    assert not url or url not in refusal.value.message
