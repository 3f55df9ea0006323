"""Repositories for tests: the real keys and seals, with whatever store and clock a test brings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from coprra.adapters.age.sealer import AgeSealer
from coprra.adapters.cryptography.signatures import Ed25519Signatures, new_signing_key
from coprra.adapters.memory.blobs import MemoryBlobStore
from coprra.adapters.memory.bookmark import MemoryBookmark
from coprra.adapters.memory.database import MemoryDatabase
from coprra.domain.backups.level import Level
from coprra.domain.backups.manifest import Kind, Manifest
from coprra.domain.backups.policy import Limits, Policy
from coprra.domain.backups.ports import BlobStore
from coprra.domain.backups.repository import Repository
from coprra.domain.backups.restore_backup import RestoreBackup
from coprra.domain.backups.retention import STANDARD
from coprra.domain.backups.run_backup import RunBackup
from coprra.domain.backups.verify_backups import Verdict, VerifyBackups
from coprra.domain.kernel.ports import Clock, Pulse, Randomness
from coprra.testing.builders import TESTER

OPS, ESCROW, STRANGER = (AgeSealer().new_key() for _ in range(3))
SIGNING_KEY, SIGNER = new_signing_key()
LIMITS = Limits(
    backup_age=timedelta(hours=26),
    l1_age=timedelta(hours=26),
    l2_age=timedelta(days=8),
    l3_age=timedelta(days=35),
    rto=timedelta(minutes=40),
)
POLICY = Policy(
    cluster="test",
    recipients=tuple(AgeSealer().public(key).text for key in (OPS, ESCROW)),
    retention=STANDARD,
    limits=LIMITS,
    lock=None,
)


@dataclass(slots=True)
class MovableClock(Clock):
    """Stands still until a test moves it."""

    instant: datetime = datetime(2026, 11, 23, 2, tzinfo=UTC)

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self.instant

    def move(self, **by: float) -> None:
        """By so many days, hours or minutes."""
        self.instant += timedelta(**by)


@dataclass(slots=True)
class Counting(Randomness):
    """Numbers instead of chance."""

    drawn: int = 0

    def draw(self, size: int) -> bytes:
        """See `Randomness.draw`."""
        self.drawn += 1
        return self.drawn.to_bytes(size, "big")


class Silent(Pulse):
    """Never beats: nobody hears of whoever is busy."""

    @contextmanager
    def __call__(self, beat: Callable[[], None], every: timedelta) -> Iterator[None]:
        """See `Pulse`."""
        del beat, every
        yield


def make_repository(
    store: BlobStore, clock: Clock, *, policy: Policy = POLICY, identities: tuple[str, ...] = (OPS,), signs: bool = True
) -> Repository:
    """On a machine that has these secret keys of recipients, and may sign or not. It gives no signs of life."""
    return Repository(
        clock=clock,
        pulse=Silent(),
        store=store,
        signatures=Ed25519Signatures([SIGNER], SIGNING_KEY if signs else None),
        sealer=AgeSealer(identities),
        bookmark=MemoryBookmark(),
        policy=policy,
        holder="a test",
    )


def on_another_machine(repository: Repository, *identities: str) -> Repository:
    """With nothing but the store, the policy and these secret keys: what is there after a disaster."""
    return replace(
        repository,
        signatures=Ed25519Signatures([SIGNER]),
        sealer=AgeSealer(identities),
        bookmark=MemoryBookmark(),
        holder="another machine",
    )


@dataclass(slots=True)
class Site:
    """Everything that one database and its backups need."""

    clock: MovableClock
    store: MemoryBlobStore
    database: MemoryDatabase
    repository: Repository
    randomness: Counting

    def add(self, *rows: str, table: str = "prices") -> None:
        """So that there is something new to back up."""
        self.database.tables.setdefault(table, []).extend(rows)

    def run(self, kind: Kind = Kind.FULL) -> Manifest:
        """Take a backup of something new, a day after the one before."""
        self.clock.move(days=1)
        self.add(f"row {self.randomness.drawn}")
        manifest = RunBackup(self.repository, self.database, self.randomness)(kind, by=TESTER)
        assert manifest is not None
        return manifest

    def verify(self, level: Level = Level.L1, id: str | None = None, *, everything: bool = False) -> Verdict:
        """See `VerifyBackups`."""
        return VerifyBackups(self.repository, self.database)(level, id, by=TESTER, everything=everything)

    def restore(
        self, where: str, id: str | None = None, *, repository: Repository | None = None
    ) -> dict[str, list[str]]:
        """Its tables, as they are at another place; on this machine, or another one that has that repository."""
        restore = RestoreBackup(repository or self.repository, self.database)
        restore(restore.plan(where, id), where, yes_i_mean=where)
        return self.database.others[where]


def rewrite(store: BlobStore, key: str, change: Callable[[bytes], bytes]) -> None:
    """Change an object behind everybody's back."""
    blob = store.find(key)
    assert blob is not None
    with store.open(key) as source:
        content = change(source.read())
    store.remove(blob)
    with store.create(key) as new:
        new.write(content)


def make_site() -> Site:
    """Nothing is backed up yet."""
    clock = MovableClock()
    store = MemoryBlobStore(clock)
    database = MemoryDatabase({"prices": ["1.99", "2.49"], "shops": ["konzum"]})
    return Site(clock, store, database, make_repository(store, clock), Counting())
