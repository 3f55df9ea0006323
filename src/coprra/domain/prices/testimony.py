"""Testimony: what a person says of one listing, taken into the ledger as a partial list of one row."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.instants import format_instant, from_micros, to_micros
from coprra.domain.prices.article import Article
from coprra.domain.prices.decision import Decision, DecisionKind
from coprra.domain.prices.ledger import additions, state_before
from coprra.domain.prices.list_run import PERSONS, ListRun
from coprra.domain.prices.observation import Moment, State
from coprra.domain.prices.ports import Decisions
from coprra.domain.prices.series import Series

SOURCE = "person"
_AFTER_ALL = 2**63


class NotYet(Invalid):
    """Somebody speaks of a time that has not come."""

    code = "not_yet"

    @classmethod
    def of(cls, instant: datetime, now: datetime) -> "NotYet":
        """Names both."""
        return cls(f"{format_instant(instant)} has not come yet (now: {format_instant(now)}).")


@dataclass(frozen=True, slots=True)
class Witness:
    """Who speaks, when (aware, UTC), why, and whether it is something seen or the correction of a list."""

    by: Actor
    now: datetime
    note: str | None
    kind: DecisionKind


def believed_at(series: Series, instant: int) -> State:
    """What is believed of an instant (microseconds) once everybody has spoken of it."""
    return state_before(series.observations, Moment(instant, _AFTER_ALL))


def listed_at(series: Series, instant: int) -> State:
    """What is believed of an instant (microseconds) before a person speaks of it."""
    return state_before(series.observations, Moment(instant, PERSONS))


def article_at(series: Series, instant: int) -> Article | None:
    """What the listing was sold as at that instant (microseconds) or before, else after it; None when nobody knows."""
    seen = [(one.moment.instant, one.state.article) for one in series.observations if one.state.article]
    until = [article for at, article in seen if at <= instant]
    return until[-1] if until else next((article for _, article in seen), None)


def testify(
    decisions: Decisions, series: Series, instant: int, state: State, witness: Witness
) -> tuple[Series, Decision]:
    """Take a person's word about a listing at an instant (microseconds) into the ledger.

    series: everything that is known of the listing. Returns it with what was added, and the decision.
    """
    moment = Moment(instant, PERSONS | to_micros(witness.now))
    while decisions.taken(series.listing.branch.id, moment):
        moment = moment._replace(precedence=moment.precedence + 1)
    later = (one for one in series.confirmations if one > moment)
    added = additions(series.observations, moment, state, complete=False, next_complete=min(later, default=None))
    decisions.append(_run(series, moment, state, witness), series.listing.sku, added)
    asked = state.terms.asked(from_micros(instant)) if state.terms else None
    decision = Decision(
        from_micros(instant),
        witness.kind,
        asked.price if asked else None,
        witness.now,
        witness.by,
        witness.note,
    )
    decisions.decide(series.listing.id, decision)
    known = tuple(sorted((*series.observations, *added), key=lambda one: one.moment))
    return replace(series, observations=known), decision


def _run(series: Series, moment: Moment, state: State, witness: Witness) -> ListRun:
    content = (str(series.listing.id), moment, state, str(witness.by), witness.note)
    return ListRun(
        chain=series.listing.chain,
        branch=series.listing.branch,
        instant=moment.instant,
        complete=False,
        sha256=hashlib.sha256(repr(content).encode()).hexdigest(),
        source=SOURCE,
        profile=SOURCE,
        rows=1,
        imported_at=witness.now,
        imported_by=witness.by,
        precedence=moment.precedence,
    )
