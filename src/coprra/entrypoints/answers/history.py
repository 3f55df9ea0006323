"""A price history as JSON-ready values."""

from coprra.domain.prices.history import ListingHistory, PastStep, Statistics
from coprra.domain.prices.show_history import PriceHistory
from coprra.entrypoints.answers.claims import claims_with_checks
from coprra.entrypoints.answers.decisions import decision
from coprra.entrypoints.answers.products import product
from coprra.entrypoints.answers.values import (
    JsonObject,
    branch,
    chain,
    days,
    instant,
    instant_or_none,
    money,
    suspicion,
)


def history(value: PriceHistory) -> JsonObject:
    """A product's prices over time, for each listing. since: where the window begins; null when it has no beginning."""
    return {
        "product": product(value.product),
        "as_of": instant(value.as_of),
        "since": instant_or_none(value.since),
        "listings": [_listing_history(one) for one in value.listings],
    }


def _listing_history(value: ListingHistory) -> JsonObject:
    return {
        "chain": chain(value.listing.chain),
        "branch": branch(value.listing.branch),
        "sku": value.listing.sku,
        "tracked_since": instant(value.tracked_since),
        "steps": [_step(past) for past in value.steps],
        "statistics": _statistics(value.statistics) if value.statistics else None,
        "decisions": [decision(one) for one in value.decisions],
        "claims": claims_with_checks(value.claims, value.checks),
    }


def _step(past: PastStep) -> JsonObject:
    return {
        "from": instant(past.step.start),
        "until": instant_or_none(past.ended),
        "price": money(past.step.price),
        "special": past.step.asked.special,
        "last_seen": instant(past.step.last_seen),
        "suspect": suspicion(past.suspicion),
        "decision": decision(past.decision),
    }


def _statistics(value: Statistics) -> JsonObject:
    return {
        "low": money(value.low),
        "low_since": instant(value.low_since),
        "high": money(value.high),
        "high_since": instant(value.high_since),
        "mean": money(value.mean),
        "median": money(value.median),
        "covered_days": days(value.covered),
    }
