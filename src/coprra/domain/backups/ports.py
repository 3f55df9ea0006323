"""What the backups room needs: stores, keys to seal and sign with, and databases to copy."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from coprra.domain.backups.blob import Blob
from coprra.domain.backups.fingerprint import Fingerprint
from coprra.domain.backups.manifest import Kind, Manifest
from coprra.domain.backups.recipient import Recipient


class Source(Protocol):
    """Bytes to read."""

    @abstractmethod
    def read(self, size: int = -1, /) -> bytes:
        """At most so many, less only where that suits; none at the end. Of -1: all there are."""


class Sink(Protocol):
    """Where bytes are written to."""

    @abstractmethod
    def write(self, content: bytes, /) -> int:
        """All of them; how many they are."""


class NewBlob(Sink, Protocol):
    """An object that comes to be."""

    @property
    @abstractmethod
    def blob(self) -> Blob:
        """What was stored, once the block has ended well."""


class BlobStore(Protocol):
    """Objects by their keys, in which nothing is ever overwritten.

    Raises everywhere: StoreUnreachable; InvalidBlobKey for a key that `checked_key` refuses.
    """

    @abstractmethod
    def create(self, key: str, *, locked_until: datetime | None = None) -> AbstractContextManager[NewBlob]:
        """Store what is written in the block, all of it when the block ends well, and otherwise nothing of it.

        Until then nobody sees it, however large it is. locked_until: nobody removes it before.

        Raises: BlobExists, at the end of the block at the latest; StoreFull; LocksUnsupported.
        """

    @abstractmethod
    def replace(self, old: Blob, content: bytes) -> Blob:
        """Store the content instead, if `old` is still what is there. Raises: BlobChanged, StoreFull."""

    @abstractmethod
    def open(self, key: str, version: str | None = None) -> AbstractContextManager[Source]:
        """Read it from its beginning; of no version: the newest. Raises: UnknownBlob."""

    @abstractmethod
    def find(self, key: str, version: str | None = None) -> Blob | None:
        """All that is known of it; None where there is none."""

    @abstractmethod
    def list(self, prefix: str) -> Iterator[Blob]:
        """Everything whose key begins so, by key. However much it is, each is told once and none is left out."""

    @abstractmethod
    def lock(self, blob: Blob, until: datetime) -> None:
        """Keep it until then at least; a lock that lasts longer stays. Raises: UnknownBlob, LocksUnsupported."""

    @abstractmethod
    def remove(self, blob: Blob) -> None:
        """Remove it for good, version and all; nothing where it is gone. Raises: BlobLocked."""

    @abstractmethod
    def sweep(self, before: datetime) -> int:
        """Give up what was begun before then and never ended, as a killed process leaves it; how much that was."""


class Sealer(Protocol):
    """Packs and seals what is stored, so that only recipients open it."""

    @abstractmethod
    def recipient(self, text: str) -> Recipient:
        """Read a public key. Raises: InvalidRecipient."""

    @abstractmethod
    def owned(self) -> tuple[Recipient, ...]:
        """The recipients whose secret keys are on this machine."""

    @abstractmethod
    def new_key(self) -> str:
        """A fresh secret key, for one backup alone."""

    @abstractmethod
    def public(self, key: str) -> Recipient:
        """Of a secret key, what may be shown."""

    @abstractmethod
    def wrap(self, key: str, recipient: Recipient) -> bytes:
        """A backup's key, sealed so that the recipient opens it."""

    @abstractmethod
    def unwrap(self, wrapped: bytes, name: str) -> str:
        """The key, with whichever secret key on this machine opens it. name: of the object, for errors.

        Raises: WrongKey, Damaged.
        """

    @abstractmethod
    def seal(self, plain: Source, sink: Sink, key: str) -> None:
        """Read it to its end, pack, seal and write it; never more in memory than a small part. Raises: as they do."""

    @abstractmethod
    def open(self, sealed: Source, sink: Sink, key: str, name: str) -> None:
        """The inverse. What was written before damage is found must not be used. Raises: WrongKey, Damaged.

        That it is whole as it was sealed is certain; whether that was all, whoever sealed it must have said elsewhere.
        """


