"""Rows and domain objects, each made from the other."""

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import Row

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.instants import from_micros, to_micros
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.article import Article
from coprra.domain.prices.decision import Decision, DecisionKind
from coprra.domain.prices.list_run import ListRow
from coprra.domain.prices.measure import Measure, Unit
from coprra.domain.prices.observation import (
    ABSENT,
    NO_CLAIMS,
    UNREADABLE,
    Availability,
    Claims,
    Condition,
    Shipping,
    Special,
    State,
    Terms,
)
from coprra.domain.prices.unit_price import UnitPrice
from coprra.domain.products.brand import Brand
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.move import KeyMove, Move, MoveId, MoveKind
from coprra.domain.products.product import ProductId, ProductKey, sort_name

Values = dict[str, Any]


def state_values(state: State) -> tuple[Any, ...]:
    """The state columns of a state, in the order of `STATE_COLUMNS`."""
    terms, claims = state.terms, state.claims
    special = terms.special if terms else None
    said = (
        str(state.availability),
        terms.currency.code if terms else None,
        terms.price.minor if terms and terms.price else None,
        special.price.minor if special else None,
        to_micros(special.starts) if special and special.starts else None,
        to_micros(special.ends) if special and special.ends else None,
        claims.lowest_30_days.minor if claims.lowest_30_days else None,
        claims.anchor.minor if claims.anchor else None,
        claims.anchor_on.isoformat() if claims.anchor_on else None,
        claims.unit_price.millionths if claims.unit_price else None,
        _unit_text(claims.unit_price) if claims.unit_price else None,
        _more(terms) if terms else None,
    )
    content = (*said, state.article.digest if state.article else None)
    return (int.from_bytes(blake2b(repr(content).encode(), digest_size=8).digest()) >> 1, *said)


def _unit_text(price: UnitPrice) -> str:
    return f"{price.per.millionths} {price.per.unit}"


ABSENT_STATE: int = state_values(ABSENT)[0]
UNREADABLE_STATE: int = state_values(UNREADABLE)[0]


def _more(terms: Terms) -> str | None:
    """JSON of the rarer terms; None when all are at their defaults."""
    new = terms.condition is Condition.NEW
    if new and terms.tax_included and not terms.shipping and terms.fees is None and terms.url is None:
        return None
    said = {
        "condition": None if new else terms.condition.value,
        "tax_included": None if terms.tax_included else False,
        "shipping": [
            [rate.country, rate.price.minor, rate.free_over.minor if rate.free_over else None]
            for rate in terms.shipping
        ]
        or None,
        "fees": terms.fees.minor if terms.fees else None,
        "url": terms.url,
    }
    said = {name: value for name, value in said.items() if value is not None}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def state_of(row: Row[Any], article: Article | None) -> State:
    """The state that the columns stand for."""
    if row.currency is None:
        return State(Availability(row.availability))
    currency = _currency(row.currency)
    terms = _terms(row, currency)
    return State(Availability(row.availability), article, terms, _claims(row, currency))


_currency = lru_cache(Currency)


@lru_cache
def _measure(text: str) -> Measure:
    """The inverse of `_unit_text`."""
    millionths, unit = text.split(" ", 1)
    return Measure(int(millionths), Unit(unit))


def _money(minor: int | None, currency: Currency) -> Money | None:
    return None if minor is None else Money(minor, currency)


def _terms(row: Row[Any], currency: Currency) -> Terms:
    price = _money(row.price, currency)
    special = None
    if row.special_price is not None:
        special = Special(
            Money(row.special_price, currency),
            None if row.special_starts is None else from_micros(row.special_starts),
            None if row.special_ends is None else from_micros(row.special_ends),
        )
    if row.more is None:
        return Terms(price, special)
    said = json.loads(row.more)
    return Terms(
        price,
        special,
        Condition(said.get("condition", Condition.NEW.value)),
        said.get("tax_included", True),
        tuple(
            Shipping(country, Money(minor, currency), _money(free_over, currency))
            for country, minor, free_over in said.get("shipping", ())
        ),
        _money(said.get("fees"), currency),
        said.get("url"),
    )


