"""Recovery is rehearsed out of the store with a secret key alone, timed, and told where it would come too late."""

from dataclasses import dataclass, field

import pytest

from coprra.adapters.memory.database import MemoryDatabase, MemoryTarget
from coprra.domain.backups.damage import WrongKey
from coprra.domain.backups.lease import LeaseHeld
from coprra.domain.backups.level import Level
from coprra.domain.backups.manifest import Kind
from coprra.domain.backups.ports import Probe, Target
from coprra.domain.backups.rehearse_recovery import RehearseRecovery
from coprra.domain.backups.show_backups import ShowHealth
from coprra.domain.backups.verify_backups import Verdict
from coprra.testing.backups import ESCROW, STRANGER, MovableClock, Site, make_repository, on_another_machine, rewrite
from coprra.testing.builders import TESTER


@dataclass
class Asking(Probe):
    """Takes its time, and finds what it is told to find."""

    clock: MovableClock
    takes: float = 3
    wrong: tuple[str, ...] = ()
    wrong_later: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)

    def __call__(self, url: str) -> tuple[str, ...]:
        """See `Probe.__call__`."""
        self.asked.append(url)
        self.clock.move(minutes=self.takes)
        return self.wrong if len(self.asked) == 1 else self.wrong_later


class Reachable(MemoryTarget):
    """One that coprra could run on."""

    @property
    def url(self) -> str | None:
        """See `Target.url`."""
        return "memory:scratch"


class ReachableDatabase(MemoryDatabase):
    """One whose scratch is."""

    def scratch(self) -> Target:
        """See `Database.scratch`."""
        return Reachable("scratch", {})


@pytest.fixture
def probe(site: Site) -> Asking:
    return Asking(site.clock)


def rehearse(site: Site, probe: Probe | None, key: str = ESCROW) -> Verdict:
    """On a machine that has this key, and a word that is believed."""
    bare = make_repository(site.store, site.clock, identities=(key,))
    return RehearseRecovery(bare, ReachableDatabase(), site.randomness, probe)(by=TESTER)


def test_the_newest_and_an_older_one_come_back_and_are_asked(site: Site, probe: Asking) -> None:
    first, base, increment = site.run(), site.run(), site.run(Kind.INCREMENTAL)
    verdict = rehearse(site, probe)
    assert (verdict.good, verdict.recorded, verdict.missed) == (True, True, ())
    assert verdict.examined[:2] == (base.id, increment.id)
    assert set(verdict.examined[2:]) <= {first.id}
    assert len(probe.asked) == 2
    assert verdict.checked.total_seconds() == 3 * 60
    assert site.repository.history().named(increment.id).proved(Level.L3)


def test_the_only_one_is_enough_and_where_nothing_can_run_that_is_said(site: Site) -> None:
    site.run()
    verdict = rehearse(site, None)
    assert (verdict.good, verdict.remarks) == (True, ("coprra could not be run on what was brought back.",))


def test_a_database_that_coprra_does_not_run_on_is_a_mismatch(site: Site, probe: Asking) -> None:
    manifest = site.run()
    probe.wrong = ("it is empty",)
    verdict = rehearse(site, probe)
    assert verdict.mismatch is not None
    assert verdict.mismatch.message == f"coprra does not run on {manifest.id}: it is empty."
    assert site.repository.history().named(manifest.id).fault == verdict.mismatch.message


def test_an_older_one_that_is_damaged_is_found(site: Site, probe: Asking) -> None:
    old, _ = site.run(), site.run()
    rewrite(site.store, old.pieces[0].key, lambda content: content[1:])
    verdict = rehearse(site, probe)
    assert [damage.backups for damage in verdict.damages] == [(old.id,)]


def test_a_damaged_journal_is_in_the_verdict_and_never_a_proof(site: Site, probe: Asking) -> None:
    """Nothing in it names a backup any more, and an entry without failures would be one."""
    site.run()
    site.run()
    rewrite(site.store, "v1/test/journal/00000001.jsonl", lambda _: b"nothing")
    verdict = rehearse(site, probe)
    assert (verdict.good, verdict.recorded) == (False, False)
    assert len(list(site.store.list("v1/test/journal/"))) == 2


def test_an_older_one_that_the_newest_builds_on_is_named_as_itself(site: Site, probe: Asking) -> None:
    base, increment = site.run(), site.run(Kind.INCREMENTAL)
    probe.wrong_later = ("it is empty",)
    verdict = rehearse(site, probe)
    assert verdict.examined == (base.id,)
    assert site.repository.history().named(increment.id).fault is None


def test_one_verifies_at_a_time_however_far(site: Site, probe: Asking) -> None:
    site.run()
    with site.repository.job("verify"):
        with pytest.raises(LeaseHeld):
            rehearse(site, probe)
        for level in (Level.L1, Level.L2):
            with pytest.raises(LeaseHeld):
                site.verify(level)


def test_the_older_one_is_never_the_newest(site: Site, probe: Asking) -> None:
    both = {site.run().id, site.run().id}
    for _ in range(4):
        assert set(rehearse(site, probe).examined) == both


def test_the_wrong_key_is_told(site: Site, probe: Asking) -> None:
    site.run()
    with pytest.raises(WrongKey):
        rehearse(site, probe, STRANGER)


def test_what_would_come_too_late_or_is_too_old_misses_the_limits(site: Site, probe: Asking) -> None:
    site.run()
    site.clock.move(days=2)
    assert rehearse(site, probe).missed == ("The newest backup is 48 hours old, and may be 26 hours.",)
    site.run()
    probe.takes = 60
    assert rehearse(site, probe).missed == ("To be back would take 70 minutes, and may take 40 minutes.",)


def test_a_machine_that_may_not_sign_proves_it_to_itself(site: Site, probe: Asking) -> None:
    site.run()
    bare = on_another_machine(site.repository, ESCROW)
    verdict = RehearseRecovery(bare, ReachableDatabase(), site.randomness, probe)(by=TESTER)
    assert (verdict.good, verdict.recorded) == (True, False)


def test_status_asks_for_a_rehearsal_when_a_month_went_by_without_one(site: Site, probe: Asking) -> None:
    def said() -> list[str]:
        return [one.said for one in ShowHealth(site.repository)().findings if "L3" in one.said]

    site.run()
    assert said() == []
    site.clock.move(days=36)
    assert said() == ["No backup was ever proved as far as L3."]
    rehearse(site, probe)
    assert said() == []
    site.clock.move(days=36)
    assert said()[0].startswith("The newest proof as far as L3 is 864 hours old")
