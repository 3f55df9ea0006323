"""Rows: what one record of a list says, understood as far as possible, and everything that is odd about it."""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple, TypeVar

from coprra.adapters.feeds.declarations.profile import TERMS, FeedProfile
from coprra.adapters.feeds.formats.records import Record
from coprra.adapters.feeds.numbers import Amounts, Fault
from coprra.adapters.feeds.oddities import Odd, odd_text, usable_gtins, without_wreckage
from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.money import Money
from coprra.domain.kernel.text import InvalidText
from coprra.domain.prices.article import PACK_LENGTH, SKU_LENGTH, TITLE_LENGTH, Article
from coprra.domain.prices.list_run import ListRow, Severity
from coprra.domain.prices.measure import InvalidMeasure, Measure, Unit, read_unit
from coprra.domain.prices.measure_text import Confidence, parse_measure, read_measure
from coprra.domain.prices.observation import NO_CLAIMS, Claims, Special, Terms
from coprra.domain.prices.unit_price import UnitPrice, disagrees
from coprra.domain.products.brand import BRAND_LENGTH
from coprra.domain.products.category import CATEGORIES
from coprra.domain.products.folding import fold

K = TypeVar("K")
V = TypeVar("V")

_MOST_REMEMBERED = 20_000
_CLAIMS = {
    "lowest_30_days": "The lowest price of the last 30 days",
    "anchor": "The anchor price",
    "unit_price": "The unit price",
}
_ONE = {unit: Measure(1_000_000, unit) for unit in Unit}
_ABOUT = re.compile(r"c{1,2}a\.? ?[0-9][0-9., -]*(?P<unit>[^\W\d_]+)", re.IGNORECASE)
# What parts packs is a comma after a unit: one after a digit is a decimal comma.
_NEXT_PACK = re.compile(r"(?<=[^\W\d_]) ?, ?(?=[0-9])")
_PLAIN_AMOUNT = re.compile(r"(?<![0-9.,])[0-9]{1,4}(?:[.,][0-9]{1,3})? ?(?:kg|g|l|dl|cl|ml)(?![^\W_])", re.IGNORECASE)


class Remembered(dict[K, V]):
    """What was worked out already. Prices, brands and packs repeat within a list; most of a row's work is saved so."""

    def __init__(self, work_out: Callable[[K], V]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, key: K) -> V:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        value = self[key] = self._work_out(key)
        return value


class _Pack(NamedTuple):
    """What the columns say of the content.

    slack: by how many quanta a title may differ and still mean the same, only more exactly; None: no title is asked.
    exact_claims: the list's unit price is for a base unit; one for a millilitre is nothing once it is rounded to cents.
    """

    text: str | None
    measure: Measure | None
    slack: int | None = 0
    exact_claims: bool = True
    odd: tuple[Odd, ...] = ()


