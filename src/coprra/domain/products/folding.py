"""Folding: one spelling for search, whatever case, accents and signs a text was written with."""

import re
from functools import lru_cache
from unicodedata import category, normalize

_WORDS = re.compile(r"[^\W_]+")
_LATIN_MARKS = re.compile("[\u0300-\u036f]+")
_ASCII = str.maketrans({sign: sign.lower() if sign.isalnum() else " " for sign in map(chr, range(128))})
# The letters that Unicode does not take apart, although people search without their stroke or ligature.
_PLAIN = str.maketrans(
    {"đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ĸ": "k", "ł": "l", "ŋ": "n", "ø": "o", "ŧ": "t"}
    | {"æ": "ae", "œ": "oe", "þ": "th", "ß": "ss"}
)


@lru_cache(8_192)
def fold(text: str) -> str:
    """The text in lower case without accents, its words (runs of letters or digits) one blank apart; may be empty.

    ``Čokolada ŁÓDŹ, 1.5L`` becomes ``cokolada lodz 1 5l``. Folding twice changes nothing, and composed and decomposed
    spellings fold alike, so folded texts can be compared and indexed as they are.
    """
    if not text.isascii():
        text = _bare(text)
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())
    # Taking a sign apart can bring forth capitals (the sign for "No"), so the rest goes round once more.
    return " ".join(_WORDS.findall(_bare(text)))


def _bare(text: str) -> str:
    bare = _LATIN_MARKS.sub("", normalize("NFKD", text.casefold())).translate(_PLAIN)
    if bare.isascii():
        return bare
    # Marks of other scripts (category M) and invisible characters (Cf: soft hyphens, joiners) stand inside words.
    return "".join(letter for letter in bare if category(letter) not in {"Mn", "Mc", "Me", "Cf"})
