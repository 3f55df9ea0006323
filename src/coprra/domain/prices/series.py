"""Series: everything seen of one listing up to an instant, as a step function of what was asked."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from operator import attrgetter

from coprra.domain.kernel.instants import from_micros, to_micros
from coprra.domain.kernel.money import Money
from coprra.domain.prices.article import Article
from coprra.domain.prices.chain import Branch, Chain
from coprra.domain.prices.decision import Decision
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.observation import ABSENT, Asked, Availability, Condition, Moment, Observation, State

_MICROSECOND = timedelta(microseconds=1)


PriceRange = tuple[int, int]
"""The lowest and highest price, in minor units of one currency."""

Span = tuple[datetime, datetime]
"""A time: start ≤ t < end, aware UTC."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One branch's article number."""

    chain: Chain
    branch: Branch
    sku: str

    @property
    def id(self) -> ListingId:
        """How people name it."""
        return ListingId(self.branch.id, self.sku)


@dataclass(frozen=True, slots=True)
class Step:
    """A time in which one price was asked: start ≤ t < end, aware UTC.

    last_seen: the last instant at which it was observed or confirmed; before `start` where a special price, announced
    by then, began or ended.
    """

    start: datetime
    end: datetime
    asked: Asked
    last_seen: datetime

    @property
    def price(self) -> Money:
        """What one piece cost."""
        return self.asked.price


@dataclass(frozen=True, slots=True)
class Now:
    """What is believed of a listing as of an instant.

    state: the last one read, whatever failed after it; since and last_seen: when it was first and last observed or
    confirmed, aware, UTC; check_failed: the newest look at it failed.
    """

    state: State
    since: datetime
    last_seen: datetime
    check_failed: bool