class RowMaker:
    """Makes the rows of one list, by its profile. Called with one record after the other.

    Without a readable article number, title and price (or special price) a row is an error, and nothing of it counts.
    All else is optional: what can't be read is left out, with a warning.

    The measure. Where an article is sold by weight, the price is for one kilogram, whatever pack or title say. Else
    the pack column says it; where the profile states that the list rounds its packs, a title that agrees within the
    rounding is more exact; and a title helps where there is no pack that can be read. A guess counts as nothing.
    Where the list's own unit price speaks against that measure, a title counts that is off by twice the rounding and
    has the unit price for it: "0.01 kg" is printed for 4.8 g too. Several packs under one article number are no
    measure, unless they all hold the same.

    The list's own unit price is taken as being for one base unit (kg, l, m, piece) of that measure, and left out where
    the list says that it is for another one.
    """

    def __init__(self, profile: FeedProfile) -> None:
        self._profile = profile
        self._chain = profile.chain.code
        # A history would say of each article of a store that its numbers are the store's own.
        self._has_gtin = "gtin" in profile.columns or profile.history is None
        self._nothing = [(index, profile.nothing[term]) for index, term in enumerate(TERMS) if term in profile.nothing]
        self._decimal = profile.numbers.decimal if len(profile.numbers.decimal) == 1 else None
        self._amounts = Amounts(profile.numbers, profile.chain.currency)
        self._terms = Remembered(self._read_terms)
        self._brands = Remembered(self._read_brand)
        self._packs = Remembered(self._read_pack)
        self._categories = Remembered(self._read_category)
        self._claims = Remembered(self._read_claims)
        self._unit_prices = Remembered(self._read_unit_price)

    def __call__(self, record: Record) -> ListRow:
        """The row of one record, whose texts are in the order of `profile.TERMS`."""
        line, texts = record
        if self._nothing:
            texts = self._without_nothing(texts)
        sku, title, brand, pack, pack_unit, sold_by, price, special, lowest, anchor, *claim, gtin, category = texts
        per_unit, per, special_per_unit = claim
        sku = sku.strip()
        title = " ".join(title.split())
        terms, odd = self._terms[price, special]
        maker, odd_brand = self._brands[brand]
        kind, odd_category = self._categories[category]
        quantity, printed, slack, exact_claims, odd_pack = self._packs[pack, pack_unit, sold_by]
        measure = printed if slack is None else _with_title(printed, title, slack)
        gtins, odd_gtin = usable_gtins(gtin) if self._has_gtin else ((), ())
        claims, odd_claims = self._claims[lowest, anchor]
        if special_per_unit and terms and terms.special:
            per_unit = special_per_unit
        if per_unit and measure and exact_claims and (not per or read_unit(per) is measure.unit.base):
            claimed, odd_unit_price = self._unit_prices[per_unit, measure.unit.base]
            claims = Claims(claims.lowest_30_days, claims.anchor, claims.anchor_on, claimed)
            odd_claims += odd_unit_price
            if slack and printed and claimed and terms:
                measure = _with_claim(measure, printed, title, slack, claimed=claimed, terms=terms)
        odd = odd + odd_brand + odd_category + odd_pack + odd_gtin + odd_claims
        if not title.isprintable():
            title, odd_title = without_wreckage(title)
            odd += odd_title
        try:
            article = Article(self._chain, sku, title, maker, kind, quantity, measure, gtins)
        except InvalidText:
            odd_sku = odd_text("sku", sku, SKU_LENGTH, Severity.ERROR)
            odd = (*odd_sku, *odd_text("title", title, TITLE_LENGTH, Severity.ERROR), *odd)
            return ListRow(line, None if odd_sku else sku, problems=tuple(one.on(line) for one in odd))
        problems = tuple([one.on(line) for one in odd]) if odd else ()
        if terms is None:
            return ListRow(line, sku, problems=problems)
        return ListRow(line, sku, article, terms, claims=claims, problems=problems)

    def _without_nothing(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        told = list(texts)
        for index, nothing in self._nothing:
            if told[index].strip() in nothing:
                told[index] = ""
        return tuple(told)

    def _read_terms(self, texts: tuple[str, str]) -> tuple[Terms | None, tuple[Odd, ...]]:
        odd: list[Odd] = []
        price = self._read_price("price", texts[0], odd)
        special = self._read_price("special", texts[1], odd)
        if odd:
            return None, tuple(odd)
        if price is None and special is None:
            reason = "There is neither a price nor a special price."
            return None, (Odd("price", texts[0], "no_price", reason, Severity.ERROR),)
        if price and price == special and self._profile.special_repeated:
            price = None
        if price and special and special >= price:
            reason = "The special price is not below the regular one; it is taken all the same."
            odd.append(Odd("special", texts[1], "special_not_lower", reason))
        return Terms(price, Special(special) if special else None), tuple(odd)

    def _read_price(self, term: str, text: str, odd: list[Odd]) -> Money | None:
        """None with an oddity where the text is no price."""
        money = self._money(term, text)
        if isinstance(money, Fault):
            reason = f"The {'special ' * (term == 'special')}price {money.reason}."
            odd.append(Odd(term, text, f"{money.code}_price", reason, Severity.ERROR))
            return None
        return money

    def _money(self, term: str, text: str) -> Money | Fault | None:
        money = self._amounts.money(text)
        return self._zero(term) if isinstance(money, Money) and not money.minor else money

    def _zero(self, term: str) -> Fault | None:
        if term in self._profile.zero_means_none:
            return None
        return Fault("zero", "is zero, to which the profile gives no meaning")

    def _read_claims(self, texts: tuple[str, str]) -> tuple[Claims, tuple[Odd, ...]]:
        """Without the unit price, which depends on the measure."""
        odd: list[Odd] = []
        lowest = self._read_claim("lowest_30_days", texts[0], texts[0], odd)
        anchor_on, form, price = self._profile.anchor_on, self._profile.anchor_form, texts[1]
        if form and price.strip():
            dated = form.read(price)
            if dated is None:
                odd.append(_odd_claim("anchor", price, Fault("unreadable", "is not written as this profile says")))
            price, anchor_on = dated or ("", None)
        anchor = self._read_claim("anchor", price, texts[1], odd)
        if lowest is None and anchor is None:
            return NO_CLAIMS, tuple(odd)
        return Claims(lowest, anchor, anchor_on if anchor else None), tuple(odd)

    def _read_claim(self, term: str, amount: str, text: str, odd: list[Odd]) -> Money | None:
        """None with an oddity where the amount, which stands in the text, is no price."""
        money = self._money(term, amount)
        if isinstance(money, Fault):
            odd.append(_odd_claim(term, text, money))
            return None
        return money

    def _read_unit_price(self, claim: tuple[str, Unit]) -> tuple[UnitPrice | None, tuple[Odd, ...]]:
        text, unit = claim
        amount = self._amounts.decimal(text)
        if amount == 0:
            amount = self._zero("unit_price")
        if amount is None:
            return None, ()
        if not isinstance(amount, Fault):
            try:
                return UnitPrice.of(amount, self._profile.chain.currency, _ONE[unit]), ()
            except Invalid as error:
                amount = Fault("", f"can't be taken: {error.message}".removesuffix("."))
        return None, (_odd_claim("unit_price", text, amount),)

    def _read_brand(self, text: str) -> tuple[str | None, tuple[Odd, ...]]:
        brand = " ".join(text.split())
        odd = odd_text("brand", brand, BRAND_LENGTH) if brand else ()
        return (None if odd or not brand else brand), odd

    def _read_category(self, text: str) -> tuple[str | None, tuple[Odd, ...]]:
        words = fold(text)
        if not words:
            return None, ()
        known = self._profile.categories
        code = known.get(words, text.strip().lower())
        if code in CATEGORIES:
            return code, ()
        if not known:
            return None, ()
        return None, (Odd("category", text, "unknown_category", "The profile does not know the category."),)

    def _read_pack(self, texts: tuple[str, str, str]) -> _Pack:
        amount, unit, sold_by = (" ".join(text.split()) for text in texts)
        text = f"{amount} {unit}".strip() if amount else ""
        odd = odd_text("pack", text, PACK_LENGTH) if text else ()
        if odd:
            text = ""
        sold = read_unit(sold_by)
        if sold is not None and sold.base is Unit.KILOGRAM:
            return _Pack(text or None, Measure.of(1, sold), slack=None, odd=odd)
        if not text:
            return _Pack(None, None, odd=odd)
        if self._profile.about_is_by_weight and (about := _ABOUT.fullmatch(text)) and (by := read_unit(about["unit"])):
            return _Pack(text, Measure.of(1, by.base), slack=None)
        try:
            measure = parse_measure(text, self._decimal)
        except InvalidMeasure:
            return self._read_packs(text)
        exact = read_unit(unit) in {None, measure.unit.base}
        decimals = self._profile.pack_decimals
        if decimals is None:
            return _Pack(text, measure, slack=None, exact_claims=exact)
        if measure.unit is Unit.PIECE:
            # Rounded packs are divided out of the prices: 480.77 pieces are 480, but 0.65 pieces are something else.
            whole = round(measure.millionths, -6)
            off = abs(measure.millionths - whole)
            if off > whole // 100:
                return _Pack(text, None)
            return _Pack(text, Measure(whole, Unit.PIECE), slack=Unit.PIECE.quanta * whole // 100 if off else None)
        slack = measure.unit.quanta * 10 ** (6 - decimals) // 2
        # What rounding can't change by 0.2 % is as good as exact, and every title that is not read saves time.
        return _Pack(text, measure, slack=slack if slack * 500 > measure.quanta else None, exact_claims=exact)

    def _read_packs(self, text: str) -> _Pack:
        """Of several under one number: their measure if they share it. A title would speak of one of them."""
        packs = _NEXT_PACK.split(text)
        slack = 0 if len(packs) == 1 else None
        with suppress(InvalidMeasure):
            measures = {parse_measure(pack, self._decimal) for pack in packs}
            if len(measures) == 1:
                return _Pack(text, measures.pop(), slack=None)
        odd = Odd("pack", text, "unreadable_pack", "The pack is no measure.")
        return _Pack(text, None, slack, odd=(odd,))


def _odd_claim(term: str, text: str, fault: Fault) -> Odd:
    return Odd(term, text, "unusable_claim", f"{_CLAIMS[term]} {fault.reason}; it is left out.")


def _with_title(rounded: Measure | None, title: str, slack: int) -> Measure | None:
    """The title's measure where the columns have none, or one that is the same but for its rounding."""
    if rounded is None:
        return _title_measure(title)
    for amount in _PLAIN_AMOUNT.findall(title):
        # Any amount that agrees is the right one; to understand the whole title takes ten times as long.
        exact = _plain_measure(amount)
        if exact and _agree(exact, rounded, slack):
            return exact
    exact = _title_measure(title)
    if exact and _agree(exact, rounded, slack):
        return exact
    return rounded


def _with_claim(
    measure: Measure, printed: Measure, title: str, slack: int, *, claimed: UnitPrice, terms: Terms
) -> Measure:
    """The title's measure, where the claim is for that one and not for the measure that was found without it."""
    price = terms.special.price if terms.special else terms.price
    if price is None or not disagrees(claimed, price, measure):
        return measure
    exact = _title_measure(title)
    # Twice the slack is a whole last digit: some lists print that for what would be rounded to nothing.
    if exact and _agree(exact, printed, 2 * slack) and not disagrees(claimed, price, exact):
        return exact
    return measure


@lru_cache(4_096)
def _plain_measure(text: str) -> Measure | None:
    try:
        return parse_measure(text)
    except InvalidMeasure:
        return None


# A chain's branches sell the same things, so many lists in one go say the same titles again.
@lru_cache(32_768)
def _title_measure(title: str) -> Measure | None:
    reading = read_measure(title)
    return reading.measure if reading and reading.confidence is not Confidence.LOW else None


def _agree(one: Measure, other: Measure, slack: int) -> bool:
    return one.unit.base is other.unit.base and abs(one.quanta - other.quanta) <= slack
