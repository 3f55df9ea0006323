"""Backups as blocks for a screen."""

from collections.abc import Iterator
from datetime import timedelta

from coprra.domain.backups.copy_backups import Copied
from coprra.domain.backups.health import Health, Severity
from coprra.domain.backups.history import Backup
from coprra.domain.backups.manifest import Kind, Manifest
from coprra.domain.backups.proof import Proof
from coprra.domain.backups.prune_backups import Pruned
from coprra.domain.backups.restore_backup import RestorePlan
from coprra.domain.backups.retention import RetentionPlan
from coprra.domain.backups.rotate_recipients import Rotated
from coprra.domain.backups.verify_backups import Verdict
from coprra.entrypoints.cli.screen import Block, Column, Gap, Prose, Table, safe
from coprra.entrypoints.cli.wording import count, minute, minute_utc

_MOST_NAMED = 3


def backup_run(taken: Manifest | None, wanted: Kind) -> list[Block]:
    """What was taken, and why not what was wanted."""
    if taken is None:
        return [Prose("Nothing has changed since the newest backup; no other was taken.")]
    size = f"{_bytes(taken.size)} in {_bytes(taken.stored)}"
    blocks: list[Block] = [Prose(f"Taken: {taken.id}, {taken.kind}, {size}, {count(taken.fingerprint.rows, 'row')}.")]
    if taken.kind != wanted:
        blocks.append(Prose("There was no backup on which an increment can build; after a restart there is none."))
    return blocks


def backups(listed: tuple[Backup, ...]) -> list[Block]:
    """A row for each."""
    if not listed:
        return [Prose("There is no backup yet; `coprra backups run` takes one.")]
    columns = (
        Column("Backup", whole_words=True),
        Column("Kind"),
        Column("Taken (UTC)"),
        Column("Size", numeric=True),
        Column("Proved"),
        Column("Remarks", flexible=True),
    )
    return [Table(columns, tuple(_row(one) for one in listed))]


def backup(chain: tuple[Backup, ...]) -> list[Block]:
    """All that is known of the last one; of those that it builds on, that it does."""
    one = chain[-1]
    manifest = one.manifest
    said = [
        f"{manifest.kind} of {safe(manifest.source)}, {manifest.engine}",
        f"taken {minute_utc(manifest.taken_at)}, entry {one.number} of the journal",
        f"{_bytes(manifest.size)} of database in {_bytes(manifest.stored)}, {count(len(manifest.pieces), 'object')}",
        f"{count(len(manifest.fingerprint.tables), 'table')} with {count(manifest.fingerprint.rows, 'row')}",
        f"proved: {'no' if one.fault else one.level}" + (f", {minute_utc(one.verified_at)}" if one.verified_at else ""),
        f"opens for {', '.join(wrapping.recipient for wrapping in one.wrappings)}",
    ]
    if one.fault:
        said.append(f"damaged: {safe(one.fault)}")
    if one.pinned:
        said.append("pinned")
    said += [f"builds on {before.id}" for before in reversed(chain[:-1])]
    return [Prose(one.id), *(Prose(line, indent=2) for line in said)]


def backup_health(health: Health) -> list[Block]:
    """That all is well, or what is wrong and what to do; below it what a disaster would cost now."""
    facts = [Prose(fact, indent=2) for fact in _facts(health)]
    if health.good:
        return [Prose("All is well."), *facts]
    marks = {Severity.PAGE: "WRONG", Severity.WARN: "LOOK"}
    rows = tuple((marks[one.severity], safe(one.said), one.advice) for one in health.findings)
    columns = (Column(""), Column("What", flexible=True), Column("What to do", flexible=True))
    return [Table(columns, rows), Gap(), *facts]


def _facts(health: Health) -> Iterator[str]:
    if health.newest is None:
        yield "A disaster now would cost everything."
        return
    yield f"The newest backup is {health.newest.id}, {health.newest.manifest.kind}."
    cost = (
        f"what came in the last {_time(health.lost)}" if health.lost is not None else "everything: no backup is sound"
    )
    yield f"A disaster now would cost {cost}."
    if health.rto is None:
        yield "How long it takes to be back nobody has tried."
    else:
        yield f"To be back takes about {_time(health.rto)}, people included."
    ages = {level: f"{_time(health.as_of - at)} ago" if at else "never" for level, at in health.proved.items()}
    yield f"Last proved: {', '.join(f'{level} {age}' for level, age in ages.items())}."


def backup_verdict(verdict: Verdict) -> list[Block]:
    """What was examined, and everything that is wrong."""
    blocks: list[Block] = [Prose(f"{safe(damage.message)}") for damage in verdict.damages]
    if verdict.mismatch is not None:
        blocks.append(Prose(safe(verdict.mismatch.message)))
    if verdict.good:
        blocks.append(Prose(f"Proved as far as {verdict.level}: {_named(verdict.examined)}."))
    if verdict.size:
        took = f"restored in {_time(verdict.restored)}, compared in {_time(verdict.checked)}"
        blocks.append(Prose(f"{_bytes(verdict.size)}, {took}.", quiet=True))
    blocks += [Prose(remark, quiet=True) for remark in verdict.remarks]
    if not verdict.recorded:
        blocks.append(Prose("This machine could not write that into the journal.", quiet=True))
    return blocks


