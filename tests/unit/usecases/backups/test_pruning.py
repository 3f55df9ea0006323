"""What no rule wants is removed as it was planned, and a pruning that is cut off does no harm."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from coprra.adapters.memory.blobs import MemoryBlobStore
from coprra.adapters.memory.bookmark import MemoryBookmark
from coprra.adapters.memory.database import MemoryDatabase
from coprra.domain.backups.blob import Blob
from coprra.domain.backups.copy_backups import CopyBackups, SecondStore
from coprra.domain.backups.entry import CantSign
from coprra.domain.backups.lease import LeaseHeld
from coprra.domain.backups.manifest import Kind, Manifest
from coprra.domain.backups.pin_backup import PinBackup
from coprra.domain.backups.ports import Snapshot
from coprra.domain.backups.prune_backups import PlanChanged, PlanRetention, PruneBackups, PruningRefused
from coprra.domain.backups.retention import STANDARD
from coprra.domain.backups.show_backups import ListBackups
from coprra.domain.backups.snapshot import SnapshotFailed
from coprra.testing.backups import POLICY, Site, on_another_machine
from coprra.testing.builders import TESTER

RULES = replace(STANDARD, daily=8, weekly=1, monthly=1, yearly=1, window=timedelta(days=1))


@pytest.fixture
def old(site: Site) -> Site:
    """Ten backups of ten days, all of them verified; two of them are too many."""
    site.repository = replace(site.repository, policy=replace(POLICY, retention=RULES))
    for _ in range(10):
        site.run()
    site.verify(everything=True)
    return site


def names(site: Site) -> list[str]:
    return [backup.id for backup in ListBackups(site.repository)()]


def owners(site: Site) -> set[str]:
    """Of every object that is sealed."""
    return {blob.key.split("/")[3] for part in ("data", "keys") for blob in site.store.list(f"v1/test/{part}/")}


def test_it_removes_what_was_planned_and_nothing_else(old: Site) -> None:
    before = names(old)
    plan = PlanRetention(old.repository)()
    pruned = PruneBackups(old.repository)(by=TESTER, shown=plan.hash)
    assert [one.id for one in pruned.plan.removed] == before[8:]
    assert names(old) == before[:8]
    assert owners(old) == set(before[:8])
    assert pruned.objects == 2 * 3
    assert old.verify(everything=True).remarks == ()
    assert PruneBackups(old.repository)(by=TESTER).objects == 0


def test_what_was_not_shown_is_not_removed(old: Site) -> None:
    plan = PlanRetention(old.repository)()
    old.run()
    old.verify(everything=True)
    with pytest.raises(PlanChanged):
        PruneBackups(old.repository)(by=TESTER, shown=plan.hash)
    assert len(names(old)) == 11


def test_what_looks_like_an_accident_waits_for_a_person(old: Site) -> None:
    old.clock.move(days=3)
    with pytest.raises(PruningRefused, match=r"72 hours old\. If that is meant, say --force"):
        PruneBackups(old.repository)(by=TESTER)
    assert len(names(old)) == 10
    PruneBackups(old.repository)(by=TESTER, force=True)
    assert len(names(old)) == 8


def test_backups_that_nobody_verified_push_nobody_out(old: Site) -> None:
    before = names(old)
    for _ in range(2):
        old.run()
    PruneBackups(old.repository)(by=TESTER)
    assert set(before[:8]) < set(names(old))


def test_what_is_pinned_stays_with_all_that_it_builds_on(old: Site) -> None:
    increment = old.run(Kind.INCREMENTAL)
    for _ in range(9):
        old.run()
    old.verify(everything=True)
    PinBackup(old.repository)(increment.id, by=TESTER)
    PruneBackups(old.repository)(by=TESTER, force=True)
    assert set(names(old)[-2:]) == {increment.id, increment.parent}
    assert len(names(old)) == 10
    assert old.restore("elsewhere", increment.id)
    PinBackup(old.repository)(increment.id, by=TESTER, pinned=False)
    PruneBackups(old.repository)(by=TESTER)
    assert len(names(old)) == 8


class Interrupted(Exception):
    """The power went."""


def test_a_pruning_that_is_cut_off_leaves_no_half_backup_and_is_completed(
    old: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = names(old)
    remove = old.store.remove
    left = iter(range(3))

    def remove_three(blob: Blob) -> None:
        if next(left, None) is None:
            raise Interrupted
        remove(blob)

    with monkeypatch.context() as power:
        power.setattr(old.store, "remove", remove_three)
        with pytest.raises(Interrupted):
            PruneBackups(old.repository)(by=TESTER)
    assert names(old) == before[:8]
    assert old.verify(everything=True).good
    assert PruneBackups(old.repository)(by=TESTER).objects == 3
    assert owners(old) == set(before[:8])


def test_what_a_killed_run_left_is_removed_after_a_week(old: Site) -> None:
    for day in ("20261124T020000Z", "20261203T010000Z"):
        with old.store.create(f"v1/test/data/{day}-ffffffff/000.zst.age") as new:
            new.write(b"left")
    with old.store.create("v1/test/data/strange/000.zst.age") as new:
        new.write(b"not ours")
    PruneBackups(old.repository)(by=TESTER)
    assert {owner for owner in owners(old) if owner not in names(old)} == {"20261203T010000Z-ffffffff", "strange"}


def test_backups_whose_names_the_journal_has_lost_are_not_taken_for_what_killed_runs_left(old: Site) -> None:
    """On a machine that has never seen its end; somebody may have cut it, or not have brought it back yet."""
    there = owners(old)
    for left in (3, 0):
        for entry in list(old.store.list("v1/test/journal/"))[left:]:
            old.store.remove(entry)
        old.clock.move(days=30)
        pruner = replace(old.repository, bookmark=MemoryBookmark())
        said = f"the journal names {left} backups, and not {10 - left} that are there"
        with pytest.raises(PruningRefused, match=said):
            PruneBackups(pruner)(by=TESTER)
        assert owners(old) == there


def test_locks_of_what_is_kept_are_made_to_last(site: Site) -> None:
    lock = timedelta(days=10)
    site.repository = replace(site.repository, policy=replace(POLICY, retention=RULES, lock=lock))
    manifest = site.run()
    site.verify()
    for days, extended in ((4, 0), (2, 3 + 2), (1, 0)):
        site.clock.move(days=days)
        assert PruneBackups(site.repository)(by=TESTER).extended == extended
    entries = [entry.key for entry in site.store.list("v1/test/journal/")]
    for key in (manifest.pieces[0].key, *entries):
        blob = site.store.find(key)
        assert blob is not None
        assert blob.locked_until == manifest.taken_at + timedelta(days=6) + lock


def test_every_object_of_a_kept_chain_is_locked_anew_its_wrapped_keys_as_well(site: Site) -> None:
    lock = timedelta(days=10)
    site.repository = replace(site.repository, policy=replace(POLICY, retention=RULES, lock=lock))
    chain = site.run(), site.run(Kind.INCREMENTAL), site.run(Kind.INCREMENTAL)
    site.verify(everything=True)
    site.clock.move(days=9)
    PruneBackups(site.repository)(by=TESTER, force=True)
    pieces = [piece for one in chain for piece in (*one.pieces, *(wrapping.piece for wrapping in one.wrappings))]
    found = [site.store.find(piece.key, piece.version) for piece in pieces]
    assert {blob and blob.locked_until for blob in found} == {site.clock.now() + lock}


def test_a_lock_that_is_not_there_is_missed_although_the_bytes_are(site: Site) -> None:
    lock = timedelta(days=10)
    site.repository = replace(site.repository, policy=replace(POLICY, retention=RULES, lock=lock))
    manifest = site.run()
    assert site.verify().missed == ()
    site.clock.move(days=11)
    verdict = site.verify()
    said = f"3 objects are not locked and could be removed, such as {manifest.pieces[0].key};"
    assert (verdict.good, verdict.missed[0].startswith(said)) == (True, True)
    PruneBackups(site.repository)(by=TESTER, force=True)
    assert site.verify().missed == ()


def test_what_is_locked_yet_is_removed_later(old: Site) -> None:
    for blob in old.store.list("v1/test/data/"):
        old.store.lock(blob, old.clock.now() + timedelta(hours=20))
    pruned = PruneBackups(old.repository)(by=TESTER)
    assert (pruned.objects, pruned.locked) == (4, 2)
    old.clock.move(hours=21)
    assert PruneBackups(old.repository)(by=TESTER).objects == 2


def test_a_copy_is_pruned_by_what_its_journal_says_without_a_signature(old: Site) -> None:
    second = MemoryBlobStore(old.clock)
    copy = CopyBackups(old.repository, SecondStore(second))
    copy()
    there = replace(on_another_machine(old.repository), store=second)
    with pytest.raises(CantSign):
        PruneBackups(there)(by=TESTER)
    pruned = PruneBackups(old.repository)(by=TESTER)
    copy()
    assert PruneBackups(there)(by=TESTER).objects == pruned.objects
    for part in ("data", "keys", "journal"):
        keys = [[blob.key for blob in store.list(f"v1/test/{part}/")] for store in (second, old.store)]
        assert keys[0] == keys[1]


def test_what_is_pinned_while_others_prune_waits(old: Site) -> None:
    with old.repository.job("prune"), pytest.raises(LeaseHeld):
        PinBackup(old.repository)(names(old)[0], by=TESTER)


def test_one_prunes_at_a_time(old: Site) -> None:
    with old.repository.job("prune"), pytest.raises(LeaseHeld):
        PruneBackups(old.repository)(by=TESTER)


class Pruned(MemoryDatabase):
    """Somebody prunes while it is copied, and says that it is meant."""

    site: Site

    @contextmanager
    def snapshot(self, kind: Kind, parent: Manifest | None) -> Iterator[Snapshot]:
        """See `Database.snapshot`."""
        with super().snapshot(kind, parent) as snapshot:
            yield snapshot
            PruneBackups(self.site.repository)(by=TESTER, force=True)


def test_nothing_builds_on_what_is_pruned_meanwhile(old: Site) -> None:
    """The newest sound one may be too old for every rule, because nobody has verified it."""
    unproved = old.run()
    old.clock.move(days=2)
    other = Pruned(old.database.tables)
    other.site, old.database = old, other
    with pytest.raises(SnapshotFailed, match=f"{unproved.id}, which it would build on, was removed meanwhile"):
        old.run(Kind.INCREMENTAL)
    assert unproved.id not in names(old)
    assert old.run(Kind.INCREMENTAL).parent in names(old)
