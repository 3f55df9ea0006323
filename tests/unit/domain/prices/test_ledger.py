"""The ledger's law: what is written only on change answers as if every list had written every row."""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coprra.domain.kernel.instants import from_micros
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.article import Article
from coprra.domain.prices.chain import Branch, BranchId, Chain
from coprra.domain.prices.ledger import additions, effect_of, state_before
from coprra.domain.prices.list_run import Changes
from coprra.domain.prices.observation import (
    ABSENT,
    UNREADABLE,
    Availability,
    Moment,
    Observation,
    Special,
    State,
    Terms,
)
from coprra.domain.prices.series import Listing, Series

DAY = 86_400_000_000
LISTING = Listing(
    Chain("konzum", "Konzum", "HR", Currency("EUR"), stale_after=timedelta(days=2)),
    Branch(BranchId("konzum", "0613"), "UTC"),
    "1",
)


def priced(
    price: str, special: str | None = None, title: str = "Milk", availability: Availability = Availability.IN_STOCK
) -> State:
    period = (datetime(1970, 1, 3, tzinfo=UTC), datetime(1970, 1, 5, 12, tzinfo=UTC))
    offer = Special(Money.of(special, "EUR"), *period) if special else None
    return State(availability, Article("konzum", "1", title), Terms(Money.of(price, "EUR"), offer))


ONE, TWO = priced("1.00"), priced("2.00")
STATES = (
    *(ONE, TWO, UNREADABLE),
    *(priced("2.00", special="1.00"), priced("1.00", title="Fresh milk")),
    priced("1.00", availability=Availability.OUT_OF_STOCK),
)


@dataclass(frozen=True)
class Word:
    """What one list says of the listing. None: it does not name it."""

    moment: Moment
    complete: bool
    state: State | None


class Ledger:
    """The one listing's observations and its branch's complete lists, as an adapter keeps them."""

    def __init__(self) -> None:
        self.observations: list[Observation] = []
        self.complete: list[Moment] = []

    def take(self, word: Word) -> list[Observation]:
        state = word.state or (ABSENT if word.complete else None)
        added: list[Observation] = []
        if state:
            later = (moment for moment in self.complete if moment > word.moment)
            added = additions(
                self.observations, word.moment, state, complete=word.complete, next_complete=min(later, default=None)
            )
        for one in added:
            insort(self.observations, one, key=attrgetter("moment"))
        if word.complete:
            insort(self.complete, word.moment)
        return added

    def series(self, as_of: int) -> Series:
        return series(self.observations, self.complete, as_of)


def series(observations: Iterable[Observation], complete: Iterable[Moment], as_of: int) -> Series:
    return Series(
        LISTING,
        from_micros(as_of),
        tuple(one for one in observations if one.moment.instant <= as_of),
        tuple(moment for moment in complete if moment.instant <= as_of),
    )


def uncompressed(words: Iterable[Word]) -> list[Observation]:
    """Each list writes what it says of the listing, and a complete one its absence, once it was seen."""
    rows: list[Observation] = []
    for word in sorted(words, key=attrgetter("moment")):
        state = word.state or (ABSENT if word.complete else None)
        if state and (rows or state != ABSENT):
            rows.append(Observation(word.moment, state))
    return rows


@st.composite
def words(draw: st.DrawFn) -> list[Word]:
    """Up to nine lists on seven days, some of one instant; some do not name the listing."""
    days = draw(st.lists(st.integers(0, 6), min_size=1, max_size=9))
    return [
        Word(
            Moment(day * DAY, precedence),
            draw(st.booleans()),
            draw(st.sampled_from((*STATES, None, None))),
        )
        for precedence, day in enumerate(days)
    ]


@settings(max_examples=200)
@given(data=st.data(), lists=words())
def test_any_order_of_arrival_answers_as_if_every_list_had_written_every_row(
    data: st.DataObject, lists: list[Word]
) -> None:
    ledger = Ledger()
    for word in data.draw(st.permutations(lists)):
        ledger.take(word)
    rows = uncompressed(lists)
    for half_days in range(-1, 2 * 10):
        as_of = half_days * DAY // 2
        compressed, naive = ledger.series(as_of), series(rows, (), as_of)
        assert compressed.steps == naive.steps
        assert compressed.now == naive.now
        assert compressed.article == naive.article


