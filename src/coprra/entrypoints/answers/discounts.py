"""Verdicts on announced reductions as JSON-ready values."""

from decimal import Decimal

from coprra.domain.prices.discount import Announced, Discount
from coprra.domain.prices.judge_discounts import JudgedDiscounts
from coprra.domain.prices.series import Span
from coprra.entrypoints.answers.products import product
from coprra.entrypoints.answers.values import (
    JsonObject,
    branch,
    chain,
    days,
    instant,
    instant_or_none,
    money,
    money_or_none,
)


def discounts(value: JudgedDiscounts) -> JsonObject:
    """A verdict for each branch with a special price in force.

    valid_until: the next instant at which the answer may change without a new price list; null when it never will.
    """
    return {
        "product": product(value.product),
        "as_of": instant(value.as_of),
        "discounts": [_discount(one) for one in value.discounts],
        "valid_until": instant_or_none(value.valid_until),
    }


def short_verdict(value: Discount | None) -> JsonObject | None:
    """Beside an offer; null where no special price is in force."""
    if value is None:
        return None
    return {
        "verdict": str(value.verdict),
        "percent": _percent(value.percent),
        "prior_price": money_or_none(value.prior_price),
    }


def _discount(value: Discount) -> JsonObject:
    reduction, before = value.reduction, value.reduction.before
    return {
        "chain": chain(value.listing.chain),
        "branch": branch(value.listing.branch),
        "sku": value.listing.sku,
        "verdict": str(value.verdict),
        "reason": str(value.reason) if value.reason else None,
        "special_price": money(reduction.asked.price),
        "prior_price": money_or_none(before.price),
        "percent": _percent(value.percent),
        "announced": _announced(value.announced) if value.announced else None,
        "began": instant(reduction.began),
        "beginning_known": reduction.beginning_known,
        "window": _span((before.start, before.end)),
        "covered_days": days(before.covered),
        "prior_price_asked": [_span(span) for span in before.asked_at],
        "claimed": _claimed(value),
    }


def _announced(value: Announced) -> JsonObject:
    return {"price": money(value.price), "reference": str(value.reference), "percent": _percent(value.percent)}


def _claimed(value: Discount) -> JsonObject | None:
    if value.claimed_lowest is None:
        return None
    return {"lowest_30_days": money(value.claimed_lowest), "agrees": value.claim_agrees}


def _percent(value: Decimal | None) -> str | None:
    """Two decimals."""
    return f"{value:.2f}" if value is not None else None


def _span(span: Span) -> JsonObject:
    return {"from": instant(span[0]), "until": instant(span[1])}
