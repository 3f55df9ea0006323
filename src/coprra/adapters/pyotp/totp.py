"""Codes by time, by pyotp."""

import base64
from datetime import datetime
from urllib.parse import quote

import pyotp
from pyotp.exceptions import OTPVerificationError

from coprra.domain.mfa.device import STEP_SECONDS
from coprra.domain.mfa.ports import Totp

SHIFTS = (0, -1, 1)
"""Clocks of devices go wrong by half a minute. RFC 6238 §5.2 allows one step; ASVS 6.5.5 would rather have none."""


class PyotpTotp(Totp):
    """issuer: what an app calls this service; next_counts: whether the code of the next step counts, too."""

    def __init__(self, issuer: str = "coprra", *, next_counts: bool = True) -> None:
        self._issuer = issuer.replace(":", "")
        self._shifts = SHIFTS if next_counts else SHIFTS[:2]

    def timecode(self, secret: bytes, code: str, now: datetime) -> int | None:
        totp = pyotp.TOTP(self.base32(secret))
        for shift in self._shifts:
            try:
                at = int(now.timestamp()) + shift * STEP_SECONDS
                return totp.verify_and_get_timecode(code, for_time=at)
            except (OTPVerificationError, ValueError):
                continue
        return None

    def base32(self, secret: bytes) -> str:
        return base64.b32encode(secret).decode().rstrip("=")

    def uri(self, secret: bytes, account: str) -> str:
        issuer = quote(self._issuer, safe="")
        return f"otpauth://totp/{issuer}:{quote(account, safe='@')}?secret={self.base32(secret)}&issuer={issuer}"
