"""Lists in SQL: staged in temporary tables, then published in one transaction."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, select

from coprra.adapters.sql.engine import begin_writing, domain_errors
from coprra.adapters.sql.publication import Publication, is_before
from coprra.adapters.sql.staging import Staging
from coprra.adapters.sql.tables import branches, list_runs
from coprra.domain.prices.list_run import Base, Changes, ListRow, ListRun
from coprra.domain.prices.ports import Lists


class SqlLists(Lists):
    """Stages in temporary tables of its own connection, so that a process that dies leaves nothing behind."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._staging = Staging(connection)
        self._locked = False

    def find(self, run: ListRun) -> bool:
        """See `Lists.find`."""
        query = (
            select(list_runs.c.id)
            .join(branches)
            .where(
                branches.c.chain_code == run.chain.code,
                branches.c.code == run.branch.id.code,
                list_runs.c.instant == run.instant,
                list_runs.c.sha256 == run.sha256,
            )
        )
        with domain_errors():
            found = self._connection.execute(query).first()
            self._let_go()
        return found is not None

    def stage(self, rows: Iterable[ListRow]) -> None:
        """See `Lists.stage`."""
        with domain_errors():
            self._staging.add(list(rows))
            self._let_go()

    def repeated(self) -> Iterator[tuple[ListRow, ...]]:
        """See `Lists.repeated`."""
        with domain_errors():
            yield from self._staging.repeated()
            self._let_go()

    def replace(self, row: ListRow) -> None:
        """See `Lists.replace`."""
        self._staging.replace(row)

    def staged(self) -> int:
        """See `Lists.staged`."""
        with domain_errors():
            return self._staging.count()

    def lock(self, run: ListRun) -> None:
        """See `Lists.lock`."""
        if not self._locked:
            with domain_errors():
                begin_writing(self._connection)
        self._locked = True

    def _let_go(self) -> None:
        """Outside the lock a transaction would hold an old snapshot, and the staged rows, for nothing."""
        if not self._locked:
            self._connection.commit()

    def rows_before(self, run: ListRun) -> int | None:
        """See `Lists.rows_before`."""
        query = (
            select(list_runs.c.row_count)
            .join(branches)
            .where(
                branches.c.chain_code == run.chain.code,
                branches.c.code == run.branch.id.code,
                list_runs.c.complete,
                is_before(list_runs.c.instant, list_runs.c.precedence, run.moment),
            )
            .order_by(list_runs.c.instant.desc(), list_runs.c.precedence.desc())
            .limit(1)
        )
        with domain_errors():
            return self._connection.execute(query).scalar()

    def publish(self, run: ListRun, *, base: Base | None = None) -> Changes:
        """See `Lists.publish`."""
        with domain_errors():
            self._staging.settle()
            changes = Publication(self._connection, run, base).publish()
        self._staging.spend()
        return changes

    def close(self) -> None:
        """Drop the staging area: the connection goes back to its pool."""
        self._staging.drop()
        self._connection.commit()
