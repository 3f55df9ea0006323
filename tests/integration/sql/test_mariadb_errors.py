"""What goes wrong with a database server, in the domain's words, and without its password."""

import socket
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from sqlalchemy import Connection, Engine

from coprra.adapters.sql.engine import begin_writing, domain_errors, make_engine
from coprra.adapters.sql.schema import SqlSchema
from coprra.adapters.sql.store import SqlStore
from coprra.domain.kernel.errors import Conflict, CoprraError, Invalid, Unavailable
from coprra.testing.builders import PriceList, a_row, day, import_list

NewMariaDb = Callable[[], str]

SECRET = "hunter2"  # pragma: allowlist secret


@pytest.fixture
def url(new_mariadb: NewMariaDb) -> str:
    """A migrated database."""
    url = new_mariadb()
    SqlSchema(make_engine(url)).upgrade()
    return url


@pytest.fixture
def engine(url: str) -> Engine:
    return make_engine(url)


@contextmanager
def refused(error: type[CoprraError], words: str) -> Iterator[None]:
    """It says these words, and no word of what stands behind it is the password."""
    with pytest.raises(error, match=words) as refusal:
        yield
    assert SECRET not in "".join(traceback.format_exception(refusal.value))


def run(engine: Engine, statement: str) -> None:
    with domain_errors(), engine.begin() as connection:
        connection.exec_driver_sql(statement)


def with_user(engine: Engine, name: str, grants: str | None = None) -> Engine:
    """The same database for a new user; grants: such as ``SELECT``, on this database."""
    run(engine, f"CREATE OR REPLACE USER {name}@'127.0.0.1' IDENTIFIED BY '{SECRET}'")
    if grants:
        run(engine, f"GRANT {grants} ON {engine.url.database}.* TO {name}@'127.0.0.1'")
    return make_engine(engine.url.set(username=name, password=SECRET).render_as_string(hide_password=False))


def test_a_wrong_password_is_told_and_not_repeated(engine: Engine) -> None:
    wrong = engine.url.set(password=SECRET).render_as_string(hide_password=False)
    with refused(Unavailable, "refuses the user or the password"):
        SqlSchema(make_engine(wrong)).current()


def test_a_database_that_is_not_there_is_told(engine: Engine) -> None:
    elsewhere = engine.url.set(database="nowhere").render_as_string(hide_password=False)
    with refused(Unavailable, "does not exist on its server"):
        SqlSchema(make_engine(elsewhere)).current()


def test_a_user_who_may_not_see_the_database_is_told(engine: Engine) -> None:
    with refused(Unavailable, "lacks a right"):
        SqlSchema(with_user(engine, "stranger")).current()


def test_a_user_who_may_only_read_is_told_when_a_list_is_imported(engine: Engine) -> None:
    store = SqlStore(with_user(engine, "reader", "SELECT"))
    with store.reads() as snapshot:
        assert snapshot.chains(day(1)) == ()
    with refused(Unavailable, "lacks a right"):
        import_list(store, PriceList((a_row(),)))


def test_the_rights_that_the_documentation_names_are_enough_to_read_and_import(engine: Engine) -> None:
    store = SqlStore(with_user(engine, "importer", "SELECT, INSERT, UPDATE, DELETE, CREATE TEMPORARY TABLES"))
    assert import_list(store, PriceList((a_row(),))).changes.new == 1


def test_a_server_that_does_not_answer_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with refused(Unavailable, "can't be reached"):
            SqlSchema(make_engine(f"mariadb://coprra:{SECRET}@127.0.0.1:{port}/coprra")).current()


def test_an_option_that_the_driver_does_not_know_is_told(url: str) -> None:
    with refused(Invalid, "COPRRA_DATABASE_URL has an option"):
        SqlSchema(make_engine(f"{url}?nonsense=1")).current()


def test_a_driver_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "MySQLdb", None)
    with refused(Invalid, "driver that is not installed"):
        make_engine(f"mysql+mysqldb://coprra:{SECRET}@127.0.0.1/coprra")


def test_a_connection_that_the_server_ended_between_two_questions_is_not_noticed(engine: Engine) -> None:
    store = SqlStore(engine)
    with store.reads() as snapshot:
        before = snapshot.revision
    _end_connections_of(engine)
    with store.reads() as snapshot:
        assert snapshot.revision == before


def test_a_connection_that_breaks_during_an_import_leaves_nothing_of_it(engine: Engine) -> None:
    store = SqlStore(engine)

    class Broken(PriceList):
        def rows(self):  # type: ignore[no-untyped-def]  # a generator that cuts its own wire
            yield a_row()
            _end_connections_of(engine)
            yield from (a_row(str(number), line=number) for number in range(3, 3000))

    with refused(Unavailable, "The connection to the database server broke"):
        import_list(store, Broken(()))
    assert import_list(store, PriceList((a_row("2"),))).changes.new == 1
    with store.reads() as snapshot:
        assert len(snapshot.find_products((), day(9), after=None, limit=10).products) == 1


