"""Wording: single values as people read them in a cell or a sentence."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from coprra.domain.exchange.rate import SOURCE, ExchangeRate
from coprra.domain.kernel.instants import format_instant
from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import Branch, BranchFilter
from coprra.domain.prices.decision import Decision
from coprra.domain.prices.unit_price import UnitPrice
from coprra.domain.products.product import Product
from coprra.entrypoints.cli.screen import safe

_MOST_BRANCHES_NAMED = 2


def minute(instant: datetime) -> str:
    """``2025-12-28 23:00``, in UTC; where it stands something must say so."""
    return format_instant(instant)[:16].replace("T", " ")


def minute_utc(instant: datetime) -> str:
    """``2025-12-28 23:00 UTC``."""
    return f"{minute(instant)} UTC"


def day(instant: datetime) -> str:
    """``2025-12-28``, in UTC; where it stands something must say so."""
    return format_instant(instant)[:10]


def money(value: Money | None) -> str:
    """``1.69 EUR``; empty for None."""
    return str(value) if value else ""


def unit_price(value: UnitPrice | None) -> str:
    """``4.83 EUR/l``, rounded to the currency's digits, small ones to the first three that count; empty for None."""
    if value is None:
        return ""
    exponent = value.currency.exponent
    rounded = round(value.amount, max(exponent, min(2 - value.amount.adjusted(), 6)))
    digits = max(exponent, -int(rounded.normalize().as_tuple().exponent))
    per = str(value.per.unit) if value.per.amount == 1 else str(value.per)
    return f"{rounded:.{digits}f} {value.currency}/{per}"


def rates(those: Sequence[ExchangeRate]) -> str:
    """``1 EUR = 1.1757 USD (ECB, 2025-12-30)``, those of one day."""
    listed = ", ".join(f"1 {one.source} = {one.shown} {one.target}" for one in those)
    return f"{listed} ({SOURCE}, {those[0].published_on})"


def branches(those: Sequence[Branch]) -> str:
    """Their codes, or how many they are."""
    codes = list(dict.fromkeys(branch.id.code for branch in those))
    return ", ".join(codes) if len(codes) <= _MOST_BRANCHES_NAMED else f"{len(codes)} branches"


def days(span: timedelta) -> str:
    """``180 days``; below ten with a decimal, ``7.5 days``, never rounded up."""
    tenths = span // timedelta(hours=2, minutes=24)
    text = str(span.days) if span.days >= 10 else f"{tenths // 10}.{tenths % 10}".removesuffix(".0")
    return f"{text} day{'' if text == '1' else 's'}"


def count(number: int, thing: str, things: str | None = None) -> str:
    """``1 row``, ``12,345 rows``."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def product_line(product: Product) -> str:
    """What identifies a product, on one line."""
    gtins = [gtin.short for gtin in product.gtins]
    named = f"GTIN {', '.join(gtins)}" if gtins else "no GTIN"
    return " · ".join(safe(part) for part in (named, product.brand, product.category, str(product.id)) if part)


def narrowed(branches: BranchFilter) -> str:
    """Which branches a question was narrowed to; empty for all."""
    return f", at {', '.join(sorted(branches.wanted))} only" if branches.wanted else ""


def decided(decision: Decision) -> str:
    """``confirmed by ana on 2026-01-02: seen at the shelf``."""
    note = f": {safe(decision.note)}" if decision.note else ""
    return f"{decision.kind} by {safe(decision.by.name)} on {day(decision.decided_at)}{note}"
