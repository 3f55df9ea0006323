"""The ledger's law: what a list adds, so that any order of arrival gives the same answers.

This is the rule in its plainest form. An adapter may apply it to a whole list at once; the shipped contract checks that
it says the same.
"""

from collections.abc import Container, Sequence
from itertools import pairwise

from coprra.domain.prices.observation import ABSENT, Availability, Moment, Observation, State


def state_before(observations: Sequence[Observation], moment: Moment) -> State:
    """What was believed just before that moment. observations: sorted by moment."""
    return next((seen.state for seen in reversed(observations) if seen.moment < moment), ABSENT)


def state_at(observations: Sequence[Observation], moment: Moment) -> State:
    """What was believed at that moment: of a complete list's moment, what that list says. observations: sorted."""
    return next((seen.state for seen in reversed(observations) if seen.moment <= moment), ABSENT)


def additions(
    observations: Sequence[Observation],
    moment: Moment,
    state: State,
    *,
    complete: bool,
    next_complete: Moment | None,
) -> list[Observation]:
    """The observations to append when a list says `state` of a listing at `moment`.

    observations: all of the listing, sorted by moment. next_complete: the moment of the next complete list of the
    branch after this one, if that was imported earlier.

    A complete list writes a change and confirms the rest by being there. Of an article that it does not name it says
    ABSENT; or, where it names only what is different from an earlier complete list, the `state_at` that one. A partial
    list confirms nothing it does not name, so it always writes. And where a later complete list relied on the state
    before, without a row of its own, that row is written now: the late list must not be read into it.
    """
    before = state_before(observations, moment)
    added: list[Observation] = []
    if not complete or state != before:
        added.append(Observation(moment, state))
    if state != before and next_complete is not None:
        spoken_for = any(moment < seen.moment <= next_complete for seen in observations)
        if not spoken_for:
            added.append(Observation(next_complete, before))
    return added


def repeats(observations: Sequence[Observation], confirmations: Container[Moment]) -> list[Observation]:
    """Those that no answer needs, now or after any list that is still to come.

    observations: all of one listing, sorted by moment; confirmations: the moments of its branch's complete lists. A
    complete list that says what was believed anyway says it by being there, as it would have done without a row if all
    lists had come in the order of time. A partial list is believed of nothing that it has no row for, so its rows stay.
    """
    return [
        seen for before, seen in pairwise(observations) if seen.state == before.state and seen.moment in confirmations
    ]


def effect_of(state: State, before: State, *, seen_before: bool) -> str | None:
    """Which count of `Changes` a list's word about a listing belongs to; None: of no consequence.

    seen_before: whether the listing has an observation before this one.
    """
    if state.availability is Availability.CHECK_FAILED or state == before == ABSENT:
        return None
    if state == before:
        return "unchanged"
    if state == ABSENT:
        return "unlisted"
    if before == ABSENT:
        return "back" if seen_before else "new"
    return "changed"
