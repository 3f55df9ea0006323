"""What is backed up comes back as it was, and every failure leaves a trace and nothing else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from coprra.adapters.cryptography.signatures import Ed25519Signatures
from coprra.adapters.memory.blobs import MemoryBlobStore
from coprra.adapters.memory.database import MemoryDatabase, MemoryTarget
from coprra.domain.backups.blob import Blob, BlobChanged, StoreFull, StoreUnreachable
from coprra.domain.backups.damage import Damaged, Mismatch, WrongKey
from coprra.domain.backups.entry import CantSign, Failed, Taken, Verified
from coprra.domain.backups.fingerprint import TableState
from coprra.domain.backups.history import UnknownBackup
from coprra.domain.backups.lease import LeaseHeld
from coprra.domain.backups.level import Level
from coprra.domain.backups.manifest import Kind, Manifest
from coprra.domain.backups.ports import Snapshot
from coprra.domain.backups.restore_backup import RestoreBackup
from coprra.domain.backups.rotate_recipients import RotateRecipients
from coprra.domain.backups.run_backup import RunBackup
from coprra.domain.backups.show_backups import ListBackups, ShowBackup
from coprra.domain.backups.snapshot import DefinitionsChanged, SnapshotFailed, TargetRefused, UnsupportedKind
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.kernel.ports import Pulse
from coprra.testing.backups import (
    ESCROW,
    OPS,
    POLICY,
    STRANGER,
    MovableClock,
    Site,
    make_repository,
    on_another_machine,
    rewrite,
)
from coprra.testing.builders import TESTER
from coprra.testing.contracts.blobs import read

OTHER = "20261125T000000Z-0000ffff"


def objects(site: Site, part: str = "") -> list[str]:
    return [blob.key for blob in site.store.list(f"v1/test/{part}")]


def test_it_comes_back_as_it_was(site: Site) -> None:
    site.run()
    before = {name: list(rows) for name, rows in site.database.tables.items()}
    site.add("later")
    assert site.restore("elsewhere") == before


def test_increments_come_back_on_top_of_what_they_build_on(site: Site) -> None:
    full, first, second = site.run(), site.run(Kind.INCREMENTAL), site.run(Kind.INCREMENTAL)
    assert (first.parent, second.parent) == (full.id, first.id)
    assert site.restore("whole") == site.database.tables
    assert len(site.restore("half", first.id)["prices"]) == len(site.database.tables["prices"]) - 1
    assert [backup.id for backup in ShowBackup(site.repository)(second.id)] == [full.id, first.id, second.id]


def test_an_increment_builds_on_what_is_sound_and_is_whole_where_nothing_is(site: Site) -> None:
    first = site.run(Kind.INCREMENTAL)
    assert (first.kind, first.parent) == (Kind.FULL, None)
    second = site.run(Kind.INCREMENTAL)
    rewrite(site.store, second.pieces[0].key, lambda content: content[1:])
    site.verify()
    assert site.run(Kind.INCREMENTAL).parent == first.id
    rewrite(site.store, first.pieces[0].key, lambda content: content[1:])
    site.verify(everything=True)
    assert site.run(Kind.INCREMENTAL).kind is Kind.FULL


def test_what_is_large_is_cut_into_objects(site: Site) -> None:
    site.repository = replace(site.repository, policy=replace(POLICY, piece=1_000))
    site.add(*(f"{number * 7919 % 1_000_003}" for number in range(2_000)))
    manifest = site.run()
    assert [piece.size for piece in manifest.pieces[:-1]] == [1_000] * (len(manifest.pieces) - 1)
    assert objects(site, "data") == [piece.key for piece in manifest.pieces]
    assert len(manifest.pieces) > 2
    assert site.restore("elsewhere") == site.database.tables


def test_what_did_not_change_is_backed_up_once_a_day(site: Site) -> None:
    run = RunBackup(site.repository, site.database, site.randomness)
    assert run(by=TESTER)
    site.clock.move(hours=23)
    assert run(by=TESTER) is None
    assert run(by=TESTER, force=True)
    site.clock.move(hours=24)
    assert run(by=TESTER)
    site.add("new")
    assert run(by=TESTER)
    assert len(ListBackups(site.repository)()) == 4


def test_a_clock_that_jumped_back_is_no_reason_to_take_none(site: Site) -> None:
    run = RunBackup(site.repository, site.database, site.randomness)
    assert run(by=TESTER)
    site.clock.move(days=-1)
    assert run(by=TESTER)
    assert [backup.number for backup in ListBackups(site.repository)()] == [2, 1]


def test_what_did_not_change_is_backed_up_where_the_newest_is_of_another_or_damaged(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RunBackup(site.repository, site.database, site.randomness)
    assert run(by=TESTER)
    with monkeypatch.context() as moved:
        moved.setattr(MemoryDatabase, "source", "another machine")
        assert run(by=TESTER)
    newest = run(by=TESTER)
    assert newest
    assert run(by=TESTER) is None
    rewrite(site.store, newest.pieces[0].key, lambda content: content[1:])
    site.verify()
    assert run(by=TESTER)


def test_what_the_store_has_not_although_it_said_so_is_no_backup(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    find = site.store.find
    for gone in ("/data/", "/keys/"):
        with monkeypatch.context() as lossy:
            lossy.setattr(site.store, "find", lambda key, *_, gone=gone: None if gone in key else find(key))
            with pytest.raises(Damaged, match="did not arrive whole"):
                site.run()
    assert ListBackups(site.repository)() == ()


def test_what_was_signed_is_read_again_before_it_counts(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ed25519Signatures, "sign", lambda *_: bytes(64))
    with pytest.raises(Damaged, match="no signature of anybody we trust"):
        site.run()


def test_a_run_gives_up_what_others_left_half_done_two_days_ago(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[datetime] = []
    monkeypatch.setattr(site.store, "sweep", swept.append)
    site.run()
    assert swept == [site.clock.now() - timedelta(days=2)]


def test_a_run_that_fails_leaves_its_reason_and_nothing_else(site: Site) -> None:
    site.database.broken = True
    with pytest.raises(SnapshotFailed):
        site.run()
    assert objects(site, "data") == objects(site, "keys") == []
    (entry,) = site.repository.journal.read()
    assert entry.body == Failed("full", "snapshot_failed: The database broke while it was copied.")
    site.database.broken = False
    assert site.run().kind is Kind.FULL


def test_a_database_without_a_table_is_no_backup(site: Site) -> None:
    """An empty file is a database, too; taken for one, it would push out what was there before."""
    site.database.tables.clear()
    with pytest.raises(SnapshotFailed, match="no table in the database"):
        RunBackup(site.repository, site.database, site.randomness)(by=TESTER)
    assert objects(site, "data") == objects(site, "keys") == []


def test_where_tables_change_meanwhile_it_is_tried_once_more(site: Site) -> None:
    site.database.changing = 1
    taken = site.run()
    assert objects(site, "data") == [piece.key for piece in taken.pieces]
    site.database.changing = 2
    with pytest.raises(DefinitionsChanged):
        site.run()
    assert len(objects(site, "data")) == 1
    *_, entry = site.repository.journal.read()
    assert isinstance(entry.body, Failed)


def test_what_can_not_be_built_on_is_not_built_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    first = site.run()
    site.run()
    monkeypatch.setattr(
        MemoryDatabase, "continued", lambda _, manifests: next(one for one in manifests if one.id == first.id)
    )
    assert site.run(Kind.INCREMENTAL).parent == first.id


def test_a_kind_that_the_database_has_not_is_refused(site: Site) -> None:
    with pytest.raises(UnsupportedKind):
        site.run(Kind.DUMP)


def test_two_do_not_run_at_once_and_who_died_is_waited_for_half_an_hour_at_most(site: Site) -> None:
    run = RunBackup(site.repository, site.database, site.randomness)
    with site.repository.job("run"):
        with pytest.raises(LeaseHeld, match=r"a test does this job\. If it was killed, try again after "):
            run(by=TESTER)
        assert objects(site, "data") == objects(site, "journal") == []
        site.clock.move(minutes=31)
        assert run(by=TESTER)
    assert run(by=TESTER, force=True)


class Slow(MemoryDatabase):
    """While it is copied, an hour goes by, and somebody else believes that nobody works any more."""

    site: Site

    @contextmanager
    def snapshot(self, kind: Kind, parent: Manifest | None) -> Iterator[Snapshot]:
        """See `Database.snapshot`."""
        with super().snapshot(kind, parent) as snapshot:
            self.site.clock.move(hours=1)
            with self.site.repository.job("run"):
                self.site.clock.move(minutes=10)
            yield snapshot


def test_a_lease_that_was_taken_over_ends_the_run(site: Site) -> None:
    """The one that was believed dead finds that out while it works, and stores nothing."""
    slow = Slow()
    slow.site, site.database = site, slow
    with pytest.raises(LeaseHeld, match="taken over"):
        site.run()
    assert objects(site, "data") == objects(site, "journal") == []


@dataclass
class Unhurried(MemoryDatabase):
    """When it was read it is fingerprinted, which takes until others have done what they do meanwhile."""

    meanwhile: Callable[[], object]

    def __post_init__(self) -> None:
        super().__init__({"prices": ["1.99"]})

    @contextmanager
    def snapshot(self, kind: Kind, parent: Manifest | None) -> Iterator[Snapshot]:
        """See `Database.snapshot`."""
        with super().snapshot(kind, parent) as snapshot:
            yield snapshot
            self.meanwhile()


@dataclass
class Beating(Pulse):
    """Beats when it is due while a test lets time go by."""

    clock: MovableClock
    beat: Callable[[], None] = lambda: None
    every: timedelta = timedelta()

    @contextmanager
    def __call__(self, beat: Callable[[], None], every: timedelta) -> Iterator[None]:
        """See `Pulse`."""
        self.beat, self.every = beat, every
        yield

    def go_by(self, span: timedelta) -> None:
        """In steps."""
        for _ in range(span // self.every):
            self.clock.instant += self.every
            self.beat()


def test_a_job_that_takes_hours_is_nobody_elses_meanwhile(site: Site) -> None:
    pulse = Beating(site.clock)

    def others_try() -> None:
        pulse.go_by(timedelta(hours=2))
        with pytest.raises(LeaseHeld, match="a test does this job"):
            RunBackup(site.repository, site.database, site.randomness)(by=TESTER)

    RunBackup(replace(site.repository, pulse=pulse), Unhurried(others_try), site.randomness)(by=TESTER)
    assert len(objects(site, "journal")) == 1
    with replace(site.repository, pulse=pulse).job("verify"):
        pulse.go_by(timedelta(hours=2))
        with pytest.raises(LeaseHeld):
            site.verify()
    assert site.verify().good


def test_of_two_runs_that_each_believe_to_be_alone_one_has_a_manifest(site: Site) -> None:
    """The first gives no sign while it fingerprints for a day, in which the second begins and ends."""
    with pytest.raises(LeaseHeld, match="taken over"):
        RunBackup(site.repository, Unhurried(site.run), site.randomness)(by=TESTER)
    (entry,) = site.repository.journal.read()
    assert isinstance(entry.body, Taken)
    assert entry.body.manifest.fingerprint.tables.keys() == {"prices", "shops"}


class Away(MemoryBlobStore):
    """A store that nobody reaches now and then, or whose answers are lost."""

    away = False
    unheard: CoprraError | None = None

    def replace(self, old: Blob, content: bytes) -> Blob:
        """See `BlobStore.replace`."""
        if self.away:
            raise StoreUnreachable("The store is away.")
        replaced = super().replace(old, content)
        if self.unheard:
            raise self.unheard
        return replaced


def test_a_lease_lasts_as_long_as_was_told_while_the_store_is_away(site: Site) -> None:
    store = Away(site.clock)
    with replace(site.repository, store=store).job("run") as lease:
        site.clock.move(minutes=20)
        store.away = True
        with pytest.raises(StoreUnreachable):
            lease.renew()
        lease.check()
        site.clock.move(minutes=10)
        with pytest.raises(LeaseHeld):
            lease.check()
        store.away = False
        lease.renew()
        lease.check()


@pytest.mark.parametrize("unheard", [BlobChanged("At the second try."), StoreUnreachable("It timed out.")])
def test_a_lease_whose_renewal_was_taken_without_an_answer_is_still_ours(site: Site, unheard: CoprraError) -> None:
    store = Away(site.clock)
    repository = replace(site.repository, store=store)
    with repository.job("run") as lease:
        store.unheard = unheard
        with suppress(CoprraError):
            lease.renew()
        store.unheard = None
        for _ in range(2):
            site.clock.move(minutes=20)
            lease.renew()
            lease.check()
        site.clock.move(minutes=40)
        with replace(repository, holder="another").job("run"):
            lease.renew()
            with pytest.raises(LeaseHeld):
                lease.check()


def test_a_place_without_room_for_the_largest_increment_beside_the_whole_is_not_begun(site: Site) -> None:
    full, first, second = site.run(), site.run(Kind.INCREMENTAL), site.run(Kind.INCREMENTAL)
    needed = full.size + max(first.size, second.size)
    site.database.free = needed - 1
    with pytest.raises(StoreFull, match=f"has {needed - 1:,} bytes free, and {needed:,} are needed"):
        site.restore("elsewhere")
    with pytest.raises(StoreFull):
        site.verify(Level.L2)
    site.database.free = needed
    assert site.restore("elsewhere") == site.database.tables


def test_a_machine_that_may_not_sign_takes_no_backup(site: Site) -> None:
    site.repository = make_repository(site.store, site.clock, signs=False)
    with pytest.raises(CantSign):
        site.run()
    assert objects(site) == []


def test_the_backup_host_can_not_open_what_it_stored(site: Site) -> None:
    site.repository = make_repository(site.store, site.clock, identities=())
    site.run()
    assert site.verify().good
    with pytest.raises(WrongKey, match="--identity names its file"):
        site.restore("elsewhere")
    assert site.database.others == {}


def test_the_store_and_the_escrow_key_are_enough(site: Site) -> None:
    site.run()
    bare = on_another_machine(site.repository, ESCROW)
    assert site.restore("elsewhere", repository=bare) == site.database.tables
    with pytest.raises(WrongKey):
        site.restore("again", repository=on_another_machine(site.repository, STRANGER))


def test_a_key_that_does_not_open_all_of_a_chain_is_told_before_anything_is_read(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not when hours of restoring what it builds on have gone by."""
    site.run()
    changed = tuple(site.repository.sealer.public(key).text for key in (ESCROW, STRANGER))
    site.repository = replace(site.repository, policy=replace(POLICY, recipients=changed))
    increment = site.run(Kind.INCREMENTAL)
    assert increment.parent
    monkeypatch.setattr(MemoryTarget, "receive", _full)
    for ask in (lambda: site.restore("elsewhere"), lambda: site.verify(Level.L2)):
        with pytest.raises(WrongKey, match=f"{increment.id} opens with the secret key of"):
            ask()


