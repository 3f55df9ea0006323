"""The audit trail as JSON-ready values."""

import json
from collections.abc import Sequence

from coprra.domain.audit.entry import Entry
from coprra.domain.audit.verify_audit import AuditVerdict
from coprra.entrypoints.answers.values import JsonObject, instant


def audit_entry(value: Entry) -> JsonObject:
    """One entry. ip, user_agent, request_id: null for what was done on the host, or by itself."""
    return {
        "number": value.number,
        "event": value.event,
        "at": instant(value.at),
        "outcome": value.outcome,
        "actor": value.actor,
        "target": value.target,
        "ip": value.ip,
        "user_agent": value.user_agent,
        "request_id": value.request_id,
        "details": json.loads(value.details),
        "previous": value.previous,
        "hash": value.hash,
    }


def audit_entries(value: Sequence[Entry]) -> JsonObject:
    """The latest entries first."""
    return {"entries": [audit_entry(one) for one in value]}


def audit_verdict(value: AuditVerdict) -> JsonObject:
    """Whether the trail is whole. entries: how many hold; fault: the first thing that is wrong, or null."""
    return {
        "entries": value.head.number,
        "hash": value.head.hash,
        "anchored": value.anchored,
        "fault": {"kind": str(value.fault.kind), "number": value.fault.number} if value.fault else None,
    }
