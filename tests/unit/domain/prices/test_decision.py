"""What a person decided about a price counts from the instant it is about, and the quarantine is a function of it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.instants import to_micros
from coprra.domain.kernel.money import Money
from coprra.domain.prices.decision import NOTE_LENGTH, Decision, DecisionKind
from coprra.domain.prices.history import history_of
from coprra.domain.prices.landed_price import Order
from coprra.domain.prices.observation import ABSENT, Availability, Moment, Observation, State, Terms
from coprra.domain.prices.offer import Aside, Offer, offer_of
from coprra.domain.prices.quarantine import suspect_since, suspicion
from coprra.domain.prices.ranking import rank
from coprra.domain.prices.series import Listing, Series, Step
from coprra.testing.builders import TESTER, a_branch, a_chain, day

CONFIRMED, REJECTED = DecisionKind.CONFIRMED, DecisionKind.REJECTED


def euro(amount: str) -> Money:
    return Money.of(amount, "EUR")


def decided(kind: DecisionKind, price: str, at: float, *, decided_at: float = 900, note: str | None = None) -> Decision:
    return Decision(day(at), kind, euro(price), day(decided_at), TESTER, note)


def a_series(
    seen: dict[float, str | State], *decisions: Decision, chain: str = "konzum", as_of: float = 5, stale: float = 100
) -> Series:
    """Each price is asked until the next one is seen."""
    return Series(
        Listing(a_chain(chain, stale_after=timedelta(days=stale)), a_branch(chain), "1"),
        day(as_of),
        tuple(
            Observation(
                Moment(to_micros(day(at)), 0),
                said if isinstance(said, State) else State(Availability.IN_STOCK, None, Terms(euro(said))),
            )
            for at, said in sorted(seen.items())
            if at <= as_of
        ),
        (),
        tuple(sorted((one for one in decisions if one.at <= day(as_of)), key=lambda one: one.order)),
    )


SLIP: dict[float, str | State] = {0: "1.00", 1: "1.10", 2: "1.00", 3: "9.00"}


def an_offer(series: Series, others: Sequence[Series] = ()) -> Offer:
    offer = offer_of(series, others, Order())
    assert offer is not None
    return offer


# Which decision counts


def test_a_decision_is_about_the_step_that_contains_its_instant_and_asks_its_price() -> None:
    decisions = (decided(CONFIRMED, "9.00", 3.5), decided(REJECTED, "1.00", 3.5), decided(REJECTED, "9.00", 2.5))
    series = a_series(SLIP, *decisions)
    assert series.decision_on(series.steps[-1]) == decisions[0]
    assert [series.decision_on(step) for step in series.steps[:-1]] == [None, None, None]


def test_a_step_begins_with_its_first_instant_and_ends_before_the_next() -> None:
    series = a_series(SLIP, decided(REJECTED, "1.10", 1), decided(REJECTED, "1.00", 1), decided(REJECTED, "1.10", 2))
    assert [bool(series.decision_on(step)) for step in series.steps] == [False, True, False, False]


def test_the_latest_decision_counts_whichever_instant_of_the_step_it_is_about() -> None:
    first, second = decided(REJECTED, "9.00", 4, decided_at=900), decided(CONFIRMED, "9.00", 3, decided_at=901)
    for series in (a_series(SLIP, first, second), a_series(SLIP, second, first)):
        assert series.decision_on(series.steps[-1]) == second
    earlier = a_series(SLIP, first, second, as_of=3.5)
    assert earlier.decision_on(earlier.steps[-1]) == second, "as of then, the first one is about the future"


def test_a_late_list_that_cuts_the_step_leaves_the_decision_to_the_part_it_is_about() -> None:
    decision = decided(CONFIRMED, "9.00", 4.5)
    whole = a_series(SLIP, decision)
    cut = a_series({**SLIP, 3.5: ABSENT, 4: "9.00"}, decision)
    assert [suspicion(step, whole, ()) is None for step in whole.steps] == [True, True, True, True]
    assert [suspicion(step, cut, ()) is None for step in cut.steps] == [True, True, True, False, True]


@given(st.permutations(range(4)))
def test_decisions_of_one_microsecond_are_ordered_by_what_they_say(order: list[int]) -> None:
    alike = [
        decided(kind, "9.00", 3, note=note) for kind in (CONFIRMED, REJECTED) for note in (None, "looked at the shelf")
    ]
    series = a_series(SLIP, *(alike[index] for index in order))
    assert series.decision_on(series.steps[-1]) == max(alike, key=lambda one: one.order)


def test_what_is_asked_at_an_instant_is_the_step_around_it() -> None:
    series = a_series({1: "1.00", 2: ABSENT, 3: "2.00"})
    asked = [series.step_at(day(number)) for number in (0.5, 1, 1.9, 2, 3, 5, 6)]
    assert [step and str(step.price) for step in asked] == [
        None,
        "1.00 EUR",
        "1.00 EUR",
        None,
        "2.00 EUR",
        "2.00 EUR",
        None,
    ]


@pytest.mark.parametrize("note", ["", "x" * (NOTE_LENGTH + 1), "two\nlines"])
def test_a_note_is_a_line_of_plain_text(note: str) -> None:
    with pytest.raises(Invalid):
        decided(CONFIRMED, "1.00", 0, note=note)


def test_a_decision_repeats_another_that_differs_in_its_time_alone() -> None:
    decision = decided(CONFIRMED, "1.00", 0)
    assert decided(CONFIRMED, "1.00", 0, decided_at=901).repeats(decision)
    others = (
        decided(REJECTED, "1.00", 0),
        decided(CONFIRMED, "1.01", 0),
        decided(CONFIRMED, "1.00", 1),
        decided(CONFIRMED, "1.00", 0, note="seen"),
        Decision(day(0), CONFIRMED, euro("1.00"), day(900), Actor.operator("ana")),
    )
    assert not any(other.repeats(decision) for other in others)


# What follows from it


def test_a_confirmed_price_is_believed_everywhere() -> None:
    series = a_series(SLIP, decided(CONFIRMED, "9.00", 3))
    assert suspect_since(a_series(SLIP), ()) is not None
    assert suspect_since(series, ()) is None
    offer = an_offer(series)
    assert (offer.aside, offer.suspicion) == (None, None)
    assert offer.decision == decided(CONFIRMED, "9.00", 3)
    history = history_of(series, ())
    assert history is not None
    assert history.statistics is not None
    assert history.statistics.high == euro("9.00")
    assert history.steps[-1].believed
    assert history.decisions == series.decisions


def test_a_rejected_price_is_shown_as_rejected_and_counts_nowhere() -> None:
    series = a_series(SLIP, decided(REJECTED, "9.00", 3))
    offer = an_offer(series)
    assert (offer.aside, offer.suspicion, offer.asked and offer.asked.price) == (Aside.REJECTED, None, euro("9.00"))
    ranking = rank([offer])
    assert ranking.ranked == ()
    assert ranking.why.summary == "No offer can be relied on as of then: 1 rejected."
    history = history_of(series, ())
    assert history is not None
    assert history.statistics is not None
    assert history.statistics.high == euro("1.10")
    assert history.steps[-1].suspicion is None
    assert not history.steps[-1].believed


def test_a_price_that_nobody_doubts_can_be_rejected_as_well() -> None:
    assert an_offer(a_series({0: "1.00"}, decided(REJECTED, "1.00", 0))).aside is Aside.REJECTED


def test_who_records_or_corrects_a_price_has_looked() -> None:
    for kind in (DecisionKind.RECORDED, DecisionKind.CORRECTED):
        assert an_offer(a_series(SLIP, decided(kind, "9.00", 3))).aside is None


def test_other_reasons_to_be_set_aside_come_first() -> None:
    rejected = decided(REJECTED, "1.00", 0)
    sold_out = State(Availability.OUT_OF_STOCK, None, Terms(euro("1.00")))
    assert an_offer(a_series({0: sold_out}, rejected)).aside is Aside.OUT_OF_STOCK
    assert an_offer(a_series({0: "1.00"}, rejected, stale=3)).aside is Aside.STALE


def test_a_decision_about_a_price_that_is_asked_no_more_is_not_told_with_the_offer() -> None:
    assert an_offer(a_series({0: "1.00", 1: "1.10"}, decided(CONFIRMED, "1.00", 0))).decision is None


def test_as_of_before_its_instant_a_decision_does_not_exist() -> None:
    decision = decided(REJECTED, "9.00", 4)
    assert an_offer(a_series(SLIP, decision, as_of=3.9)).aside is Aside.SUSPECT
    assert an_offer(a_series(SLIP, decision, as_of=4)).aside is Aside.REJECTED


def test_a_window_of_the_history_shows_the_decision_on_the_step_that_it_cuts() -> None:
    history = history_of(a_series(SLIP, decided(REJECTED, "9.00", 3)), (), since=day(4))
    assert history is not None
    (past,) = history.steps
    assert (past.step.start, past.decision and past.decision.kind, history.statistics) == (day(4), REJECTED, None)


# What it means for others


def test_a_rejected_price_is_no_point_of_its_own_history() -> None:
    """Two slips of three prices would make the truth suspect."""
    seen: dict[float, str | State] = {0: "9.00", 1: "9.10", 2: "1.00", 3: "1.10"}
    assert suspicion(_last(a_series(seen)), a_series(seen), ()) is not None
    series = a_series(seen, decided(REJECTED, "9.00", 0), decided(REJECTED, "9.10", 1))
    assert suspicion(_last(series), series, ()) is None


def test_a_rejected_price_of_another_chain_gives_way_to_the_one_before_it() -> None:
    mine = a_series({3: "1.00"})

    def others(*decisions: Decision) -> list[Series]:
        return [a_series({0: "1.00", 2: "9.00"}, *decisions, chain=name) for name in ("spar", "plodine", "studenac")]

    assert suspicion(_last(mine), mine, others()) is not None
    assert suspicion(_last(mine), mine, others(decided(REJECTED, "9.00", 2))) is None


def test_another_chain_all_of_whose_prices_were_rejected_has_no_voice() -> None:
    mine = a_series({3: "1.00"})
    others = [a_series({2: "9.00"}, decided(REJECTED, "9.00", 2), chain=name) for name in ("spar", "plodine", "ntl")]
    assert suspicion(_last(mine), mine, others) is None


def test_whether_a_price_is_suspect_does_not_depend_on_whether_another_one_is() -> None:
    """A suspect price still is a point, as before: else one verdict would hang on the next."""
    series = a_series({**SLIP, 4: "9.10", 4.2: "9.00", 4.4: "9.20", 4.6: "9.00"})
    doubts = [suspicion(step, series, ()) is not None for step in series.steps]
    assert doubts == [False, False, False, True, True, True, True, False]


def _last(series: Series) -> Step:
    return series.steps[-1]
