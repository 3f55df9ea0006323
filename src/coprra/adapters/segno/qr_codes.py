"""QR codes, by segno."""

import segno

from coprra.domain.mfa.ports import QrCodes, QrPicture

QUIET_ZONE = 4
"""Source: ISO/IEC 18004 §6.3.8."""


class SegnoQrCodes(QrCodes):
    """With error correction M, so that a picture is read from a dirty screen; never a Micro QR code."""

    def draw(self, text: str) -> QrPicture:
        code = segno.make_qr(text, error="m")
        return tuple(tuple(bool(square) for square in row) for row in code.matrix_iter(border=QUIET_ZONE))
