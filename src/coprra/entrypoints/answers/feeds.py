"""Feeds and what became of them as JSON-ready values."""

from collections.abc import Sequence
from dataclasses import asdict

from coprra.domain.prices.check_feed import CheckedFeed, RepeatedProblem
from coprra.domain.prices.import_feed import ImportReport
from coprra.domain.prices.list_run import ListRow, RowProblem
from coprra.domain.prices.observation import Terms
from coprra.domain.prices.ports import Profile
from coprra.domain.prices.reading import FeedColumn
from coprra.entrypoints.answers.values import (
    JsonObject,
    chain,
    claims,
    instant,
    instant_or_none,
    measure,
    money,
    money_or_none,
)


def profiles(value: Sequence[Profile]) -> JsonObject:
    """The feed profiles that price lists can be read with."""
    return {"profiles": [_profile(one) for one in value]}


def _profile(value: Profile) -> JsonObject:
    return {
        "name": value.name,
        "title": value.title,
        "chain": chain(value.chain) if value.chain else None,
        "currency": value.chain.currency.code if value.chain else None,
        "format": value.format,
        "source": value.source,
    }


def checked_feed(value: CheckedFeed) -> JsonObject:
    """How a price list is read. branch, listed_at: null when they must be given by hand.

    alone: false where the file may hold further lists, of which nothing is said.
    """
    listed_at, reading = value.listed_at, value.reading
    return {
        "file": value.source,
        "profile": _profile(value.profile),
        "branch": str(value.branch.id) if value.branch else None,
        # A naive date or time stays naive here: it is the branch's local one, and the branch may not be known.
        "listed_at": listed_at.isoformat() if listed_at else None,
        "complete": value.complete,
        "unknown_shop": value.unknown_shop,
        "alone": value.alone,
        "known_by": {
            "profile": str(reading.profile_by),
            "branch": str(reading.branch_by) if reading.branch_by else None,
            "listed_at": str(reading.listed_at_by) if reading.listed_at_by else None,
        },
        "columns": [
            {"name": column.name, "term": column.term, "perhaps": column.perhaps, "filled": filled}
            for column, filled in zip(reading.columns, value.filled, strict=True)
        ],
        "terms_without_column": list(reading.unnamed),
        "counted": {"rows": value.counted, "bad_rows": value.bad, "more": value.more},
        "problems": [_repeated_problem(one) for one in value.problems],
        "rows": [
            {**_row(row), "texts": _texts(reading.columns, texts)}
            for row, texts in zip(value.rows, value.texts, strict=True)
        ],
    }


def _repeated_problem(value: RepeatedProblem) -> JsonObject:
    return {
        "code": value.example.code,
        "severity": str(value.example.severity),
        "rows": value.rows,
        "example": problem(value.example),
        "values": [{"value": text, "rows": rows} for text, rows in value.values],
    }


def _texts(columns: Sequence[FeedColumn], texts: Sequence[str]) -> JsonObject:
    """As the list has them; empty ones left out."""
    return {column.name: text for column, text in zip(columns, texts, strict=False) if text.strip()}


def _row(row: ListRow) -> JsonObject:
    article = row.article
    return {
        "line": row.line,
        "sku": row.sku,
        "title": article.title if article else None,
        "brand": article.brand if article else None,
        "category": article.category if article else None,
        "pack": article.pack if article else None,
        "measure": measure(article.measure) if article and article.measure else None,
        "gtins": [gtin.short for gtin in article.gtins] if article else [],
        "terms": _terms(row.terms) if row.terms else None,
        "availability": str(row.availability),
        "claims": claims(row.claims),
        "problems": [problem(one) for one in row.problems],
    }


def _terms(value: Terms) -> JsonObject:
    special = value.special
    return {
        "price": money_or_none(value.price),
        "special_price": money_or_none(special.price if special else None),
        "special_from": instant_or_none(special.starts if special else None),
        "special_until": instant_or_none(special.ends if special else None),
        "condition": str(value.condition),
        "tax_included": value.tax_included,
        "shipping": [
            {"country": rate.country, "price": money(rate.price), "free_over": money_or_none(rate.free_over)}
            for rate in value.shipping
        ],
        "url": value.url,
    }


def problem(value: RowProblem) -> JsonObject:
    """What is wrong with one row of a price list."""
    return {
        "line": value.line,
        "field": value.field,
        "value": value.value,
        "code": value.code,
        "reason": value.reason,
        "severity": str(value.severity),
    }


def import_report(value: ImportReport) -> JsonObject:
    """What became of the price lists of one file. branch, observed_at: of the last of them; since: of the first.

    complete: what they do not carry was marked as not listed any more. lists: how many; known: how many of them had
    been imported before.
    """
    return {
        "file": value.run.source,
        "profile": value.run.profile,
        "branch": str(value.run.branch.id),
        "observed_at": instant(value.run.observed_at),
        "since": instant(value.since),
        "branches": value.branches,
        "lists": value.lists,
        "known": value.known,
        "complete": value.proves_absence,
        "rows": value.rows,
        "errors": value.errors,
        "warnings": value.warnings,
        "problems_by_code": dict(value.by_code),
        "changes": asdict(value.changes),
        "already": value.already,
        "dry_run": value.dry_run,
    }
