"""Ranking: which offer a buyer really pays least for, in what order, and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from coprra.domain.exchange.rate import SOURCE, ExchangeRate
from coprra.domain.kernel.instants import to_micros
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.chain import Branch, BranchId, Chain
from coprra.domain.prices.conversion import Conversion
from coprra.domain.prices.landed_price import Completeness, Converted, LandedPrice
from coprra.domain.prices.observation import Asked, Condition
from coprra.domain.prices.offer import Aside, Offer


@dataclass(frozen=True, slots=True)
class RankedOffer:
    """One chain's price, its branches folded. rank: from 1; tied offers share it.

    asked: for one piece; landed: what the buyer pays. offers: those of its branches, freshest first; all ask the same
    for goods in the same condition.
    """

    rank: int
    tied: bool
    asked: Asked
    landed: LandedPrice
    offers: tuple[Offer, ...]

    @property
    def best(self) -> Offer:
        """The freshest of the branches' offers."""
        return self.offers[0]

    @property
    def condition(self) -> Condition | None:
        """New, refurbished or used."""
        return self.best.condition

    @property
    def paid(self) -> LandedPrice | Converted:
        """What is compared: in the currency asked for, else in its own."""
        return self.best.converted or self.landed

    @property
    def chain(self) -> Chain:
        """Whose price it is."""
        return self.best.listing.chain

    @property
    def branches(self) -> tuple[Branch, ...]:
        """Where it is asked, by branch code."""
        return tuple(sorted({offer.listing.branch for offer in self.offers}, key=lambda branch: branch.id))


@dataclass(frozen=True, slots=True)
class Why:
    """The reason for the order. winner and runner_up: None where there are none, or nobody's total is known.

    difference: the runner-up's total minus the winner's; zero in a tie, None where either is not known.
    summary: the same in sentences.
    """

    winner: RankedOffer | None
    runner_up: RankedOffer | None
    difference: Money | None
    summary: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """The comparison of one product's offers. currency: the one that is compared in; None where none is ranked.

    valid_until: until then it stays the same without a new observation; None when it always would. exchange: the rates
    that were needed to compare in the currency asked for, by the one that each leads from.
    """

    currency: Currency | None
    ranked: tuple[RankedOffer, ...]
    set_aside: tuple[Offer, ...]
    why: Why
    valid_until: datetime | None
    exchange: tuple[ExchangeRate, ...] = ()


def rank(offers: Sequence[Offer], *, unfold: bool = False, conversion: Conversion | None = None) -> Ranking:
    """Order offers by landed price, then condition, freshness and chain; unknown totals after every known one.

    Only what can be had now is ranked; all else is set aside with its reason.
    unfold: an entry for each branch instead of one for each chain and price. conversion: how the offers were converted.
    """
    currency = conversion.currency if conversion else _common_currency(offers)
    offers = [
        replace(offer, aside=Aside.OTHER_CURRENCY)
        if offer.aside is None and offer.paid and offer.paid.items.currency != currency
        else offer
        for offer in offers
    ]
    ranked = _with_ranks(_fold([offer for offer in offers if offer.aside is None], unfold=unfold))
    aside = sorted((offer for offer in offers if offer.aside), key=_aside_order)
    why = _explain(ranked, aside)
    changes = [offer.changes_at for offer in offers] + ([conversion.stale_at] if conversion else [])
    return Ranking(
        currency,
        ranked,
        tuple(aside),
        _with_day_of_rates(why, conversion) if conversion else why,
        min((change for change in changes if change), default=None),
        conversion.rates if conversion else (),
    )


def _common_currency(offers: Sequence[Offer]) -> Currency | None:
    """The currency that most chains ask in; the first by its code among equals."""
    asked = {
        (offer.listing.chain.code, offer.asked.price.currency.code)
        for offer in offers
        if offer.asked and not offer.aside
    }
    counts = Counter(code for _, code in asked)
    return Currency(min(counts, key=lambda code: (-counts[code], code))) if counts else None


def _total(offer: Offer) -> tuple[int, int, bool, int]:
    """Known totals by amount, then unknown ones by the price of the items alone.

    Of equal amounts an estimate comes after a complete one, and what is used after what is new: they are no tie.
    """
    condition = offer.condition.place if offer.condition else 0
    if offer.landed is None or offer.paid is None:
        return (2, 0, False, condition)
    if offer.paid.total is None:
        return (1, offer.paid.items.minor, False, condition)
    return (0, offer.paid.total.minor, offer.landed.completeness is Completeness.ESTIMATED, condition)


def _freshness(offer: Offer) -> int:
    return -to_micros(offer.observed_at)


def _fold(offers: Sequence[Offer], *, unfold: bool) -> list[tuple[Offer, ...]]:
    """Groups of offers that ask the same for the same condition at the same chain, best first."""
    asking = Counter(offer.listing.chain.code for offer in offers)
    groups: dict[tuple[object, ...], list[Offer]] = {}
    for offer in offers:
        chain = offer.listing.chain.code
        if asking[chain] == 1:
            groups[(chain,)] = [offer]
        else:
            branch = offer.listing.branch.id if unfold else None
            groups.setdefault((chain, branch, offer.condition, offer.asked, offer.landed), []).append(offer)
    folded = [tuple(sorted(group, key=_order)) if len(group) > 1 else tuple(group) for group in groups.values()]
    return sorted(folded, key=lambda group: _order(group[0]))


