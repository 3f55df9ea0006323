"""Header words: which term a column's name sounds like, for people who write or check a profile."""

import re

from coprra.domain.products.folding import fold

# In this order: "MPC za vrijeme posebnog oblika prodaje" is a special price, and a price as well. Folded, as by `fold`.
_WORDS = (
    ("special_unit_price", r"(poseb|akci|special|sale).*(jm|jedinic|unit|mjer)"),
    ("unit_price_per", r"^(jed(inica)? )?(mj(ere)?|unit) (za )?(cijen|price)|unit price unit|^jed mj 1"),
    ("lowest_30_days", r"najni[zž]|lowest|best ?price|niedrigst|30 ?(dan|day|tag)"),
    ("anchor", r"sidr|anchor"),
    ("unit_price", r"unit ?price|price per|grundpreis|(cijena|cena|price|preis).*(jm|jed|mjer|enot|unit|kg|100)"),
    ("special", r"poseb|akcij|special|sale ?price|aktion|snize|angebot|promo|discount"),
    ("gtin", r"barkod|bar ?code|\bean|gtin|\bupc|crtic"),
    (
        "sku",
        r"sifra|\bsku|^id$|artikel ?(nr|nummer)|(product|item|article) ?(id|no|nr|number|code)|^(kod|code|nr|nummer)$",
    ),
    ("category", r"kategor|categor|gruppe|\bgroup|skupin|^wg$"),
    ("brand", r"\bmark[ae]|brand|manufacturer|maker|hersteller|znamka|vendor"),
    ("sold_by", r"prodaje se po|sold by|verkaufseinheit"),
    ("pack_unit", r"jedinica|^jed mj|^jm$|^unit|einheit|^enota"),
    ("pack", r"neto|kolicin|quantity|\bpack|content|inhalt|menge|\bsize|pakiranj|volume|weight"),
    ("price", r"maloprod|\bmpc|cijena|cena\b|price|preis|prix|prezzo|precio"),
    ("title", r"naziv|title|\bname|bezeichnung|opis|artikel|produ[ck]t|proizvod|article|description|item"),
)
_PATTERNS = tuple((term, re.compile(words)) for term, words in _WORDS)
_LONGEST = 200


def sounds_like(column: str) -> str | None:
    """A term of `profile.TERMS`; None for a name that says nothing. A guess, to be shown and never acted upon."""
    folded = fold(column[:_LONGEST])
    return next((term for term, words in _PATTERNS if words.search(folded)), None)
