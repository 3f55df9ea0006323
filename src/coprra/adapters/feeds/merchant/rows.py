"""Rows of merchant feeds: what one item says, understood as far as possible, and everything that is odd about it."""

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

from coprra.adapters.feeds.declarations.profile import FeedProfile
from coprra.adapters.feeds.formats.records import Record
from coprra.adapters.feeds.merchant.prices import Prices, read_instant, read_period
from coprra.adapters.feeds.merchant.rules import MERCHANT_TERMS, ONLINE, MerchantRules, Said, same_word
from coprra.adapters.feeds.merchant.shipping import ShippingReader
from coprra.adapters.feeds.merchant.values import every, first
from coprra.adapters.feeds.numbers import Fault
from coprra.adapters.feeds.oddities import Odd, odd_text, usable_gtins, without_wreckage
from coprra.adapters.feeds.rows import Remembered, RowMaker
from coprra.domain.kernel.money import Money
from coprra.domain.kernel.text import InvalidText
from coprra.domain.prices.article import PACK_LENGTH, SKU_LENGTH, TITLE_LENGTH, Article
from coprra.domain.prices.chain import Branch, BranchId
from coprra.domain.prices.links import InvalidLink, read_link
from coprra.domain.prices.list_run import ListRow, Severity
from coprra.domain.prices.measure import InvalidMeasure, Measure
from coprra.domain.prices.measure_text import parse_measure
from coprra.domain.prices.observation import Availability, Condition, Shipping, Special, Terms
from coprra.domain.products.gtin import Gtin

MOST_DELIVERY_DAYS = 30
"""What takes longer to deliver is no more in stock. Source: Heureka, DELIVERY_DATE: "more than a month"."""

_SEVERAL = {"gtin", "shipping", "free_shipping_over"}
_NO = {"no", "false", "0"}
_DATED = {Availability.PREORDER, Availability.BACKORDER}


class _Asked(NamedTuple):
    """The prices of one piece."""

    price: Money | None
    special: Special | None
    tax_included: bool