def test_what_was_found_wrong_with_a_whole_one_is_not_mended_by_what_builds_on_it(site: Site) -> None:
    base, increment = site.run(), site.run(Kind.INCREMENTAL)
    wrong = Verified(level=Level.L2, backups=(base.id,), failures={base.id: "it comes back otherwise"})
    site.repository.journal.append(wrong, TESTER)
    assert site.verify(Level.L2, increment.id).examined == (increment.id,)
    assert site.repository.history().named(base.id).fault == "it comes back otherwise"
    assert site.verify(Level.L2, base.id).good
    assert site.repository.history().named(base.id).proved(Level.L2)


def test_one_sound_wrapped_key_is_enough(site: Site) -> None:
    manifest = site.run()
    rewrite(site.store, manifest.wrappings[0].piece.key, lambda content: content[1:])
    both = on_another_machine(site.repository, OPS, ESCROW)
    assert site.restore("elsewhere", repository=both) == site.database.tables
    with pytest.raises(Damaged, match=f"Affected: {manifest.id}"):
        site.restore("again", repository=on_another_machine(site.repository, OPS))


def test_nothing_is_restored_over_something_nor_by_mistake(site: Site) -> None:
    site.run()
    site.restore("elsewhere")
    restore = RestoreBackup(site.repository, site.database)
    with pytest.raises(TargetRefused, match="over something"):
        restore(restore.plan("elsewhere"), "elsewhere", yes_i_mean="elsewhere")
    for typed in ("", "yes", "another"):
        with pytest.raises(TargetRefused, match="--yes-i-mean third"):
            restore(restore.plan("third"), "third", yes_i_mean=typed)
    with pytest.raises(TargetRefused, match="--yes-i-mean third"):
        restore(restore.plan("third"), "fourth", yes_i_mean="third")
    assert list(site.database.others) == ["elsewhere"]


