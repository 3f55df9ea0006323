"""Claims of lists, beside what the ledger knows, as JSON-ready values."""

from collections.abc import Sequence

from coprra.domain.kernel.money import Money
from coprra.domain.prices.check_claims import CheckedClaims
from coprra.domain.prices.claim_check import ClaimCheck, ClaimKind
from coprra.domain.prices.observation import Claims
from coprra.domain.prices.ports import SoldSeries
from coprra.domain.prices.unit_price import UnitPrice
from coprra.entrypoints.answers.values import (
    JsonObject,
    branch,
    chain,
    claims,
    days,
    instant,
    money,
    unit_price,
)

_UNCHECKED: JsonObject = {str(kind): None for kind in ClaimKind}


def claims_with_checks(value: Claims, checks: Sequence[ClaimCheck]) -> JsonObject:
    """`claims`, and under `checks` what we know of each; null for what the list does not say."""
    known = dict(_UNCHECKED)
    for check in checks:
        known[str(check.kind)] = _check(check)
    return {**claims(value), "checks": known}


def _check(check: ClaimCheck) -> JsonObject:
    known: JsonObject = {"ours": _figure(check.ours), "agrees": check.agrees}
    if check.kind is ClaimKind.LOWEST_30_DAYS:
        known["covered_days"] = days(check.covered) if check.covered is not None else None
    return known


def _figure(value: Money | UnitPrice | None) -> JsonObject | None:
    if value is None:
        return None
    return money(value) if isinstance(value, Money) else unit_price(value)


def checked_claim(sold: SoldSeries, check: ClaimCheck) -> JsonObject:
    """One line of the report on claims."""
    listing, article = sold.series.listing, sold.series.article
    return {
        "chain": chain(listing.chain),
        "branch": branch(listing.branch),
        "sku": listing.sku,
        "product": sold.product.value,
        "title": article.title if article else None,
        "kind": str(check.kind),
        "on": check.on.isoformat() if check.on else None,
        "claimed": _figure(check.claimed),
        "ours": _figure(check.ours),
        "agrees": check.agrees,
        "covered_days": days(check.covered) if check.covered is not None else None,
        "said_at": instant(check.said_at),
    }


def claim_counts(value: CheckedClaims) -> JsonObject:
    """How many claims agree, disagree and can't be told, by chain and kind."""
    return {
        "counts": [
            {
                "chain": count.chain,
                "kind": str(count.kind),
                "agree": count.agree,
                "disagree": count.disagree,
                "unknown": count.unknown,
            }
            for count in value.counts
        ],
        "as_of": instant(value.as_of),
    }