@given(data=st.data(), lists=words())
def test_at_every_point_of_an_import_the_answers_are_those_of_the_lists_so_far(
    data: st.DataObject, lists: list[Word]
) -> None:
    ledger = Ledger()
    order = data.draw(st.permutations(lists))
    for count, word in enumerate(order, start=1):
        ledger.take(word)
        naive = series(uncompressed(order[:count]), (), 9 * DAY)
        assert ledger.series(9 * DAY).steps == naive.steps
        assert ledger.series(9 * DAY).now == naive.now


@given(data=st.data(), lists=words())
def test_rows_stand_only_where_a_list_stood_and_once(data: st.DataObject, lists: list[Word]) -> None:
    ledger = Ledger()
    for word in data.draw(st.permutations(lists)):
        ledger.take(word)
    moments = [one.moment for one in ledger.observations]
    assert moments == sorted(set(moments))
    assert set(moments) <= {word.moment for word in lists}
    assert len(moments) <= len(uncompressed(lists))


@given(days=st.lists(st.integers(0, 50), min_size=2, unique=True))
def test_complete_lists_that_say_the_same_in_the_order_of_time_are_one_row(days: list[int]) -> None:
    ledger = Ledger()
    for day in sorted(days):
        ledger.take(Word(Moment(day * DAY, 0), complete=True, state=ONE))
    assert ledger.observations == [Observation(Moment(min(days) * DAY, 0), ONE)]


def test_the_worked_example_of_the_decision() -> None:
    ledger = Ledger()
    first, second, third, fourth = (Moment(day * DAY, 0) for day in (1, 2, 3, 4))
    two, half = priced("2.00"), priced("1.50")
    assert ledger.take(Word(first, True, two)) == [Observation(first, two)]
    assert ledger.take(Word(third, True, two)) == []
    assert ledger.take(Word(fourth, True, None)) == [Observation(fourth, ABSENT)]
    assert ledger.take(Word(second, True, half)) == [Observation(second, half), Observation(third, two)]


def test_a_late_list_that_changes_nothing_writes_nothing() -> None:
    ledger = Ledger()
    for day in (1, 3):
        ledger.take(Word(Moment(day * DAY, 0), True, TWO))
    assert ledger.take(Word(Moment(2 * DAY, 0), True, TWO)) == []


def test_a_partial_list_always_writes_because_nothing_else_tells_that_it_looked() -> None:
    ledger = Ledger()
    ledger.take(Word(Moment(1 * DAY, 0), True, TWO))
    assert ledger.take(Word(Moment(2 * DAY, 0), False, TWO)) == [Observation(Moment(2 * DAY, 0), TWO)]


def test_before_anything_was_seen_a_listing_is_absent() -> None:
    assert state_before([], Moment(0, 0)) == ABSENT
    seen = [Observation(Moment(5, 0), ONE), Observation(Moment(5, 2), TWO)]
    assert state_before(seen, Moment(5, 0)) == ABSENT
    assert state_before(seen, Moment(5, 1)) == ONE
    assert state_before(seen, Moment(6, 0)) == TWO


SOLD_OUT = priced("1.00", availability=Availability.OUT_OF_STOCK)


@pytest.mark.parametrize(
    ("state", "before", "seen_before", "effect"),
    [
        (ONE, ABSENT, False, "new"),
        (ONE, ABSENT, True, "back"),
        (ONE, ONE, True, "unchanged"),
        (TWO, ONE, True, "changed"),
        (SOLD_OUT, ONE, True, "changed"),
        (ONE, UNREADABLE, True, "changed"),
        (ABSENT, ONE, True, "unlisted"),
        (ABSENT, UNREADABLE, True, "unlisted"),
        (ABSENT, ABSENT, True, None),
        (ABSENT, ABSENT, False, None),
        (UNREADABLE, ONE, True, None),
        (UNREADABLE, ABSENT, False, None),
        (UNREADABLE, UNREADABLE, True, None),
    ],
)
def test_what_a_lists_word_counts_as(state: State, before: State, seen_before: bool, effect: str | None) -> None:
    assert effect_of(state, before, seen_before=seen_before) == effect


def test_every_count_is_one_that_a_report_has() -> None:
    effects = {
        effect_of(state, before, seen_before=seen)
        for state in (*STATES, ABSENT)
        for before in (*STATES, ABSENT)
        for seen in (True, False)
    }
    assert effects - {None} <= set(Changes.__dataclass_fields__)
    assert len(effects) == 6
