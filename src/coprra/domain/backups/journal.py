"""Journal: everything that happened to backups, in objects that are signed, numbered and chained by their hashes."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from coprra.domain.backups.blob import BlobExists, UnknownBlob
from coprra.domain.backups.damage import Damaged
from coprra.domain.backups.document import InvalidDocument
from coprra.domain.backups.entry import BEGINNING, Body, Entry, SignedEntry, read_entry
from coprra.domain.backups.manifest import ids_named_in
from coprra.domain.backups.ports import BlobStore, Bookmark, Signatures
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Conflict, Invalid
from coprra.domain.kernel.ports import Clock

LARGEST_ENTRY = 16 * 2**20
_PATIENCE = 20


class JournalContested(Conflict):
    """Others write to the journal faster than we do."""

    code = "journal_contested"


class EntryTooLarge(Invalid):
    """What is to be written down has no room in one entry."""

    code = "entry_too_large"


@dataclass(frozen=True, slots=True)
class Journal:
    """Of one cluster, in one store. lock: for how long a new entry can't be removed; None where the store can't lock.

    bookmark: where it ended when this machine looked last, so that a cut end is noticed.
    """

    clock: Clock
    store: BlobStore
    signatures: Signatures
    bookmark: Bookmark
    cluster: str
    lock: timedelta | None

    def check_end(self) -> None:
        """Raises: Damaged when nothing can be written down, because what it would have to follow can't be read."""
        self._last()

    def append(self, body: Body, by: Actor) -> Entry:
        """Write it down behind whatever is there by then.

        Raises: Damaged, CantSign, JournalContested; EntryTooLarge, for nobody could read it.
        """
        signer = self.signatures.signer
        for _ in range(_PATIENCE):
            last = self._last()
            stands = self._stands(last)
            now = self.clock.now()
            entry = Entry(
                cluster=self.cluster,
                number=last.number + 1 if last else 1,
                previous=last.hash if last else BEGINNING,
                at=now,
                by=str(by),
                signer=signer,
                body=body,
            )
            signed = SignedEntry(entry, self.signatures.sign(entry.content))
            if len(signed.stored) > LARGEST_ENTRY:
                raise EntryTooLarge(f"An entry of {len(signed.stored):,} bytes is more than the journal takes.")
            with suppress(BlobExists):
                with self.store.create(
                    self.key(entry.number), locked_until=now + self.lock if self.lock else None
                ) as new:
                    new.write(signed.stored)
                # What was stored is read again: a signature that does not hold now never will.
                self._read(self.key(entry.number), entry.number)
                # Who has seen another journal goes on saying so until a person has looked.
                if stands:
                    self.bookmark.note(entry.number, entry.hash)
                return entry
        raise JournalContested("The journal of backups is written to all the while; try again.")

    def read(self) -> Iterator[Entry]:
        """Every entry, by number, of which only one at a time is held. Raises: Damaged for the first thing wrong."""
        last: Entry | None = None
        for found in self.examine():
            if isinstance(found, Damaged):
                raise found
            last = found
            yield found
        if last:
            self.bookmark.note(last.number, last.hash)

    def signed(self, number: int) -> bytes:
        """That entry as it is stored, signature and all. Raises: Damaged."""
        return self._signed(self.key(number), number).stored

    def examine(self) -> Iterator[Entry | Damaged]:
        """Every entry that is what was signed and where it belongs, and in between everything that is not."""
        expected, previous = 1, BEGINNING
        noted = self.bookmark.latest()
        for blob in self.store.list(self._prefix):
            number = self._number(blob.key)
            if number is None:
                yield Damaged(f"{blob.key} does not belong into the journal.", blob.key)
                continue
            if expected < number:
                previous = ""
                yield self._gap(expected, number - 1)
            expected = number + 1
            try:
                signed = self._signed(blob.key, number)
            except Damaged as damage:
                previous = ""
                yield damage
                continue
            entry, digest = signed.entry, signed.hash
            # Behind what is damaged nothing tells what it followed; its own number and signature hold all the same.
            if previous not in {"", entry.previous}:
                yield Damaged(f"{blob.key} does not follow the entry before it.", blob.key)
            if noted and noted[0] == number and noted[1] != digest:
                yield Damaged(f"{blob.key} is another entry than this machine has seen there.", blob.key)
            previous = digest
            yield entry
        if noted and expected <= noted[0]:
            yield self._gap(expected, noted[0])

    def _gap(self, first: int, last: int) -> Damaged:
        """One for all of them: a stray name of a high number must not fill the memory."""
        what = f"{self.key(first)} is" if first == last else f"{self.key(first)} to {self.key(last)} are"
        return Damaged(f"{what} missing.", self.key(first))

    def _stands(self, last: Entry | None) -> bool:
        """Whether the entry that this machine has seen last is there still."""
        noted = self.bookmark.latest()
        if noted is None or (last is not None and noted == (last.number, last.hash)):
            return True
        if last is None or last.number < noted[0]:
            return False
        with suppress(Damaged):
            return self._read(self.key(noted[0]), noted[0]).hash == noted[1]
        return False

    @property
    def _prefix(self) -> str:
        return f"v1/{self.cluster}/journal/"

    def key(self, number: int) -> str:
        """Of the object that is the entry of that number."""
        return f"{self._prefix}{number:08}.jsonl"

    def _number(self, key: str) -> int | None:
        digits = key.removeprefix(self._prefix).removesuffix(".jsonl")
        return int(digits) if digits.isdigit() and self.key(int(digits)) == key else None

    def _last(self) -> Entry | None:
        numbers = [self._number(blob.key) or 0 for blob in self.store.list(self._prefix)]
        last = max(numbers, default=0)
        try:
            return self._read(self.key(last), last) if last else None
        except Damaged as damage:
            advice = (
                "Nothing can be written behind it: bring that object back from the second store or another version of "
                "it, or give `cluster` in the settings a new name, so that a new journal begins beside this one."
            )
            raise Damaged(f"{damage.said} {advice}", damage.key, damage.backups) from damage

    def _read(self, key: str, number: int) -> Entry:
        return self._signed(key, number).entry

    def _signed(self, key: str, number: int) -> SignedEntry:
        try:
            with self.store.open(key) as source:
                stored = source.read(LARGEST_ENTRY)
        except UnknownBlob as error:
            raise Damaged(f"{key} is missing.", key) from error
        named = ids_named_in(stored)
        try:
            signed = read_entry(stored)
        except InvalidDocument as error:
            raise Damaged(f"{key} can't be read.", key, named) from error
        entry = signed.entry
        if not self.signatures.holds(entry.signer, signed.content, signed.signature):
            raise Damaged(f"{key} has no signature of anybody we trust.", key, named)
        if (entry.cluster, entry.number) != (self.cluster, number):
            raise Damaged(f"{key} is entry {entry.number} of {entry.cluster}, and not in its place.", key, named)
        return signed
