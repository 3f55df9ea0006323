"""Correct what lists said of a listing."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Invalid, NotFound
from coprra.domain.kernel.instants import LATEST, from_micros, to_micros
from coprra.domain.kernel.money import Money
from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.chain import Branch
from coprra.domain.prices.decision import Decision, DecisionKind
from coprra.domain.prices.events import PriceDecided
from coprra.domain.prices.listing import ListingId, UnknownListing
from coprra.domain.prices.observation import ABSENT, Availability, Special, State, Terms
from coprra.domain.prices.ports import OpenDecisionsUnitOfWork
from coprra.domain.prices.series import Listing, Series
from coprra.domain.prices.testimony import NotYet, Witness, article_at, believed_at, listed_at, testify

MOST_SIGHTINGS = 1_000


class InvalidCorrection(Invalid):
    """A correction that says nothing, contradicts itself, or speaks of too much at once."""

    code = "invalid_correction"


class UnknownSighting(NotFound):
    """No list carried the listing at that time, so there is nothing to correct."""

    code = "unknown_sighting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What the lists should have said; what is None stays as they said it. Amounts are in the listing's currency.

    no_special: there was no special price. absent: the branch did not sell it; nothing else can be said then.

    Raises: InvalidCorrection.
    """

    price: Decimal | None = None
    special: Decimal | None = None
    no_special: bool = False
    availability: Availability | None = None
    absent: bool = False

    def __post_init__(self) -> None:
        said = [self.price is not None, self.special is not None, self.no_special, self.availability is not None]
        if self.absent == any(said):
            raise InvalidCorrection("Say what should have been listed, or that it was absent; one of the two.")
        if self.no_special and self.special is not None:
            raise InvalidCorrection("There was a special price or there was none.")
        if self.availability in {Availability.NOT_LISTED, Availability.CHECK_FAILED}:
            raise InvalidCorrection("That is not what a list says of an article that it carries.")


@dataclass(frozen=True, slots=True)
class Correction:
    """One sighting: what was believed of it before, and what is now."""

    at: datetime
    before: State
    after: State
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedPrice:
    """What became of a listing's sightings, in their order. unchanged: how many said so already."""

    listing: Listing
    corrections: tuple[Correction, ...]
    unchanged: int
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class CorrectPrice:
    """Use case: say what lists should have said of a listing at each sighting in a span of time.

    A sighting is an instant at which a list carried the listing, or a person saw it. Its article and claims stay. The
    correction is an observation at the same instant that outranks every list and every earlier correction; later lists
    keep what they said themselves. All sightings are corrected, or none.
    """

    clock: Clock
    unit_of_work: OpenDecisionsUnitOfWork

    def __call__(
        self,
        listing: ListingId,
        amendment: Amendment,
        *,
        since: date | datetime,
        through: date | datetime,
        by: Actor,
        note: str | None = None,
        dry_run: bool = False,
    ) -> CorrectedPrice:
        """since, through: both included; a date is the whole day at the branch, a naive datetime its local time.

        Raises: UnknownBranch, UnknownListing, UnknownSighting, NotYet, InvalidCorrection, InvalidTerms, InvalidMoney,
        InvalidText, Unavailable.
        """
        now = self.clock.now()
        witness = Witness(by, now, note, DecisionKind.CORRECTED)
        corrections: list[Correction] = []
        with self.unit_of_work() as uow:
            uow.decisions.lock()
            series = uow.decisions.series(listing, LATEST)
            instants = _sightings(series, *_span(series.listing.branch, since, through), now)
            for instant in instants:
                before = believed_at(series, instant)
                after = _amended(series, instant, amendment)
                if after == before:
                    continue
                series, decision = testify(uow.decisions, series, instant, after, witness)
                corrections.append(Correction(from_micros(instant), before, after, decision))
            if corrections and not dry_run:
                decided = tuple(correction.decision for correction in corrections)
                uow.record(PriceDecided(occurred_at=now, by=by, listing=listing, decisions=decided))
                uow.commit()
        return CorrectedPrice(
            listing=series.listing,
            corrections=tuple(corrections),
            unchanged=len(instants) - len(corrections),
            dry_run=dry_run,
        )


def _span(branch: Branch, since: date | datetime, through: date | datetime) -> tuple[datetime, datetime]:
    if not isinstance(through, datetime):
        through = datetime.combine(through, time.max)
    first, last = branch.instant_of(since), branch.instant_of(through)
    if first > last:
        raise InvalidCorrection("The span ends before it begins.")
    return first, last


def _sightings(series: Series, first: datetime, last: datetime, now: datetime) -> list[int]:
    """The instants in the span at which a list carried the listing, in microseconds, sorted."""
    if not series.observations:
        raise UnknownListing.of(series.listing.id)
    if first > now:
        raise NotYet.of(first, now)
    looks = {seen.moment.instant for seen in series.observations} | {seen.instant for seen in series.confirmations}
    found = [
        instant
        for instant in sorted(looks)
        if to_micros(first) <= instant <= to_micros(last)
        and (believed_at(series, instant) != ABSENT or listed_at(series, instant) != ABSENT)
    ]
    if not found:
        raise UnknownSighting(
            f"No list carried {series.listing.id} then. `coprra prices history` with --steps says when which price was "
            "asked; `coprra prices record` takes what you saw yourself."
        )
    if len(found) > MOST_SIGHTINGS:
        raise InvalidCorrection(
            f"{len(found)} lists carried {series.listing.id} in that time; correct {MOST_SIGHTINGS:,} at once at most."
        )
    return found


def _amended(series: Series, instant: int, amendment: Amendment) -> State:
    if amendment.absent:
        return ABSENT
    said = next((one for one in (believed_at(series, instant), listed_at(series, instant)) if one.terms), None)
    terms = said.terms if said else None
    currency = terms.currency if terms else series.listing.chain.currency
    price = terms.price if terms else None
    if amendment.price is not None:
        price = Money.of(amendment.price, currency)
    special = None if amendment.no_special or terms is None else terms.special
    if amendment.special is not None:
        asked = Money.of(amendment.special, currency)
        special = replace(special, price=asked) if special else Special(asked)
    if said and terms:
        return replace(
            said,
            availability=amendment.availability or said.availability,
            terms=replace(terms, price=price, special=special),
        )
    article = article_at(series, instant)
    if article is None:
        raise InvalidCorrection(f"No list ever said what {series.listing.id} is; record its price, with a title.")
    return State(amendment.availability or Availability.IN_STOCK, article, Terms(price, special))
