"""Judge a price: a person confirms that it is true, or rejects it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Conflict, NotFound
from coprra.domain.kernel.instants import format_instant
from coprra.domain.kernel.money import Money
from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.decision import Decision, DecisionKind
from coprra.domain.prices.events import PriceDecided
from coprra.domain.prices.listing import ListingId, UnknownListing
from coprra.domain.prices.ports import OpenDecisionsUnitOfWork
from coprra.domain.prices.series import Listing, Series, Step


class NothingAsked(NotFound):
    """No price is known of the listing at that instant."""

    code = "nothing_asked"


class AnotherPrice(Conflict):
    """The listing asked another price at that instant than the one the person has in mind."""

    code = "another_price"


class Judgement(StrEnum):
    """What can be said of a price that is known."""

    CONFIRMED = DecisionKind.CONFIRMED.value
    REJECTED = DecisionKind.REJECTED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPrice:
    """A decision about a step of a listing, as it is now. already: just that was decided before; nothing changed."""

    listing: Listing
    step: Step
    decision: Decision
    already: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class JudgePrice:
    """Use case: confirm a price, so that it is believed however odd it looks; or reject it, so that it never counts.

    It applies to the step that contains the instant and asks that price, also after later lists have made the step
    longer or shorter. The latest judgement counts.
    """

    clock: Clock
    unit_of_work: OpenDecisionsUnitOfWork

    def __call__(
        self,
        listing: ListingId,
        judgement: Judgement,
        *,
        at: date | datetime,
        by: Actor,
        price: Decimal | None = None,
        note: str | None = None,
        dry_run: bool = False,
    ) -> JudgedPrice:
        """at: a date or naive datetime is the branch's local time. price: which one is meant, to be on the safe side.

        Raises: UnknownBranch, UnknownListing, NothingAsked, AnotherPrice, InvalidMoney, InvalidText, Unavailable.
        """
        now = self.clock.now()
        with self.unit_of_work() as uow:
            uow.decisions.lock()
            series = uow.decisions.series(listing, now)
            instant = series.listing.branch.instant_of(at)
            step = _step(series, instant, price)
            decision = Decision(instant, DecisionKind(judgement), step.price, now, by, note)
            before = series.decision_on(step)
            if before and before.repeats(decision):
                return JudgedPrice(listing=series.listing, step=step, decision=before, already=True, dry_run=dry_run)
            uow.decisions.decide(listing, decision)
            if not dry_run:
                uow.record(PriceDecided(occurred_at=now, by=by, listing=listing, decisions=(decision,)))
                uow.commit()
        return JudgedPrice(listing=series.listing, step=step, decision=decision, dry_run=dry_run)


def _step(series: Series, instant: datetime, price: Decimal | None) -> Step:
    name = series.listing.id
    if not series.observations:
        raise UnknownListing.of(name)
    step = series.step_at(instant)
    if step is None:
        raise NothingAsked(
            f"No price of {name} is known at {format_instant(instant)}; `coprra prices history` with --steps says when "
            "which one was asked."
        )
    if price is not None and Money.of(price, step.price.currency) != step.price:
        raise AnotherPrice(f"{name} asked {step.price} at {format_instant(instant)}, and not {price}; look again.")
    return step
