"""A comparison as JSON-ready values."""

from collections.abc import Sequence

from coprra.domain.prices.compare_offers import Comparison
from coprra.domain.prices.observation import Condition
from coprra.domain.prices.offer import Offer
from coprra.domain.prices.ranking import RankedOffer, Why
from coprra.entrypoints.answers.claims import claims_with_checks
from coprra.entrypoints.answers.decisions import decision
from coprra.entrypoints.answers.discounts import short_verdict
from coprra.entrypoints.answers.exchange import rate
from coprra.entrypoints.answers.products import product
from coprra.entrypoints.answers.values import (
    JsonObject,
    branch,
    chain,
    instant,
    instant_or_none,
    money_or_none,
    suspicion,
    unit_price,
)


def comparison(value: Comparison) -> JsonObject:
    """A product's offers: ranked ones, why in that order, and those set aside with the reason.

    exchange: the rates by which amounts were converted; empty where none was.

    valid_until: the next instant at which the answer changes without a new price list; null when it never would.
    """
    ranking = value.ranking
    return {
        "product": product(value.product),
        "as_of": instant(value.as_of),
        "quantity": value.order.quantity,
        "country": value.order.country,
        "conditions": [str(condition) for condition in Condition if condition in value.conditions],
        "currency": ranking.currency.code if ranking.currency else None,
        "exchange": [rate(one) for one in ranking.exchange],
        "offers": [_ranked(entry) for entry in ranking.ranked],
        "why": _why(ranking.why),
        "set_aside": [_aside(offer) for offer in ranking.set_aside],
        "valid_until": instant_or_none(ranking.valid_until),
    }


def _ranked(entry: RankedOffer) -> JsonObject:
    return {"rank": entry.rank, "tied": entry.tied, **_offer(entry.best, entry.offers)}


def _aside(offer: Offer) -> JsonObject:
    return {
        **_offer(offer, [offer]),
        "reason": str(offer.aside) if offer.aside else None,
        "suspicion": suspicion(offer.suspicion),
        "decision": decision(offer.decision),
    }


def _offer(offer: Offer, folded: Sequence[Offer]) -> JsonObject:
    """An offer, with the branches of all that were folded into it, by branch code."""
    landed = offer.landed
    by_branch = sorted(folded, key=lambda one: (one.listing.branch.id, one.listing.sku)) if folded[1:] else folded
    return {
        "chain": chain(offer.listing.chain),
        "branches": [_asking_branch(one) for one in by_branch],
        "item_price": money_or_none(offer.asked.price if offer.asked else None),
        "special": offer.asked.special if offer.asked else False,
        "regular_price": money_or_none(offer.regular.price if offer.regular else None),
        "landed_price": money_or_none(landed.total if landed else None),
        "converted_price": money_or_none(offer.converted.total if offer.converted else None),
        "shipping": money_or_none(landed.shipping if landed else None),
        "fees": money_or_none(landed.fees if landed else None),
        "completeness": str(landed.completeness) if landed else None,
        "condition": str(offer.condition) if offer.condition else None,
        "availability": str(offer.availability),
        "observed_at": instant(offer.observed_at),
        "since": instant(offer.since),
        "unit_price": _compared_unit_price(offer),
        "claims": claims_with_checks(offer.claims, offer.checks),
        "check_failed": offer.check_failed,
    }


def _asking_branch(offer: Offer) -> JsonObject:
    return {
        **branch(offer.listing.branch),
        "sku": offer.listing.sku,
        "url": offer.url,
        "observed_at": instant(offer.observed_at),
        "decision": decision(offer.decision),
        "discount": short_verdict(offer.discount),
    }


def _compared_unit_price(offer: Offer) -> JsonObject | None:
    if offer.unit_price is None:
        return None
    claimed = offer.claims.unit_price
    return {
        **unit_price(offer.unit_price),
        "claimed": unit_price(claimed) if claimed else None,
        "disagrees": offer.unit_price_claim_disagrees,
    }


def _why(value: Why) -> JsonObject:
    return {
        "summary": value.summary,
        "winner": _contender(value.winner),
        "runner_up": _contender(value.runner_up),
        "difference": money_or_none(value.difference),
    }


def _contender(entry: RankedOffer | None) -> JsonObject | None:
    if entry is None:
        return None
    return {
        "chain": chain(entry.chain),
        "landed_price": money_or_none(entry.landed.total),
        "converted_price": money_or_none(entry.best.converted.total if entry.best.converted else None),
        "special": entry.asked.special,
        "condition": str(entry.condition) if entry.condition else None,
        "observed_at": instant(entry.best.observed_at),
    }
