"""The audit trail as blocks for a screen."""

import json
from collections.abc import Sequence

from coprra.domain.audit.entry import Entry
from coprra.domain.audit.verify_audit import AuditVerdict
from coprra.entrypoints.cli.screen import Block, Column, Prose, Table, safe
from coprra.entrypoints.cli.wording import count, minute


def audit_entries(entries: Sequence[Entry]) -> list[Block]:
    """The latest first."""
    if not entries:
        return [Prose("The audit trail tells nothing of it.")]
    columns = (
        Column("No", numeric=True),
        Column("When (UTC)"),
        Column("Event"),
        Column("Outcome"),
        Column("Actor", flexible=True),
        Column("Target", flexible=True),
        Column("From"),
        Column("Details", flexible=True),
    )
    return [Table(columns, tuple(_row(one) for one in entries))]


def audit_verdict(verdict: AuditVerdict) -> list[Block]:
    """How much of the trail holds."""
    held = f"{count(verdict.head.number, 'entry', 'entries')} in order, {verdict.anchored:,} of them anchored."
    return [Prose(held), Prose(f"hash {verdict.head.hash}", quiet=True)]


def _row(entry: Entry) -> tuple[str, ...]:
    details = ", ".join(f"{name}: {value}" for name, value in json.loads(entry.details).items())
    return (
        str(entry.number),
        minute(entry.at),
        entry.event,
        entry.outcome,
        safe(entry.actor or ""),
        safe(entry.target or ""),
        safe(entry.ip or ""),
        safe(details),
    )
