"""Instants are exact, in UTC, and never guess a zone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coprra.domain.kernel.instants import (
    EARLIEST,
    EPOCH,
    InvalidInstant,
    format_instant,
    from_micros,
    parse_instant,
    to_micros,
)

LATEST = datetime.max.replace(tzinfo=UTC)
instants = st.datetimes(timezones=st.just(UTC))
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(instant=instants)
@example(instant=EARLIEST)
@example(instant=LATEST)
@example(instant=EPOCH - timedelta(microseconds=1))
def test_storage_is_exact_before_and_after_1970(instant: datetime) -> None:
    assert from_micros(to_micros(instant)) == instant
    assert from_micros(to_micros(instant)).tzinfo is UTC


@pytest.mark.parametrize(
    ("instant", "micros"),
    [(EPOCH, 0), (datetime(2025, 12, 29, tzinfo=UTC), 1_766_966_400_000_000), (EARLIEST, -62_135_596_800_000_000)],
)
def test_storage_counts_microseconds_since_the_beginning_of_1970(instant: datetime, micros: int) -> None:
    assert to_micros(instant) == micros


@given(one=instants, other=instants)
def test_storage_keeps_the_order(one: datetime, other: datetime) -> None:
    assert (to_micros(one) < to_micros(other)) == (one < other)


@given(local=st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)), zone=zones)  # noqa: DTZ001  # the zone is drawn
def test_an_instant_is_the_same_from_whatever_zone_it_is_told(local: datetime, zone: timezone) -> None:
    instant = local.replace(tzinfo=zone)
    assert parse_instant(instant.isoformat()) == instant
    assert to_micros(instant) == to_micros(instant.astimezone(UTC))
    assert format_instant(instant) == format_instant(instant.astimezone(UTC))


@given(instant=instants)
def test_what_is_written_is_read_again(instant: datetime) -> None:
    text = format_instant(instant)
    assert text.endswith("Z")
    assert parse_instant(text) == instant
    assert parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2025, 12, 29, 4, 20, tzinfo=UTC), "2025-12-29T04:20:00Z"),
        (datetime(2025, 12, 29, 4, 20, 0, 1, tzinfo=UTC), "2025-12-29T04:20:00.000001Z"),
    ],
)
def test_microseconds_are_written_only_when_there_are_any(instant: datetime, text: str) -> None:
    assert format_instant(instant) == text


@given(day=st.dates(max_value=datetime(9999, 12, 30, tzinfo=UTC).date()))
def test_a_bare_date_is_the_last_microsecond_of_that_day_in_utc(day: object) -> None:
    instant = parse_instant(str(day))
    assert instant.date() == day
    assert (instant + timedelta(microseconds=1)).date() > instant.date()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2025-12-30T12:00:00",
        "20251230",
        "2025-02-30",
        "2025-12-30 ",
        "2025-W01-1",
        "2025W01T12",
        "20251230T1",
        "٢٠٢٥-١٢-٣٠",
        "9999-12-31",
        "0001-01-01T00:00:00+14:00",
        "z" * 10_000,
    ],
)
def test_what_is_no_instant_is_refused_with_an_example_of_one(text: str) -> None:
    with pytest.raises(InvalidInstant, match="2025-12-30T12:00:00Z") as refusal:
        parse_instant(text)
    assert len(refusal.value.message) < 200
