"""Whatever is changed, removed, swapped or forged in a store is found, and the backups that suffer are named."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random

import pytest

from coprra.adapters.age.sealer import AgeSealer
from coprra.adapters.cryptography.signatures import Ed25519Signatures, new_signing_key
from coprra.adapters.memory.blobs import MemoryBlobStore
from coprra.adapters.memory.bookmark import MemoryBookmark
from coprra.domain.backups.blob import StoreUnreachable
from coprra.domain.backups.damage import Damaged
from coprra.domain.backups.entry import Failed, Taken, Verified
from coprra.domain.backups.journal import LARGEST_ENTRY, EntryTooLarge
from coprra.domain.backups.level import Level
from coprra.domain.backups.manifest import Kind, Manifest
from coprra.domain.backups.ports import Source
from coprra.domain.backups.rotate_recipients import RotateRecipients
from coprra.domain.backups.run_backup import RunBackup
from coprra.domain.backups.show_backups import ListBackups
from coprra.domain.backups.verify_backups import Verdict
from coprra.testing.backups import (
    ESCROW,
    OPS,
    POLICY,
    SIGNER,
    STRANGER,
    Site,
    make_repository,
    on_another_machine,
    rewrite,
)
from coprra.testing.builders import TESTER
from coprra.testing.contracts.blobs import put, read

FLIPS = int(os.environ.get("COPRRA_BIT_FLIPS", "1000"))


def named(verdict: Verdict) -> set[str]:
    return {id for damage in verdict.damages for id in damage.backups}


def journal_keys(site: Site) -> list[str]:
    return [blob.key for blob in site.store.list("v1/test/journal/")]


def remove(site: Site, key: str) -> None:
    blob = site.store.find(key)
    assert blob is not None
    site.store.remove(blob)


@pytest.fixture
def backups(site: Site) -> list[Manifest]:
    """A whole one, one that builds on it, and another whole one; every kind of object and of entry but removals."""
    manifests = [site.run(), site.run(Kind.INCREMENTAL), site.run()]
    site.verify(everything=True)
    site.verify(Level.L2)
    recipients = tuple(site.repository.sealer.public(key).text for key in (ESCROW, STRANGER))
    site.repository = replace(site.repository, policy=replace(POLICY, recipients=recipients))
    RotateRecipients(site.repository)(by=TESTER)
    return manifests


def test_what_is_whole_is_good_and_remembered(site: Site, backups: list[Manifest]) -> None:
    verdict = site.verify(everything=True)
    assert (verdict.good, verdict.recorded, verdict.remarks) == (True, True, ())
    assert verdict.examined == tuple(manifest.id for manifest in backups)
    assert [backup.level for backup in ListBackups(site.repository)()] == [Level.L2, Level.L1, Level.L1]


def test_every_flipped_bit_of_every_object_is_found(site: Site, backups: list[Manifest]) -> None:
    """The objects are drawn evenly, so that the small ones are hit as often as the large ones."""
    random = Random(20261123)
    keys = [blob.key for blob in site.store.list("v1/test/") if "/lease/" not in blob.key]
    ids = {manifest.id for manifest in backups}
    for _ in range(FLIPS):
        key = random.choice(keys)
        blob = site.store.find(key)
        assert blob is not None
        bit = random.randrange(blob.size * 8)

        def flip(content: bytes, bit: int = bit) -> bytes:
            damaged = bytearray(content)
            damaged[bit // 8] ^= 1 << bit % 8
            return bytes(damaged)

        rewrite(site.store, key, flip)
        bare = on_another_machine(site.repository)
        verdict = Site(site.clock, site.store, site.database, bare, site.randomness).verify(everything=True)
        rewrite(site.store, key, flip)
        assert key in {damage.key for damage in verdict.damages}, f"bit {bit} of {key}"
        assert named(verdict)
        assert named(verdict) <= ids
        assert not verdict.recorded
        if "/journal/" not in key:
            assert key.split("/")[3] in named(verdict)
    assert site.verify(everything=True).good


@pytest.mark.parametrize("last", [b"", b"x"])
def test_damage_of_a_whole_one_is_damage_of_what_builds_on_it(site: Site, backups: list[Manifest], last: bytes) -> None:
    full, increment, other = backups
    rewrite(site.store, full.pieces[0].key, lambda content: content[:-1] + last)
    verdict = site.verify(everything=True)
    assert named(verdict) == {full.id, increment.id}
    with pytest.raises(Damaged, match=f"Affected: {full.id}"):
        site.restore("x", increment.id)
    assert site.restore("y", other.id) == site.database.tables


@pytest.mark.parametrize("kind", ["data", "keys"])
def test_a_missing_object_is_found_without_reading_it(site: Site, backups: list[Manifest], kind: str) -> None:
    old = backups[0]
    piece = old.pieces[0] if kind == "data" else old.wrappings[0].piece
    remove(site, piece.key)
    site.clock.move(days=1)
    assert old.id in named(site.verify())


def test_an_object_that_grew_is_found_without_reading_it(site: Site, backups: list[Manifest]) -> None:
    rewrite(site.store, backups[0].pieces[0].key, lambda content: content + b"x")
    site.clock.move(days=1)
    assert backups[0].id in named(site.verify())


@pytest.mark.parametrize(("garbled", "said"), [(True, "is not what age has sealed"), (False, "does not open for")])
def test_a_wrapped_key_that_never_opened_is_found_by_trying_it(
    site: Site, monkeypatch: pytest.MonkeyPatch, garbled: bool, said: str
) -> None:
    """Its bytes are those that were signed, and so are all others."""
    wrap = AgeSealer.wrap
    stranger = AgeSealer((STRANGER,)).owned()[0]
    with monkeypatch.context() as wrong:
        wrong.setattr(AgeSealer, "wrap", lambda self, key, _: b"no" if garbled else wrap(self, key, stranger))
        manifest = site.run()
    verdict = site.verify()
    assert [damage.backups for damage in verdict.damages] == [(manifest.id,)]
    assert said in verdict.damages[0].said


def test_two_objects_that_were_swapped_are_found(site: Site, backups: list[Manifest]) -> None:
    one, other = backups[0].pieces[0].key, backups[2].pieces[0].key
    contents = {key: read(site.store, key) for key in (one, other)}
    rewrite(site.store, one, lambda _: contents[other])
    rewrite(site.store, other, lambda _: contents[one])
    assert named(site.verify(everything=True)) == {manifest.id for manifest in backups}


def test_a_removed_manifest_is_found_and_its_backup_named(site: Site, backups: list[Manifest]) -> None:
    remove(site, journal_keys(site)[1])
    verdict = site.verify()
    assert verdict.damages[0].said == "v1/test/journal/00000002.jsonl is missing."
    assert verdict.damages[0].backups == (backups[1].id,)
    with pytest.raises(Damaged):
        site.restore("x")


def test_a_journal_that_was_cut_off_is_found_by_who_has_seen_its_end(site: Site, backups: list[Manifest]) -> None:
    for key in journal_keys(site)[2:]:
        remove(site, key)
    assert named(site.verify()) == {backups[2].id}
    with pytest.raises(Damaged, match="missing"):
        ListBackups(site.repository)()


@pytest.mark.usefixtures("backups")
def test_a_cut_journal_is_still_found_after_several_runs(site: Site) -> None:
    for key in journal_keys(site)[2:]:
        remove(site, key)
    while len(journal_keys(site)) < 9:
        site.run()
        with pytest.raises(Damaged):
            ListBackups(site.repository)()


@pytest.mark.usefixtures("backups")
def test_a_gap_is_one_damage_however_large(site: Site) -> None:
    with site.store.create("v1/test/journal/99999999.jsonl") as new:
        new.write(read(site.store, journal_keys(site)[0]))
    gap, stray = site.verify().damages
    assert gap.said.endswith(" to v1/test/journal/99999998.jsonl are missing.")
    assert stray.key == "v1/test/journal/99999999.jsonl"


def test_two_wrapped_keys_that_were_swapped_are_found(site: Site, backups: list[Manifest]) -> None:
    one, other = (manifest.wrappings[0].piece.key for manifest in (backups[0], backups[2]))
    contents = {key: read(site.store, key) for key in (one, other)}
    rewrite(site.store, one, lambda _: contents[other])
    rewrite(site.store, other, lambda _: contents[one])
    assert named(site.verify(everything=True)) == {manifest.id for manifest in backups}
    with pytest.raises(Damaged, match=f"Affected: {backups[0].id}"):
        site.restore("x", backups[0].id, repository=on_another_machine(site.repository, OPS))


@pytest.mark.usefixtures("backups")
def test_an_old_manifest_in_the_place_of_a_new_one_is_found(site: Site) -> None:
    old, new = journal_keys(site)[0], journal_keys(site)[2]
    stale = read(site.store, old)
    rewrite(site.store, new, lambda _: stale)
    with pytest.raises(Damaged, match="is entry 1 of test, and not in its place"):
        site.restore("x")


def test_a_history_that_was_written_anew_is_found(site: Site, backups: list[Manifest]) -> None:
    """Somebody who has the signing key, and makes the newest backup vanish."""
    for key in journal_keys(site):
        remove(site, key)
    forger = replace(site.repository.journal, bookmark=on_another_machine(site.repository).bookmark)
    for manifest in backups[:2]:
        forger.append(Taken(manifest), TESTER)
    for _ in range(9):
        forger.append(Verified(level=Level.L1, backups=(), failures={}), TESTER)
    with pytest.raises(Damaged, match="another entry than this machine has seen there"):
        ListBackups(site.repository)()


def test_an_entry_that_was_signed_anew_is_not_followed_by_the_next_one(site: Site, backups: list[Manifest]) -> None:
    """Somebody who has the signing key, on a machine that has seen nothing yet, and may remove what they like."""
    second = MemoryBlobStore(site.clock)
    first = read(site.store, journal_keys(site)[0])
    put(second, journal_keys(site)[0], first)
    forger = replace(site.repository.journal, store=second, bookmark=MemoryBookmark())
    forger.append(Failed("full", "nothing was taken"), TESTER)
    forged = read(second, journal_keys(site)[1])
    rewrite(site.store, journal_keys(site)[1], lambda _: forged)
    bare = Site(site.clock, site.store, site.database, on_another_machine(site.repository), site.randomness)
    assert f"{journal_keys(site)[2]} does not follow the entry before it." in [
        damage.said for damage in bare.verify().damages
    ]
    assert backups[1].id in named(bare.verify())


def test_an_entry_that_a_stranger_has_signed_is_found(site: Site, backups: list[Manifest]) -> None:
    key, _ = new_signing_key()
    forger = replace(
        site.repository.journal,
        signatures=Ed25519Signatures([SIGNER], key),
        bookmark=on_another_machine(site.repository).bookmark,
    )
    forger.append(Taken(replace(backups[0], id="20261123T120000Z-ffffffff")), TESTER)
    with pytest.raises(Damaged, match="no signature of anybody we trust"):
        ListBackups(site.repository)()


@pytest.mark.usefixtures("backups")
def test_a_backup_is_taken_even_when_what_was_before_is_damaged(site: Site) -> None:
    rewrite(site.store, journal_keys(site)[0], lambda content: content[1:])
    assert site.run(Kind.INCREMENTAL).kind is Kind.FULL


@pytest.mark.usefixtures("backups")
def test_where_the_journal_can_not_go_on_nothing_is_sent(site: Site) -> None:
    end = journal_keys(site)[-1]
    rewrite(site.store, end, lambda content: content[1:])
    before = list(site.store.list("v1/test/data/"))
    with pytest.raises(Damaged, match=f"{end} can't be read. Nothing can be written behind it: bring that object back"):
        site.run()
    assert list(site.store.list("v1/test/data/")) == before


@pytest.mark.usefixtures("backups")
def test_what_belongs_to_nobody_is_remarked(site: Site) -> None:
    with site.store.create("v1/test/data/20260101T000000Z-00000000/000.zst.age") as new:
        new.write(b"left")
    verdict = site.verify()
    assert verdict.good
    assert verdict.remarks == (
        "1 objects belong to no backup, such as v1/test/data/20260101T000000Z-00000000/000.zst.age.",
    )


def test_an_old_backup_is_read_again_within_a_month(site: Site, backups: list[Manifest]) -> None:
    read = set()
    for _ in range(30):
        site.clock.move(days=1)
        examined = set(site.verify().examined)
        assert backups[-1].id in examined
        read |= examined
    assert read == {manifest.id for manifest in backups}


def test_what_was_never_read_is_read_although_there_is_a_newer_one(site: Site) -> None:
    manifests = [site.run() for _ in range(3)]
    site.clock.move(days=1)
    assert site.verify().examined == tuple(manifest.id for manifest in manifests)


def test_an_entry_that_nobody_could_read_is_not_written(site: Site, backups: list[Manifest]) -> None:
    """At the journal's end it would keep everybody from writing anything behind it."""
    failures = {backups[0].id: "x" * LARGEST_ENTRY}
    with pytest.raises(EntryTooLarge):
        site.repository.journal.append(Verified(level=Level.L1, backups=(), failures=failures), TESTER)
    assert site.run().id in {backup.id for backup in site.repository.history().backups}