@dataclass(frozen=True)
class Series:
    """What was observed of one listing up to `as_of` (aware, UTC; nothing later is known here).

    observations: sorted by moment, none after as_of. confirmations: the moments of the branch's complete lists, sorted,
    none after as_of; each confirms whatever stood when it came, unless it has an observation of its own. decisions: by
    their `order`, none about an instant after as_of.
    """

    listing: Listing
    as_of: datetime
    observations: tuple[Observation, ...]
    confirmations: tuple[Moment, ...]
    decisions: tuple[Decision, ...] = ()

    @cached_property
    def _sightings(self) -> list[tuple[State, list[int]]]:
        """Each state that could be read, with the instants (microseconds) at which it was seen; no failed checks."""
        sightings: list[tuple[State, list[int]]] = []
        for index, seen in enumerate(self.observations):
            following = self.observations[index + 1].moment if index + 1 < len(self.observations) else None
            if seen.state.availability is Availability.CHECK_FAILED:
                continue
            first = bisect_right(self.confirmations, seen.moment)
            last = len(self.confirmations) if following is None else bisect_left(self.confirmations, following)
            instants = [seen.moment.instant, *[moment.instant for moment in self.confirmations[first:last]]]
            if sightings and sightings[-1][0] == seen.state:
                sightings[-1][1].extend(instants)
            else:
                sightings.append((seen.state, instants))
        return sightings

    @cached_property
    def now(self) -> Now | None:
        """What is believed as of `as_of`; None when nothing was ever read of it."""
        if not self._sightings:
            return None
        state, instants = self._sightings[-1]
        failed = self.observations[-1].state.availability is Availability.CHECK_FAILED
        return Now(state, from_micros(instants[0]), from_micros(instants[-1]), failed)

    @cached_property
    def stale_at(self) -> datetime | None:
        """From when on it is not believed, unless it is seen again; None when nothing was ever read of it."""
        return self.now.last_seen + self.listing.chain.stale_after if self.now else None

    @cached_property
    def edges(self) -> tuple[datetime, ...]:
        """The instants after as_of, sorted, at which a special price begins or ends as its list announced."""
        special = self.now.state.terms.special if self.now and self.now.state.terms else None
        edges = (special.starts, special.ends) if special else ()
        return tuple(edge for edge in edges if edge and edge > self.as_of)

    @cached_property
    def article(self) -> Article | None:
        """What the listing was last sold as, up to as_of."""
        return next((state.article for state, _ in reversed(self._sightings) if state.article), None)

    @cached_property
    def condition(self) -> Condition | None:
        """In which it was last sold, up to as_of; None when no price was ever read of it."""
        return next((state.terms.condition for state, _ in reversed(self._sightings) if state.terms), None)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """What was asked, as a step function: sorted, never overlapping, with gaps where nothing is known.

        A price holds until the next observation, but no longer than the chain's `stale_after` beyond the last time it
        was seen, nor beyond as_of. Out of stock it is still asked; not listed it is not. Equal neighbours are one step.
        """
        steps: list[Step] = []
        for step in self._raw_steps():
            if steps and steps[-1].end == step.start and steps[-1].asked == step.asked:
                steps[-1] = Step(steps[-1].start, step.end, step.asked, step.last_seen)
            else:
                steps.append(step)
        return tuple(steps)

    def step_at(self, instant: datetime) -> Step | None:
        """What was asked then; None where nothing was, or nothing is known."""
        begun = bisect_right(self.steps, instant, key=attrgetter("start"))
        return self.steps[begun - 1] if begun and instant < self.steps[begun - 1].end else None

    def decision_on(self, step: Step) -> Decision | None:
        """The latest that a person decided about this price at an instant of the step; None when nobody did."""
        about = (one for one in self.decisions if one.price == step.price and step.start <= one.at < step.end)
        return max(about, key=attrgetter("order"), default=None)

    @cached_property
    def credible_steps(self) -> tuple[Step, ...]:
        """The steps that no person has rejected."""
        if not self.decisions:
            return self.steps
        return tuple(step for step in self.steps if (one := self.decision_on(step)) is None or one.believes)

    @cached_property
    def ranges(self) -> dict[str, PriceRange]:
        """By currency, what was ever asked, as far as no person has rejected it."""
        asked: dict[str, list[int]] = {}
        for step in self.credible_steps:
            asked.setdefault(step.price.currency.code, []).append(step.price.minor)
        return {code: (min(prices), max(prices)) for code, prices in asked.items()}

    @cached_property
    def absences(self) -> tuple[Span, ...]:
        """The times, sorted and never touching, in which it is known that the branch did not list it.

        That is since a complete list without it, and no longer than such a list is believed; also before its first
        observation. Nothing is asked in them, and that is known, too.
        """
        spans: list[Span] = []
        for start, end in self._absent():
            if spans and spans[-1][1] == start:
                spans[-1] = (spans[-1][0], end)
            elif start < end:
                spans.append((start, end))
        return tuple(spans)

    def _absent(self) -> Iterator[Span]:
        if self.observations:
            first = self.observations[0].moment
            before = self.confirmations[: bisect_left(self.confirmations, first)]
            for known in self._unbroken([*(moment.instant for moment in before), first.instant]):
                until = known[-1] if known[-1] == first.instant else known[-1] + self._limit
                yield from_micros(known[0]), from_micros(until)
        for state, known, until in self._believed:
            if state == ABSENT:
                yield from_micros(known[0]), from_micros(until)

    def seen_within(self, start: datetime, end: datetime) -> Iterator[tuple[State, datetime]]:
        """What was observed or confirmed at start ≤ t < end, each state with the first such instant, by time."""
        first, last = to_micros(start), to_micros(end)
        for state, instants in self._sightings:
            seen = bisect_left(instants, first)
            if seen < len(instants) and instants[seen] < last:
                yield state, from_micros(instants[seen])

    @cached_property
    def _limit(self) -> int:
        """For how many microseconds a sighting is believed."""
        return self.listing.chain.stale_after // _MICROSECOND

    def _unbroken(self, instants: list[int]) -> Iterator[list[int]]:
        """The same instants, parted where what was seen at one is not believed until the next."""
        limit = self._limit
        begun = 0
        breaks = [place for place, (seen, then) in enumerate(pairwise(instants), 1) if then - seen > limit]
        for place in breaks:
            yield instants[begun:place]
            begun = place
        yield instants[begun:] if begun else instants

    @cached_property
    def _believed(self) -> list[tuple[State, list[int], int]]:
        """Each time in which a state is believed without a gap: when it was seen in it, and until when it is."""
        horizon = to_micros(self.as_of) + 1
        follows = [*(instants[0] for _, instants in self._sightings[1:]), horizon]
        return [
            (state, known, min(known[-1] + self._limit, following))
            for (state, instants), following in zip(self._sightings, follows, strict=bool(self._sightings))
            for known in self._unbroken(instants)
        ]

    def _raw_steps(self) -> Iterator[Step]:
        for state, known, until in self._believed:
            yield from self._held(state, known, until)

    def _held(self, state: State, known: list[int], until: int) -> Iterator[Step]:
        """One holding of terms, cut where a special price begins or ends."""
        terms = state.terms
        if terms is None or known[0] >= until:
            return
        special = terms.special
        edges = [to_micros(edge) for edge in (special.starts, special.ends) if edge] if special else []
        cuts = [known[0], *(edge for edge in edges if known[0] < edge < until), until]
        for start, end in pairwise(cuts):
            asked = terms.asked(from_micros(start))
            if asked:
                last_seen = known[bisect_left(known, end) - 1]
                yield Step(from_micros(start), from_micros(end), asked, from_micros(last_seen))

    @property
    def listed(self) -> bool:
        """Whether the branch still lists it, as of as_of."""
        return self.now is not None and self.now.state != ABSENT
