"""QR codes: their shape. That they say what they should is read by another program in the tests of pages."""

import pytest

from coprra.adapters.segno.qr_codes import QUIET_ZONE, SegnoQrCodes

FINDER = ("1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111")
"""Source: ISO/IEC 18004 §6.3.3."""


@pytest.mark.parametrize("text", ["x", "otpauth://totp/coprra:ana@example.com?secret=" + "A" * 32, "a" * 2000])
def test_a_picture_is_square_has_three_finders_and_a_margin(text: str) -> None:
    picture = SegnoQrCodes().draw(text)
    size = len(picture)
    assert {len(row) for row in picture} == {size}
    # The smallest QR code that is no Micro QR code has 21 squares a side.
    assert size >= 21 + 2 * QUIET_ZONE
    near, far = QUIET_ZONE, size - QUIET_ZONE - 7
    for top, left in ((near, near), (near, far), (far, near)):
        corner = tuple("".join(str(int(dark)) for dark in row[left : left + 7]) for row in picture[top : top + 7])
        assert corner == FINDER
    margin = [row for number, row in enumerate(picture) if not QUIET_ZONE <= number < size - QUIET_ZONE]
    assert not any(any(row) for row in margin)
    assert not any(any(row[:QUIET_ZONE] + row[-QUIET_ZONE:]) for row in picture)
