"""The book of exchange rates in SQL."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, select
from sqlalchemy import insert as insert_into

from coprra.adapters.sql.engine import begin_writing, domain_errors
from coprra.adapters.sql.tables import fx_imports, fx_rates, store
from coprra.domain.exchange.ports import RateBook, RateImport
from coprra.domain.exchange.rate import Publication
from coprra.domain.exchange.revision import Stated
from coprra.domain.kernel.instants import to_micros
from coprra.domain.kernel.money import Currency


class SqlRateBook(RateBook):
    """Writes to the ledger of rates in a transaction that holds the pen from its start."""

    _import_id: int

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self) -> None:
        """See `RateBook.lock`."""
        with domain_errors():
            begin_writing(self._connection)

    def find(self, sha256: str) -> bool:
        """See `RateBook.find`."""
        with domain_errors():
            found = self._connection.execute(select(fx_imports.c.id).where(fx_imports.c.sha256 == sha256)).first()
        return found is not None

    def begin(self, run: RateImport) -> None:
        """See `RateBook.begin`."""
        statement = insert_into(fx_imports).values(
            sha256=run.sha256,
            source=run.source,
            newest=run.newest.isoformat(),
            imported_at=to_micros(run.imported_at),
            imported_by=str(run.imported_by),
        )
        with domain_errors():
            self._import_id = int(self._connection.execute(statement).lastrowid)
            self._connection.execute(store.update().values(revision=store.c.revision + 1))

    def believed(self, first: date, last: date) -> Mapping[date, Mapping[Currency, Stated]]:
        """See `RateBook.believed`."""
        query = (
            select(fx_rates.c.day, fx_rates.c.currency, fx_rates.c.per_euro, fx_imports.c.newest)
            .join(fx_imports)
            .where(fx_rates.c.day.between(first.isoformat(), last.isoformat()))
            .order_by(fx_rates.c.day, fx_rates.c.currency, fx_rates.c.import_id)
        )
        believed: dict[date, dict[Currency, Stated]] = defaultdict(dict)
        with domain_errors():
            for row in self._connection.execute(query):
                stated = Stated(row.per_euro, date.fromisoformat(row.newest))
                believed[date.fromisoformat(row.day)][Currency(row.currency)] = stated
        return believed

    def add(self, publications: Iterable[Publication]) -> None:
        """See `RateBook.add`."""
        rows = [
            {"day": said.day.isoformat(), "currency": code.code, "import_id": self._import_id, "per_euro": per_euro}
            for said in publications
            for code, per_euro in said.per_euro.items()
        ]
        if rows:
            with domain_errors():
                self._connection.execute(insert_into(fx_rates), rows)
