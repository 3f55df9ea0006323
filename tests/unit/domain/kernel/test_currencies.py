"""Currencies have the minor units that ISO 4217 gives them, all of them."""

from pathlib import Path
from xml.etree import ElementTree as ET

from coprra.domain.kernel.money import Currency

TABLE = Path(__file__).parents[4] / "sample/fx/iso4217_table_2026-01-01.xml"


def test_every_currency_of_the_standard_has_its_number_of_digits() -> None:
    entries = ET.parse(TABLE).getroot().iter("CcyNtry")
    digits = {
        code: units
        for entry in entries
        if (code := entry.findtext("Ccy")) and (units := entry.findtext("CcyMnrUnts", "")).isdigit()
    }
    assert len(digits) == 165
    assert {code: str(Currency(code).exponent) for code in digits} == digits
