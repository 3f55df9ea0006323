"""Spellings: every form in which a secret may stand somewhere although nobody sees it at once."""

import base64
import re
from collections.abc import Callable, Iterator

_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_HEX = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHIJKLMNOPQRSTUV")
_FEWEST = 8
"""Shorter texts stand everywhere by chance."""


def spellings(secret: bytes) -> frozenset[bytes]:
    """As it is, in hex, and in base 32 and 64 in all their alphabets, at whatever place of a longer text it begins."""
    found = {secret, secret.hex().encode(), secret.hex().upper().encode()}
    for text in _within(secret, base64.b64encode, bits=6):
        found |= {text, text.translate(bytes.maketrans(b"+/", b"-_"))}
    for text in _within(secret, base64.b32encode, bits=5):
        for alphabet in (text, text.translate(_CROCKFORD), text.translate(_HEX)):
            found |= {alphabet, alphabet.lower()}
    return frozenset(one for one in found if len(one) >= _FEWEST)


def readings(text: str) -> frozenset[bytes]:
    """The bytes that a secret is, and those that it stands for: of base 64 and 32, in groups or not."""
    plain = re.sub("[- ]", "", text)
    found = {text.encode(), plain.encode()}
    for decode, padding in ((base64.urlsafe_b64decode, 4), (base64.b32decode, 8)):
        try:
            found.add(decode(text + "=" * (-len(text) % padding)))
        except ValueError:
            continue
    return frozenset(one for one in found if len(one) >= _FEWEST)


def found_in(content: bytes, text: str) -> bool:
    """Whether the secret stands there, in any spelling of any reading."""
    return any(spelling in content for reading in readings(text) for spelling in spellings(reading))


def _within(secret: bytes, encode: Callable[[bytes], bytes], *, bits: int) -> Iterator[bytes]:
    """What of an encoded text does not depend on what stands before and after the secret."""
    for before in range(5 if bits == 5 else 3):
        text = encode(bytes(before) + secret + bytes(8))
        yield text[-(-before * 8 // bits) : (before + len(secret)) * 8 // bits]
