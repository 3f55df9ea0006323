"""Observation: what was seen of one listing at one instant."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.money import MAX_MINOR, Currency, Money
from coprra.domain.prices.article import Article
from coprra.domain.prices.unit_price import UnitPrice


class InvalidTerms(Invalid):
    """Terms that contradict themselves."""

    code = "invalid_terms"


class Availability(StrEnum):
    """Whether it can be bought. Unknown is never "out of stock"."""

    IN_STOCK = "in_stock"
    OUT_OF_STOCK = "out_of_stock"
    PREORDER = "preorder"
    BACKORDER = "backorder"
    DISCONTINUED = "discontinued"
    NOT_LISTED = "not_listed"
    """A newer complete list of the branch does not carry it any more."""
    CHECK_FAILED = "check_failed"
    """It was looked at and could not be read: ages what was known, never removes it."""

    @property
    def buyable(self) -> bool:
        """Whether it can be had now."""
        return self is Availability.IN_STOCK


class InvalidCondition(Invalid):
    """A word that is no condition."""

    code = "invalid_condition"


class Condition(StrEnum):
    """Google Merchant's conditions of an article, the best first."""

    NEW = "new"
    REFURBISHED = "refurbished"
    USED = "used"

    @property
    def place(self) -> int:
        """From 0, the best."""
        return _PLACES[self]


_PLACES = {condition: place for place, condition in enumerate(Condition)}
ANY_CONDITION = frozenset(Condition)


def read_conditions(text: str) -> frozenset[Condition]:
    """Those that a comma-separated list names, in any case; all of an empty one. Raises: InvalidCondition."""
    words = [part.strip().lower() for part in text.split(",") if part.strip()]
    if not set(words) <= set(Condition):
        known = ", ".join(Condition)
        raise InvalidCondition(f"A condition is one of {known}, or several of them with commas between.")
    return frozenset(map(Condition, words)) or ANY_CONDITION


@dataclass(frozen=True, slots=True)
class Special:
    """A special price and its period: starts ≤ t < ends, aware UTC; None: not stated, in force while it is listed."""

    price: Money
    starts: datetime | None = None
    ends: datetime | None = None

    def __post_init__(self) -> None:
        if self.starts and self.ends and self.starts >= self.ends:
            raise InvalidTerms("The special price ends before it begins.")

    def in_force(self, at: datetime) -> bool:
        """Whether it is asked at that instant."""
        return (self.starts is None or self.starts <= at) and (self.ends is None or at < self.ends)


@dataclass(frozen=True, slots=True)
class Shipping:
    """What delivery to one country costs, anywhere in it; nothing from `free_over` (of the items' sum) on.

    country: ISO 3166-1 alpha-2. Raises: InvalidTerms for what is no such code.
    """

    country: str
    price: Money
    free_over: Money | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Z]{2}", self.country):
            raise InvalidTerms(f"{self.country[:10]!r} is no ISO 3166 code such as HR.")

    def cost(self, items: Money) -> Money:
        """What it costs to send pieces of that sum."""
        return Money(0, items.currency) if self.free_over and items >= self.free_over else self.price


@dataclass(frozen=True, slots=True)
class Terms:
    """What a store asks for one piece. price: the regular one; None when the list states only the special.

    shipping: empty is "not stated", never "free". fees: on top of each order. tax_included False: tax comes on top and
    its amount is not stated.

    Raises: InvalidTerms for no price at all, a price that is not above zero, anything below zero or too large, or two
    currencies.
    """

    price: Money | None
    special: Special | None = None
    condition: Condition = Condition.NEW
    tax_included: bool = True
    shipping: tuple[Shipping, ...] = ()
    fees: Money | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        asked = [price for price in (self.price, self.special and self.special.price) if price]
        if not asked:
            raise InvalidTerms("There is no price.")
        if any(price.minor <= 0 for price in asked):
            raise InvalidTerms("A price is above zero.")
        extras = [self.fees] if self.fees else []
        for rate in self.shipping:
            extras += [rate.price] + ([rate.free_over] if rate.free_over else [])
        if any(money.minor < 0 for money in extras):
            raise InvalidTerms("Shipping and fees are not below zero.")
        if any(money.minor >= MAX_MINOR for money in asked + extras):
            raise InvalidTerms("An amount is too large.")
        if len({money.currency for money in asked + extras}) > 1:
            raise InvalidTerms("The terms mix currencies.")

    @property
    def currency(self) -> Currency:
        """The one currency of these terms."""
        return (self.price or self.special.price).currency  # type: ignore[union-attr]  # one of them stands: __post_init__

    def asked(self, at: datetime) -> "Asked | None":
        """What one piece costs at that instant; None when no special is in force and no regular price was stated."""
        if self.special and self.special.in_force(at):
            return Asked(self.special.price, special=True, tax_included=self.tax_included)
        return self.regular

    @property
    def regular(self) -> "Asked | None":
        """What one piece costs without a special; None where the list does not state it."""
        return Asked(self.price, special=False, tax_included=self.tax_included) if self.price else None


@dataclass(frozen=True, slots=True)
class Asked:
    """The price of one piece, and whether it is a special one, and one with tax."""

    price: Money
    special: bool
    tax_included: bool = True

    def comparable(self, other: "Asked") -> bool:
        """Whether the two say something about each other: in one currency, both with tax or both without."""
        return (self.price.currency, self.tax_included) == (other.price.currency, other.tax_included)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a list says about its own prices. Kept and shown beside ours; never part of the history.

    lowest_30_days: "the lowest price of the last 30 days"; anchor: the price on the day `anchor_on`.
    """

    lowest_30_days: Money | None = None
    anchor: Money | None = None
    anchor_on: date | None = None
    unit_price: UnitPrice | None = None


NO_CLAIMS = Claims()


@dataclass(frozen=True, slots=True)
class State:
    """What one look at a listing says. Without terms where it was not listed, or could not be read."""

    availability: Availability
    article: Article | None = None
    terms: Terms | None = None
    claims: Claims = NO_CLAIMS


ABSENT = State(Availability.NOT_LISTED)
"""What every listing is before anybody has seen it."""

UNREADABLE = State(Availability.CHECK_FAILED)
"""What a row says whose article number could be read and whose price could not."""


class Moment(NamedTuple):
    """Where in the ledger a list or observation stands. instant: microseconds UTC since 1970.

    precedence: orders what is said of one instant by content, not by arrival, so that every order of arrival agrees;
    the greater is believed. See `list_run.precedence_of`. A tuple, because each question compares thousands of them.
    """

    instant: int
    precedence: int


@dataclass(frozen=True, slots=True)
class Observation:
    """A state of a listing from a moment on."""

    moment: Moment
    state: State
