"""Recovery codes: what lets somebody in once who has lost the device."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from coprra.domain.kernel.ports import Randomness
from coprra.domain.users.user import UserId

HOW_MANY = 10
FEW = 3
"""From how few left on people are told to make new ones."""

_LENGTH = 16
_BITS = 5
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # pragma: allowlist secret
"""Source: Douglas Crockford, Base 32: no I, L, O, U."""

_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


@dataclass(frozen=True, slots=True)
class RecoveryCode:
    """What is kept of one. number: 1 to 10; used_at: None while it is good."""

    user: UserId
    number: int
    hash: str = field(repr=False)
    used_at: datetime | None = None


def draw_codes(randomness: Randomness) -> tuple[str, ...]:
    """Ten codes of 80 bits, as they are shown: ``XXXX-XXXX-XXXX-XXXX``."""
    return tuple(_shown(randomness.draw(_LENGTH * _BITS // 8)) for _ in range(HOW_MANY))


def read_recovery_code(text: str) -> str | None:
    """Sixteen characters, in whatever case and grouping, look-alikes corrected; None: it is no recovery code."""
    # `upper` would make two letters of some, and a capital of foreign ones.
    code = text.upper().translate(_LOOK_ALIKE) if text.isascii() else ""
    return code if re.fullmatch(f"[{_ALPHABET}]{{{_LENGTH}}}", code) else None


def _shown(drawn: bytes) -> str:
    number = int.from_bytes(drawn, "big")
    letters = "".join(_ALPHABET[number >> _BITS * place & 31] for place in range(_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, _LENGTH, 4))
