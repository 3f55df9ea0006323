"""A lease lets one at a time do a job, and whatever becomes of it keeps nobody from it for long."""

from datetime import timedelta

import pytest

from coprra.domain.backups.lease import LASTS, LeaseHeld
from coprra.testing.backups import Site, rewrite
from coprra.testing.contracts.blobs import read

LEASE = "v1/test/lease/run.json"


def test_whichever_bit_of_a_lease_is_flipped_nobody_waits_for_it_longer_than_an_hour(site: Site) -> None:
    """It may make another year of it; nothing in a lease is signed, for it says nothing of a backup."""
    killed = site.repository.job("run")
    killed.__enter__()
    written = read(site.store, LEASE)
    site.clock.instant += LASTS
    held = 0
    for bit in range(len(written) * 8):
        damaged = bytearray(written)
        damaged[bit // 8] ^= 1 << bit % 8
        rewrite(site.store, LEASE, lambda _, damaged=bytes(damaged): damaged)  # type: ignore[misc]  # bound at once
        try:
            with site.repository.job("run"):
                pass
        except LeaseHeld:
            held += 1
            site.clock.move(hours=1)
            with site.repository.job("run"):
                pass
            site.clock.move(hours=-1)
    assert held
    del killed


def test_a_clock_that_was_a_day_ahead_keeps_nobody_waiting_when_it_is_set_right(site: Site) -> None:
    site.clock.move(days=1)
    killed = site.repository.job("run")
    killed.__enter__()
    site.clock.move(days=-1)
    with site.repository.job("run"):
        del killed


def test_a_clock_that_is_a_bit_ahead_is_believed(site: Site) -> None:
    site.clock.move(minutes=20)
    with site.repository.job("run"):
        site.clock.move(minutes=-20)
        with pytest.raises(LeaseHeld), site.repository.job("run"):
            raise AssertionError("two at once")
        site.clock.instant += LASTS + timedelta(minutes=20)
        with site.repository.job("run"):
            pass