@pytest.mark.usefixtures("backups")
def test_an_entry_of_another_cluster_is_none_of_ours_although_its_signer_is(site: Site) -> None:
    """One machine may take backups of two databases, into one store or into two."""
    other = replace(site.repository, policy=replace(POLICY, cluster="other"), bookmark=MemoryBookmark())
    there = RunBackup(other, site.database, site.randomness)(by=TESTER)
    assert there is not None
    theirs = read(site.store, "v1/other/journal/00000001.jsonl")
    rewrite(site.store, journal_keys(site)[0], lambda _: theirs)
    verdict = site.verify()
    assert verdict.damages[0].said == f"{journal_keys(site)[0]} is entry 1 of other, and not in its place."
    assert named(verdict)


@pytest.mark.usefixtures("backups")
def test_an_entry_that_is_listed_and_not_there_is_missing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody has removed it meanwhile, or hidden it behind a mark."""
    blobs = list(site.store.list("v1/test/journal/"))
    remove(site, blobs[1].key)
    monkeypatch.setattr(site.store, "list", lambda prefix: iter(blobs if "journal" in prefix else ()))
    with pytest.raises(Damaged, match=r"00000002\.jsonl is missing"):
        ListBackups(site.repository)()


class Refusing(MemoryBlobStore):
    """Answers, and does not give an object for so many times."""

    key, times = "", 0

    @contextmanager
    def open(self, key: str, version: str | None = None) -> Iterator[Source]:
        """See `BlobStore.open`."""
        if key == self.key and self.times:
            self.times -= 1
            raise StoreUnreachable("The store has an internal error.")
        with super().open(key, version) as source:
            yield source


@pytest.mark.parametrize(("times", "good"), [(1, True), (2, False)])
def test_what_a_store_shows_and_does_not_give_is_damaged_once_it_was_asked_again(
    site: Site, times: int, good: bool
) -> None:
    store = Refusing(site.clock)
    site.store, site.repository = store, make_repository(store, site.clock)
    manifest = site.run()
    store.key, store.times = manifest.pieces[0].key, times
    verdict = site.verify()
    assert verdict.good == good
    assert named(verdict) == (set() if good else {manifest.id})
    site.verify()
    (backup,) = ListBackups(site.repository)()
    assert backup.fault is None, "it gives it again"
