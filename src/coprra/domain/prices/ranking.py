"""Ranking: which offer a buyer really pays least for, in what order, and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from coprra.domain.kernel.instants import to_micros
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.chain import Branch, Chain
from coprra.domain.prices.landed_price import LandedPrice
from coprra.domain.prices.observation import Asked
from coprra.domain.prices.offer import Aside, Offer


@dataclass(frozen=True, slots=True)
class RankedOffer:
    """One chain's price, its branches folded. rank: from 1; tied offers share it.

    asked: for one piece; landed: what the buyer pays. offers: one for each branch, freshest first; all ask the same.
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
    def chain(self) -> Chain:
        """Whose price it is."""
        return self.best.listing.chain

    @property
    def branches(self) -> tuple[Branch, ...]:
        """Where it is asked, by branch code."""
        return tuple(sorted((offer.listing.branch for offer in self.offers), key=lambda branch: branch.id))


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
    """The comparison of one product's offers. currency: the one that is compared in; None without any offer.

    valid_until: the next instant at which it would change without a new observation; None when it never would.
    """

    currency: Currency | None
    ranked: tuple[RankedOffer, ...]
    set_aside: tuple[Offer, ...]
    why: Why
    valid_until: datetime | None


def rank(offers: Sequence[Offer], *, unfold: bool = False) -> Ranking:
    """Order offers by landed price, then availability, freshness and chain; unknown totals after every known one.

    unfold: an entry for each branch instead of one for each chain and price.
    """
    currency = _common_currency(offers)
    offers = [
        replace(offer, aside=Aside.OTHER_CURRENCY)
        if offer.aside is None and offer.asked and offer.asked.price.currency != currency
        else offer
        for offer in offers
    ]
    ranked = _with_ranks(_fold([offer for offer in offers if offer.aside is None], unfold=unfold))
    aside = sorted((offer for offer in offers if offer.aside), key=_aside_order)
    return Ranking(
        currency,
        ranked,
        tuple(aside),
        _explain(ranked, aside),
        min((offer.changes_at for offer in offers if offer.changes_at), default=None),
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


def _total(offer: Offer) -> tuple[int, int]:
    """Known totals by amount, then unknown ones by the price of the items alone."""
    if offer.landed is None:
        return (2, 0)
    if offer.landed.total is None:
        return (1, offer.landed.items.minor)
    return (0, offer.landed.total.minor)


def _freshness(offer: Offer) -> int:
    return -to_micros(offer.observed_at)


def _fold(offers: Sequence[Offer], *, unfold: bool) -> list[tuple[Offer, ...]]:
    """Groups of offers that ask the same at the same chain, best first."""

    def same(offer: Offer) -> tuple[object, ...]:
        special = offer.asked is not None and offer.asked.special
        branch = str(offer.listing.branch.id) if unfold else ""
        return (*_total(offer), offer.listing.chain.code, special, branch)

    groups = [
        tuple(sorted(group, key=lambda offer: (_freshness(offer), offer.listing.branch.id, offer.listing.sku)))
        for _, group in groupby(sorted(offers, key=same), key=same)
    ]
    return sorted(
        groups,
        key=lambda group: (
            *_total(group[0]),
            _freshness(group[0]),
            group[0].listing.chain.name,
            group[0].listing.branch.id,
            group[0].listing.sku,
        ),
    )


def _with_ranks(groups: Sequence[tuple[Offer, ...]]) -> tuple[RankedOffer, ...]:
    totals = [_total(group[0]) for group in groups]
    counts = Counter(totals)
    return tuple(
        RankedOffer(totals.index(total) + 1, counts[total] > 1, best.asked, best.landed, group)
        for total, group in zip(totals, groups, strict=True)
        if (best := group[0]).asked and best.landed
    )


def _aside_order(offer: Offer) -> tuple[object, ...]:
    price = offer.asked.price.minor if offer.asked else -1
    return (offer.aside, offer.listing.chain.name, price, offer.listing.branch.id, offer.listing.sku)


def _explain(ranked: Sequence[RankedOffer], aside: Sequence[Offer]) -> Why:
    if not ranked:
        if not aside:
            return Why(None, None, None, "No list that was read by then carries it.")
        reasons = ", ".join(
            f"{count} {reason.replace('_', ' ')}"
            for reason, count in sorted(Counter(str(offer.aside) for offer in aside).items())
        )
        return Why(None, None, None, f"No offer can be relied on as of then: {reasons}.")
    winner = ranked[0]
    runner_up = ranked[1] if len(ranked) > 1 else None
    if winner.landed.total is None:
        return Why(None, runner_up, None, "No offer's total is known: the shipping is not stated.")
    first = f"{winner.chain.name} asks least: {_named(winner)}, {_seen(winner)}."
    if runner_up is None:
        return Why(winner, None, None, f"{first} No other offer can be relied on.")
    if runner_up.landed.total is None:
        return Why(winner, runner_up, None, f"{first} What {runner_up.chain.name} takes for shipping is not known.")
    difference = runner_up.landed.total - winner.landed.total
    if winner.tied:
        tied = " and ".join(sorted({entry.chain.name for entry in ranked if entry.rank == 1}))
        return Why(winner, runner_up, difference, f"A tie between {tied} at {_named(winner)}, {_seen(winner)}.")
    return Why(
        winner,
        runner_up,
        difference,
        f"{first} That is {difference} less than {runner_up.chain.name} ({_named(runner_up)}, {_seen(runner_up)}).",
    )


def _named(entry: RankedOffer) -> str:
    return f"{entry.landed.total}{' (special price)' if entry.asked.special else ''}"


def _seen(entry: RankedOffer) -> str:
    return f"seen {entry.best.observed_at:%Y-%m-%d %H:%M} UTC"
