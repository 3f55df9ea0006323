"""Passwords: what a new one must be."""

import re
from collections.abc import Iterable

from coprra.domain.kernel.errors import Invalid

SHORTEST = 12
LONGEST = 128

OWN_WORDS = ("coprra",)
"""Names of the service, which every stranger tries first."""

_ENOUGH_BESIDE_KNOWN_WORDS = 8


class InvalidPassword(Invalid):
    """A password that can't be taken; the message never repeats it."""

    code = "invalid_password"


def check_readable(password: str) -> None:
    """Refuse what has no bytes: a lone surrogate. Raises: InvalidPassword."""
    try:
        password.encode()
    except UnicodeEncodeError as error:
        raise InvalidPassword("The password holds half a character; type it anew.") from error


def check_length(password: str) -> None:
    """12 to 128 code points, whatever they are: nothing is trimmed or folded. Raises: InvalidPassword.

    Source: OWASP ASVS 5.0, 6.2.1, 6.2.5 and 6.2.8.
    """
    check_readable(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidPassword(f"A password has {SHORTEST} to {LONGEST} characters; a few words in a row do well.")


def check_own_words(password: str, words: Iterable[str]) -> None:
    """Refuse one that is made of words that strangers know. words: of the address, the name and the service.

    They may stand in it, if at least 8 other characters do. Raises: InvalidPassword. Source: OWASP ASVS 5.0, 6.2.11.
    """
    rest = password.casefold()
    for word in sorted({word.casefold() for word in (*OWN_WORDS, *words) if len(word) > 2}, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(re.sub(r"[\W_]", "", rest)) < min(_ENOUGH_BESIDE_KNOWN_WORDS, len(re.sub(r"[\W_]", "", password))):
        raise InvalidPassword("The password is made of the account's or the service's own names; take other words.")
