"""A product's history: what it costs among ever more observations, and how many pages of the ledger it reads."""

import os
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Protocol

from sqlalchemy import Connection, bindparam, select

from benchmarks.benchmark import Benchmark, Comparison, Sample, Stopwatch
from benchmarks.engines import computed_by
from benchmarks.ledgers import AS_OF, DAYS, POINTS, fill_ledger, gtin, product_of
from coprra import Application, Settings, build
from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.schema import SqlSchema
from coprra.adapters.sql.tables import observations, store
from coprra.domain.kernel.instants import to_micros
from coprra.testing.mariadb import FAST, PrivateMariaDb, create_database

_SIZES = {"hundredth": 100, "tenth": 10, "all": 1}
"""Parts of the observations, each in a database of its own."""

_MOST_QUESTIONS = 200
_MOST_COLD_QUESTIONS = 40
_OURS = "coprra"
_PAGE_SIZE = 8192
"""Of a SQLite file that coprra made."""

_OF_LISTING = select(observations).where(observations.c.listing_id == bindparam("listing"))
# As a snapshot reads it.
_SERIES = _OF_LISTING.where(observations.c.instant <= to_micros(AS_OF)).order_by(
    observations.c.listing_id, observations.c.instant, observations.c.precedence
)
_ITS_PLACE = _OF_LISTING.where(observations.c.instant < 0)
"""Finds nothing, at the place where the series begins."""

Pages = tuple[int, int]
"""Read for a series: all of them, and those in which it stands itself."""


class Ledgers(Protocol):
    """Databases that were filled once and are opened in each round."""

    @abstractmethod
    def fill(self, folder: Path, counts: dict[str, int]) -> None:
        """Make one of each name, with so many listings."""

    @abstractmethod
    def opened(self, folder: Path) -> AbstractContextManager["Opened"]:
        """Those that were made in that folder."""


class Opened(Protocol):
    """Databases that can be asked."""

    @abstractmethod
    def url(self, name: str) -> str:
        """For COPRRA_DATABASE_URL."""

    @abstractmethod
    def computed(self) -> float:
        """How many seconds a server has computed so far; 0 without any."""

    @abstractmethod
    def pages(self, name: str, listings: Sequence[int]) -> list[Pages]:
        """What is read from the files for each of those series, when nothing of them is in memory."""


def history(name: str, title: str, ledgers: Ledgers) -> Benchmark:
    """The last year of a product, a hundred points, among ten million observations and among fewer."""
    return Benchmark(
        name=name,
        title=title,
        prepare=partial(_fill, ledgers),
        contenders={_OURS: partial(_ask, ledgers)},
        comparisons=(
            _flat("series among 100 times as many observations", "series"),
            _flat("answer among 100 times as many observations", "answer"),
            Comparison("pages read for a series, nothing in memory", (_OURS, "pages, all"), measure="reads"),
            Comparison("of them those in which it stands", (_OURS, "its own pages, all"), None, 2, measure="reads"),
        ),
        rows=10_000_000,
        unit="histories",
        size="observations",
    )


def _flat(text: str, question: str) -> Comparison:
    """Within 1.5 times."""
    return Comparison(text, (_OURS, f"{question}, all"), (_OURS, f"{question}, hundredth"), 0.67)


