"""Answers: what the use cases return as JSON-ready values, in the API's shapes; HTTP and the CLI's --json share them.

Amounts are strings, because JSON readers turn numbers into floats; days are numbers. Instants are ISO 8601 in UTC. What
is not known is null, never 0 and never left out. Keys keep the order in which they are written here.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TypeAlias

from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.instants import format_instant
from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import Branch, Chain
from coprra.domain.prices.check_feed import CheckedFeed, RepeatedProblem
from coprra.domain.prices.compare_offers import Comparison
from coprra.domain.prices.history import ListingHistory, PastStep, Statistics
from coprra.domain.prices.import_feed import ImportReport
from coprra.domain.prices.list_chains import KnownChains
from coprra.domain.prices.list_run import ListRow, RowProblem
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.observation import Claims, Terms
from coprra.domain.prices.offer import Offer
from coprra.domain.prices.ports import KnownChain, Profile
from coprra.domain.prices.quarantine import Suspicion
from coprra.domain.prices.ranking import RankedOffer, Why
from coprra.domain.prices.reading import FeedColumn
from coprra.domain.prices.show_history import PriceHistory
from coprra.domain.prices.unit_price import UnitPrice
from coprra.domain.products.find_products import FoundProducts
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.product import Product, ProductId

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
"""What a JSON document holds; floats for days only."""

JsonObject: TypeAlias = dict[str, Json]


class InvalidCursor(Invalid):
    """A text that is not the `next` of an earlier page."""

    code = "invalid_cursor"


def money(value: Money) -> JsonObject:
    """``{"amount": "1.69", "currency": "EUR"}``, with exactly the currency's digits."""
    return {"amount": f"{value.amount:f}", "currency": value.currency.code}


def instant(value: datetime) -> str:
    """``2025-12-29T04:20:00Z``; microseconds only when there are any."""
    return format_instant(value)


def product(value: Product) -> JsonObject:
    """A product. gtins: as people write them, 8, 13 or 14 digits (a UPC-A with its zero); every form is understood."""
    return {
        "id": value.id.value,
        "name": value.name,
        "brand": value.brand,
        "category": value.category,
        "gtins": [gtin.short for gtin in value.gtins],
        "first_seen": instant(value.first_seen),
    }


def products_page(value: FoundProducts) -> JsonObject:
    """A page of products. next: the cursor of the following page; null on the last."""
    return {
        "as_of": instant(value.as_of),
        "products": [product(one) for one in value.page.products],
        "next": cursor(value.page.next) if value.page.next else None,
    }


def cursor(value: ProductCursor) -> str:
    """A page's end as an opaque word that is safe in a URL."""
    place = [value.sort_name, value.id.value]
    # The digest keeps nobody out; it tells a cursor that lost a letter on its way from one that is whole.
    digest = hashlib.sha256(repr(place).encode("utf-8", "surrogatepass")).hexdigest()[:8]
    text = json.dumps([*place, digest], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str) -> ProductCursor:
    """The inverse of `cursor`. Raises: InvalidCursor for anything that `cursor` did not give."""
    try:
        place = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        sort_name, product_id, _ = place
        value = ProductCursor(str(sort_name), ProductId(str(product_id)))
        if cursor(value) == text:
            return value
    except (ValueError, TypeError, RecursionError, binascii.Error, Invalid):
        pass
    raise InvalidCursor("This is not the `next` of an earlier page; begin again without a cursor.")


def comparison(value: Comparison) -> JsonObject:
    """A product's offers: ranked ones, why in that order, and those set aside with the reason.

    valid_until: the next instant at which the answer changes without a new price list; null when it never would.
    """
    ranking = value.ranking
    return {
        "product": product(value.product),
        "as_of": instant(value.as_of),
        "quantity": value.order.quantity,
        "country": value.order.country,
        "currency": ranking.currency.code if ranking.currency else None,
        "offers": [_ranked(entry) for entry in ranking.ranked],
        "why": _why(ranking.why),
        "set_aside": [_aside(offer) for offer in ranking.set_aside],
        "valid_until": _instant_or_none(ranking.valid_until),
    }


def _ranked(entry: RankedOffer) -> JsonObject:
    return {"rank": entry.rank, "tied": entry.tied, **_offer(entry.best, entry.offers)}


def _aside(offer: Offer) -> JsonObject:
    return {
        **_offer(offer, [offer]),
        "reason": str(offer.aside) if offer.aside else None,
        "suspicion": _suspicion(offer.suspicion),
    }


