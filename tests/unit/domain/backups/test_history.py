"""What a journal comes to does not weigh what the journal weighs."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from coprra.domain.backups.entry import BEGINNING, Body, Entry, Removed, Taken
from coprra.domain.backups.fingerprint import Fingerprint, TableState
from coprra.domain.backups.history import History
from coprra.domain.backups.manifest import Kind, Manifest, backup_id

BEGIN = datetime(2026, 11, 23, tzinfo=UTC)
COUNT = 1_000
KEPT = 10


def manifest(number: int) -> Manifest:
    """Of a database with as many tables as coprra has, each another time."""
    at = BEGIN + timedelta(hours=number)
    return Manifest(
        id=backup_id(at, number.to_bytes(4, "big")),
        engine="sqlite",
        source="here",
        kind=Kind.FULL,
        parent=None,
        started_at=at,
        taken_at=at,
        finished_at=at,
        size=number,
        sha256=f"{number:064}",
        pieces=(),
        wrappings=(),
        fingerprint=Fingerprint(
            method="m", schema="s", objects={}, tables={f"{number} {n}": TableState(n, f"{n:064}") for n in range(45)}
        ),
        versions={},
    )


def entries() -> Iterator[Entry]:
    """A backup each hour, of which the last ten are kept."""
    for number in range(COUNT):
        bodies: list[Body] = [Taken(manifest(number))]
        if number >= KEPT:
            bodies.append(Removed(backups=(manifest(number - KEPT).id,), plan="", forced=False))
        for body in bodies:
            at = BEGIN + timedelta(hours=number)
            yield Entry(cluster="c", number=number + 1, previous=BEGINNING, at=at, by="x", signer="s", body=body)


def test_of_what_was_removed_nothing_is_held_but_its_name() -> None:
    """Hourly runs are 61,000 entries in seven years; each may weigh half a kilobyte, and weighed fifteen."""
    tracemalloc.start()
    try:
        history = History.of(entries())
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(history.backups) == KEPT
    assert len(history.removed) == COUNT - KEPT
    assert held < COUNT * 600
