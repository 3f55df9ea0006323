"""Columns: what a profile takes each column of a list for, as people are told who check it."""

from collections.abc import Iterable, Sequence

from coprra.adapters.feeds.header_words import sounds_like
from coprra.adapters.feeds.profile import TERMS, FeedProfile
from coprra.adapters.feeds.records import same_column
from coprra.domain.prices.reading import FeedColumn


def taken_columns(profile: FeedProfile, there: Iterable[str], wanted: Sequence[str]) -> tuple[FeedColumn, ...]:
    """The columns that are there, then those wanted ones that are not. wanted: for each of `TERMS` a column, or ""."""
    terms = {same_column(name): term for term, name in zip(TERMS, wanted, strict=True) if name}
    there = tuple(there)
    names = {same_column(name) for name in there}
    lacking = {term for name, term in terms.items() if name not in names} | set(unnamed_terms(profile))
    found = [_column(name, terms.get(same_column(name)), lacking) for name in there]
    others = [FeedColumn(name, term) for term, name in zip(TERMS, wanted, strict=True) if name and term in lacking]
    return (*found, *others)


def _column(name: str, term: str | None, lacking: set[str]) -> FeedColumn:
    perhaps = None if term else sounds_like(name)
    return FeedColumn(name, term, perhaps if perhaps in lacking else None)


def unnamed_terms(profile: FeedProfile) -> tuple[str, ...]:
    """The terms for which the profile names no column."""
    return tuple(term for term in TERMS if term not in profile.columns)
