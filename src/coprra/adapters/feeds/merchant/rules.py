"""Merchant rules: what only a merchant feed's profile can say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeVar

from coprra.adapters.feeds.declarations.declaration import Table
from coprra.adapters.feeds.declarations.file_names import NamePattern
from coprra.adapters.feeds.merchant.shipping import PARTS
from coprra.domain.prices.observation import Availability, Condition

Word = TypeVar("Word", bound=StrEnum)

ONLINE = "online"
"""The code of the one branch that a merchant feed is of."""


class Said(NamedTuple):
    """What one item says, by term: see `MERCHANT_TERMS`."""

    sku: str
    title: str
    brand: str
    price: str
    price_before_tax: str
    special: str
    special_period: str
    availability: str
    availability_date: str
    delivery_days: str
    condition: str
    url: str
    gtin: str
    identifier_exists: str
    mpn: str
    group: str
    description: str
    category: str
    measure: str
    base_measure: str
    shipping: str
    free_shipping_over: str


MERCHANT_TERMS = Said._fields
"""What a merchant profile's [columns] can name."""

_HOST = r"[^\s/?#@:]+"
_AVAILABILITIES = tuple(one for one in Availability if one not in {Availability.NOT_LISTED, Availability.CHECK_FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantRules:
    """How a shop's own words are understood.

    hosts: of its links, by which its feed is recognised. before_tax: the countries whose shops state prices to which
    tax comes. sku_from_url: an item without a number is known by its link. availability, condition: the meaning of
    words, as `same_word` writes them. limits: for a term how many characters it may have. shipping: for each key of
    `PARTS` the names that a rate's part may have.
    """

    hosts: frozenset[str]
    before_tax: frozenset[str]
    sku_from_url: bool
    availability: Mapping[str, Availability]
    condition: Mapping[str, Condition]
    limits: Mapping[str, int]
    shipping: Mapping[str, tuple[str, ...]]

    @classmethod
    def declared(cls, top: Table, chain: Table) -> "MerchantRules":
        """From a profile and its [chain]."""
        countries = top.texts("before_tax")
        for country in countries:
            if not re.fullmatch("[A-Z]{2}", country):
                top.note("before_tax", f"{country!r} is no ISO 3166 code such as US")
        return cls(
            hosts=_hosts(chain),
            before_tax=frozenset(countries),
            sku_from_url=top.flag("sku_from_url", default=False),
            availability=_words(top.table("availability"), _AVAILABILITIES),
            condition=_words(top.table("condition"), tuple(Condition)),
            limits=_limits(top.table("limits")),
            shipping=_parts(top.table("shipping")),
        )


def shop_patterns(chain: str) -> tuple[NamePattern, ...]:
    """The names that a shop's feed may have: ``shop.xml``, ``shop_any_2026-01-05.tsv``, ``shop/2026-01-05.xml``."""
    chain, day = re.escape(chain), r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:T(?P<time>[0-9]{4,6}))?"
    return (
        NamePattern.of(rf"{chain}(?:_[^/]*)?_{day}(?:_[^/]*)?\.[a-z]+"),
        NamePattern.of(rf"{chain}(?:_[^/]*)?\.[a-z]+"),
        NamePattern.of(rf"{chain}/{day}\.[a-z]+"),
    )


def same_word(text: str) -> str:
    """A word as it is compared: in whatever case, with blanks, hyphens or underscores."""
    return " ".join(re.split(r"[\s_-]+", text.strip().casefold()))


def _hosts(table: Table) -> frozenset[str]:
    hosts = table.texts("hosts")
    for host in hosts:
        if not re.fullmatch(_HOST, host):
            table.note("hosts", f"{host!r} is not a host such as shop.example")
    return frozenset(host.casefold().removeprefix("www.") for host in hosts)


def _words(table: Table, known: tuple[Word, ...]) -> dict[str, Word]:
    """What the table's words mean; each meaning's own name is known without being told."""
    meanings = {same_word(meaning): meaning for meaning in known}
    for meaning in known:
        for text in table.texts(meaning):
            if meanings.setdefault(same_word(text), meaning) is not meaning:
                table.note(meaning, f"{text!r} means {meanings[same_word(text)]} already")
    table.close()
    return meanings


def _limits(table: Table) -> dict[str, int]:
    limits = {term: limit for term in MERCHANT_TERMS if (limit := table.whole(term, 1, 100_000, None))}
    table.close()
    return limits


def _parts(table: Table) -> dict[str, tuple[str, ...]]:
    parts = {key: table.texts(key) or names for key, names in PARTS.items()}
    table.close()
    return parts
