"""Columns: what a profile takes each column of a list for, as people are told who check it."""

from collections.abc import Collection, Sequence

from coprra.adapters.feeds.declarations.profile import TERMS, FeedProfile
from coprra.adapters.feeds.drafting.header_words import sounds_like
from coprra.adapters.feeds.formats.records import same_column
from coprra.adapters.feeds.merchant.rules import MERCHANT_TERMS
from coprra.domain.prices.reading import FeedColumn


def taken_columns(profile: FeedProfile, there: Sequence[str], wanted: Sequence[str]) -> tuple[FeedColumn, ...]:
    """The columns that are there, then one for each term that has none.

    wanted: of a price list for each of `TERMS` a column, or "". Of a merchant feed a term has all columns that its
    profile names. What tells the day of a row, and whether it counts, is taken for that: see `HistoryForm`.
    """
    pairs = _named(profile) if profile.merchant else tuple(zip(TERMS, wanted, strict=True))
    if profile.history:
        pairs += profile.history.terms(there)
    names = {same_column(name) for name in there}
    found = {term for term, name in pairs if same_column(name) in names}
    terms: dict[str, str] = {}
    absent: dict[str, str] = {}
    for term, name in pairs:
        if name:
            terms.setdefault(same_column(name), term)
            if term not in found:
                absent.setdefault(term, name)
    lacking = {*absent, *unnamed_terms(profile)}
    columns = [_column(name, terms.get(same_column(name)), lacking) for name in there]
    return (*columns, *(FeedColumn(name, term) for term, name in absent.items()))


def unnamed_terms(profile: FeedProfile) -> tuple[str, ...]:
    """The terms for which the profile names no column."""
    return tuple(term for term in (MERCHANT_TERMS if profile.merchant else TERMS) if term not in profile.columns)


def _named(profile: FeedProfile) -> tuple[tuple[str, str], ...]:
    return tuple((term, name) for term in MERCHANT_TERMS for name in profile.columns.get(term, ()))


def _column(name: str, term: str | None, lacking: Collection[str]) -> FeedColumn:
    perhaps = None if term else sounds_like(name)
    return FeedColumn(name, term, perhaps if perhaps in lacking else None)
