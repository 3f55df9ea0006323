"""GTINs: the numbers under bar codes, which name the same product in every store."""

from dataclasses import dataclass

from coprra.domain.kernel.errors import Invalid

_CUT_LENGTHS = {10, 11}
_LENGTHS = {8, 12, 13, 14} | _CUT_LENGTHS
_RESTRICTED = ("02", "04", "05", *(f"2{digit}" for digit in range(10)), "98", "99")
_BOOKS = ("978", "979")

# The weighted sum of any four digits, modulo 10: a GTIN is read a million times per import, and a loop over its digits
# takes four times as long as four look-ups.
_WEIGHED = bytes((3 * (n // 1000 + n // 10 % 10) + n // 100 % 10 + n % 10) % 10 for n in range(10_000))


class InvalidGtin(Invalid):
    """A text that is no GTIN; the message says why."""

    code = "invalid_gtin"


@dataclass(frozen=True, slots=True, order=True)
class Gtin:
    """A Global Trade Item Number. value: its 14 ASCII digits, zeros on the left; this is the identity.

    `read_gtin` takes the shorter forms that are printed and listed.

    Raises: InvalidGtin for anything but 14 digits, a check digit that does not fit, and all zeros.
    Source: GS1 General Specifications §7.9 (weights 3, 1, 3 … from the digit left of the check digit).
    """

    value: str

    def __post_init__(self) -> None:
        value = self.value
        if len(value) != 14 or not (value.isascii() and value.isdigit()):
            raise InvalidGtin(f"{value[:40]!r} is no GTIN-14: it needs exactly 14 digits.")
        high, low = divmod(int(value), 100_000_000)
        weighed = _WEIGHED[low % 10_000] + _WEIGHED[low // 10_000] + _WEIGHED[high % 10_000] + _WEIGHED[high // 10_000]
        if weighed % 10:
            expected = (int(value[13]) - weighed) % 10
            raise InvalidGtin(f"{self.short} is no GTIN: the check digit is {value[13]}, expected {expected}.")
        if not (high or low):
            raise InvalidGtin("All zeros are no GTIN.")

    @property
    def short(self) -> str:
        """As people write it: 8 digits for a GTIN-8, 14 when it has an indicator, otherwise 13 (a UPC-A with its 0)."""
        value = self.value
        if value[0] != "0":
            return value
        return value[6:] if value.startswith("000000") else value[1:]

    @property
    def indicator(self) -> int:
        """0: the item itself; 1-8: another packaging level of it; 9: sold by a measure that varies.

        Each of them is a product of its own: the carton has another price than the bottle in it.
        """
        return int(self.value[0])

    @property
    def restricted(self) -> bool:
        """Whether the number means something within one company or region only, so that it never joins two stores.

        That is a GTIN-8 beginning 0 or 2, a UPC-A of number system 2, 4 or 5, and a GTIN-13 beginning 02, 04, 05,
        20-29, 98 or 99. Source: GS1 General Specifications §1.4, tables of GS1 Prefixes and GS1-8 Prefixes.
        """
        # 14 digits still tell the original length, also of a code that a list padded (0000020241681 is real): GS1
        # leaves the prefixes that begin with five zeros to the GTIN-8, and UPC-A number systems 2, 4 and 5 are the
        # prefixes 02, 04 and 05. So 14 digits with indicator 0 are judged as the number they pad. Behind an indicator
        # 1-9 the same prefixes are no more global: nobody owns them, so two stores may fill that carton differently.
        value = self.value
        if value.startswith("00000", 1):
            return value[6] in "02"
        return value.startswith(_RESTRICTED, 1)

    @property
    def book(self) -> bool:
        """Whether it is the ISBN or ISMN of a book or of printed music (978, 979)."""
        return self.value.startswith(_BOOKS, 1)

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class GtinReading:
    """A GTIN as it was found. text: as written, blanks included."""

    gtin: Gtin
    text: str

    @property
    def repaired(self) -> bool:
        """Whether leading zeros were missing and have been put back; worth a warning in the report."""
        return len(self.text.strip()) in _CUT_LENGTHS

    @property
    def restricted(self) -> bool:
        """See `Gtin.restricted`."""
        return self.gtin.restricted

    @property
    def book(self) -> bool:
        """See `Gtin.book`."""
        return self.gtin.book


def read_gtin(text: str) -> GtinReading:
    """A GTIN-8, -12, -13 or -14 from text: ASCII digits only, blanks around them ignored.

    10 and 11 digits are a UPC-A whose leading zeros a spreadsheet ate; they are put back if the check digit then fits.

    Raises: InvalidGtin.
    """
    digits = text.strip()
    length = len(digits)
    if length not in _LENGTHS:
        if not digits:
            raise InvalidGtin("Nothing is written where a GTIN is expected.")
        raise InvalidGtin(f"{digits[:40]!r} is no GTIN: it has {length} characters, not 8, 12, 13 or 14 digits.")
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidGtin(f"{digits!r} is no GTIN: only the digits 0 to 9 can stand in it.")
    return GtinReading(Gtin(digits.zfill(14)), text)