def test_a_backup_of_another_sort_of_database_is_not_restored_into_this_one(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.run()
    monkeypatch.setattr(MemoryDatabase, "engine", "other")
    with pytest.raises(TargetRefused, match="is of memory, and this is other"):
        site.restore("elsewhere")


def test_what_breaks_a_rule_does_not_become_a_database(site: Site) -> None:
    site.add("fault: an orphan")
    manifest = site.run()
    with pytest.raises(Mismatch, match="an orphan"):
        site.restore("elsewhere")
    assert site.database.others == {}
    verdict = site.verify(Level.L2)
    assert (verdict.good, verdict.examined) == (False, (manifest.id,))
    assert ListBackups(site.repository)()[0].fault == verdict.mismatch.message  # type: ignore[union-attr]  # there is one


def test_what_comes_back_otherwise_than_it_was_fingerprinted_does_not_become_a_database(site: Site) -> None:
    """All bytes are those that were signed, and no rule is broken."""
    manifest = site.run()
    tables = {**manifest.fingerprint.tables, "prices": TableState(4, "of others")}
    other = replace(manifest.fingerprint, tables=tables)
    site.repository.journal.append(Taken(replace(manifest, id=OTHER, fingerprint=other)), TESTER)
    with pytest.raises(Mismatch, match="table prices has 3 rows, not 4"):
        site.restore("elsewhere")
    assert site.database.others == {}
    verdict = site.verify(Level.L2)
    assert (verdict.mismatch is not None, verdict.examined) == (True, (OTHER,))


def test_what_opens_to_something_else_than_was_sealed_is_damaged(site: Site) -> None:
    manifest = site.run()
    site.repository.journal.append(Taken(replace(manifest, id=OTHER, sha256="0" * 64)), TESTER)
    with pytest.raises(Damaged, match="opens to something else than was sealed"):
        site.restore("elsewhere")
    assert site.database.others == {}


def test_what_did_not_come_back_as_it_was_is_not_good_because_its_bytes_are_sound(site: Site) -> None:
    site.add("fault: an orphan")
    site.run()
    site.verify(Level.L2)
    site.clock.move(days=1)
    assert site.verify(everything=True).good
    history = site.repository.history()
    assert not history.backups[0].proved(Level.L1)
    assert not history.candidates(Level.L1)[0].verified


def test_what_was_damaged_and_is_whole_again_is_good_again(site: Site) -> None:
    key = site.run().pieces[0].key
    whole = read(site.store, key)
    rewrite(site.store, key, lambda content: content[1:])
    assert not site.verify().good
    assert not site.repository.history().backups[0].proved(Level.L1)
    rewrite(site.store, key, lambda _: whole)
    assert site.verify().good
    assert site.repository.history().backups[0].proved(Level.L1)


def test_restored_and_proved_is_the_newest_of_which_with_all_it_builds_on_no_fault_is_known(site: Site) -> None:
    """One rule for both, so that what was proved is what will be brought back."""
    restore = RestoreBackup(site.repository, site.database)
    first, base, increment = site.run(), site.run(), site.run(Kind.INCREMENTAL)
    site.verify(id=first.id)
    plan = restore.plan("x")
    assert (plan.backup.id, plan.proved and plan.proved.id) == (increment.id, first.id)
    whole = read(site.store, base.pieces[0].key)
    rewrite(site.store, base.pieces[0].key, lambda content: content[1:])
    site.verify(everything=True)
    assert restore.plan("x").backup.id == first.id
    assert site.verify(Level.L2).examined == (first.id,)
    rewrite(site.store, first.pieces[0].key, lambda content: content[1:])
    site.verify(everything=True)
    # Where none is sound, the newest is tried, and says what is wrong with it.
    assert restore.plan("x").backup.id == increment.id
    rewrite(site.store, base.pieces[0].key, lambda _: whole)
    site.verify(everything=True)
    assert (site.verify(Level.L2).good, restore.plan("x").backup.id) == (True, increment.id)


def test_what_is_not_there_is_told(site: Site) -> None:
    for ask in (lambda: site.restore("x"), lambda: site.verify(Level.L2)):
        with pytest.raises(UnknownBackup, match="no backup yet"):
            ask()
    site.run()
    for ask in (lambda: site.restore("x", "nonsense"), lambda: site.verify(Level.L1, "nonsense")):
        with pytest.raises(UnknownBackup, match="no backup 'nonsense'"):
            ask()


def test_new_recipients_open_old_backups_and_the_old_ones_are_named(site: Site) -> None:
    manifest = site.run()
    recipients = tuple(site.repository.sealer.public(key).text for key in (ESCROW, STRANGER))
    site.repository = replace(site.repository, policy=replace(POLICY, recipients=recipients))
    rotated = RotateRecipients(site.repository)(by=TESTER)
    assert (rotated.wrapped, rotated.exposed) == (1, (manifest.id,))
    assert RotateRecipients(site.repository)(by=TESTER).wrapped == 0
    for key in (OPS, ESCROW, STRANGER):
        bare = on_another_machine(site.repository, key)
        assert site.restore(key, repository=bare) == site.database.tables
    assert site.verify(everything=True).good


def test_one_rotates_at_a_time(site: Site) -> None:
    """Two would wrap every key twice."""
    site.run()
    with site.repository.job("rotate"), pytest.raises(LeaseHeld):
        RotateRecipients(site.repository)(by=TESTER)


def test_one_more_recipient_exposes_nothing(site: Site) -> None:
    site.run()
    recipients = tuple(site.repository.sealer.public(key).text for key in (OPS, ESCROW, STRANGER))
    site.repository = replace(site.repository, policy=replace(POLICY, recipients=recipients))
    rotated = RotateRecipients(site.repository)(by=TESTER)
    assert (rotated.wrapped, rotated.exposed) == (1, ())


def test_an_increment_counts_as_verified_with_what_it_builds_on_alone(site: Site) -> None:
    base, increment = site.run(), site.run(Kind.INCREMENTAL)
    for proved, counted in (((increment.id,), []), ((base.id,), [base.id, increment.id])):
        site.repository.journal.append(Verified(level=Level.L1, backups=proved, failures={}), TESTER)
        candidates = site.repository.history().candidates(Level.L1)
        assert [candidate.id for candidate in candidates if candidate.verified] == counted


def test_a_rotation_that_was_cut_off_is_done_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.run()
    strangers = tuple(site.repository.sealer.public(key).text for key in (STRANGER, OPS))
    site.repository = replace(site.repository, policy=replace(POLICY, recipients=strangers))
    with monkeypatch.context() as full:
        full.setattr(type(site.repository.journal), "append", _full)
        with pytest.raises(StoreFull):
            RotateRecipients(site.repository)(by=TESTER)
    assert RotateRecipients(site.repository)(by=TESTER).wrapped == 1
    assert site.restore("elsewhere", repository=on_another_machine(site.repository, STRANGER))


def _full(*_: object) -> Snapshot:
    raise StoreFull("There is no room.")
