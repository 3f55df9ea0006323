"""XML: a Cube for each day, and in it a Cube for each currency that has a rate."""

from collections.abc import Iterator
from datetime import date
from xml.parsers import expat

from coprra.domain.exchange.rate import InvalidRate, Publication, read_per_euro
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.kernel.money import Currency, InvalidMoney


def read_xml(content: bytes, name: str) -> Iterator[Publication]:
    """The days of a file, in its order. Raises: Unreadable, with the line, for anything that is not understood."""
    days: dict[date, dict[Currency, int | None]] = {}
    parser = expat.ParserCreate()

    def begin(element: str, attributes: dict[str, str]) -> None:
        if element != "Cube":
            return
        if "time" in attributes:
            day = _day(attributes["time"])
            if day in days:
                raise Unreadable(f"{day} stands there twice")
            days[day] = {}
        elif "currency" in attributes:
            currency = Currency(attributes["currency"])
            if not days or currency in (rates := days[next(reversed(days))]):
                raise Unreadable(f"the rate of {currency} stands outside of its day, or twice")
            rates[currency] = read_per_euro(attributes.get("rate", ""))

    def refuse(*_: object) -> None:
        # Entities are what XML bombs are made of.
        raise Unreadable("it declares a document type, which the ECB's files do not")

    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (InvalidRate, InvalidMoney, Unreadable, expat.ExpatError) as error:
        reason = expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else str(error).removesuffix(".")
        raise Unreadable(f"{name}, line {parser.CurrentLineNumber}: {reason}.") from error
    yield from (Publication(day, rates) for day, rates in days.items())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(f"{text[:40]!r} is no day such as 2025-12-30") from error