class Signatures(Protocol):
    """Signs what this machine states, and knows whom to believe."""

    @property
    @abstractmethod
    def signer(self) -> str:
        """The name of the key that this machine signs with: 16 hex digits. Raises: CantSign."""

    @abstractmethod
    def sign(self, content: bytes) -> bytes:
        """A signature. Raises: CantSign."""

    @abstractmethod
    def holds(self, signer: str, content: bytes, signature: bytes) -> bool:
        """Whether that signer, whom we trust, signed just that; False for a stranger."""


class Bookmark(Protocol):
    """Where this machine has seen the journal end; the only thing about backups that it keeps for itself."""

    @abstractmethod
    def note(self, number: int, digest: str) -> None:
        """Remember the entry of that number and hash, if it is later than the one before. Raises: Unavailable."""

    @abstractmethod
    def latest(self) -> tuple[int, str] | None:
        """Its number and hash; None on a machine that never looked. Raises: Unavailable, Unreadable."""


class Snapshot(Source, Protocol):
    """A database as it was at one instant, to be read once from its beginning to its end.

    The instant is not before it was opened, and not after it was read.
    """

    @property
    @abstractmethod
    def size(self) -> int:
        """About how many bytes will come."""

    @property
    @abstractmethod
    def fingerprint(self) -> Fingerprint:
        """Of just this instant; to be asked for after `end`."""

    @abstractmethod
    def is_as(self, manifest: Manifest) -> bool:
        """Whether it is certainly what was backed up then; False where only reading it would tell."""

    @property
    @abstractmethod
    def versions(self) -> Mapping[str, str]:
        """Of the programs that took part, by their names."""

    @property
    @abstractmethod
    def position(self) -> Mapping[str, str]:
        """See `Manifest.position`; to be asked for after `end`."""

    @abstractmethod
    def end(self) -> None:
        """To be called when everything was read: whether it is whole.

        Raises: SnapshotFailed, StoreFull; DefinitionsChanged and InstantMissed, after which another try may end well.
        """


class Target(Protocol):
    """A place to which backups are restored; it is nobody's database before `keep`.

    A context manager: what was not kept is gone when the block ends.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """What a person types who means it."""

    @abstractmethod
    def __enter__(self) -> Self:
        """Take possession of it. Raises: TargetRefused where there is anything that could be lost."""

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what was not kept."""

    @property
    def free(self) -> int | None:
        """Bytes for which its disk has room; None where nobody knows."""
        return None

    @abstractmethod
    def receive(self, kind: Kind) -> AbstractContextManager[Sink]:
        """Take one backup of a chain, in their order. Raises: StoreFull, Mismatch."""

    @abstractmethod
    def fingerprint(self) -> Fingerprint:
        """Of what is there now. Raises: Mismatch for what can't be read as a database; StoreFull."""

    @abstractmethod
    def faults(self) -> tuple[str, ...]:
        """What is wrong within it, in a line for each: pages, orphans, rules of coprra; nothing where all is well."""

    @abstractmethod
    def keep(self) -> None:
        """Make it a database. Raises: TargetRefused when there has come something meanwhile."""

    @property
    def url(self) -> str | None:
        """Where coprra finds what was brought back, as COPRRA_DATABASE_URL says it; None where it can't run on it."""
        return None


class Probe(Protocol):
    """Runs coprra on a database that was restored."""

    @abstractmethod
    def __call__(self, url: str) -> tuple[str, ...]:
        """What went wrong, in a line for each; nothing where it runs and answers. The database may be changed."""


class Database(Protocol):
    """What is backed up."""

    @property
    @abstractmethod
    def engine(self) -> str:
        """What it is: only the same can be restored."""

    @property
    @abstractmethod
    def source(self) -> str:
        """Which one it is: machine and place, never a password."""

    @property
    @abstractmethod
    def kinds(self) -> frozenset[Kind]:
        """What backups of it there are."""

    @abstractmethod
    def continued(self, manifests: Iterable[Manifest]) -> Manifest | None:
        """The first of these backups that an increment can build on, if any. Raises: SnapshotFailed."""

    @abstractmethod
    def snapshot(self, kind: Kind, parent: Manifest | None) -> AbstractContextManager[Snapshot]:
        """As it is now. kind: one of `kinds`; parent: what increments build on. Raises: SnapshotFailed, StoreFull."""

    @abstractmethod
    def scratch(self) -> Target:
        """A place of its own that nobody needs; it is never kept."""

    @abstractmethod
    def target(self, where: str) -> Target:
        """A place that an operator names. Raises: TargetRefused."""