def _named(ids: tuple[str, ...]) -> str:
    """All of a few; how many there are of more."""
    if len(ids) > _MOST_NAMED:
        return f"{len(ids)} backups, from {min(ids)} to {max(ids)}"
    return ", ".join(ids) or "nothing was due"


def retention_plan(plan: RetentionPlan) -> list[Block]:
    """A row for each backup, and the hash of the whole."""
    columns = (Column("Backup", whole_words=True), Column("Taken (UTC)"), Column(""), Column("Why", flexible=True))
    rows = tuple(
        (one.candidate.id, minute(one.candidate.taken_at), "keep" if one.keep else "REMOVE", one.said)
        for one in plan.rulings
    )
    going = frozenset(number for number, one in enumerate(plan.rulings) if not one.keep)
    return [Table(columns, rows, bright=going), Gap(), Prose(f"Plan {plan.hash[:16]}: {len(plan.removed)} to remove.")]


def pruned_backups(pruned: Pruned) -> list[Block]:
    """The plan, and what came of it."""
    said = f"Removed {count(len(pruned.plan.removed), 'backup')}, {count(pruned.objects, 'object')}."
    if pruned.locked:
        said += f" {count(pruned.locked, 'object')} must stay: locked yet, or not for this machine to remove."
    if pruned.extended:
        said += f" Made {count(pruned.extended, 'lock')} last longer."
    return [*retention_plan(pruned.plan), Prose(said)]


def restore_plan(plan: RestorePlan) -> list[Block]:
    """What would be done."""
    taken = minute_utc(plan.backup.manifest.taken_at)
    predicted = f" That takes about {_time(plan.predicted)}, people included." if plan.predicted else ""
    return [
        Prose(f"{plan.backup.id} brings {plan.target} to {taken}.{predicted}"),
        *(Prose(f"restore {one.id}, {one.manifest.kind}, {_bytes(one.manifest.size)}", indent=2) for one in plan.chain),
        Prose(_proved(plan), quiet=True),
    ]


def _proved(plan: RestorePlan) -> str:
    backup = plan.backup
    if backup.fault is not None:
        return f"It is damaged: {safe(backup.fault)}"
    if backup.verified_at is not None:
        return f"It was proved as far as {backup.level}, {minute_utc(backup.verified_at)}."
    other = f" The newest that was is {plan.proved.id}." if plan.proved else ""
    return f"Nobody has read it again since it was taken; it is compared while it is restored.{other}"


def restored_backup(plan: RestorePlan, proof: Proof) -> list[Block]:
    """What was done."""
    took = f"{_bytes(proof.size)} in {_time(proof.restored)}, compared in {_time(proof.checked)}"
    return [
        Prose(f"{plan.target} is as {plan.backup.id} was, row by row: {took}."),
        Prose("Now let COPRRA_DATABASE_URL, or datadir of a server, name it, and take a backup at once."),
    ]


def copied_backups(copied: Copied) -> list[Block]:
    """How much, and everything that was not."""
    damages = [Prose(safe(damage.message)) for damage in copied.damages]
    return [*damages, Prose(f"Copied: {count(copied.objects, 'object')}, {_bytes(copied.size)}.")]


def rotated_recipients(rotated: Rotated) -> list[Block]:
    """How many, and what that does not undo."""
    blocks: list[Block] = [Prose(f"Wrapped anew: {count(rotated.wrapped, 'key')}.")]
    if rotated.exposed:
        said = f"Former recipients can open {count(len(rotated.exposed), 'backup')} as well, until removed."
        blocks.append(Prose(said))
    return blocks


def _row(one: Backup) -> tuple[str, ...]:
    remarks = [f"builds on {one.manifest.parent}"] if one.manifest.parent else []
    remarks += ["pinned"] if one.pinned else []
    remarks += [f"DAMAGED: {safe(one.fault)}"] if one.fault else []
    proved = f"{one.level}, {minute(one.verified_at)}" if one.verified_at and not one.fault else "never"
    size = _bytes(one.manifest.size)
    return (one.id, str(one.manifest.kind), minute(one.manifest.taken_at), size, proved, "; ".join(remarks))


def _bytes(size: int) -> str:
    amount, units = float(size), ["B", "kB", "MB", "GB"]
    while amount >= 1000 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    return f"{amount:.0f} {units[0]}" if units[0] == "B" else f"{amount:.1f} {units[0]}"


def _time(time: timedelta) -> str:
    """``less than a second``, ``59 seconds``, ``2 minutes``, ``36 hours``, ``9 days``."""
    seconds = time.total_seconds()
    if seconds < 1:
        return "less than a second"
    for most, unit, length in ((120, "second", 1), (7_200, "minute", 60), (172_800, "hour", 3_600)):
        if seconds < most:
            return count(round(seconds / length), unit)
    return count(round(seconds / 86_400), "day")
