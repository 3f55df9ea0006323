"""Values that many answers hold."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from coprra.domain.kernel.instants import format_instant
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.chain import Branch, Chain
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.observation import Claims
from coprra.domain.prices.quarantine import Suspicion
from coprra.domain.prices.unit_price import UnitPrice

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
"""What a JSON document holds; floats for days only."""


JsonObject: TypeAlias = dict[str, Json]


# Few of the amounts that are asked for differ: lists like prices that end in 9.
@lru_cache(4_096)
def _amount(minor: int, currency: str) -> str:
    return f"{Money(minor, Currency(currency)).amount:f}"


@lru_cache(4_096)
def _amount_per(millionths: int, currency: str) -> str:
    """Six decimals at most; zeros at the end only as far as the currency's own digits."""
    amount = Decimal(millionths).scaleb(-6)
    digits = max(Currency(currency).exponent, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:.{digits}f}"


@lru_cache(1_024)
def _quantity(millionths: int) -> str:
    return f"{Decimal(millionths).scaleb(-6).normalize():f}"


def money(value: Money) -> JsonObject:
    """``{"amount": "1.69", "currency": "EUR"}``, with exactly the currency's digits."""
    return {"amount": _amount(value.minor, value.currency.code), "currency": value.currency.code}


def money_or_none(value: Money | None) -> JsonObject | None:
    """`money`, null where there is none."""
    return money(value) if value is not None else None


# What a branch's newest list confirms, it confirms at one instant.
@lru_cache(4_096)
def instant(value: datetime) -> str:
    """``2025-12-29T04:20:00Z``; microseconds only when there are any."""
    return format_instant(value)


def instant_or_none(value: datetime | None) -> str | None:
    """`instant`, null where there is none."""
    return instant(value) if value is not None else None


def days(span: timedelta) -> float:
    """A span in days, two decimals."""
    return round(span / timedelta(days=1), 2)


def measure(value: Measure) -> JsonObject:
    """``{"amount": "0.25", "unit": "kg"}``."""
    return {"amount": _quantity(value.millionths), "unit": str(value.unit)}


def unit_price(value: UnitPrice) -> JsonObject:
    """What a fixed measure costs."""
    return {
        "amount": _amount_per(value.millionths, value.currency.code),
        "currency": value.currency.code,
        "per": measure(value.per),
    }


def chain(value: Chain) -> JsonObject:
    """Who asks."""
    return {"code": value.code, "name": value.name, "country": value.country}


def branch(value: Branch) -> JsonObject:
    """Where it is asked. address: null when no list tells it."""
    return {"code": value.id.code, "address": value.address, "channel": str(value.channel)}


def claims(value: Claims) -> JsonObject:
    """What the list says about its own prices. The unit price stands here also when ours can't be computed."""
    anchor: JsonObject | None = None
    if value.anchor:
        anchor = {"price": money(value.anchor), "on": value.anchor_on.isoformat() if value.anchor_on else None}
    return {
        "lowest_30_days": money_or_none(value.lowest_30_days),
        "anchor": anchor,
        "unit_price": unit_price(value.unit_price) if value.unit_price else None,
    }


def suspicion(value: Suspicion | None) -> JsonObject | None:
    """Why a price is not believed; null when it is."""
    if value is None:
        return None
    return {"against": value.against, "median": money(value.median), "points": value.points}
