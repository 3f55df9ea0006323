"""What a worker finds out about backups by itself fails the job, so that a person comes to know of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from coprra.backup_jobs import NAMES, NotProved, backup_kinds
from coprra.backups import Backups
from coprra.domain.jobs.job import Job, JobState
from coprra.domain.kernel.errors import CoprraError
from coprra.testing.backups import POLICY, Site, make_site, rewrite
from coprra.testing.builders import TESTER


@pytest.fixture
def site() -> Site:
    """With a backup."""
    site = make_site()
    site.run()
    return site


def perform(site: Site, name: str) -> None:
    backups = Backups.of(site.repository, site.database, site.randomness)
    (kind,) = (kind for kind in backup_kinds(NAMES, lambda: backups) if kind.name == f"backups.{name}")
    now = site.clock.now()
    kind.perform(
        Job(
            id=1,
            kind=kind.name,
            state=JobState.RUNNING,
            details={},
            key=None,
            enqueued_at=now,
            enqueued_by=TESTER,
            due_at=now,
        )
    )


def test_what_is_well_ends_well(site: Site) -> None:
    site.clock.move(days=1)
    for name in ("run", "verify", "restore", "prune"):
        perform(site, name)
    assert len(site.repository.history().backups) == 2


def damaged(site: Site) -> None:
    rewrite(site.store, site.repository.history().backups[0].pieces[0].key, lambda content: content[1:])


def broken(site: Site) -> None:
    site.add("fault: an orphan")
    site.run()


def unlocked(site: Site) -> None:
    site.repository = replace(site.repository, policy=replace(POLICY, lock=timedelta(days=35)))


@pytest.mark.parametrize(
    ("happened", "name", "said"),
    [
        (damaged, "verify", "bytes, not"),
        (damaged, "restore", "is not what age has sealed"),
        (broken, "restore", "an orphan"),
        (unlocked, "verify", "are not locked"),
    ],
)
def test_what_is_wrong_fails_the_job(site: Site, happened: Callable[[Site], None], name: str, said: str) -> None:
    happened(site)
    with pytest.raises(NotProved, match=said):
        perform(site, name)


def test_a_copy_without_a_second_store_fails_the_job(site: Site) -> None:
    with pytest.raises(CoprraError, match="copy_to"):
        perform(site, "copy")
