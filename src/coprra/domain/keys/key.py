"""Key: a name and 32 random bytes or more, as an operator gives them; what is none is refused."""

import base64
import re
from dataclasses import dataclass, field
from itertools import pairwise

from coprra.domain.kernel.errors import NotFound, Refused

KEY_BYTES = 32
_MOST_KEYS = 16
_FEWEST_BYTES_THAT_DIFFER = 16
_PLACEHOLDER = re.compile(r"change|example|placeholder|replace|secret|insert|your|todo|xxxx", re.IGNORECASE)


class UnknownKey(NotFound):
    """The ring has no key of that name."""

    code = "unknown_key"


class KeyInUse(Refused):
    """Something is still sealed with the key."""

    code = "key_in_use"


@dataclass(frozen=True, slots=True)
class Key:
    """name: 1 to 16 small letters and digits; secret: at least 32 bytes, never shown."""

    name: str
    secret: bytes = field(repr=False)


def read_keys(text: str) -> tuple[tuple[Key, ...], tuple[str, ...]]:
    """The keys of ``k2:base64,k1:base64``, the newest first, and every problem with them.

    Problems name a key by its name or place, and never repeat anything of its secret.
    """
    keys: list[Key] = []
    problems: list[str] = []
    for place, part in enumerate(text.strip().split(","), 1):
        name, _, encoded = part.strip().partition(":")
        if not re.fullmatch(r"[a-z0-9]{1,16}", name):
            problems.append(f"key number {place} has no name; write k1:… in small letters and digits.")
            continue
        secret = _decoded(encoded)
        if _PLACEHOLDER.search(encoded) and secret is None:
            problems.append(f"key {name} is a placeholder; make one with `coprra keys make`.")
        elif secret is None:
            problems.append(f"key {name} is no base64.")
        elif problem := _weakness(secret):
            problems.append(f"key {name} {problem}; make one with `coprra keys make`.")
        else:
            keys.append(Key(name, secret))
        if any(name == known.name for known in keys[:-1]):
            problems.append(f"there are two keys named {name}.")
    if len({key.secret for key in keys}) < len(keys):
        problems.append("two keys are the same.")
    if len(keys) > _MOST_KEYS:
        problems.append(f"there are more than {_MOST_KEYS} keys; retire the old ones.")
    return tuple(keys), tuple(problems)


def write_key(name: str, secret: bytes) -> str:
    """As `read_keys` reads it."""
    return f"{name}:{base64.urlsafe_b64encode(secret).decode()}"


def _decoded(encoded: str) -> bytes | None:
    plain = encoded.translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True) or None
    except ValueError:
        return None


def _weakness(secret: bytes) -> str | None:
    """What is wrong with it. Random bytes fail one of these once in 10**12 times."""
    if len(secret) < KEY_BYTES:
        return f"has {len(secret)} bytes, and {KEY_BYTES} are needed"
    if all(32 <= byte < 127 for byte in secret):
        return "is a text and no random bytes"
    steps = {(one - other) % 256 for one, other in pairwise(secret)}
    if min(len(set(secret)), len(steps)) < _FEWEST_BYTES_THAT_DIFFER:
        return "is a pattern and no random bytes"
    return None
