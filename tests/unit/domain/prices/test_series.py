"""A series is a step function: a price holds until the next look, and no longer than it is believed."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from coprra.domain.kernel.instants import to_micros
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.article import Article
from coprra.domain.prices.chain import Branch, BranchId, Chain
from coprra.domain.prices.observation import (
    ABSENT,
    UNREADABLE,
    Asked,
    Availability,
    Moment,
    Observation,
    Special,
    State,
    Terms,
)
from coprra.domain.prices.series import Listing, Now, Series, Step

EPOCH = datetime(2025, 12, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
STALE_AFTER = timedelta(days=4)
LISTING = Listing(
    Chain("konzum", "Konzum", "HR", Currency("EUR"), STALE_AFTER), Branch(BranchId("konzum", "0613"), "UTC"), "1"
)


def day(number: float) -> datetime:
    return EPOCH + timedelta(days=number)


def moment(number: float) -> Moment:
    return Moment(to_micros(day(number)), 0)


def priced(
    price: str | None,
    special: str | None = None,
    period: tuple[float, float] | None = None,
    *,
    availability: Availability = Availability.IN_STOCK,
    title: str = "Milk",
) -> State:
    starts, ends = (day(period[0]), day(period[1])) if period else (None, None)
    offer = Special(Money.of(special, "EUR"), starts, ends) if special else None
    terms = Terms(Money.of(price, "EUR") if price else None, offer)
    return State(availability, Article("konzum", "1", title), terms)


def a_series(seen: dict[float, State], *, confirmed: Iterable[float] = (), as_of: float = 100) -> Series:
    return Series(
        LISTING,
        day(as_of),
        tuple(Observation(moment(at), state) for at, state in sorted(seen.items()) if at <= as_of),
        tuple(moment(at) for at in sorted(confirmed) if at <= as_of),
    )


def asked(price: str, *, special: bool = False) -> Asked:
    return Asked(Money.of(price, "EUR"), special)


def step(start: float, end: float, price: str, last_seen: float, *, special: bool = False) -> Step:
    return Step(day(start), day(end), asked(price, special=special), day(last_seen))


ONE, TWO = priced("1.00"), priced("2.00")


def test_a_price_holds_until_the_next_one() -> None:
    assert a_series({0: ONE, 2: TWO}, as_of=3).steps == (
        step(0, 2, "1.00", 0),
        Step(day(2), day(3) + INSTANT, asked("2.00"), day(2)),
    )


def test_a_price_that_was_seen_at_as_of_itself_is_asked_then() -> None:
    (only,) = a_series({0: ONE}, as_of=0).steps
    assert (only.start, only.end) == (day(0), day(0) + INSTANT)


def test_a_price_is_not_believed_longer_than_its_chain_says_and_then_there_is_a_gap() -> None:
    assert a_series({0: ONE, 10: ONE}).steps == (step(0, 4, "1.00", 0), step(10, 14, "1.00", 10))


def test_a_complete_list_confirms_what_stands() -> None:
    assert a_series({0: ONE}, confirmed=[0, 3, 6]).steps == (step(0, 10, "1.00", 6),)


def test_a_confirmation_after_a_gap_is_a_new_step() -> None:
    assert a_series({0: ONE}, confirmed=[5]).steps == (step(0, 4, "1.00", 0), step(5, 9, "1.00", 5))


def test_a_confirmation_counts_for_the_price_that_stood_then_and_not_for_a_later_one() -> None:
    series = a_series({0: ONE, 3: TWO}, confirmed=[1, 2, 3, 5])
    assert series.steps == (step(0, 3, "1.00", 2), step(3, 9, "2.00", 5))


def test_a_confirmation_from_before_the_first_look_says_nothing() -> None:
    assert a_series({3: ONE}, confirmed=[0, 1, 2]).steps == (step(3, 7, "1.00", 3),)


def test_a_failed_look_ages_the_price_and_never_removes_it() -> None:
    series = a_series({0: ONE, 1: UNREADABLE}, confirmed=[2, 3], as_of=3.5)
    assert series.steps == (Step(day(0), day(3.5) + INSTANT, asked("1.00"), day(0)),)
    assert series.now == Now(ONE, day(0), day(0), check_failed=True)
    assert a_series({0: ONE, 1: UNREADABLE}, confirmed=[2, 3]).steps == (step(0, 4, "1.00", 0),)


def test_it_is_known_to_be_absent_since_a_complete_list_without_it_and_no_longer_than_that_is_believed() -> None:
    series = a_series({5: ONE, 7: ABSENT, 20: TWO}, confirmed=[0, 3, 5, 7, 9])
    assert series.absences == ((day(0), day(5)), (day(7), day(13)))
    assert a_series({5: ONE}, confirmed=[0, 5]).absences == ((day(0), day(4)),)
    assert a_series({7: ABSENT}, as_of=8).absences == ((day(7), day(8) + INSTANT),)
    assert a_series({}, confirmed=[0, 1]).absences == ()


def test_what_was_seen_within_a_time_is_told_state_by_state() -> None:
    series = a_series({0: ONE, 3: TWO, 4: UNREADABLE, 6: ONE}, confirmed=[1, 2, 3, 4, 6, 8])
    assert list(series.seen_within(day(1), day(3))) == [(ONE, day(1))]
    assert list(series.seen_within(day(2.5), day(6))) == [(TWO, day(3))]
    assert list(series.seen_within(day(2), day(8))) == [(ONE, day(2)), (TWO, day(3)), (ONE, day(6))]
    assert list(series.seen_within(day(4), day(5))) == []


def test_after_a_failed_look_the_same_price_goes_on() -> None:
    series = a_series({0: ONE, 1: UNREADABLE, 3: ONE})
    assert series.steps == (step(0, 7, "1.00", 3),)
    assert series.now == Now(ONE, day(0), day(3), check_failed=False)


def test_a_listing_that_was_never_read_is_not_known() -> None:
    for series in (a_series({}), a_series({0: UNREADABLE}, confirmed=[1])):
        assert series.now is None
        assert series.steps == ()
        assert series.article is None
        assert series.stale_at is None
        assert series.edges == ()
        assert not series.listed


def test_out_of_stock_it_is_still_asked() -> None:
    sold_out = priced("1.00", availability=Availability.OUT_OF_STOCK)
    assert a_series({0: ONE, 2: sold_out}).steps == (step(0, 6, "1.00", 2),)


def test_not_listed_it_is_not_asked_and_its_history_is_kept() -> None:
    series = a_series({0: ONE, 2: ABSENT, 3: ONE}, confirmed=[2.5], as_of=2.7)
    assert series.steps == (step(0, 2, "1.00", 0),)
    assert series.now == Now(ABSENT, day(2), day(2.5), check_failed=False)
    assert not series.listed
    back = a_series({0: ONE, 2: ABSENT, 3: ONE}, as_of=3)
    assert back.listed
    assert [one.start for one in back.steps] == [day(0), day(3)]


def test_a_listing_is_known_by_the_article_it_was_last_sold_as() -> None:
    fresh = priced("1.00", title="Fresh milk")
    assert a_series({0: ONE, 1: fresh, 2: ABSENT, 3: UNREADABLE}).article == fresh.article


def test_other_words_for_the_same_price_are_no_new_step() -> None:
    assert a_series({0: ONE, 2: priced("1.00", title="Fresh milk")}).steps == (step(0, 6, "1.00", 2),)


def test_a_special_price_begins_and_ends_by_itself() -> None:
    assert a_series({0: priced("2.00", "1.00", (1, 3))}).steps == (
        step(0, 1, "2.00", 0),
        step(1, 3, "1.00", 0, special=True),
        step(3, 4, "2.00", 0),
    )


def test_a_special_price_that_begins_when_another_list_speaks_is_never_asked() -> None:
    assert a_series({0: priced("2.00", "1.00", (1, 3)), 1: ONE}).steps == (step(0, 1, "2.00", 0), step(1, 5, "1.00", 1))


def test_a_special_price_that_is_confirmed_is_one_step() -> None:
    series = a_series({0: priced("2.00", "1.00", (1, 5))}, confirmed=[2, 4])
    assert series.steps == (
        step(0, 1, "2.00", 0),
        step(1, 5, "1.00", 4, special=True),
        step(5, 8, "2.00", 4),
    )


def test_a_special_price_outside_whose_period_nothing_is_stated_leaves_a_gap() -> None:
    assert a_series({0: priced(None, "1.00", (1, 3))}).steps == (step(1, 3, "1.00", 0, special=True),)


def test_a_special_price_as_high_as_the_regular_one_is_a_step_of_its_own() -> None:
    steps = a_series({0: priced("2.00", "2.00", (1, 3))}).steps
    assert [one.asked.special for one in steps] == [False, True, False]


def test_of_two_lists_of_one_instant_only_the_greater_precedence_is_ever_asked() -> None:
    at = to_micros(day(0))
    series = Series(LISTING, day(1), (Observation(Moment(at, 1), ONE), Observation(Moment(at, 2), TWO)), ())
    assert [one.price for one in series.steps] == [Money.of("2.00", "EUR")]


def test_edges_are_the_coming_turns_of_a_special_price() -> None:
    state = priced("2.00", "1.00", (1, 3))
    assert a_series({0: state}, as_of=0).edges == (day(1), day(3))
    assert a_series({0: state}, as_of=1).edges == (day(3),)
    assert a_series({0: state}, as_of=3).edges == ()
    assert a_series({0: state, 2: ONE}, as_of=2).edges == ()


def test_a_price_goes_stale_so_long_after_it_was_last_seen() -> None:
    assert a_series({0: ONE, 1: UNREADABLE}, confirmed=[0.5]).stale_at == day(0.5) + STALE_AFTER


# Laws

STATES = (
    *(ONE, TWO, UNREADABLE, ABSENT, priced("1.00", title="Fresh milk")),
    *(
        priced("2.00", "1.00"),
        priced("2.00", "1.00", (3, 7)),
        priced(None, "1.00", (5, 9)),
        priced("2.00", "2.00", (6, 8)),
    ),
)
half_days = st.integers(0, 24).map(lambda number: number / 2)
pasts = st.dictionaries(half_days, st.sampled_from(STATES), max_size=6)
confirmations = st.lists(half_days, max_size=6, unique=True)
GRID = [number / 4 for number in range(60)]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[float, State], list[float]]:
    return draw(pasts), draw(confirmations)


def asked_by_hand(seen: dict[float, State], confirmed: list[float], at: float) -> Asked | None:
    """What was asked at an instant, told from each look at it up to then, one by one."""
    believed: State | None = None
    last_seen = -1000.0
    last_look: State | None = None
    for look in sorted({*seen, *confirmed}):
        if look > at:
            break
        last_look = seen.get(look, last_look)
        if last_look and last_look != UNREADABLE:
            believed, last_seen = last_look, look
    if believed is None or believed.terms is None or day(at) >= day(last_seen) + STALE_AFTER:
        return None
    return believed.terms.asked(day(at))


@settings(max_examples=200)
@given(world=worlds(), as_of=st.sampled_from(GRID))
def test_at_every_instant_the_steps_say_what_was_asked_then(
    world: tuple[dict[float, State], list[float]], as_of: float
) -> None:
    seen, confirmed = world
    steps = a_series(seen, confirmed=confirmed, as_of=as_of).steps
    for at in GRID:
        in_force = [one.asked for one in steps if one.start <= day(at) < one.end]
        expected = asked_by_hand(seen, confirmed, at) if at <= as_of else None
        assert in_force == ([expected] if expected else [])


def absent_by_hand(seen: dict[float, State], confirmed: list[float], at: float) -> bool:
    """Whether the newest complete list, or look, that could be read did not have it, and is believed."""
    states = [seen[look] for look in sorted(seen) if look <= at and seen[look] != UNREADABLE]
    lists = [look for look in confirmed if look <= at]
    if not any(look <= at for look in seen):
        return bool(lists) and day(at) < day(lists[-1]) + STALE_AFTER
    looks = [look for look in sorted({*seen, *lists}) if look <= at]
    return states[-1:] == [ABSENT] and day(at) < day(_last_read(seen, looks)) + STALE_AFTER


def _last_read(seen: dict[float, State], looks: list[float]) -> float:
    """The last look that did not fail; after one that failed, complete lists confirm nothing until the next."""
    last, failed = looks[0], False
    for look in looks:
        failed = seen[look] == UNREADABLE if look in seen else failed
        last = last if failed else look
    return last


@settings(max_examples=200)
@given(world=worlds())
def test_at_every_instant_the_absences_say_whether_it_was_known_to_be_gone(
    world: tuple[dict[float, State], list[float]],
) -> None:
    seen, confirmed = world
    series = a_series(seen, confirmed=sorted(confirmed))
    for at in GRID if seen else ():
        absent = any(start <= day(at) < end for start, end in series.absences)
        assert absent == absent_by_hand(seen, sorted(confirmed), at)
        assert not (absent and any(one.start <= day(at) < one.end for one in series.steps))


@given(world=worlds(), as_of=st.sampled_from(GRID))
def test_steps_are_sorted_disjoint_and_no_two_neighbours_are_equal(
    world: tuple[dict[float, State], list[float]], as_of: float
) -> None:
    seen, confirmed = world
    series = a_series(seen, confirmed=confirmed, as_of=as_of)
    for one in series.steps:
        assert one.start < one.end <= series.as_of + INSTANT
        assert one.last_seen < one.end <= one.last_seen + STALE_AFTER
    for one, following in pairwise(series.steps):
        assert one.end <= following.start
        assert one.end < following.start or one.asked != following.asked


@given(world=worlds(), earlier=st.sampled_from(GRID), later=st.sampled_from(GRID))
def test_what_was_seen_later_does_not_exist_for_an_earlier_instant(
    world: tuple[dict[float, State], list[float]], earlier: float, later: float
) -> None:
    seen, confirmed = world
    earlier, later = sorted((earlier, later))
    horizon = day(earlier) + INSTANT
    then = a_series(seen, confirmed=confirmed, as_of=earlier)
    since = a_series(seen, confirmed=confirmed, as_of=later)
    cut = [(one.start, min(one.end, horizon), one.asked) for one in since.steps if one.start < horizon]
    assert [(one.start, one.end, one.asked) for one in then.steps] == cut


@given(world=worlds(), as_of=st.sampled_from(GRID))
def test_a_price_is_in_force_as_long_as_it_is_believed(
    world: tuple[dict[float, State], list[float]], as_of: float
) -> None:
    seen, confirmed = world
    series = a_series(seen, confirmed=confirmed, as_of=as_of)
    in_force = bool(series.steps) and series.steps[-1].end > series.as_of
    terms = series.now.state.terms if series.now else None
    fresh = series.stale_at is not None and series.as_of < series.stale_at
    assert in_force == bool(terms and fresh and terms.asked(series.as_of))
    if series.now:
        assert series.now.since <= series.now.last_seen <= series.as_of