def _claims(row: Row[Any], currency: Currency) -> Claims:
    unit_price = None
    if row.claimed_unit_price is not None:
        unit_price = UnitPrice(row.claimed_unit_price, currency, _measure(row.claimed_unit))
    if unit_price is None and row.claimed_low is None and row.claimed_anchor is None and row.claimed_anchor_on is None:
        return NO_CLAIMS
    return Claims(
        _money(row.claimed_low, currency),
        _money(row.claimed_anchor, currency),
        date.fromisoformat(row.claimed_anchor_on) if row.claimed_anchor_on else None,
        unit_price,
    )


def article_values(article: Article) -> tuple[Any, ...]:
    """The columns of an article, in the order of `ARTICLE_COLUMNS`."""
    measure = article.measure
    return (
        article.digest,
        article.chain,
        article.sku,
        article.title,
        article.brand,
        article.category,
        article.pack,
        measure.millionths if measure else None,
        measure.unit.value if measure else None,
        f" {article.search_text}",
    )


def entry_values(article: Article) -> tuple[Any, ...]:
    """What its products' entries have besides its own words: the sort name and the brand's slug."""
    return (sort_name(article.title), Brand(article.brand).slug or None if article.brand else None)


def listed_row(row: Row[Any], article: Article | None) -> ListRow:
    """The row of a list that a staged row stands for, but for its problems: those were reported when it was staged."""
    if article is None:
        return ListRow(row.line, row.sku, availability=Availability(row.availability))
    state = state_of(row, article)
    return ListRow(row.line, row.sku, article, state.terms, state.availability, state.claims)


def article_of(row: Row[Any], gtins: tuple[Gtin, ...]) -> Article:
    """The article that the columns stand for. gtins: sorted."""
    measure = None
    if row.measure_millionths is not None:
        measure = Measure(row.measure_millionths, Unit(row.measure_unit))
    return Article(row.chain_code, row.sku, row.title, row.brand, row.category, row.pack, measure, gtins)


def decision_values(decision: Decision) -> Values:
    """The columns of a decision, but for its listing."""
    return {
        "instant": to_micros(decision.at),
        "kind": decision.kind.value,
        "currency": decision.price.currency.code if decision.price else None,
        "price": decision.price.minor if decision.price else None,
        "decided_at": to_micros(decision.decided_at),
        "decided_by": str(decision.by),
        "note": decision.note,
    }


def decision_of(row: Row[Any]) -> Decision:
    """The decision that the columns stand for."""
    return Decision(
        from_micros(row.instant),
        DecisionKind(row.kind),
        None if row.currency is None else Money(row.price, Currency(row.currency)),
        from_micros(row.decided_at),
        Actor.parse(row.decided_by),
        row.note,
    )


def move_rows(move: Move) -> list[Values]:
    """A row for each key of a move."""
    said = {
        "move_id": move.id.value,
        "kind": move.kind.value,
        "undoes": move.undoes.value if move.undoes else None,
        "moved_at": to_micros(move.moved_at),
        "moved_by": str(move.by),
        "note": move.note,
    }
    return [
        {**said, "key": one.key.value, "source_id": one.source.value, "target_id": one.target.value}
        for one in move.keys
    ]


def move_of(rows: Sequence[Row[Any]]) -> Move:
    """The inverse of `move_rows`."""
    first = rows[0]
    keys = (KeyMove(ProductKey(row.key), ProductId(row.source_id), ProductId(row.target_id)) for row in rows)
    return Move(
        MoveKind(first.kind),
        tuple(sorted(keys)),
        from_micros(first.moved_at),
        Actor.parse(first.moved_by),
        first.note,
        None if first.undoes is None else MoveId(first.undoes),
    )
