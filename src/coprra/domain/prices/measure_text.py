"""Measures in texts: how much of it there is, read from a title or from what is printed on a pack."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from coprra.domain.prices.measure import MAX_MILLIONTHS, UNIT_WORDS, InvalidMeasure, Measure, Unit, read_unit


class Confidence(StrEnum):
    """How far a reading can be trusted."""

    HIGH = "high"
    """The text says it, and says it in one way only."""
    MEDIUM = "medium"
    """A rule had to choose, and is nearly always right."""
    LOW = "low"
    """A guess: fit to be shown with its reason, not to rank by."""


@dataclass(frozen=True, slots=True)
class MeasureReading:
    """A measure that was found in a text. text: the words it was read from; reason: why so, for people."""

    measure: Measure
    confidence: Confidence
    text: str
    reason: str


def parse_measure(text: str, decimal: str | None = None) -> Measure:
    """A measure and nothing else: ``750 ml``, ``0,250 L``, ``6x0,33l``, ``150floz``, as a feed's own column has it.

    decimal: see `read_measure`.

    Raises: InvalidMeasure. Source: Google Merchant Center, unit_pricing_measure and unit_pricing_base_measure.
    """
    reading = _whole(text, decimal)
    if reading is None:
        raise InvalidMeasure(f"{text.strip()[:40]!r} is no measure: write a number and a unit, such as 750 ml.")
    return reading.measure


def read_measure(text: str, decimal: str | None = None) -> MeasureReading | None:
    """How much a title or a pack text says there is; None when it does not say so in a way known here.

    decimal: "," or "." where the source is known to write decimals so. Otherwise both are decimal separators, except in
    "1.000 g", which is a thousand: nobody weighs groceries to the thousandth of a gram, and nobody sells a tonne.

    Takes any text from anyone: it never raises, and its time grows with the length and no faster.
    """
    if not _DIGIT.search(text):
        return None
    return (
        _whole(text, decimal)
        or _content(text, decimal)
        or _pieces(text, decimal)
        or _first_of(_EXTENT, text, decimal, "A length or an area, which may be a dimension and no amount.")
        or _first_of(_PARTS, text, decimal, "Sheets or loads, where nothing better is said.")
    )


# How text is read was tuned on the lists of eight Croatian and fourteen Austrian, German and Slovene chains, by
# comparing titles with the net quantities that the same lists state: a rule is worth its line if it moves that result.
_PART_WORDS = "sheet sheets loads washes blatt wl wg waschgänge list lista listova listića listica pr pranja pranje"
_SMALL_UNITS = {Unit.GRAM, Unit.MILLIGRAM, Unit.MILLILITRE, Unit.MILLIMETRE, Unit.PIECE}


def _any_of(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


def _names(*units: Unit) -> str:
    return _any_of(" ".join(UNIT_WORDS[unit] for unit in units))


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Every repetition is bounded, so that a search takes time in proportion to the text, whoever wrote it.
_NUMBER = r"(?<!\d)(?<!\d[.,])(?:[0-9]{1,9}(?:[.,][0-9]{1,6}){0,2}|(?<![^\s(])[.,][0-9]{1,6})"
_WHOLE = r"(?<!\d)(?<!\d[.,])[0-9]{1,4}"
_TIMES = r"(?:\s?[x×\u0445*]\s?|(?:\s?[^\W\d_]{1,12}\.?)?\s(?:à|je|po)\s)"
_NO_LETTER = r"(?![^\W\d_])"
# Narrow columns glue words together: 100gX4, 0,5LPET, 75 mlFRENCH.
_NEXT_WORD = rf"(?:pet|tetra|tet?|lim|nb|boca){_NO_LETTER}|(?-i:(?<=[a-z])[A-ZČĆĐŠŽ])"
_UNIT_END = rf"(?:(?![^\W_])|(?=x\s?[0-9]|{_NEXT_WORD}))"
_FLUID_OUNCE = r"fl(?:uid)?\.?\s?(?:oz|ounces?)"
_SQUARE = r"sq(?:uare)?\.?\s?(?:ft|feet|m)"
_MASSES = (Unit.KILOGRAM, Unit.GRAM, Unit.POUND, Unit.OUNCE)
_METRIC_VOLUMES = (Unit.LITRE, Unit.DECILITRE, Unit.CENTILITRE, Unit.MILLILITRE)
_US_VOLUMES = (Unit.US_GALLON, Unit.US_QUART, Unit.US_PINT, Unit.US_FLUID_OUNCE)
_CONTENT_NAMES = f"{_FLUID_OUNCE}|{_names(*_MASSES, *_METRIC_VOLUMES, *_US_VOLUMES)}"


def _amounts(units: str) -> re.Pattern[str]:
    """A number and its unit, perhaps with factors around them: 330 ml, 6 x 330 ml, 2x3x10g, 100gX4."""
    return _regex(
        rf"(?=[0-9.,])(?:(?P<first>{_WHOLE}){_TIMES})?(?:(?P<second>{_WHOLE}){_TIMES})?"
        rf"(?P<number>{_NUMBER})(?P<gap>\s{{0,2}}|[-.])(?P<unit>{units}){_UNIT_END}"
        rf"(?:\.?{_TIMES}(?P<last>{_WHOLE})(?![0-9.,/]|\s?[cm]?m{_NO_LETTER}))?"
    )


_ANYTHING = _amounts(f"{_FLUID_OUNCE}|{_SQUARE}|{_any_of(' '.join(UNIT_WORDS.values()))}")
_CONTENT = _amounts(_CONTENT_NAMES)
_PIECES = _amounts(_names(Unit.PIECE))
_EXTENT = _amounts(f"{_SQUARE}|{_names(Unit.SQUARE_METRE, Unit.SQUARE_FOOT, Unit.METRE, Unit.FOOT, Unit.YARD)}")
_PARTS = _amounts(_any_of(_PART_WORDS))
_LEAD = _regex(
    rf"(?P<glued>[^\W\d_]\.?)?(?:(?P<first>{_WHOLE}){_TIMES})?(?P<number>{_NUMBER})"
    rf"\s{{0,2}}(?P<unit>{_CONTENT_NAMES})?\.?(?P<sign>\s?[/+–-]\s?)$"
)
_ABOUT = _regex(r"(?:~|\b(?:c?ca|circa|cirka|approx|etwa)\.?)\s?$")
_LIMIT = _regex(r"\b(?:do|(?-i:bis|ab)|up to|za|für|for)\.?\s?$")
_DIGIT = re.compile("[0-9]")
_MODEL = re.compile(r"(?<![^\W_])[^\W\d_]{1,9}[0-9]{1,9}[^\W\d_]{1,9}$")
_LETTER = re.compile(r"(?<![^\W_])[^\W\d_]$")
_AND_PERCENT = re.compile(r"\s?\+\s?[0-9]{1,3}\s?%")
_AND_UP = re.compile(r"\+(?=[\s),]|$)")
_NET = _regex(r"\b(?:net+o|ocij[^\W\d_]*|abtropf[^\W\d_]*|drained)[^0-9]{0,10}$")
_OF_ONE = _regex(
    rf"(?:(?P<first>{_WHOLE}){_TIMES})?(?<!\d)(?<!\d[.,])(?P<count>(?<![^\W\d_])[0-9]{{4}}|[0-9]{{1,3}})"
    rf"\s?/\s?1(?![0-9.,/])(?:\s?[x*]\s?(?P<last>{_WHOLE}))?"
)
_PACK_OF = _regex(rf"\b(?:pack|case|set|box) of (?P<count>{_WHOLE})(?:{_TIMES}(?P<last>{_WHOLE}))?")
_PACK = _regex(rf"(?<![0-9.,/])(?P<count>[2-9]|[1-9][0-9])(?:\s|-)?(?:packs?|pak|pk|(?P<er>er)){_NO_LETTER}")
_FREE = _regex(r"(?<![^\W_])(?<![^\W\d_]\.)(?P<paid>[1-9]|[12][0-9])(?:\+|\s\+\s)(?P<free>[1-9][0-9]?)(?![0-9.,/%+])")
_BAGS = _regex(r"sme[ćc]|otpad|zamr|müll|abfall|gefrier|trash|garbage|bin liner|freezer bag")
_VESSELS = _regex(r"vre[ćc]|beutel|\bbags?\b|ča[šs]|posud|becher|gläser|\bcups?\b")
_PHONES = _regex(r"\b(?:gb|[0-9]{1,4}gb|sim|lte|wifi|android|smart ?phone|phone|tablet|router)\b")
_LARGEST = 60 * 10**19
"""60 kg or l: what is more is no grocery, but the capacity of a bag or the sheets of a roll ("600L")."""
_PORTION = 10**18
"""100 g: "45 g 3+1 gratis" are four packs of pudding powder, but "180 g 10+2" is the coffee of twelve cups."""


class _Amount(NamedTuple):
    """An amount in a text, from start to end. single: without its factors."""

    measure: Measure
    single: Measure
    start: int
    end: int
    confidence: Confidence = Confidence.HIGH
    reason: str = "The text says it in one way only."

    @property
    def base(self) -> Unit:
        return self.measure.unit.base

    def but(
        self, confidence: Confidence, reason: str, measure: Measure | None = None, start: int | None = None
    ) -> "_Amount":
        """The same with a doubt, and perhaps as another measure, read from further left."""
        return self._replace(
            confidence=confidence,
            reason=reason,
            measure=self.measure if measure is None else measure,
            start=self.start if start is None else start,
        )

    def times(self, count: int) -> Measure:
        """So many of the single one; no more than a measure can be, because hostile text must not raise."""
        return Measure(min(self.single.millionths * max(count, 1), MAX_MILLIONTHS - 1), self.single.unit)

    def reading(self, text: str) -> MeasureReading:
        return MeasureReading(self.measure, self.confidence, text[self.start : self.end], self.reason)


def _millionths(number: str, unit: Unit, decimal: str | None) -> tuple[int, bool]:
    """Also whether a separator was taken for thousands by guessing; 0 for what is no number."""
    groups = re.split("[.,]", number)
    guessed = False
    if len(groups) == 1:
        return (0 if number[0] == "0" else int(number) * 1_000_000), False
    if len(groups) == 3:
        if number[len(groups[0])] == number[-len(groups[2]) - 1] or len(groups[1]) != 3:
            return 0, False
        groups = [groups[0] + groups[1], groups[2]]
    elif not groups[0] and unit in _SMALL_UNITS:
        groups = [groups[1], ""]
    elif len(groups[1]) == 3 and groups[0].strip("0"):
        guessed = decimal is None and unit in _SMALL_UNITS
        if guessed or (decimal is not None and decimal not in number):
            groups = [groups[0] + groups[1], ""]
    return int(groups[0] or 0) * 1_000_000 + int(groups[1].ljust(6, "0")), guessed


def _amount(match: re.Match[str], decimal: str | None) -> _Amount | None:
    unit = read_unit(match["unit"]) or Unit.PIECE
    millionths, guessed = _millionths(match["number"], unit, decimal)
    factor = int(match["first"] or 1) * int(match["second"] or 1) * int(match["last"] or 1)
    if not 0 < millionths * factor < MAX_MILLIONTHS:
        return None
    single = Measure(millionths, unit)
    measure = single if factor == 1 else Measure(millionths * factor, unit)
    amount = _Amount(measure, single, match.start(), match.end())
    return amount.but(Confidence.LOW, "The separator is taken for thousands.") if guessed else amount


def _whole(text: str, decimal: str | None) -> MeasureReading | None:
    bare = text.strip().rstrip(".")
    match = _ANYTHING.fullmatch(bare) if len(bare) < 100 else None
    amount = _amount(match, decimal) if match else None
    return amount.reading(bare) if amount else None


def _all(pattern: re.Pattern[str], text: str, decimal: str | None) -> list[_Amount]:
    """All amounts, each joined with the words that lead up to it: 400g/240g, 60+60 ml, ca. 500 g."""
    amounts: list[_Amount] = []
    for match in pattern.finditer(text):
        amount = _amount(match, decimal)
        if amount is None or _is_none(match, text):
            continue
        before = text[max(0, match.start() - 30) : match.start()]
        sign = before.rstrip()[-1:]
        if (sign.isalpha() or sign in {".", "~"}) and _ABOUT.search(before):
            amount = amount.but(Confidence.LOW, "The amount is approximate.")
        elif sign in {"/", "+", "-", "–"} and (lead := _LEAD.search(before)):
            start = match.start() - len(before) + lead.start("first" if lead["first"] else "number")
            joined = _joined(lead, amount, start, decimal)
            if amounts and amounts[-1].end > start and joined is not amount:
                amounts.pop()
            if joined is None:
                continue
            amount = joined
        amounts.append(amount)
    return amounts


def _is_none(match: re.Match[str], text: str) -> bool:
    """Whether it only looks like an amount: a limit, a model number, a vitamin, a mobile network."""
    start, unit = match.start(), match["unit"].lower()
    before = text[max(0, start - 20) : start]
    if unit == "kg" and _AND_UP.match(text, match.end()):
        return True
    if unit == "g" and not match["gap"] and match["number"] in {"2", "3", "4", "5"}:
        # Only what is near: a search of the whole text for each of many would take quadratic time.
        return _PHONES.search(text, max(0, start - 60), start + 60) is not None
    if not before.rstrip(" .")[-1:].isalpha():
        return False
    if _LIMIT.search(before):
        return True
    if read_unit(unit) is Unit.PIECE:
        return _LETTER.search(before) is not None
    return len(unit) == 1 and not match["gap"] and _MODEL.search(before) is not None


def _joined(lead: re.Match[str], amount: _Amount, start: int, decimal: str | None) -> _Amount | None:
    """The amount together with the one before it; None for what is no amount, such as a range of sizes."""
    unit = read_unit(lead["unit"] or "") or amount.measure.unit
    number = _millionths(lead["number"], unit, decimal)[0]
    total = number * int(lead["first"] or 1)
    if not 0 < total < MAX_MILLIONTHS or unit.base is not amount.base:
        return amount
    each, before = Measure(number, unit), Measure(total, unit)
    count = number // 1_000_000 if lead["unit"] is None and number % 1_000_000 == 0 else 0
    sign = lead["sign"].strip()
    even = lead["sign"][0].isspace() or lead["sign"] == sign
    if sign == "+":
        return _added(before, count, amount, start) if even and not lead["glued"] else amount
    if sign == "/":
        return _over(each, before, count, amount, start)
    return None if even and each.quanta < amount.single.quanta <= 5 * each.quanta else amount


def _over(each: Measure, before: Measure, count: int, amount: _Amount, start: int) -> _Amount | None:
    """Two amounts with a slash between: 400g/240g, 3x80/52 g, 25/1 kg, 6/0,33 l, 1/2 kg."""
    single = amount.single.millionths
    if count == 1 and single in {2_000_000, 4_000_000, 8_000_000}:
        fraction = Measure(10**12 // single, amount.single.unit)
        return amount.but(Confidence.MEDIUM, "A fraction of the unit.", fraction, start)
    if amount.base is Unit.LITRE and count != 1:
        if count and single == 1_000_000:
            return None  # 10/1 L are ten gloves or eggs of size L
        return amount.but(Confidence.MEDIUM, "What is before the slash is a count.", amount.times(count), start)
    if count > 1 and single == 1_000_000:
        return amount.but(Confidence.MEDIUM, "What is before the slash is a count.", amount.times(count), start)
    if each.quanta > amount.single.quanta:
        factor = before.millionths // each.millionths
        drained = amount.times(factor) if amount.single == amount.measure else amount.measure
        return amount.but(Confidence.MEDIUM, "The smaller of two is the drained weight.", drained, start)
    if before.quanta > amount.measure.quanta:
        return amount.but(Confidence.MEDIUM, "The smaller of two is the drained weight.", start=start)
    return amount.but(Confidence.LOW, "The smaller of two, unless they are a range of sizes.", before, start)


def _added(before: Measure, count: int, amount: _Amount, start: int) -> _Amount | None:
    """Two amounts with a plus between: 60+60 ml, 1,6 l + 200 ml, 1+4x50 g."""
    if amount.measure.unit is Unit.GRAM and amount.measure.millionths == 1_000_000:
        return None  # 3+1g: one of them gratis
    if 0 < count <= 12 and amount.base is not Unit.PIECE:
        if amount.single == amount.measure:
            return amount
        paid = amount.measure.millionths // amount.single.millionths
        return amount.but(Confidence.LOW, "With what is given free.", amount.times(paid + count), start)
    total = (before.quanta + amount.measure.quanta) // amount.measure.unit.quanta
    both = Measure(min(total, MAX_MILLIONTHS - 1), amount.measure.unit)
    return amount.but(Confidence.MEDIUM, "Two amounts, added.", both, start)


def _content(text: str, decimal: str | None) -> MeasureReading | None:
    """Mass or volume: what is compared whenever it is known, however many pieces it comes in."""
    amounts = [amount for amount in _all(_CONTENT, text, decimal) if amount.measure.quanta <= _LARGEST]
    if any(amount.base is Unit.LITRE for amount in amounts) and (
        _BAGS.search(text) or (_VESSELS.search(text) and _pieces(text, decimal))
    ):
        amounts = [amount for amount in amounts if amount.base is not Unit.LITRE]
    if not amounts:
        return None
    best = amounts[0] if len(amounts) == 1 else _chosen(text, amounts)
    if best.single == best.measure and best.confidence is Confidence.HIGH:
        best = _multiplied(text, best)
    return best.reading(text)


def _chosen(text: str, amounts: list[_Amount]) -> _Amount:
    for amount in amounts:
        if _NET.search(text[max(0, amount.start - 30) : amount.start]):
            return amount.but(Confidence.MEDIUM, "The text calls it the net or drained weight.")
    mass = next((amount for amount in amounts if amount.base is Unit.KILOGRAM), None)
    volume = next((amount for amount in amounts if amount.base is Unit.LITRE), None)
    if mass and volume:
        # 35 g (400 ml) is the content of a jar; 150 ml + 4.5 g, or 0.7 l + 87 g, a product and a present.
        present = "+" in text[amounts[0].end : amounts[1].start] or mass.measure.quanta * 20 < volume.measure.quanta
        return (amounts[0] if present else mass).but(Confidence.MEDIUM, "Mass and volume are both given.")
    best = next((amount for amount in amounts if amount.single != amount.measure), amounts[0])
    if all(_alike(amount.measure, best.measure) or amount.measure == best.single for amount in amounts):
        return best
    return best.but(Confidence.LOW, "Several amounts are given.")


def _alike(one: Measure, other: Measure) -> bool:
    return abs(one.quanta - other.quanta) * 40 <= one.quanta


def _multiplied(text: str, amount: _Amount) -> _Amount:
    """The amount times what other words of the text say: pack of 6, 4-pack, 5+1 gratis."""
    if match := _PACK_OF.search(text):
        count = int(match["count"]) * int(match["last"] or 1)
        return amount.but(Confidence.MEDIUM, "The content of a pack of several.", amount.times(count))
    if match := _PACK.search(text):
        if amount.base is Unit.LITRE and not match["er"]:
            count = int(match["count"])
            return amount.but(Confidence.MEDIUM, "The content of a pack of several.", amount.times(count))
        return amount.but(Confidence.LOW, "A pack of several: taken for the content of all of them.")
    if "+" in text and (match := _FREE.search(text)):
        count = int(match["paid"]) + int(match["free"])
        if amount.base is Unit.LITRE or (amount.measure.quanta <= _PORTION and count <= 6):
            return amount.but(Confidence.LOW, "With what is given free.", amount.times(count))
        return amount.but(Confidence.LOW, "Taken to include what is given free.")
    if _AND_PERCENT.match(text, amount.end):
        return amount.but(Confidence.LOW, "Taken to include what is given free.")
    if text[amount.end : amount.end + 2].lstrip().startswith("+"):
        return amount.but(Confidence.MEDIUM, "Without what comes with it.")
    return amount


def _pieces(text: str, decimal: str | None) -> MeasureReading | None:
    if amounts := _all(_PIECES, text, decimal):
        # "7000 Tabletten, 12 St": the count stands behind the strength.
        amount = amounts[-1]
        if amount.confidence is Confidence.HIGH:
            amount = amount.but(Confidence.MEDIUM, "Pieces, without their content.")
        return amount.reading(text)
    if (match := _OF_ONE.search(text)) and int(match["count"]) > 1:
        count = int(match["count"]) * int(match["first"] or 1) * int(match["last"] or 1)
        return _counted(match, count, Confidence.MEDIUM, "So many in one pack.")
    if match := _PACK_OF.search(text):
        return _counted(match, int(match["count"]) * int(match["last"] or 1), Confidence.MEDIUM, "So many in one pack.")
    if match := _PACK.search(text):
        return _counted(match, int(match["count"]), Confidence.LOW, "So many in one pack, of a content not told.")
    if match := _FREE.search(text):
        return _counted(match, int(match["paid"]) + int(match["free"]), Confidence.LOW, "With what is given free.")
    return None


def _counted(match: re.Match[str], count: int, confidence: Confidence, reason: str) -> MeasureReading | None:
    if not 0 < count * 1_000_000 < MAX_MILLIONTHS:
        return None
    return MeasureReading(Measure(count * 1_000_000, Unit.PIECE), confidence, match[0], reason)


def _first_of(pattern: re.Pattern[str], text: str, decimal: str | None, reason: str) -> MeasureReading | None:
    for amount in _all(pattern, text, decimal):
        return amount.but(Confidence.LOW, reason).reading(text)
    return None
