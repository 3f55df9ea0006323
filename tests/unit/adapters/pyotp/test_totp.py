"""Codes by time: the vectors of the RFCs, the window, and the address that apps read."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest

from coprra.adapters.pyotp.totp import PyotpTotp
from coprra.testing.accounts import shown_at

SECRET = b"12345678901234567890"
NOW = datetime(2030, 1, 1, 12, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=30)

# Source: RFC 4226 appendix D.
HOTP = "755224 287082 359152 969429 338314 254676 287922 162583 399871 520489".split()
# Source: RFC 6238 appendix B, SHA-1, of whose eight digits the last six are shown.
TOTP = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("counter", "code"), list(enumerate(HOTP)))
def test_the_vectors_of_rfc_4226(counter: int, code: str) -> None:
    now = datetime.fromtimestamp(counter * 30, UTC)
    assert PyotpTotp().timecode(SECRET, code, now) == counter


@pytest.mark.parametrize(("seconds", "code"), TOTP)
def test_the_vectors_of_rfc_6238(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert PyotpTotp().timecode(SECRET, code, now) == seconds // 30
    assert shown_at(PyotpTotp().base32(SECRET), now) == code


@pytest.mark.parametrize(
    ("steps", "next_counts", "counts"),
    [
        (-2, True, False),
        (-1, True, True),
        (0, True, True),
        (1, True, True),
        (2, True, False),
        (1, False, False),
        (-1, False, True),
        (0, False, True),
    ],
)
def test_a_code_counts_a_step_before_and_after_and_says_of_which_step_it_is(
    steps: int, next_counts: bool, counts: bool
) -> None:
    code = shown_at(PyotpTotp().base32(SECRET), NOW + steps * STEP)
    timecode = PyotpTotp(next_counts=next_counts).timecode(SECRET, code, NOW)
    assert timecode == (int(NOW.timestamp()) // 30 + steps if counts else None)


def test_apps_read_the_address_whatever_stands_in_it() -> None:
    uri = PyotpTotp("Prices: coprra & co").uri(SECRET, "ana+list@example.com")
    parts = urlsplit(uri)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Prices coprra & co:ana+list@example.com"
    assert "+" not in uri
    assert "%20" in uri
    encoded = base64.b32encode(SECRET).decode().rstrip("=")
    assert parse_qs(parts.query) == {"secret": [encoded], "issuer": ["Prices coprra & co"]}
    parsed = pyotp.parse_uri(uri)
    assert (parsed.secret, parsed.issuer) == (encoded, "Prices coprra & co")
