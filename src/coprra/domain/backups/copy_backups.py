"""Copy backups."""

from dataclasses import dataclass
from datetime import timedelta

from coprra.domain.backups.blob import Blob, BlobExists
from coprra.domain.backups.damage import Damaged
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
            entries = tuple(repository.store.list(f"v1/{repository.policy.cluster}/journal/"))
            removed = repository.history().removed
            there = {blob.key for blob in self.second.store.list(f"v1/{repository.policy.cluster}/")}
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
                while chunk := source.read(CHUNK):
                    new.write(chunk)
        except BlobExists:
            return
        if new.blob.size != blob.size:
            raise Damaged(f"{blob.key} did not arrive whole in the second store.", blob.key)
