"""Relevance: which words find a product, and how well."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from coprra.domain.products.gtin import Gtin, InvalidGtin, read_gtin

SHORTEST_BEGINNING = 3
"""A shorter word of a query is a whole word of what it finds, or begins its name."""

LONGEST_WORD = 40
"""What is beyond it in a word neither finds anything nor keeps from being found."""

MOST_WORDS_SAID = 200


class Relevance(IntEnum):
    """How well a query fits a product; the smaller, the better."""

    GTIN = 0
    """The query is a number of the product."""
    NAME = 1
    """The name begins with the query as it is written; among those by name the very name comes first."""
    WORDS = 2
    """Every word of the query is a word of the product."""
    TYPING = 3
    """So is every word but the last, which begins one."""
    BEGINNINGS = 4
    """Every word of the query is a word of the product, or begins one."""


def said_words(texts: Iterable[str]) -> tuple[str, ...]:
    """The words by which a product is found, sorted, each once. texts: all that lists call it, folded.

    Words are as long and as many as every database can index.
    """
    return tuple(sorted({word[:LONGEST_WORD] for text in texts for word in text.split()})[:MOST_WORDS_SAID])


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for. words: folded, in the order in which they were written; none find everything by name."""

    words: tuple[str, ...]

    @property
    def phrase(self) -> str:
        """The words as they are written one after the other, as a name would begin with them."""
        return " ".join(self.words)

    @property
    def terms(self) -> tuple[str, ...]:
        """Each different word, as long as `said_words` are, in the order in which each is written first."""
        return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in self.words))

    @property
    def gtin(self) -> Gtin | None:
        """The number that the query is, if it is one."""
        if len(self.words) != 1:
            return None
        try:
            return read_gtin(self.words[0]).gtin
        except InvalidGtin:
            return None

    def relevance(self, sort_name: str, said: Sequence[str], gtins: Sequence[Gtin]) -> Relevance | None:
        """How well it fits the product of that folded name, those `said_words` and GTINs; None: it does not find it."""
        if self.gtin in gtins:
            return Relevance.GTIN
        if sort_name.startswith(self.phrase):
            return Relevance.NAME
        if all(term in said for term in self.terms):
            return Relevance.WORDS
        if not all(term in said or _begins_one(term, said) for term in self.terms):
            return None
        return Relevance.TYPING if all(term in said for term in self.terms[:-1]) else Relevance.BEGINNINGS


def _begins_one(term: str, said: Sequence[str]) -> bool:
    return len(term) >= SHORTEST_BEGINNING and any(word.startswith(term) for word in said)
