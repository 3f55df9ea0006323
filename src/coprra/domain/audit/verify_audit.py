"""Verify the audit trail."""

from dataclasses import dataclass

from coprra.domain.audit.chain import Fault, examine
from coprra.domain.audit.entry import Head
from coprra.domain.audit.ports import Anchors, OpenAuditReads


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What was found. head: where the chain ends that holds; anchored: the number up to which that is anchored.

    fault: the first thing that is wrong; None where nothing is. What was cut off behind the last anchor, together with
    the store's own note of its head, nobody can know.
    """

    head: Head
    anchored: int
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class VerifyAudit:
    """Use case: whether every entry is there, unchanged and in its place."""

    reads: OpenAuditReads
    anchors: Anchors

    def __call__(self) -> AuditVerdict:
        """Raises: Unavailable; Unreadable for anchors that nobody can read."""
        anchors = self.anchors.all()
        with self.reads() as snapshot:
            head, fault = examine(snapshot.entries(), snapshot.head(), anchors)
        return AuditVerdict(head, max((number for number in anchors if number <= head.number), default=0), fault)
