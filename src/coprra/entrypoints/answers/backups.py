"""Backups as JSON-ready values."""

from datetime import timedelta

from coprra.domain.backups.copy_backups import Copied
from coprra.domain.backups.damage import Damaged
from coprra.domain.backups.health import Health
from coprra.domain.backups.history import Backup
from coprra.domain.backups.manifest import Manifest
from coprra.domain.backups.proof import Proof
from coprra.domain.backups.prune_backups import Pruned
from coprra.domain.backups.restore_backup import RestorePlan
from coprra.domain.backups.retention import RetentionPlan
from coprra.domain.backups.rotate_recipients import Rotated
from coprra.domain.backups.verify_backups import Verdict
from coprra.entrypoints.answers.values import Json, JsonObject, instant


def backup(value: Backup) -> JsonObject:
    """One backup, and what became of it."""
    return {
        **manifest(value.manifest),
        "number": value.number,
        "level": str(value.level),
        "verified_at": instant(value.verified_at) if value.verified_at else None,
        "fault": value.fault,
        "pinned": value.pinned,
        "recipients": [wrapping.recipient for wrapping in value.wrappings],
    }


def manifest(value: Manifest) -> JsonObject:
    """What was taken. size: bytes before they were sealed; stored: bytes in the store."""
    return {
        "id": value.id,
        "kind": str(value.kind),
        "parent": value.parent,
        "engine": value.engine,
        "source": value.source,
        "taken_at": instant(value.taken_at),
        "finished_at": instant(value.finished_at),
        "size": value.size,
        "stored": value.stored,
        "rows": value.fingerprint.rows,
        "objects": [piece.key for piece in value.pieces],
    }


def backup_run(value: Manifest | None) -> JsonObject:
    """The backup that was taken; null where nothing had changed."""
    return {"backup": manifest(value) if value else None}


def backups(value: tuple[Backup, ...]) -> JsonObject:
    """Several of them."""
    return {"backups": [backup(one) for one in value]}


def backup_health(value: Health) -> JsonObject:
    """Whether somebody must look. would_be_lost_seconds, rto_seconds: null where nobody knows."""
    return {
        "good": value.good,
        "newest": backup(value.newest) if value.newest else None,
        "would_be_lost_seconds": _seconds(value.lost),
        "rto_seconds": _seconds(value.rto),
        "last_proved": {str(level): instant(at) if at else None for level, at in value.proved.items()},
        "findings": [
            {"severity": str(one.severity), "message": one.said, "advice": one.advice} for one in value.findings
        ],
    }


def backup_verdict(value: Verdict) -> JsonObject:
    """What an examination came to."""
    return {
        "good": value.good,
        "level": str(value.level),
        "examined": list(value.examined),
        "damages": _damages(value.damages),
        "mismatch": value.mismatch.message if value.mismatch else None,
        "remarks": list(value.remarks),
        "missed": list(value.missed),
        "recorded": value.recorded,
        "restored_seconds": _seconds(value.restored),
        "checked_seconds": _seconds(value.checked),
    }


def retention_plan(value: RetentionPlan) -> JsonObject:
    """What stays and what goes, the newest first, and why."""
    return {
        "hash": value.hash,
        "rulings": [
            {"id": one.candidate.id, "keep": one.keep, "reasons": list(one.reasons) or [one.said]}
            for one in value.rulings
        ],
    }


def pruned_backups(value: Pruned) -> JsonObject:
    """The plan, and what came of it."""
    done: JsonObject = {
        "objects_removed": value.objects,
        "objects_locked": value.locked,
        "locks_extended": value.extended,
    }
    return {**retention_plan(value.plan), **done}


def restore_plan(value: RestorePlan) -> JsonObject:
    """What would be restored, and where. newest_proved: perhaps another one; null where none was read again."""
    chain: list[Json] = [backup(one) for one in value.chain]
    return {
        "target": value.target,
        "chain": chain,
        "predicted_seconds": _seconds(value.predicted),
        "newest_proved": value.proved.id if value.proved else None,
    }


def restored_backup(plan: RestorePlan, value: Proof) -> JsonObject:
    """What was restored, where, and how long that took."""
    return {
        "target": plan.target,
        "backup": plan.backup.id,
        "size": value.size,
        "restored_seconds": _seconds(value.restored),
        "checked_seconds": _seconds(value.checked),
    }


def copied_backups(value: Copied) -> JsonObject:
    """How many objects, how many bytes, and what was not copied."""
    return {"objects": value.objects, "size": value.size, "damages": _damages(value.damages)}


def rotated_recipients(value: Rotated) -> JsonObject:
    """wrapped: keys that were wrapped anew; exposed: backups that former recipients open, too."""
    return {"wrapped": value.wrapped, "exposed": list(value.exposed)}


def _damages(value: tuple[Damaged, ...]) -> list[Json]:
    return [{"object": damage.key, "message": damage.said, "backups": list(damage.backups)} for damage in value]


def _seconds(time: timedelta | None) -> float | None:
    return None if time is None else time.total_seconds()
