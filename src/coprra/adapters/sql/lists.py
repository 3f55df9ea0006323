"""Lists in SQL: staged in temporary tables, then published in one transaction."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, func, select
from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into

from coprra.adapters.sql.engine import begin_writing, domain_errors
from coprra.adapters.sql.publication import Publication, is_before
from coprra.adapters.sql.rows import ABSENT_STATE, row_to_staging, staging_to_row
from coprra.adapters.sql.tables import affected, branches, list_runs, staging
from coprra.domain.prices.list_run import Base, Changes, ListRow, ListRun
from coprra.domain.prices.ports import Lists

_CHUNK = 500


class SqlLists(Lists):
    """Stages in temporary tables of its own connection, so that a process that dies leaves nothing behind."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._staging = False
        self._published = False
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
        values = [row_to_staging(row) for row in rows]
        with domain_errors():
            if not self._staging:
                staging.create(self._connection)
                self._staging = True
            if self._published:
                self._connection.execute(delete_from(affected))
                self._connection.execute(delete_from(staging))
                self._published = False
            if values:
                self._connection.execute(insert_into(staging), values)
            self._let_go()

    def repeated(self) -> Iterator[tuple[ListRow, ...]]:
        """See `Lists.repeated`."""
        last = ""
        while skus := self._repeated_after(last):
            last = skus[-1]
            rows: dict[str, list[ListRow]] = {}
            query = select(staging).where(staging.c.sku.in_(skus)).order_by(staging.c.sku, staging.c.line)
            for row in self._connection.execute(query):
                rows.setdefault(row.sku, []).append(staging_to_row(row))
            yield from map(tuple, rows.values())

    def _repeated_after(self, last: str) -> list[str]:
        if not self._staging:
            return []
        query = (
            select(staging.c.sku)
            .where(staging.c.sku > last)
            .group_by(staging.c.sku)
            .having(func.count() > 1)
            .order_by(staging.c.sku)
            .limit(_CHUNK)
        )
        with domain_errors():
            return list(self._connection.execute(query).scalars())

    def replace(self, row: ListRow) -> None:
        """See `Lists.replace`."""
        with domain_errors():
            self._connection.execute(delete_from(staging).where(staging.c.sku == row.sku))
            self._connection.execute(insert_into(staging), [row_to_staging(row)])

    def staged(self) -> int:
        """See `Lists.staged`."""
        with domain_errors():
            if not self._staging:
                return 0
            articles = select(func.count()).select_from(staging).where(staging.c.state != ABSENT_STATE)
            return int(self._connection.execute(articles).scalar_one())

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
            if not self._staging:
                self.stage(())
            changes = Publication(self._connection, run, base).publish()
        self._published = True
        return changes

    def close(self) -> None:
        """Drop the staging area: the connection goes back to its pool."""
        for table in (affected, staging):
            table.drop(self._connection, checkfirst=True)
        self._connection.commit()