class MerchantRowMaker(RowMaker):
    """Makes the rows of one shop's feed. Called with one record after the other.

    Without a readable number, title, price and availability an item is an error, and nothing of it counts. All else is
    optional: what can't be read is left out, with a warning. The measure is the one that the feed states for unit
    prices, and no other: titles of shops are full of amounts that are no contents.
    """

    def __init__(self, profile: FeedProfile, rules: MerchantRules) -> None:
        super().__init__(profile)
        self._rules = rules
        # For each term, where its columns stand, and what means that they are empty.
        end = 0
        self._places: list[tuple[range, frozenset[str], bool]] = []
        for term in MERCHANT_TERMS:
            begin, end = end, end + len(profile.columns.get(term, ()))
            self._places.append((range(begin, end), profile.nothing.get(term, frozenset()) | {""}, term in _SEVERAL))
        self._limited = [(MERCHANT_TERMS.index(term), term, limit) for term, limit in rules.limits.items()]
        self._branch = Branch(BranchId(profile.chain.code, ONLINE), profile.timezone)
        prices = Prices(profile.numbers, profile.chain.currency)
        self._prices = Remembered(prices)
        self._asked = Remembered(self._read_asked)
        self._shipping = Remembered(ShippingReader(rules.shipping, profile.chain.country, prices))
        self._availabilities = Remembered(self._read_availability)
        self._conditions = Remembered(self._read_condition)
        self._measures = Remembered(self._read_measure)

    def __call__(self, record: Record) -> ListRow:
        """The row of one record, whose texts are those of `columns_of` the profile."""
        line, texts = record
        said = self._said(texts)
        odd = list(self._too_long(said))
        url = self._read_url(said.url, odd)
        sku = said.sku.strip() or self._sku_from(url, odd)
        title = " ".join(said.title.split())
        if not title.isprintable():
            title, odd_title = without_wreckage(title)
            odd += odd_title
        brand, odd_brand = self._brands[said.brand]
        category, odd_category = self._categories[said.category]
        pack, measure, odd_measure = self._measures[said.measure, said.base_measure]
        gtins, odd_gtin = _read_gtins(said)
        odd += (*odd_brand, *odd_category, *odd_measure, *odd_gtin)
        try:
            article = Article(self._chain, sku, title, brand, category, pack, measure, gtins)
        except InvalidText:
            odd_sku = odd_text("sku", sku, SKU_LENGTH, Severity.ERROR)
            odd = [*odd_sku, *odd_text("title", title, TITLE_LENGTH, Severity.ERROR), *odd]
            return ListRow(line, None if odd_sku else sku, problems=tuple(one.on(line) for one in odd))
        availability, odd_availability = self._availabilities[said.availability, said.delivery_days]
        odd += odd_availability
        if availability in _DATED and said.availability.strip():
            odd += self._odd_date(said.availability_date)
        terms = self._terms_of(said, url, odd)
        problems = tuple([one.on(line) for one in odd])
        if terms is None or availability is None:
            return ListRow(line, sku, problems=problems)
        return ListRow(line, sku, article, terms, availability, problems=problems)

    def _said(self, texts: tuple[str, ...]) -> Said:
        """What stands under the first of a term's names that says anything."""
        found = []
        for columns, nothing, several in self._places:
            said = ""
            for column in columns:
                text = texts[column]
                if text and text.strip() not in nothing:
                    said = text if several else first(text)
                    break
            found.append(said)
        return Said._make(found)

    def _too_long(self, said: Said) -> Iterator[Odd]:
        for place, term, limit in self._limited:
            length = len(said[place].strip())
            if length > limit:
                reason = f"It has {length} characters, and the form allows {limit}."
                yield Odd(term, said[place], "over_limit", reason)

    def _read_url(self, text: str, odd: list[Odd]) -> str | None:
        if not text.strip():
            return None
        try:
            return read_link(text)
        except InvalidLink as error:
            odd.append(Odd("url", text, "invalid_link", error.message))
            return None

    def _sku_from(self, url: str | None, odd: list[Odd]) -> str:
        if url is None or not self._rules.sku_from_url:
            return ""
        odd.append(Odd("sku", "", "sku_from_url", "The item has no number; it is known by its link."))
        return f"url-{hashlib.sha256(url.encode()).hexdigest()[:16]}"

    def _terms_of(self, said: Said, url: str | None, odd: list[Odd]) -> Terms | None:
        """None with an oddity that is an error."""
        asked, odd_asked = self._asked[said.price, said.price_before_tax, said.special, said.special_period]
        condition, odd_condition = self._conditions[said.condition]
        rates, unusable = self._shipping[said.shipping, said.free_shipping_over]
        odd += (*odd_asked, *odd_condition)
        odd += (Odd("shipping", value, "unusable_shipping", f"{reason} It is left out.") for value, reason in unusable)
        if asked is None:
            return None
        shipping = self._in_currency(rates, asked, odd)
        return Terms(asked.price, asked.special, condition, asked.tax_included, shipping, url=url)

    def _in_currency(self, rates: tuple[Shipping, ...], asked: _Asked, odd: list[Odd]) -> tuple[Shipping, ...]:
        price = asked.price or (asked.special.price if asked.special else None)
        fitting = tuple(rate for rate in rates if price and rate.price.currency == price.currency)
        if len(fitting) < len(rates):
            value = ", ".join(str(rate.price) for rate in rates if rate not in fitting)
            odd.append(Odd("shipping", value, "unusable_shipping", "It is in another currency than the price."))
        return fitting

    def _read_asked(self, texts: tuple[str, str, str, str]) -> tuple[_Asked | None, tuple[Odd, ...]]:
        full, before_tax, special_text, period = texts
        odd: list[Odd] = []
        taxed = self._profile.chain.country not in self._rules.before_tax
        price = self._read_amount("price", full, odd)
        if price is None and not odd and before_tax.strip():
            price, taxed = self._read_amount("price_before_tax", before_tax, odd), False
        lower = self._read_amount("special", special_text, odd)
        special = self._special(lower, period, odd) if lower and lower != price else None
        if odd:
            return None, tuple(odd)
        if price is None and lower is None:
            return None, (Odd("price", full, "no_price", "There is no price.", Severity.ERROR),)
        if price and lower and price.currency != lower.currency:
            reason = f"The special price is in {lower.currency} and the regular one in {price.currency}."
            return None, (Odd("special", special_text, "mixed_currencies", reason, Severity.ERROR),)
        if price and lower and lower > price:
            reason = "The special price is not below the regular one; it is taken all the same."
            odd.append(Odd("special", special_text, "special_not_lower", reason))
        own, stated = self._profile.chain.currency, (price or lower)
        if stated and stated.currency != own:
            reason = f"The price is in {stated.currency}, and the shop's currency is {own}."
            odd.append(Odd("price", full, "other_currency", reason))
        return _Asked(price, special, taxed), tuple(odd)

    def _read_amount(self, term: str, text: str, odd: list[Odd]) -> Money | None:
        """None with an oddity where the text is no price."""
        money = self._prices[text]
        found = self._zero(term) if isinstance(money, Money) and not money.minor else money
        if isinstance(found, Fault):
            reason = f"The {'special ' * (term == 'special')}price {found.reason}."
            odd.append(Odd(term, text, f"{found.code}_price", reason, Severity.ERROR))
            return None
        return found

    def _special(self, price: Money, text: str, odd: list[Odd]) -> Special | None:
        if not text.strip():
            return Special(price)
        period = read_period(text, self._branch)
        if period is None:
            reason = (
                "It is no period such as 2026-01-01T08:00+0100/2026-01-31T20:00+0100, so nobody knows what is asked."
            )
            odd.append(Odd("special_period", text, "invalid_period", reason, Severity.ERROR))
            return None
        return Special(price, *period)

    def _read_availability(self, texts: tuple[str, str]) -> tuple[Availability | None, tuple[Odd, ...]]:
        """A feed that says nothing of it lists what can be bought."""
        for term, text in zip(("availability", "delivery_days"), texts, strict=True):
            if not text.strip():
                continue
            meaning = self._rules.availability.get(same_word(text))
            if meaning is None and term == "delivery_days":
                meaning = _delivered_in(text, self._branch)
            if meaning is None:
                reason = "The profile does not know what that means; say so in its [availability]."
                return None, (Odd(term, text, "unknown_availability", reason, Severity.ERROR),)
            return meaning, ()
        return Availability.IN_STOCK, ()

    def _odd_date(self, text: str) -> tuple[Odd, ...]:
        if not text.strip():
            reason = "Of what can't be had yet the feed must say when it can."
            return (Odd("availability_date", text, "no_availability_date", reason),)
        if read_instant(text, self._branch) is None:
            return (Odd("availability_date", text, "invalid_availability_date", "It is no ISO 8601 date or time."),)
        return ()

    def _read_condition(self, text: str) -> tuple[Condition, tuple[Odd, ...]]:
        if not text.strip():
            return Condition.NEW, ()
        condition = self._rules.condition.get(same_word(text))
        if condition is None:
            # Taken for new it would win over those that are; taken for used it is marked, and the warning says why.
            reason = "The profile does not know that condition, so it counts as used; say more in its [condition]."
            return Condition.USED, (Odd("condition", text, "unknown_condition", reason),)
        return condition, ()

    def _read_measure(self, texts: tuple[str, str]) -> tuple[str | None, Measure | None, tuple[Odd, ...]]:
        text, base = (" ".join(text.split()) for text in texts)
        if not text:
            return None, None, ()
        odd = odd_text("pack", text, PACK_LENGTH)
        if odd:
            return None, None, odd
        try:
            measure = parse_measure(text, self._decimal)
            if base and parse_measure(base, self._decimal).unit.base is not measure.unit.base:
                reason = f"A price per {base} can't be told of {text}."
                return text, measure, (Odd("base_measure", base, "unreadable_pack", reason),)
        except InvalidMeasure as error:
            return text, None, (Odd("measure", text, "unreadable_pack", error.message),)
        return text, measure, ()


def columns_of(profile: FeedProfile) -> tuple[str, ...]:
    """All names of all terms, in the order of `MERCHANT_TERMS`: what a `MerchantRowMaker` wants of each record."""
    return tuple(name for term in MERCHANT_TERMS for name in profile.columns.get(term, ()))


def _read_gtins(said: Said) -> tuple[tuple[Gtin, ...], tuple[Odd, ...]]:
    """The usable GTINs. A shop that says that there is none needs no warning."""
    texts = [text for value in every(said.gtin) for text in re.split(r"[\s,;]+", value.strip())]
    if not texts and said.identifier_exists.strip().casefold() in _NO:
        return (), ()
    found = [usable_gtins(text) for text in texts or [""]]
    return tuple(sorted({gtin for gtins, _ in found for gtin in gtins})), tuple(
        odd for _, all_ in found for odd in all_
    )


def _delivered_in(text: str, branch: Branch) -> Availability | None:
    """Of a number of days, or the date from which on it can be had."""
    if re.fullmatch(r"\s*[0-9]{1,4}\s*", text):
        return Availability.IN_STOCK if int(text) <= MOST_DELIVERY_DAYS else Availability.BACKORDER
    return Availability.PREORDER if read_instant(text, branch) else None
