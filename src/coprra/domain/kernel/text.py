"""Plain text: what may be stored of a text that a stranger wrote."""

import unicodedata

from coprra.domain.kernel.errors import Invalid

_FORBIDDEN = {"Cc", "Cs", "Co", "Cn"}


class InvalidText(Invalid):
    """A text that is empty, too long, or holds characters that no name needs."""

    code = "invalid_text"


def plain_text(field: str, text: str, longest: int) -> str:
    """The text itself, when it has 1 to `longest` characters and none of them is a control or a lone surrogate.

    Lengths are a rule of the domain, because databases disagree about them: one refuses, another cuts in silence.

    Raises: InvalidText, which names the field and never repeats the text.
    """
    if not 0 < len(text) <= longest:
        raise InvalidText(f"{field} needs 1 to {longest} characters, not {len(text)}.")
    if not text.isprintable() and any(unicodedata.category(letter) in _FORBIDDEN for letter in text):
        raise InvalidText(f"{field} holds a control character.")
    return text
