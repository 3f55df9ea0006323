"""What a newer coprra has written is kept, told, and in nobody's way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coprra.adapters.memory.blobs import MemoryBlobStore
from coprra.domain.backups.copy_backups import CopyBackups, SecondStore
from coprra.domain.backups.entry import Removed, Unknown
from coprra.domain.backups.prune_backups import PlanRetention, PruneBackups
from coprra.domain.backups.retention import STANDARD
from coprra.domain.backups.show_backups import ShowHealth
from coprra.testing.backups import POLICY, Site
from coprra.testing.builders import TESTER
from coprra.testing.contracts.blobs import put

STRANGER = "20261123T000000Z-0000ffff"
RULES = replace(STANDARD, daily=2, weekly=0, monthly=0, yearly=0, window=timedelta(days=1))


@pytest.fixture
def site(site: Site) -> Site:
    """A month of backups; in the middle of it a newer version took one that builds on one of ours."""
    site.repository = replace(site.repository, policy=replace(POLICY, retention=RULES))
    base = site.run()
    put(site.store, f"v1/test/data/{STRANGER}/000.zst.age", b"sealed")
    put(site.store, f"v1/test/keys/{STRANGER}/one.age", b"wrapped")
    said = {"manifest": {"id": STRANGER, "kind": "binlog", "parent": base.id, "more": [1]}}
    site.repository.journal.append(Unknown("taken", said), TESTER)
    site.repository.journal.append(Unknown("verified", {"level": "L9", "backups": [site.run().id]}), TESTER)
    for _ in range(20):
        site.run()
    site.verify(everything=True)
    return site


def strange_objects(store: MemoryBlobStore) -> list[str]:
    return [blob.key.split("/")[2] for blob in store.list("") if STRANGER in blob.key]


def test_it_is_never_pruned_nor_what_it_builds_on(site: Site) -> None:
    first, second = (backup.id for backup in site.repository.history().backups[:2])
    plan = PlanRetention(site.repository)()
    said = {ruling.candidate.id: ruling.said for ruling in plan.rulings if ruling.keep}
    assert (said[first], said[STRANGER]) == ("of a newer coprra, or named by one",) * 2
    PruneBackups(site.repository)(by=TESTER, force=True)
    kept = [backup.id for backup in site.repository.history().backups]
    assert first in kept
    assert second not in kept
    assert strange_objects(site.store) == ["data", "keys"]


def test_it_is_told_and_its_objects_belong_to_it(site: Site) -> None:
    (finding,) = [one for one in ShowHealth(site.repository)().findings if "newer coprra" in one.said]
    assert finding.said.startswith("2 entries of the journal are of a newer coprra, such as 4;")
    assert site.verify().remarks == (f"1 backups are of a newer coprra and were not read: {STRANGER}.",)


def test_it_is_copied_as_it_lies(site: Site) -> None:
    second = MemoryBlobStore(site.clock)
    CopyBackups(site.repository, SecondStore(second))()
    assert strange_objects(second) == ["data", "keys"]


def test_what_is_said_to_be_removed_goes(site: Site) -> None:
    site.repository.journal.append(Removed(backups=(STRANGER,), plan="", forced=False), TESTER)
    PruneBackups(site.repository)(by=TESTER, force=True)
    assert strange_objects(site.store) == []
