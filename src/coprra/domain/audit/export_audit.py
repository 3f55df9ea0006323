"""Export the audit trail."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from coprra.domain.audit.entry import Entry, Record
from coprra.domain.audit.ports import OpenAuditReads, OpenAuditUnitOfWork
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock


@dataclass(frozen=True, slots=True)
class ExportAudit:
    """Use case: every entry as it is stored. That it was exported is written down first, and is the last of them."""

    clock: Clock
    unit_of_work: OpenAuditUnitOfWork
    reads: OpenAuditReads

    @contextmanager
    def __call__(self, *, by: Actor) -> Iterator[Iterator[Entry]]:
        """The entries by number, while the block lasts. Raises: Unavailable."""
        with self.unit_of_work() as uow:
            uow.trail.append(Record(event="audit.export", at=self.clock.now(), actor=by))
            uow.commit()
        with self.reads() as snapshot:
            yield snapshot.entries()
