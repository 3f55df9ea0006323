"""One glance: all is well, or what is wrong and what to do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coprra.domain.backups.entry import Taken, Verified
from coprra.domain.backups.health import Health, Severity
from coprra.domain.backups.level import Level
from coprra.domain.backups.manifest import Kind
from coprra.domain.backups.show_backups import ShowHealth
from coprra.domain.backups.snapshot import SnapshotFailed
from coprra.testing.backups import Site, rewrite
from coprra.testing.builders import TESTER


def health(site: Site) -> Health:
    return ShowHealth(site.repository)()


def advice(site: Site) -> list[str]:
    return [finding.advice for finding in health(site).findings]


@pytest.fixture
def well(site: Site) -> Site:
    site.run()
    site.verify()
    site.verify(Level.L2)
    return site


def test_all_is_well_after_a_backup_and_its_proofs(well: Site) -> None:
    assert health(well).good
    well.clock.move(hours=3)
    assert health(well).lost == timedelta(hours=3)
    assert health(well).rto == timedelta(minutes=10)


def test_without_a_backup_it_says_what_to_do_first(site: Site) -> None:
    assert (health(site).lost, health(site).newest) == (None, None)
    assert advice(site) == ["coprra backups run"]
    site.run()
    assert advice(site) == ["coprra backups verify --level L1", "coprra backups verify --level L2 --identity FILE"]


def test_what_gets_old_is_told(well: Site) -> None:
    well.clock.move(hours=27)
    assert advice(well) == ["coprra backups run", "coprra backups verify --level L1"]
    well.clock.move(days=8)
    said = [finding.said for finding in health(well).findings]
    assert said[2] == "The newest proof as far as L2 is 219 hours old, and may be 192 hours."


def test_damage_is_told(well: Site) -> None:
    newest = health(well).newest
    assert newest is not None
    rewrite(well.store, newest.manifest.pieces[0].key, lambda content: content[1:])
    well.verify()
    finding = health(well).findings[0]
    assert finding.severity is Severity.PAGE
    assert finding.said.startswith(f"{newest.id} is damaged: {newest.manifest.pieces[0].key} has ")
    assert health(well).lost is None


def test_damage_is_told_once_of_all_that_suffer_from_it(well: Site) -> None:
    whole, increment = well.run(), well.run(Kind.INCREMENTAL)
    rewrite(well.store, whole.pieces[0].key, lambda content: content[1:])
    well.verify()
    (finding,) = (one for one in health(well).findings if "damaged" in one.said)
    assert finding.said.startswith(f"{whole.id}, {increment.id} are damaged: ")


def test_a_run_that_failed_is_told_until_one_succeeds(well: Site) -> None:
    well.database.broken = True
    with pytest.raises(SnapshotFailed):
        well.run()
    assert "The last run failed" in health(well).findings[-1].said
    well.database.broken = False
    well.run()
    well.verify()
    assert health(well).good


def test_a_database_that_shrank_is_told(site: Site) -> None:
    site.add(*(str(number) for number in range(100)))
    for _ in range(7):
        site.run()
    site.database.tables.clear()
    site.run()
    assert "see whether the database has lost something" in advice(site)


def test_rows_that_went_are_told_although_the_file_stays_as_large(site: Site) -> None:
    """SQLite and MariaDB keep what deleted rows took. Two backups are enough to see it."""
    site.add(*(str(number) for number in range(100)))
    site.run()
    site.database.tables["prices"] = ["x" * 2_000]
    site.run()
    said = [finding.said for finding in health(site).findings if "lost something" in finding.advice]
    assert said == ["The newest backup has 3 rows; of the 1 before it half have 104 or more."]


def test_a_dump_is_smaller_than_files_and_compared_with_dumps(site: Site) -> None:
    manifest = site.run()
    sizes = [(Kind.FULL, 900), (Kind.DUMP, 100), (Kind.FULL, 900), (Kind.DUMP, 60), (Kind.INCREMENTAL, 1)]
    for number, (kind, size) in enumerate(sizes):
        taken = replace(manifest, id=f"20261125T000000Z-0000000{number}", kind=kind, size=size)
        site.repository.journal.append(Taken(taken), TESTER)
    said = [finding.said for finding in health(site).findings if "lost something" in finding.advice]
    assert said == ["The newest backup has 60 bytes; of the 1 before it half have 100 or more."]


def test_an_increment_takes_as_long_as_all_that_it_builds_on(well: Site) -> None:
    base = well.repository.history().backups[0]
    proof = Verified(
        level=Level.L2, backups=(base.id,), failures={}, size=base.manifest.size, restored=timedelta(hours=1)
    )
    well.repository.journal.append(proof, TESTER)
    increment = well.run(Kind.INCREMENTAL)
    rate = (base.manifest.size + increment.size) / base.manifest.size
    assert health(well).rto == timedelta(minutes=10) + timedelta(hours=1) * rate


def test_what_builds_on_what_is_damaged_saves_nothing(well: Site) -> None:
    base = well.repository.history().backups[0]
    well.run(Kind.INCREMENTAL)
    failed = Verified(level=Level.L2, backups=(base.id,), failures={base.id: "it does not come back"})
    well.repository.journal.append(failed, TESTER)
    assert health(well).lost is None


def test_a_backup_from_the_future_keeps_nobody_quiet(well: Site) -> None:
    well.clock.move(days=60)
    well.run()
    well.clock.move(days=-58)
    assert "The newest backup is 72 hours old, and may be 26 hours." in [one.said for one in health(well).findings]


def test_a_proof_from_the_future_keeps_nobody_quiet(well: Site) -> None:
    well.clock.move(days=60)
    well.verify(Level.L2)
    well.clock.move(days=-57)
    said = [finding.said for finding in health(well).findings]
    assert said == [
        "The newest backup is 72 hours old, and may be 26 hours.",
        "The newest proof as far as L1 is 72 hours old, and may be 26 hours.",
        "The journal has entries of up to 1368 hours in the future.",
    ]


def test_machines_whose_clocks_disagree_are_told_for_a_day(well: Site) -> None:
    well.clock.move(seconds=40)
    well.verify()
    well.clock.move(seconds=-40)
    well.verify()
    well.clock.move(minutes=1)
    (finding,) = health(well).findings
    assert finding.said == "Entry 5 of the journal is 40 seconds earlier than the one that it follows."
    well.clock.move(hours=24)
    assert health(well).good


def test_a_clock_that_goes_back_is_told(well: Site) -> None:
    well.clock.move(hours=-1)
    assert advice(well) == ["set the clock of the machine right"]