def _offer(offer: Offer, folded: Sequence[Offer]) -> JsonObject:
    """An offer, with the branches of all that were folded into it, by branch code."""
    landed = offer.landed
    by_branch = sorted(folded, key=lambda one: (one.listing.branch.id, one.listing.sku))
    return {
        "chain": _chain(offer.listing.chain),
        "branches": [_asking_branch(one) for one in by_branch],
        "item_price": _money_or_none(offer.asked.price if offer.asked else None),
        "special": offer.asked.special if offer.asked else False,
        "regular_price": _money_or_none(offer.regular.price if offer.regular else None),
        "landed_price": _money_or_none(landed.total if landed else None),
        "shipping": _money_or_none(landed.shipping if landed else None),
        "fees": _money_or_none(landed.fees if landed else None),
        "completeness": str(landed.completeness) if landed else None,
        "availability": str(offer.availability),
        "observed_at": instant(offer.observed_at),
        "since": instant(offer.since),
        "unit_price": _compared_unit_price(offer),
        "claims": _claims(offer.claims),
        "check_failed": offer.check_failed,
    }


def _asking_branch(offer: Offer) -> JsonObject:
    return {
        **_branch(offer.listing.branch),
        "sku": offer.listing.sku,
        "observed_at": instant(offer.observed_at),
    }


def _compared_unit_price(offer: Offer) -> JsonObject | None:
    if offer.unit_price is None:
        return None
    claimed = offer.claims.unit_price
    return {
        **_unit_price(offer.unit_price),
        "claimed": _unit_price(claimed) if claimed else None,
        "disagrees": offer.unit_price_claim_disagrees,
    }


def _unit_price(value: UnitPrice) -> JsonObject:
    """Six decimals at most; zeros at the end only as far as the currency's own digits."""
    digits = max(value.currency.exponent, -int(value.amount.normalize().as_tuple().exponent))
    return {
        "amount": f"{value.amount:.{digits}f}",
        "currency": value.currency.code,
        "per": _measure(value.per),
    }


def _measure(value: Measure) -> JsonObject:
    return {"amount": f"{value.amount:f}", "unit": str(value.unit)}


def _claims(value: Claims) -> JsonObject:
    """What the list says about its own prices. The unit price stands here also when ours can't be computed."""
    anchor: JsonObject | None = None
    if value.anchor:
        anchor = {"price": money(value.anchor), "on": value.anchor_on.isoformat() if value.anchor_on else None}
    return {
        "lowest_30_days": _money_or_none(value.lowest_30_days),
        "anchor": anchor,
        "unit_price": _unit_price(value.unit_price) if value.unit_price else None,
    }


def _suspicion(value: Suspicion | None) -> JsonObject | None:
    if value is None:
        return None
    return {"against": value.against, "median": money(value.median), "points": value.points}


def _why(value: Why) -> JsonObject:
    return {
        "summary": value.summary,
        "winner": _contender(value.winner),
        "runner_up": _contender(value.runner_up),
        "difference": _money_or_none(value.difference),
    }


def _contender(entry: RankedOffer | None) -> JsonObject | None:
    if entry is None:
        return None
    return {
        "chain": _chain(entry.chain),
        "landed_price": _money_or_none(entry.landed.total),
        "special": entry.asked.special,
        "observed_at": instant(entry.best.observed_at),
    }


def history(value: PriceHistory) -> JsonObject:
    """A product's prices over time, for each listing. since: where the window begins; null when it has no beginning."""
    return {
        "product": product(value.product),
        "as_of": instant(value.as_of),
        "since": _instant_or_none(value.since),
        "listings": [_listing_history(one) for one in value.listings],
    }


def _listing_history(value: ListingHistory) -> JsonObject:
    return {
        "chain": _chain(value.listing.chain),
        "branch": _branch(value.listing.branch),
        "sku": value.listing.sku,
        "tracked_since": instant(value.tracked_since),
        "steps": [_step(past) for past in value.steps],
        "statistics": _statistics(value.statistics) if value.statistics else None,
    }


def _step(past: PastStep) -> JsonObject:
    return {
        "from": instant(past.step.start),
        "until": _instant_or_none(past.ended),
        "price": money(past.step.price),
        "special": past.step.asked.special,
        "last_seen": instant(past.step.last_seen),
        "suspect": _suspicion(past.suspicion),
    }


def _statistics(value: Statistics) -> JsonObject:
    return {
        "low": money(value.low),
        "low_since": instant(value.low_since),
        "high": money(value.high),
        "high_since": instant(value.high_since),
        "mean": money(value.mean),
        "median": money(value.median),
        "covered_days": _days(value.covered),
    }


def _days(span: timedelta) -> float:
    return round(span / timedelta(days=1), 2)


def chains(value: KnownChains) -> JsonObject:
    """The chains whose prices are known, with their branches and when each was last listed."""
    return {"as_of": instant(value.as_of), "chains": [_known_chain(known) for known in value.chains]}