def _listings_of(rows: int, part: int) -> int:
    return max(rows // part // POINTS, 2)


def _spread(count: int, questions: int) -> list[int]:
    """So many listings at most, all over the ledger."""
    return [1 + number * 7_919 % count for number in range(min(questions, count))]


def _fill(ledgers: Ledgers, folder: Path, rows: int) -> None:
    ledgers.fill(folder, {name: _listings_of(rows, part) for name, part in _SIZES.items()})


def _ask(ledgers: Ledgers, folder: Path, watch: Stopwatch) -> None:
    counts = {name: _listings_of(watch.rows, part) for name, part in _SIZES.items()}
    with ledgers.opened(folder) as opened:
        watch.rows = min(max(watch.rows // 1_000, 3), _MOST_QUESTIONS)
        for name, count in counts.items():
            with build(Settings(database_url=opened.url(name))) as application:
                _ask_warm(application, name, _spread(count, watch.rows), watch, opened.computed)
        for name, count in counts.items():
            read = opened.pages(name, _spread(count, min(watch.rows, _MOST_COLD_QUESTIONS)))
            for step, pages in zip(("pages", "its own pages"), zip(*read, strict=True), strict=True):
                watch.samples[f"{step}, {name}"] = Sample(len(pages), 1, 1, reads=mean(pages))


def _ask_warm(
    application: Application, name: str, listings: list[int], watch: Stopwatch, computed: Callable[[], float]
) -> None:
    for question, ask in (("series", _read), ("answer", _answer)):
        for listing in listings:
            ask(application, listing)
        with watch.step(f"{question}, {name}", computed):
            for number in range(watch.rows):
                ask(application, listings[number % len(listings)])


def _read(application: Application, listing: int) -> None:
    with application.show_history.reads() as snapshot:
        (series,) = snapshot.series(product_of(listing), AS_OF)
    assert len(series.observations) == POINTS


def _answer(application: Application, listing: int) -> None:
    (shown,) = application.show_history(gtin(listing), as_of=AS_OF, days=DAYS).listings
    assert len(shown.steps) >= POINTS - 1


def _fill_one(url: str, count: int) -> None:
    engine = make_engine(url)
    SqlSchema(engine).upgrade()
    fill_ledger(engine, count)
    engine.dispose()


def _pages(connection: Connection, listing: int, reads: Callable[[], int]) -> Pages:
    """The place is read with the first of the pages in which the series stands."""
    counted = [reads()]
    for statement in (_ITS_PLACE, _SERIES):
        connection.execute(statement, {"listing": listing}).all()
        counted.append(reads())
    return counted[2] - counted[0], counted[2] - counted[1] + 1


class SqliteLedgers(Ledgers):
    """A file for each."""

    def fill(self, folder: Path, counts: dict[str, int]) -> None:
        """See `Ledgers.fill`."""
        for name, count in counts.items():
            _fill_one(_file(folder, name), count)

    @contextmanager
    def opened(self, folder: Path) -> Iterator[Opened]:
        """See `Ledgers.opened`."""
        yield _SqliteFiles(folder)


def _file(folder: Path, name: str) -> str:
    return f"sqlite:///{folder / name}.sqlite"


class _SqliteFiles(Opened):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, name: str) -> str:
        """See `Opened.url`."""
        return _file(self._folder, name)

    def computed(self) -> float:
        """See `Opened.computed`."""
        return 0.0

    def pages(self, name: str, listings: Sequence[int]) -> list[Pages]:
        """See `Opened.pages`: of a connection that knows the tables and nothing in them."""
        engine = make_engine(self.url(name))
        pages = []
        for listing in listings:
            with engine.connect() as connection:
                connection.execute(select(store)).all()
                pages.append(_pages(connection, listing, _reads_of_this_process))
            engine.dispose()
        return pages


def _reads_of_this_process() -> int:
    """Bytes that were read, in pages. Source: proc(5), rchar of /proc/pid/io."""
    file = os.open("/proc/self/io", os.O_RDONLY)
    told = os.read(file, 1_000)
    os.close(file)
    return int(told.split(b"rchar: ")[1].split()[0]) // _PAGE_SIZE


class MariaDbLedgers(Ledgers):
    """Databases of one server, whose data waits in the folder from round to round."""

    _OPTIONS = (*FAST, "--innodb-buffer-pool-load-at-startup=0", "--innodb-buffer-pool-dump-at-shutdown=0")

    def fill(self, folder: Path, counts: dict[str, int]) -> None:
        """See `Ledgers.fill`."""
        with PrivateMariaDb(folder / "server", self._OPTIONS) as server:
            for name, count in counts.items():
                _fill_one(create_database(server.url("mysql"), f"ledger_{name}"), count)
            server.stop()
            (folder / "server" / "data").rename(folder / "data")

    @contextmanager
    def opened(self, folder: Path) -> Iterator[Opened]:
        """See `Ledgers.opened`."""
        with PrivateMariaDb(folder / "server", self._OPTIONS) as server:
            server.stop()
            data = folder / "server" / "data"
            data.rename(folder / "unused")
            (folder / "data").rename(data)
            server.start()
            yield _Server(server)
            server.stop()
            data.rename(folder / "data")
            (folder / "unused").rename(data)


class _Server(Opened):
    def __init__(self, server: PrivateMariaDb) -> None:
        self._server = server

    def url(self, name: str) -> str:
        """See `Opened.url`."""
        return self._server.url(f"ledger_{name}")

    def computed(self) -> float:
        """See `Opened.computed`."""
        return computed_by(self._server.pid)

    def pages(self, name: str, listings: Sequence[int]) -> list[Pages]:
        """See `Opened.pages`: of a server that was started anew, and has found another series before."""
        self._server.stop()
        self._server.start()
        engine = make_engine(self.url(name))
        with engine.connect() as connection:
            first, *others = listings
            _pages(connection, first, lambda: 0)
            pages = [_pages(connection, listing, partial(_reads_of_server, connection)) for listing in others]
        engine.dispose()
        return pages


def _reads_of_server(connection: Connection) -> int:
    told = connection.exec_driver_sql("SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_reads'").one()
    return int(told[1])
