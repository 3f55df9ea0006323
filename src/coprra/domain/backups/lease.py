"""Lease: one at a time does a job on a cluster's backups, whichever machine it runs on."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from coprra.domain.backups.blob import Blob, BlobChanged, BlobExists
from coprra.domain.backups.ports import BlobStore
from coprra.domain.kernel.errors import Conflict, CoprraError, Invalid
from coprra.domain.kernel.instants import EPOCH, format_instant, parse_instant
from coprra.domain.kernel.ports import Clock, Pulse

LASTS = timedelta(minutes=30)
_BEATS_IN_A_LEASE = 6
_BELIEVED = timedelta(hours=1)
"""A lease that ends later was written by a clock that no store would bear, or is damaged; nobody waits for it."""
_LARGEST = 4096


class LeaseHeld(Conflict):
    """Somebody else does that job now."""

    code = "lease_held"


@dataclass(slots=True)
class Lease:
    """A held lease. A pulse renews it, however long a single step of the work takes; whoever works looks at it."""

    _clock: Clock
    _store: BlobStore
    _holder: str
    _blob: Blob
    _until: datetime
    _sent: bytes

    def renew(self) -> None:
        """Hold it longer; where that can't be told, it lasts as long as was told before. Raises: as the store does."""
        until = self._clock.now() + LASTS
        content = _content(self._holder, until)
        sent, self._sent = {self._sent, content}, content
        try:
            self._blob = self._store.replace(self._blob, content)
        except BlobChanged:
            if not self._is_there(sent):
                self._until = EPOCH
                return
            self._blob = self._store.replace(self._blob, content)
        self._until = until

    def _is_there(self, sent: Collection[bytes]) -> bool:
        """Whether the store took what we have sent, and only its answer was lost."""
        blob = self._store.find(self._blob.key)
        with self._store.open(self._blob.key) as source:
            content = source.read(_LARGEST)
        if blob is None or content not in sent:
            return False
        self._blob = blob
        return True

    def check(self) -> None:
        """To be asked before what two may not do at once. Raises: LeaseHeld when it was lost, or has ended."""
        if self._clock.now() >= self._until:
            raise LeaseHeld("Somebody else may have taken over this job, because it gave no sign for long.")

    def release(self) -> None:
        """Let others have it. Where that can't be told now, they wait until it ends."""
        with suppress(CoprraError):
            self._store.replace(self._blob, _content(self._holder, EPOCH))


@contextmanager
def held(clock: Clock, store: BlobStore, pulse: Pulse, key: str, holder: str) -> Iterator[Lease]:
    """Hold the lease of that key for the block. Raises: LeaseHeld."""
    now = clock.now()
    until = now + LASTS
    wanted = _content(holder, until)
    try:
        with store.create(key) as new:
            new.write(wanted)
        blob = new.blob
    except BlobExists:
        blob = _taken_over(store, key, wanted, now)
    lease = Lease(clock, store, holder, blob, until, wanted)
    try:
        with pulse(lease.renew, LASTS / _BEATS_IN_A_LEASE):
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
    if now < until <= now + _BELIEVED:
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
