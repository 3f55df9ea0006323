"""List what the audit trail tells."""

from collections.abc import Collection
from dataclasses import dataclass

from coprra.domain.audit.entry import Entry
from coprra.domain.audit.ports import OpenAuditReads
from coprra.domain.kernel.errors import Invalid

MOST_ENTRIES = 1000


class InvalidAuditList(Invalid):
    """More entries than anybody can read."""

    code = "invalid_audit_list"


@dataclass(frozen=True, slots=True)
class ListAudit:
    """Use case: the latest entries, the latest first."""

    reads: OpenAuditReads

    def __call__(self, *, events: Collection[str] = (), actor: str | None = None, limit: int = 20) -> tuple[Entry, ...]:
        """events: only these; actor: only what they did, as ``operator:ana``; limit: 1 to 1000.

        Raises: InvalidAuditList, Unavailable.
        """
        if not 1 <= limit <= MOST_ENTRIES:
            raise InvalidAuditList(f"A list has 1 to {MOST_ENTRIES} entries.")
        with self.reads() as snapshot:
            return snapshot.latest(events=events, actor=actor, limit=limit)