def _end_connections_of(engine: Engine) -> None:
    with make_engine(engine.url.render_as_string(hide_password=False)).connect() as connection:
        query = "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"
        for number in connection.exec_driver_sql(query).scalars().all():
            connection.exec_driver_sql(f"KILL CONNECTION {number}")


def test_who_waits_too_long_for_the_pen_is_told_who_has_it(engine: Engine) -> None:
    with engine.connect() as other, engine.connect() as waiting:
        begin_writing(other)
        waiting.exec_driver_sql("SET SESSION innodb_lock_wait_timeout = 1")
        with refused(Unavailable, "Another process is writing"), domain_errors():
            begin_writing(waiting)


def test_the_pen_comes_back_with_its_connection(engine: Engine) -> None:
    with engine.connect() as other:
        begin_writing(other)
        other.invalidate()
        with engine.connect() as waiting:
            begin_writing(waiting)


def test_of_two_that_wait_for_each_other_one_is_told_to_try_again(engine: Engine) -> None:
    run(engine, "INSERT INTO chains VALUES ('a', 'A', 'HR', 'EUR', 1), ('b', 'B', 'HR', 'EUR', 1)")
    outcomes: list[CoprraError | None] = []

    def rename(connection: Connection, code: str) -> None:
        try:
            with domain_errors():
                connection.exec_driver_sql(f"UPDATE chains SET name = 'x' WHERE code = '{code}'")
                connection.commit()
        except CoprraError as error:
            outcomes.append(error)
        else:
            outcomes.append(None)

    with engine.connect() as one, engine.connect() as other:
        one.exec_driver_sql("UPDATE chains SET name = '1' WHERE code = 'a'")
        other.exec_driver_sql("UPDATE chains SET name = '2' WHERE code = 'b'")
        thread = Thread(target=rename, args=(one, "b"))
        thread.start()
        rename(other, "a")
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "NoneType"]


def test_a_full_table_is_a_full_disk(engine: Engine) -> None:
    with refused(Unavailable, "The disk is full"), domain_errors(), engine.begin() as connection:
        connection.exec_driver_sql("SET SESSION max_heap_table_size = 16384")
        connection.exec_driver_sql("CREATE TEMPORARY TABLE heap (word CHAR(250)) ENGINE=MEMORY")
        connection.exec_driver_sql("INSERT INTO heap SELECT REPEAT('x', 250) FROM seq_1_to_1000")


def test_who_may_have_no_more_connections_is_told(engine: Engine) -> None:
    few = with_user(engine, "few", "SELECT")
    run(engine, "ALTER USER few@'127.0.0.1' WITH MAX_USER_CONNECTIONS 1")
    with few.connect(), refused(Unavailable, "no connection left"):
        SqlSchema(few).current()


def test_what_may_not_be_written_is_told(engine: Engine) -> None:
    with refused(Unavailable, "read-only"), domain_errors(), engine.connect() as connection:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        connection.exec_driver_sql("UPDATE store SET revision = 7")


@pytest.mark.parametrize(
    ("number", "text", "error", "words"),
    [
        (1021, "Disk full", Unavailable, "disk is full"),
        (1030, 'Got error 28 "No space left on device" from storage engine InnoDB', Unavailable, "disk is full"),
        (3, "Error writing file '/tmp/x' (Errcode: 28 \"No space left on device\")", Unavailable, "disk is full"),
        (1026, "Error writing file '/tmp/x' (errno: 5)", Unavailable, "failed to read or write"),
        (1290, "The server is running with --read-only", Unavailable, "read-only"),
        (1040, "Too many connections", Unavailable, "no connection left"),
        (1053, "Server shutdown in progress", Unavailable, "connection to the database server broke"),
        (1317, "Query execution was interrupted", Unavailable, "stopped the statement"),
        (1153, "Got a packet bigger than 'max_allowed_packet' bytes", Unavailable, "max_allowed_packet"),
        (1194, "Table 'x' is marked as crashed", Unavailable, "damaged"),
        (1020, "Record has changed since last read", Conflict, "try again"),
        (1064, "You have an error in your SQL syntax", Unavailable, "fault of coprra"),
    ],
)
def test_an_error_is_said_in_the_words_of_the_domain(
    engine: Engine, number: int, text: str, error: type[CoprraError], words: str
) -> None:
    quoted = text.replace("'", "''")
    with refused(error, words):
        run(engine, f"SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = {number}, MESSAGE_TEXT = '{quoted}'")
