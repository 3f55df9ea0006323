"""Rows of an archive: what a list says of one article, as JSON and back. What is not said is left out."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from coprra.domain.kernel.instants import format_instant, parse_instant
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.kernel.text import plain_text
from coprra.domain.prices.article import SKU_LENGTH, Article
from coprra.domain.prices.links import read_link
from coprra.domain.prices.list_run import ListRow
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.observation import (
    NO_CLAIMS,
    Availability,
    Claims,
    Condition,
    Shipping,
    Special,
    State,
    Terms,
)
from coprra.domain.prices.unit_price import UnitPrice
from coprra.domain.products.gtin import Gtin

Json = dict[str, Any]

KEYS = {
    "sku": "sku",
    "title": "title",
    "brand": "brand",
    "category": "category",
    "pack": "pack",
    "measure": "measure",
    "gtins": "gtin",
    "price": "price",
    "special": "special",
    "availability": "availability",
    "condition": "condition",
    "shipping": "shipping",
    "url": "url",
}
"""What a person is shown of a row: its keys, and what profiles call the same."""


def write_row(sku: str, state: State, currency: Currency) -> Json:
    """currency: the chain's own, which need not be said."""
    said: Json = {"type": "row", "sku": sku, "availability": str(state.availability)}
    if state.article:
        said |= _write_article(state.article)
    if state.terms:
        said |= _write_terms(state.terms)
        if state.terms.currency != currency:
            said["currency"] = state.terms.currency.code
    if state.claims != NO_CLAIMS:
        said["claims"] = _write_claims(state.claims)
    return said


def written_as(row: ListRow, currency: Currency) -> Json:
    """What `write_row` makes of the row."""
    return write_row(str(row.sku), row.state, currency)


def text_of(said: Json, key: str) -> str:
    """For people; empty where nothing is said."""
    value = said.get(key, "")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read_row(said: Mapping[str, Any], line: int, chain: str, currency: Currency) -> ListRow:
    """Raises: Invalid, LookupError, TypeError, ValueError or ArithmeticError for what `write_row` never writes."""
    sku = said["sku"]
    availability = Availability(said["availability"])
    if "title" not in said:
        if availability not in {Availability.NOT_LISTED, Availability.CHECK_FAILED}:
            raise ValueError("A row without a title says that the article is gone or could not be read.")
        gone = availability is Availability.NOT_LISTED
        return ListRow(line, plain_text("sku", sku, SKU_LENGTH), availability=availability if gone else _UNSAID)
    article = _read_article(said, chain)
    currency = Currency(said["currency"]) if "currency" in said else currency
    claims = _read_claims(said["claims"], currency) if "claims" in said else NO_CLAIMS
    return ListRow(line, sku, article, _read_terms(said, currency), availability, claims)


_UNSAID = Availability.IN_STOCK
"""What `ListRow` has where a row could not be read."""


def _write_article(article: Article) -> Json:
    said = {
        "title": article.title,
        "brand": article.brand,
        "category": article.category,
        "pack": article.pack,
        "measure": _write_measure(article.measure) if article.measure else None,
        "gtins": [gtin.value for gtin in article.gtins] or None,
    }
    return _without_nothing(said)


def _read_article(said: Mapping[str, Any], chain: str) -> Article:
    return Article(
        chain,
        said["sku"],
        said["title"],
        said.get("brand"),
        said.get("category"),
        said.get("pack"),
        _read_measure(said["measure"]) if "measure" in said else None,
        tuple(sorted({Gtin(value) for value in said.get("gtins", ())})),
    )


def _write_terms(terms: Terms) -> Json:
    special = terms.special
    said = {
        "price": _write_money(terms.price),
        "special": _without_nothing(
            {
                "price": _write_money(special.price),
                "starts": _write_instant(special.starts),
                "ends": _write_instant(special.ends),
            }
        )
        if special
        else None,
        "condition": None if terms.condition is Condition.NEW else str(terms.condition),
        "tax_included": None if terms.tax_included else False,
        "shipping": [_write_shipping(rate) for rate in terms.shipping] or None,
        "fees": _write_money(terms.fees),
        "url": terms.url,
    }
    return _without_nothing(said)


def _read_terms(said: Mapping[str, Any], currency: Currency) -> Terms:
    special = said.get("special")
    return Terms(
        _read_money(said.get("price"), currency),
        Special(
            _read_amount(special["price"], currency), _read_instant(special, "starts"), _read_instant(special, "ends")
        )
        if special
        else None,
        Condition(said.get("condition", Condition.NEW)),
        _read_flag(said.get("tax_included", True)),
        tuple(
            Shipping(
                rate["country"], _read_amount(rate["price"], currency), _read_money(rate.get("free_over"), currency)
            )
            for rate in said.get("shipping", ())
        ),
        _read_money(said.get("fees"), currency),
        _read_url(said.get("url")),
    )


def _read_flag(said: object) -> bool:
    if not isinstance(said, bool):
        raise TypeError("It is true or false.")
    return said


def _read_url(text: str | None) -> str | None:
    """As it stands: what counts as tracking changes with the years. Raises: InvalidLink."""
    if text is not None:
        read_link(text)
    return text


def _write_shipping(rate: Shipping) -> Json:
    said = {"country": rate.country, "price": _write_money(rate.price), "free_over": _write_money(rate.free_over)}
    return _without_nothing(said)


def _write_claims(claims: Claims) -> Json:
    unit_price = claims.unit_price
    said = {
        "lowest_30_days": _write_money(claims.lowest_30_days),
        "anchor": _write_money(claims.anchor),
        "anchor_on": claims.anchor_on.isoformat() if claims.anchor_on else None,
        "unit_price": {"amount": f"{unit_price.amount:f}", "per": _write_measure(unit_price.per)}
        if unit_price
        else None,
    }
    return _without_nothing(said)


def _read_claims(said: Mapping[str, Any], currency: Currency) -> Claims:
    unit_price = said.get("unit_price")
    return Claims(
        _read_money(said.get("lowest_30_days"), currency),
        _read_money(said.get("anchor"), currency),
        date.fromisoformat(said["anchor_on"]) if "anchor_on" in said else None,
        UnitPrice.of(unit_price["amount"], currency, _read_measure(unit_price["per"])) if unit_price else None,
    )


def _write_measure(measure: Measure) -> Json:
    return {"amount": f"{measure.amount:f}", "unit": str(measure.unit)}


def _read_measure(said: Mapping[str, Any]) -> Measure:
    return Measure.of(said["amount"], said["unit"])


def _write_money(money: Money | None) -> str | None:
    return f"{money.amount:f}" if money is not None else None


def _read_money(amount: str | None, currency: Currency) -> Money | None:
    return None if amount is None else _read_amount(amount, currency)


def _read_amount(amount: str, currency: Currency) -> Money:
    if not isinstance(amount, str):
        raise TypeError("Amounts are texts.")
    return Money.of(amount, currency)


def _write_instant(instant: datetime | None) -> str | None:
    return format_instant(instant) if instant else None


def _read_instant(said: Mapping[str, Any], key: str) -> datetime | None:
    return parse_instant(said[key]) if key in said else None


def _without_nothing(said: Json) -> Json:
    return {key: value for key, value in said.items() if value is not None}
