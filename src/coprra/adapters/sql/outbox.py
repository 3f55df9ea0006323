"""The outbox in SQL, and what it takes to post letters in any transaction."""

from sqlalchemy import Connection, select
from sqlalchemy import insert as insert_into

from coprra.adapters.sql.engine import domain_errors, join_writing
from coprra.adapters.sql.jobs import SqlJobs
from coprra.adapters.sql.tables import outbox
from coprra.domain.jobs.ports import Jobs
from coprra.domain.kernel.instants import from_micros, to_micros
from coprra.domain.mail.ports import Outbox, Post, Posted


class SqlOutbox(Outbox):
    """Works in the transaction of its unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, letter: Posted) -> int:
        """See `Outbox.add`."""
        new = insert_into(outbox).values(
            message_id=letter.message_id, sealed=letter.sealed, posted_at=to_micros(letter.posted_at)
        )
        with domain_errors():
            join_writing(self._connection)
            return int(self._connection.execute(new).lastrowid)

    def find(self, id: int) -> Posted | None:
        """See `Outbox.find`."""
        with domain_errors():
            row = self._connection.execute(select(outbox).where(outbox.c.id == id)).first()
        return None if row is None else Posted(row.message_id, row.sealed, from_micros(row.posted_at))

    def remove(self, id: int) -> None:
        """See `Outbox.remove`."""
        with domain_errors():
            join_writing(self._connection)
            self._connection.execute(outbox.delete().where(outbox.c.id == id))


class SqlPost(Post):
    """Works in the transaction of the connection that it is given."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def outbox(self) -> Outbox:
        """See `Post.outbox`."""
        return SqlOutbox(self._connection)

    @property
    def jobs(self) -> Jobs:
        """See `Post.jobs`."""
        return SqlJobs(self._connection)
