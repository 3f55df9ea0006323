"""Copy backups."""

from dataclasses import dataclass
from datetime import timedelta

from coprra.domain.backups.blob import Blob, BlobExists
from coprra.domain.backups.damage import Damaged
from coprra.domain.backups.journal import LARGEST_ENTRY
from coprra.domain.backups.policy import InvalidPolicy
from coprra.domain.backups.ports import BlobStore
from coprra.domain.backups.repository import CHUNK, Progress, Repository, in_silence


@dataclass(frozen=True, slots=True)
class Copied:
    """How many objects were copied, and of how many bytes."""

    objects: int
    size: int


@dataclass(frozen=True, slots=True)
class SecondStore:
    """lock: for how long nobody may remove what is copied there; None where it can't lock."""

    store: BlobStore
    lock: timedelta | None = None


@dataclass(frozen=True, slots=True)
class CopyBackups:
    """Use case: have all of it in a second store as well, of another account, machine or place.

    What a journal names is copied before the journal, so a copy that is cut off is an older one, and whole. Nothing is
    removed there: a copy is pruned as its own store. Whether it is good is seen by verifying it as its own store, too.
    """

    repository: Repository
    second: SecondStore | None

    def __call__(self, *, progress: Progress = in_silence) -> Copied:
        """Raises: InvalidPolicy without a second store; Damaged, LeaseHeld, StoreUnreachable, StoreFull."""
        repository = self.repository
        if self.second is None:
            raise InvalidPolicy("There is no second store; the settings name it as copy_to.")
        with repository.job("copy"):
            # Of the journal first what is read, and last what is copied: what comes meanwhile waits for the next time.
            entries = tuple(repository.store.list(repository.journal_prefix))
            removed = repository.history().removed
            there = {blob.key for blob in self.second.store.list(f"v1/{repository.policy.cluster}/")}
            self._refuse_another_journal(self.second.store, entries, there)
            stored = [
                blob
                for prefix in (repository.data_prefix(), repository.keys_prefix())
                for blob in repository.store.list(prefix)
                if blob.key.split("/")[3] not in removed
            ]
            missing = [blob for blob in (*stored, *entries) if blob.key not in there]
            done, size = 0, sum(blob.size for blob in missing)
            for blob in missing:
                self._copy(self.second, blob)
                done += blob.size
                progress(done, size)
        return Copied(len(missing), size)

    def _copy(self, second: SecondStore, blob: Blob) -> None:
        repository = self.repository
        until = repository.clock.now() + second.lock if second.lock else None
        try:
            with repository.store.open(blob.key) as source, second.store.create(blob.key, locked_until=until) as new:
                size = 0
                while chunk := source.read(CHUNK):
                    size += new.write(chunk)
                if size != blob.size:
                    # Within the block: what is not whole must not get a name there, for it would never be copied again.
                    raise Damaged(f"{blob.key} was not read whole.", blob.key)
        except BlobExists:
            return

    def _refuse_another_journal(self, second: BlobStore, entries: tuple[Blob, ...], there: set[str]) -> None:
        """Entries that were written there, and not copied, would break the chain of those that come after them."""
        mine = {blob.key for blob in entries}
        own = sorted(key for key in there - mine if key.startswith(self.repository.journal_prefix))
        common = max(mine & there, default=None)
        if own or (common and _content(self.repository.store, common) != _content(second, common)):
            raise Damaged(
                "The second store has entries of its own in its journal; nothing was copied. Copy to an empty store.",
                own[0] if own else str(common),
            )


def _content(store: BlobStore, key: str) -> bytes:
    with store.open(key) as source:
        return source.read(LARGEST_ENTRY)
