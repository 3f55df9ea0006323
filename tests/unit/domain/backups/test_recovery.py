"""What would be lost, and how long it would take to be back."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.backups.recovery import Rehearsal, predicted_rto, would_be_lost

NOW = datetime(2026, 11, 23, tzinfo=UTC)
GIGABYTE = 10**9
sizes = st.integers(0, 10**13)


def rehearsal(size: int = GIGABYTE, minutes: float = 1) -> Rehearsal:
    return Rehearsal(size=size, restored=timedelta(minutes=minutes), checked=timedelta(minutes=minutes / 2))


def test_without_a_rehearsal_nothing_is_predicted() -> None:
    assert predicted_rto(GIGABYTE, []) is None


def test_the_time_grows_with_the_database_and_counts_people_in() -> None:
    assert predicted_rto(10 * GIGABYTE, [rehearsal()]) == timedelta(minutes=5 + 5 + 10 + 5)


def test_the_slowest_rehearsal_counts() -> None:
    assert predicted_rto(GIGABYTE, [rehearsal(), rehearsal(minutes=4)]) == predicted_rto(
        GIGABYTE, [rehearsal(minutes=4)]
    )


@given(sizes, sizes, st.integers(10**6, 10**13))
def test_a_larger_database_never_takes_less(size: int, more: int, measured: int) -> None:
    rehearsals = [rehearsal(measured)]
    smaller, larger = predicted_rto(size, rehearsals), predicted_rto(size + more, rehearsals)
    assert smaller is not None
    assert larger is not None
    assert timedelta(minutes=11) < smaller <= larger


def test_what_would_be_lost_is_never_negative_and_may_be_everything() -> None:
    assert would_be_lost(NOW, NOW - timedelta(hours=3)) == timedelta(hours=3)
    assert would_be_lost(NOW, NOW + timedelta(hours=3)) == timedelta()
    assert would_be_lost(NOW, None) is None
