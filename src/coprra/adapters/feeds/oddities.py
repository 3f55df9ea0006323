"""Oddities: what is odd about a text, and the readings that rows of every kind share."""

from typing import NamedTuple

from coprra.adapters.feeds.formats.records import shown
from coprra.domain.kernel.text import InvalidText, plain_text
from coprra.domain.prices.list_run import RowProblem, Severity
from coprra.domain.products.gtin import Gtin, InvalidGtin, read_gtin

_C1_CONTROLS = dict.fromkeys(range(0x80, 0xA0))


class Odd(NamedTuple):
    """A problem of a text, wherever it stands."""

    field: str
    value: str
    code: str
    reason: str
    severity: Severity = Severity.WARNING

    def on(self, line: int) -> RowProblem:
        return RowProblem(line, self.field, shown(self.value), self.code, self.reason, self.severity)


def odd_text(field: str, text: str, longest: int, severity: Severity = Severity.WARNING) -> tuple[Odd, ...]:
    """Why a text can't be stored as it is; nothing where it can."""
    try:
        plain_text(field, text, longest)
    except InvalidText as error:
        code = "invalid" if text else "no"
        return (Odd(field, text, f"{code}_{field}", f"{error.message[0].upper()}{error.message[1:]}", severity),)
    return ()


def without_wreckage(title: str) -> tuple[str, tuple[Odd, ...]]:
    """The title without the C1 controls that a text decoded twice is strewn with: no reason to lose its price."""
    cleaned = title.translate(_C1_CONTROLS)
    if not cleaned or cleaned == title:
        return title, ()
    return cleaned, (Odd("title", title, "cleaned_title", "The title holds control characters; they are left out."),)


def usable_gtins(text: str) -> tuple[tuple[Gtin, ...], tuple[Odd, ...]]:
    """The usable GTIN, if there is one."""
    try:
        reading = read_gtin(text)
    except InvalidGtin as error:
        if not text.strip():
            return (), (Odd("gtin", "", "no_gtin", "No GTIN: the article is comparable within this chain only."),)
        return (), (Odd("gtin", text, "invalid_gtin", error.message),)
    if reading.restricted:
        reason = "The number means something within this chain only, so it does not name the product."
        return (), (Odd("gtin", text, "restricted_gtin", reason),)
    if reading.repaired:
        reason = "Leading zeros were missing and have been put back."
        return (reading.gtin,), (Odd("gtin", text, "repaired_gtin", reason),)
    return (reading.gtin,), ()
