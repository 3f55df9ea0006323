"""Copy backups."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from coprra.domain.backups.blob import Blob, BlobExists
from coprra.domain.backups.damage import Damaged
from coprra.domain.backups.history import History
from coprra.domain.backups.journal import LARGEST_ENTRY
from coprra.domain.backups.manifest import Piece
from coprra.domain.backups.policy import InvalidPolicy
from coprra.domain.backups.ports import BlobStore
from coprra.domain.backups.repository import CHUNK, Progress, Repository, in_silence


@dataclass(frozen=True, slots=True)
class Copied:
    """How many objects were copied, and of how many bytes. damages: why others were not."""

    objects: int
    size: int
    damages: tuple[Damaged, ...] = ()


@dataclass(frozen=True, slots=True)
class SecondStore:
    """lock: for how long nobody may remove what is copied there; None where it can't lock."""

    store: BlobStore
    lock: timedelta | None = None


@dataclass(frozen=True, slots=True)
class CopyBackups:
    """Use case: have all of it in a second store as well, of another account, machine or place.

    What is copied is what was signed, compared on its way; what nobody signed stays where it is. A damaged object gets
    no name there, and keeps nothing else from being copied. What a journal names is copied before the journal, so a
    copy that is cut off is an older one, and whole. Nothing is removed there: a copy is pruned as its own store.
    Whether it is good is seen by verifying it as its own store, too.
    """

    repository: Repository
    second: SecondStore | None

    def __call__(self, *, progress: Progress = in_silence) -> Copied:
        """Raises: InvalidPolicy without a second store; Damaged, LeaseHeld, StoreUnreachable, StoreFull."""
        repository = self.repository
        if self.second is None:
            raise InvalidPolicy("There is no second store; the settings name it as copy_to.")
        with repository.job("copy"):
            history = repository.history()
            there = {blob.key: blob.size for blob in self.second.store.list(f"v1/{repository.policy.cluster}/")}
            entries = {repository.journal.key(entry.number): entry.number for entry in history.entries}
            self._refuse_another_journal(self.second.store, entries, there)
            damages = list(_strange(history, there))
            missing = [piece for piece in _pieces(history) if piece.key not in there]
            copied, size, done, whole = 0, 0, 0, sum(piece.size for piece in missing)
            for piece in missing:
                try:
                    self._copy(self.second, piece.key, repository.chunks((piece,)))
                    copied, size = copied + 1, size + piece.size
                except Damaged as damage:
                    damages.append(damage)
                done += piece.size
                progress(done, whole)
            for blob in self._of_strangers(history):
                if blob.key not in there:
                    self._copy(self.second, blob.key, self._as_it_lies(blob.key))
                    copied, size = copied + 1, size + blob.size
            for key in sorted(entries.keys() - there.keys()):
                content = repository.journal.signed(entries[key])
                self._copy(self.second, key, (content,))
                copied, size = copied + 1, size + len(content)
            return Copied(copied, size, self._told(damages))

    def _copy(self, second: SecondStore, key: str, chunks: Iterable[bytes]) -> None:
        until = self.repository.clock.now() + second.lock if second.lock else None
        # What turns out, within the block, not to be what was signed gets no name there.
        with suppress(BlobExists), second.store.create(key, locked_until=until) as new:
            for chunk in chunks:
                new.write(chunk)

    def _of_strangers(self, history: History) -> Iterator[Blob]:
        """What only a newer version could compare with what was signed."""
        for id in history.strangers:
            yield from self.repository.store.list(self.repository.data_prefix(id))
            yield from self.repository.store.list(self.repository.keys_prefix(id))

    def _as_it_lies(self, key: str) -> Iterator[bytes]:
        with self.repository.store.open(key) as source:
            while chunk := source.read(CHUNK):
                yield chunk

    def _told(self, damages: list[Damaged]) -> tuple[Damaged, ...]:
        """With the backups that suffer, unless they were pruned while we copied."""
        if not damages:
            return ()
        history = self.repository.history()
        suffering = {piece.key: backup.id for backup in history.backups for piece in backup.pieces}
        return tuple(
            damage.affecting(*(history.dependents(suffering[damage.key]) or (suffering[damage.key],)))
            for damage in damages
            if damage.key in suffering
        )

    def _refuse_another_journal(self, second: BlobStore, entries: Mapping[str, int], there: Mapping[str, int]) -> None:
        """Entries that were written there, and not copied, would break the chain of those that come after them."""
        own = sorted(key for key in there.keys() - entries if key.startswith(self.repository.journal_prefix))
        common = max(there.keys() & entries, default=None)
        if own or (common and self.repository.journal.signed(entries[common]) != _content(second, common)):
            raise Damaged(
                "The second store has entries of its own in its journal; nothing was copied. Copy to an empty store.",
                own[0] if own else str(common),
            )


def _pieces(history: History) -> Iterator[Piece]:
    return (piece for backup in history.backups for piece in backup.pieces)


def _strange(history: History, there: Mapping[str, int]) -> Iterator[Damaged]:
    for piece in _pieces(history):
        size = there.get(piece.key, piece.size)
        if size != piece.size:
            yield Damaged(f"The second store has {piece.key} with {size} bytes, not {piece.size}.", piece.key)


def _content(store: BlobStore, key: str) -> bytes:
    with store.open(key) as source:
        return source.read(LARGEST_ENTRY)
