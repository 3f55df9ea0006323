"""Anchor the audit trail."""

from dataclasses import dataclass

from coprra.domain.audit.entry import NO_ENTRIES, Head
from coprra.domain.audit.ports import Anchors, OpenAuditReads
from coprra.domain.kernel.ports import Clock


@dataclass(frozen=True, slots=True)
class AnchorAudit:
    """Use case: write down outside the database where the chain ends now, unless it ended there before."""

    clock: Clock
    reads: OpenAuditReads
    anchors: Anchors

    def __call__(self) -> Head:
        """The head. Raises: Unavailable, Unreadable."""
        with self.reads() as snapshot:
            head = snapshot.head()
        if head != NO_ENTRIES and self.anchors.latest() != head:
            self.anchors.add(head, self.clock.now())
        return head
