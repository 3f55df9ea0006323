"""A secret is found wherever it stands, in whatever spelling, and a text without it holds none."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.testing.spellings import found_in

ENCODINGS = [
    bytes,
    base64.b64encode,
    base64.urlsafe_b64encode,
    base64.b32encode,
    base64.b32hexencode,
    base64.b16encode,
    lambda content: base64.b16encode(content).lower(),
]
SECRET = "correct horse battery"  # nobody's  # pragma: allowlist secret


@pytest.mark.parametrize("encode", ENCODINGS)
@given(before=st.binary(max_size=16), after=st.binary(max_size=16))
def test_a_secret_is_found_within_anything_that_was_encoded(encode: object, before: bytes, after: bytes) -> None:
    assert callable(encode)
    assert found_in(b"x" + encode(before + SECRET.encode() + after) + b"y", SECRET)


@pytest.mark.parametrize(
    "text",
    [
        base64.urlsafe_b64encode(bytes(range(200, 232))).decode().rstrip("="),
        base64.b32encode(bytes(range(200, 220))).decode(),
        "ABCD-EFGH-JKMN-PQRS",
    ],
)
def test_what_a_secret_stands_for_is_found_as_well(text: str) -> None:
    for form in (text, text.replace("-", "")):
        assert found_in(form.encode(), text)
    raw = base64.b32decode(text) if text.isalnum() and text.isupper() else text.encode()
    assert found_in(raw.hex().encode(), text)


@given(st.binary(max_size=300))
def test_other_bytes_hold_no_secret(content: bytes) -> None:
    assert not found_in(content, SECRET)