def _known_chain(known: KnownChain) -> JsonObject:
    stale_after = _days(known.chain.stale_after)
    return {
        **_chain(known.chain),
        "currency": known.chain.currency.code,
        "stale_after_days": int(stale_after) if stale_after.is_integer() else stale_after,
        "branches": [
            {**_branch(branch), "timezone": branch.timezone, "last_list_at": instant(last_list_at)}
            for branch, last_list_at in known.branches
        ],
    }


def _chain(value: Chain) -> JsonObject:
    return {"code": value.code, "name": value.name, "country": value.country}


def _branch(value: Branch) -> JsonObject:
    return {"code": value.id.code, "address": value.address, "channel": str(value.channel)}


def profiles(value: Sequence[Profile]) -> JsonObject:
    """The feed profiles that price lists can be read with."""
    return {"profiles": [_profile(one) for one in value]}


def _profile(value: Profile) -> JsonObject:
    return {
        "name": value.name,
        "title": value.title,
        "chain": _chain(value.chain),
        "currency": value.chain.currency.code,
        "format": value.format,
        "source": value.source,
    }


def checked_feed(value: CheckedFeed) -> JsonObject:
    """How a price list is read. branch, listed_at: null when they must be given by hand."""
    listed_at = value.listed_at
    reading = value.reading
    return {
        "file": value.source,
        "profile": _profile(value.profile),
        "branch": str(value.branch.id) if value.branch else None,
        # A naive date or time stays naive here: it is the branch's local one, and the branch may not be known.
        "listed_at": listed_at.isoformat() if listed_at else None,
        "complete": value.complete,
        "known_by": {
            "profile": str(reading.profile_by),
            "branch": str(reading.branch_by) if reading.branch_by else None,
            "listed_at": str(reading.listed_at_by) if reading.listed_at_by else None,
        },
        "columns": [
            {"name": column.name, "term": column.term, "perhaps": column.perhaps, "filled": filled}
            for column, filled in zip(reading.columns, value.filled, strict=True)
        ],
        "terms_without_column": list(reading.unnamed),
        "counted": {"rows": value.counted, "bad_rows": value.bad, "more": value.more},
        "problems": [_repeated_problem(one) for one in value.problems],
        "rows": [
            {**_row(row), "texts": _texts(reading.columns, texts)}
            for row, texts in zip(value.rows, value.texts, strict=True)
        ],
    }


def _repeated_problem(value: RepeatedProblem) -> JsonObject:
    return {
        "code": value.example.code,
        "severity": str(value.example.severity),
        "rows": value.rows,
        "example": problem(value.example),
        "values": [{"value": text, "rows": rows} for text, rows in value.values],
    }


def _texts(columns: Sequence[FeedColumn], texts: Sequence[str]) -> JsonObject:
    """As the list has them; empty ones left out."""
    return {column.name: text for column, text in zip(columns, texts, strict=False) if text.strip()}


def _row(row: ListRow) -> JsonObject:
    article = row.article
    return {
        "line": row.line,
        "sku": row.sku,
        "title": article.title if article else None,
        "brand": article.brand if article else None,
        "category": article.category if article else None,
        "pack": article.pack if article else None,
        "measure": _measure(article.measure) if article and article.measure else None,
        "gtins": [gtin.short for gtin in article.gtins] if article else [],
        "terms": _terms(row.terms) if row.terms else None,
        "availability": str(row.availability),
        "claims": _claims(row.claims),
        "problems": [problem(one) for one in row.problems],
    }


def _terms(value: Terms) -> JsonObject:
    special = value.special
    return {
        "price": _money_or_none(value.price),
        "special_price": _money_or_none(special.price if special else None),
        "special_from": _instant_or_none(special.starts if special else None),
        "special_until": _instant_or_none(special.ends if special else None),
        "condition": str(value.condition),
        "tax_included": value.tax_included,
        "url": value.url,
    }


def problem(value: RowProblem) -> JsonObject:
    """What is wrong with one row of a price list."""
    return {
        "line": value.line,
        "field": value.field,
        "value": value.value,
        "code": value.code,
        "reason": value.reason,
        "severity": str(value.severity),
    }


def import_report(value: ImportReport) -> JsonObject:
    """What became of one price list. complete: what it does not carry was marked as not listed any more."""
    return {
        "file": value.run.source,
        "profile": value.run.profile,
        "branch": str(value.run.branch.id),
        "observed_at": instant(value.run.observed_at),
        "complete": value.proves_absence,
        "rows": value.rows,
        "errors": value.errors,
        "warnings": value.warnings,
        "problems_by_code": dict(value.by_code),
        "changes": asdict(value.changes),
        "already": value.already,
        "dry_run": value.dry_run,
    }


def _money_or_none(value: Money | None) -> JsonObject | None:
    return money(value) if value is not None else None


def _instant_or_none(value: datetime | None) -> str | None:
    return instant(value) if value is not None else None
