"""Chains and branches: their codes, their clocks, and which of them a question is about."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.instants import InvalidInstant
from coprra.domain.kernel.money import Currency
from coprra.domain.kernel.text import InvalidText
from coprra.domain.prices.chain import Branch, BranchFilter, BranchId, Chain, Channel, InvalidChain, UnknownBranch

EUR = Currency("EUR")


def branch(timezone: str = "Europe/Zagreb") -> Branch:
    return Branch(BranchId("konzum", "0613"), timezone)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("code", ["konzum", "7-eleven", "a", "x" * 32, "3.14_b"])
def test_a_chain_has_a_code_of_small_letters_and_digits(code: str) -> None:
    assert Chain(code, "Name", "HR", EUR).code == code


@pytest.mark.parametrize("code", ["", "Konzum", "kon zum", "-a", "a/b", "a:b", "x" * 33, "č", "a\n"])
def test_a_code_that_could_be_mistaken_is_refused(code: str) -> None:
    with pytest.raises(InvalidChain, match="Chain code"):
        Chain(code, "Name", "HR", EUR)


@pytest.mark.parametrize("country", ["hr", "HRV", "", "H1", "ČR"])
def test_a_country_is_an_iso_code(country: str) -> None:
    with pytest.raises(InvalidChain, match="HR"):
        Chain("konzum", "Konzum", country, EUR)


@pytest.mark.parametrize("name", ["", "x" * 101, "a\0"])
def test_a_chain_has_a_plain_name(name: str) -> None:
    with pytest.raises(InvalidText):
        Chain("konzum", name, "HR", EUR)


def test_a_price_is_believed_for_7_days_unless_the_chain_says_otherwise() -> None:
    assert Chain("konzum", "Konzum", "HR", EUR).stale_after == timedelta(days=7)


@pytest.mark.parametrize("span", [timedelta(minutes=59), timedelta(days=3661), timedelta(0), -timedelta(days=1)])
def test_a_price_is_believed_for_an_hour_at_least_and_ten_years_at_most(span: timedelta) -> None:
    for possible in (timedelta(hours=1), timedelta(days=3660)):
        assert Chain("konzum", "Konzum", "HR", EUR, possible).stale_after == possible
    with pytest.raises(InvalidChain, match="believed"):
        Chain("konzum", "Konzum", "HR", EUR, span)


def test_a_branch_is_written_with_its_chain() -> None:
    assert str(BranchId("konzum", "0613")) == "konzum/0613"


@pytest.mark.parametrize("code", ["", "a b", "a/b", "-1", "x" * 33])
def test_a_branch_has_a_plain_code(code: str) -> None:
    with pytest.raises(InvalidChain, match="Branch code"):
        BranchId("konzum", code)


@pytest.mark.parametrize("zone", ["", "Europe/Atlantis", "../etc/passwd", "/etc/passwd", "Europe", "x" * 500, "\0"])
def test_a_time_zone_that_nobody_knows_is_refused(zone: str) -> None:
    with pytest.raises(InvalidChain, match="IANA"):
        branch(zone)


@pytest.mark.parametrize("address", ["", "x" * 301, "a\nb"])
def test_an_address_that_no_database_can_hold_is_refused(address: str) -> None:
    assert Branch(BranchId("konzum", "0613"), "UTC", address="x" * 300).address
    with pytest.raises(InvalidText, match="Branch address"):
        Branch(BranchId("konzum", "0613"), "UTC", address=address)


def test_a_branch_sells_in_store_unless_it_says_otherwise() -> None:
    assert branch().channel is Channel.IN_STORE


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("UTC", "2025-12-29", "2025-12-29T00:00"),
        ("Europe/Zagreb", "2025-12-29", "2025-12-28T23:00"),
        ("Europe/Zagreb", "2025-07-01", "2025-06-30T22:00"),
        # The clock goes forward at 2 on the first and back at 3 on the second: the day begins before either.
        ("Europe/Zagreb", "2025-03-30", "2025-03-29T23:00"),
        ("Europe/Zagreb", "2025-10-26", "2025-10-25T22:00"),
        # Midnight does not exist: the day begins at one.
        ("Africa/Cairo", "2024-04-26", "2024-04-25T22:00"),
        # Midnight comes twice: the day begins with the first.
        ("America/Havana", "2024-11-03", "2024-11-03T04:00"),
    ],
)
def test_a_date_is_the_beginning_of_the_local_day(zone: str, day: str, begins: str) -> None:
    assert branch(zone).instant_of(date.fromisoformat(day)) == utc(begins)


@pytest.mark.parametrize("fold", [0, 1])
def test_of_a_local_time_that_comes_twice_the_earlier_is_meant(fold: int) -> None:
    assert branch().instant_of(local("2025-10-26T02:30").replace(fold=fold)) == utc("2025-10-26T00:30")


def test_a_local_time_that_the_clock_leaps_over_is_counted_on() -> None:
    assert branch().instant_of(local("2025-03-30T02:30")) == utc("2025-03-30T01:30")


def test_an_aware_instant_is_taken_as_it_is() -> None:
    at = datetime(2025, 12, 29, 8, tzinfo=timezone(timedelta(hours=-5)))
    assert branch().instant_of(at) == at
    assert branch().instant_of(at).tzinfo is UTC


@given(
    zone=st.sampled_from(["Europe/Zagreb", "America/Havana", "Pacific/Apia", "Asia/Kathmandu"]),
    at=st.datetimes(local("1995-01-01"), local("2037-01-01")),
)
def test_a_local_day_holds_its_local_times(zone: str, at: datetime) -> None:
    there = branch(zone)
    assert there.instant_of(at.date()) <= there.instant_of(at)


@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/Zagreb", date.min), ("America/Havana", local("9999-12-31T23:59:59"))]
)
def test_a_date_at_the_end_of_the_calendar_is_refused(zone: str, day: date) -> None:
    with pytest.raises(InvalidInstant, match="beyond the calendar"):
        branch(zone).instant_of(day)


KONZUM_1, KONZUM_2, SPAR_1 = BranchId("konzum", "1"), BranchId("konzum", "2"), BranchId("spar", "1")


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("", {KONZUM_1, KONZUM_2, SPAR_1}),
        (" , ", {KONZUM_1, KONZUM_2, SPAR_1}),
        ("konzum", {KONZUM_1, KONZUM_2}),
        ("KONZUM/2", {KONZUM_2}),
        (" spar , konzum/1 ", {KONZUM_1, SPAR_1}),
        ("konzum,konzum/1", {KONZUM_1, KONZUM_2}),
        ("plodine", set()),
    ],
)
def test_a_question_is_about_whole_chains_or_single_branches(text: str, among: set[BranchId]) -> None:
    asked = BranchFilter.parse(text)
    assert {one for one in (KONZUM_1, KONZUM_2, SPAR_1) if one in asked} == among


@pytest.mark.parametrize("text", ["konzum/", "/1", "konzum/1/2", "konzum 1", "*", "konzum/%"])
def test_what_can_be_no_branch_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        BranchFilter.parse(text)


def test_a_question_about_what_nobody_knows_says_what_is_known() -> None:
    known = (KONZUM_1, KONZUM_2, SPAR_1)
    BranchFilter.parse("konzum,spar/1").check(known)
    with pytest.raises(UnknownBranch, match=r"No list of plodine was read by then; known are: konzum, spar."):
        BranchFilter.parse("konzum,plodine").check(known)
    with pytest.raises(UnknownBranch, match=r"known are: konzum/1, konzum/2."):
        BranchFilter.parse("konzum/3").check(known)
    with pytest.raises(UnknownBranch, match=r"known are: none."):
        BranchFilter.parse("spar").check(())
