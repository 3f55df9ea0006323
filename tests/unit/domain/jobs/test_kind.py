"""Kinds come due in a rhythm that makes nothing up, and failed jobs wait longer and longer, each for itself."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.jobs.job import InvalidJob, Job, JobState, NewJob, short_message
from coprra.domain.jobs.kind import Kind, Kinds, Rhythm, UnknownKind
from coprra.domain.kernel.text import InvalidText
from coprra.testing.builders import TESTER, day

SECOND = timedelta(seconds=1)
instants = st.datetimes(datetime(1960, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # with a zone
spans = st.timedeltas(SECOND, timedelta(days=400))


def a_job(id: int = 1, attempts: int = 1, forgiven: int = 0) -> Job:
    return Job(
        id=id,
        kind="prices.refresh",
        state=JobState.RUNNING,
        details={},
        key=None,
        enqueued_at=day(0),
        enqueued_by=TESTER,
        due_at=day(1),
        attempts=attempts,
        forgiven=forgiven,
    )


def a_kind() -> Kind:
    return Kind(name="prices.refresh", perform=lambda _: None)


@given(instants, spans, st.timedeltas(timedelta(), timedelta(days=3)))
def test_the_next_time_is_the_first_one_after_an_instant(
    instant: datetime, every: timedelta, offset: timedelta
) -> None:
    rhythm = Rhythm(every, offset)
    due = rhythm.next_after(instant)
    assert instant < due <= instant + every
    assert rhythm.next_after(due - SECOND / 2) == due
    assert rhythm.next_after(due) == due + every


def test_every_day_at_three() -> None:
    rhythm = Rhythm(timedelta(days=1), offset=timedelta(hours=3))
    assert rhythm.next_after(day(0)) == day(0) + timedelta(hours=3)
    assert rhythm.next_after(day(0) + timedelta(hours=3)) == day(1) + timedelta(hours=3)


@given(st.integers(1, 2**40), st.integers(1, 200))
def test_a_delay_doubles_up_to_the_longest_and_is_at_least_half_of_that(id: int, attempts: int) -> None:
    kind = a_kind()
    full = min(kind.first_delay * 2 ** (attempts - 1), kind.longest_delay) if attempts < 30 else kind.longest_delay
    assert full / 2 <= kind.delay(a_job(id, attempts)) <= full
    assert kind.delay(a_job(id, attempts)) == kind.delay(a_job(id, attempts))


def test_jobs_that_failed_together_do_not_come_back_together() -> None:
    assert len({a_kind().delay(a_job(id)) for id in range(100)}) == 100


def test_attempts_that_were_forgiven_make_no_delay_longer() -> None:
    assert a_kind().delay(a_job(attempts=9, forgiven=8)) <= a_kind().first_delay


def test_a_kind_that_nobody_knows_is_named_with_those_that_are_known() -> None:
    with pytest.raises(UnknownKind, match=r"no kind of job named 'nonsense'; known are: prices\.refresh"):
        Kinds(a_kind()).named("nonsense")


@pytest.mark.parametrize("kind", ["", "Prices", "prices refresh", "prices.", "prices..x", "p" * 65, "prices\n"])
def test_a_kind_is_small_letters_and_points(kind: str) -> None:
    with pytest.raises(InvalidJob):
        NewJob(kind, day(0), TESTER)


@pytest.mark.parametrize(
    "details", [{"": "x"}, {"x": ""}, {"x": "a\nb"}, {"x": "\ud800"}, {"x": "y" * 501}, {"k" * 101: "y"}]
)
def test_details_are_short_plain_texts(details: dict[str, str]) -> None:
    with pytest.raises(InvalidText):
        NewJob("mail.send", day(0), TESTER, None, details)


def test_a_job_has_few_details() -> None:
    with pytest.raises(InvalidJob, match="20 details at most"):
        NewJob("mail.send", day(0), TESTER, None, {str(number): "x" for number in range(21)})


@given(st.text())
def test_a_message_is_one_short_printable_line(text: str) -> None:
    message = short_message(text)
    assert 0 < len(message) <= 500
    assert message.isprintable()