def _order(offer: Offer) -> tuple[int, int, bool, int, int, str, BranchId, str]:
    listing = offer.listing
    return (*_total(offer), _freshness(offer), listing.chain.name, listing.branch.id, listing.sku)


def _with_ranks(groups: Sequence[tuple[Offer, ...]]) -> tuple[RankedOffer, ...]:
    totals = [_total(group[0]) for group in groups]
    counts = Counter(totals)
    return tuple(
        RankedOffer(
            rank=place if best.landed.total is None else totals.index(total) + 1,
            tied=best.landed.total is not None and counts[total] > 1,
            asked=best.asked,
            landed=best.landed,
            offers=group,
        )
        for place, (total, group) in enumerate(zip(totals, groups, strict=True), start=1)
        if (best := group[0]).asked and best.landed
    )


def _aside_order(offer: Offer) -> tuple[object, ...]:
    price = offer.asked.price.minor if offer.asked else -1
    return (offer.aside, offer.listing.chain.name, price, offer.listing.branch.id, offer.listing.sku)


def _explain(ranked: Sequence[RankedOffer], aside: Sequence[Offer]) -> Why:
    if not ranked:
        if not aside:
            return Why(None, None, None, "Of the stores asked about, no list read by then carries it.")
        reasons = ", ".join(
            f"{count} {reason.replace('_', ' ')}"
            for reason, count in sorted(Counter(str(offer.aside) for offer in aside).items())
        )
        return Why(None, None, None, f"No offer can be relied on as of then: {reasons}.")
    winner = ranked[0]
    runner_up = ranked[1] if len(ranked) > 1 else None
    least = winner.paid.total
    if least is None:
        return Why(None, None, None, "No offer's total is known: the shipping is not stated.")
    new = _least_for_new(ranked)
    if runner_up is None:
        return Why(winner, None, None, f"{_least(winner)} No other offer can be relied on.{new}")
    next_least = runner_up.paid.total
    if next_least is None:
        unknown = f"What {runner_up.chain.name} takes for shipping is not known."
        return Why(winner, runner_up, None, f"{_least(winner)} {unknown}{new}")
    difference = next_least - least
    if winner.tied:
        return Why(winner, runner_up, difference, _tie([entry for entry in ranked if entry.rank == 1]) + new)
    other = f"{_who(runner_up, winner)} ({_named(runner_up)}, {_seen(runner_up)})"
    compared = f"That is {difference} less than {other}." if difference.minor else f"The same total has {other}."
    return Why(winner, runner_up, difference, f"{_least(winner, runner_up)} {compared}{new}")


def _least_for_new(ranked: Sequence[RankedOffer]) -> str:
    """A sentence where the first is not new: nobody shall take its price for the price of a new one."""
    if ranked[0].condition is Condition.NEW:
        return ""
    for entry in ranked:
        if entry.condition is Condition.NEW and entry.paid.total:
            return f" The least for a new one is {_named(entry)} at {entry.chain.name}."
    return " No offer of a new one can be relied on."


def _with_day_of_rates(why: Why, conversion: Conversion) -> Why:
    if why.winner is None or not conversion.rates:
        return why
    day = conversion.rates[0].published_on
    return replace(why, summary=f"{why.summary} Converted by the {SOURCE}'s reference rates of {day}.")


def _least(winner: RankedOffer, runner_up: RankedOffer | None = None) -> str:
    return f"{_who(winner, runner_up)} asks least: {_named(winner)}, {_seen(winner)}."


def _tie(entries: Sequence[RankedOffer]) -> str:
    """entries: best first, so the first is the freshest."""
    names = sorted({entry.chain.name for entry in entries})
    where = f"between {' and '.join(names)}" if len(names) > 1 else f"within {names[0]}"
    special = all(entry.asked.special for entry in entries)
    alike = len({entry.landed.total for entry in entries}) == 1
    return f"A tie {where} at {_named(entries[0], special=special, original=alike)}, last {_seen(entries[0])}."


def _who(entry: RankedOffer, other: RankedOffer | None) -> str:
    """The chain's name; with a branch where it stands against another price of its own."""
    name = entry.chain.name
    return f"{name} {entry.best.listing.branch.id.code}" if other and other.chain.name == name else name


def _named(entry: RankedOffer, *, special: bool | None = None, original: bool = True) -> str:
    special = entry.asked.special if special is None else special
    tax = " before tax" if entry.landed.completeness is Completeness.ESTIMATED else ""
    condition = f"{entry.condition}" if entry.condition is not Condition.NEW else ""
    marks = ", ".join(filter(None, (condition, "special price" if special else "")))
    asked = f" for {entry.landed.total}" if original and entry.paid.total != entry.landed.total else ""
    return f"{entry.paid.total}{tax}{asked}{f' ({marks})' if marks else ''}"


def _seen(entry: RankedOffer) -> str:
    return f"seen {_to_the_minute(entry.best.observed_at)} UTC"


@lru_cache(1_024)
def _to_the_minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"
