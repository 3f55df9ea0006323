"""Lease: one at a time does a job on a cluster's backups, whichever machine it runs on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from coprra.domain.backups.blob import Blob, BlobChanged, BlobExists
from coprra.domain.backups.ports import BlobStore
from coprra.domain.kernel.errors import Conflict, CoprraError, Invalid
from coprra.domain.kernel.instants import EPOCH, format_instant, parse_instant
from coprra.domain.kernel.ports import Clock

LASTS = timedelta(minutes=30)
_RENEWED_AFTER = timedelta(minutes=5)
_LARGEST = 4096


class LeaseHeld(Conflict):
    """Somebody else does that job now."""

    code = "lease_held"


@dataclass(slots=True)
class Lease:
    """A held lease. `renew` is called now and then by whoever works."""

    _clock: Clock
    _store: BlobStore
    _holder: str
    _blob: Blob
    _renewed_at: datetime

    def renew(self) -> None:
        """Hold it longer, if some time has passed. Raises: LeaseHeld when it was lost."""
        now = self._clock.now()
        if now - self._renewed_at >= _RENEWED_AFTER:
            try:
                self._blob = self._store.replace(self._blob, _content(self._holder, now + LASTS))
            except BlobChanged as error:
                raise LeaseHeld("Somebody else has taken over this job, because it gave no sign for long.") from error
            self._renewed_at = now

    def release(self) -> None:
        """Let others have it. Where that can't be told now, they wait until it ends."""
        with suppress(CoprraError):
            self._store.replace(self._blob, _content(self._holder, EPOCH))


@contextmanager
def held(clock: Clock, store: BlobStore, key: str, holder: str) -> Iterator[Lease]:
    """Hold the lease of that key for the block. Raises: LeaseHeld."""
    now = clock.now()
    wanted = _content(holder, now + LASTS)
    try:
        with store.create(key) as new:
            new.write(wanted)
        blob = new.blob
    except BlobExists:
        blob = _taken_over(store, key, wanted, now)
    lease = Lease(clock, store, holder, blob, now)
    try:
        yield lease
    finally:
        lease.release()


def _taken_over(store: BlobStore, key: str, wanted: bytes, now: datetime) -> Blob:
    """Nobody has it any more: it was released, its holder was killed, or nobody can read whose it is."""
    blob = store.find(key)
    if blob is None:
        raise LeaseHeld("Somebody has just ended this job; try again.")
    with store.open(key) as source:
        holder, until = _read(source.read(_LARGEST))
    if now < until:
        latest = format_instant(until)[:16].replace("T", " ")
        raise LeaseHeld(f"{holder} does this job. If it was killed, try again after {latest} UTC.")
    try:
        return store.replace(blob, wanted)
    except BlobChanged as error:
        raise LeaseHeld("Somebody else has just begun this job.") from error


def _content(holder: str, until: datetime) -> bytes:
    return json.dumps({"holder": holder, "until": format_instant(until)}).encode()


def _read(content: bytes) -> tuple[str, datetime]:
    try:
        said = json.loads(content)
        return str(said["holder"]), parse_instant(str(said["until"]))
    except (ValueError, LookupError, TypeError, Invalid):
        return "somebody", EPOCH
