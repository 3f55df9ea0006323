"""Welcome: what stands outside the versions: the index of all there is, and the sign of life."""

from typing import Any

from marshmallow import Schema, fields
from pyramid.config import Configurator

from coprra.application import Application
from coprra.entrypoints.answers import JsonObject
from coprra.entrypoints.http.parameters import Nothing
from coprra.entrypoints.http.security import PUBLIC

_INDEX: JsonObject = {
    "coprra": "Compares what real stores ask for real products.",
    "find products": "/api/v1/products?q={words of the title or brand}",
    "complete what is typed": "/api/v1/products/suggest?q={words of the title or brand}",
    "one product": "/api/v1/products/{id or GTIN}",
    "its offers, cheapest first": "/api/v1/products/{id or GTIN}/offers",
    "its prices over time": "/api/v1/products/{id or GTIN}/history",
    "whether its discounts are honest": "/api/v1/products/{id or GTIN}/discounts",
    "kinds of goods": "/api/v1/categories",
    "brands": "/api/v1/brands?q={words of the name}",
    "chains and branches": "/api/v1/chains",
    "prices too odd to believe": "/api/v1/suspects",
    "sign in, by POST": "/api/v1/tokens",
    "who asks": "/api/v1/account",
    "is it alive": "/health/live",
    "every question takes": "as_of, a date (2025-12-30) or an instant (2025-12-30T12:00:00Z): what was known then",
}


def index(_application: Application, _asked: dict[str, Any]) -> JsonObject:
    """Where everything is, for somebody who has just come in."""
    return _INDEX


def live(_application: Application, _asked: dict[str, Any]) -> JsonObject:
    """That the process answers; whatever it depends on may be down."""
    return {"status": "alive"}


Index = Schema.from_dict({key: fields.String(required=True) for key in _INDEX}, name="Index")


class Life(Schema):
    """A sign of life."""

    status = fields.String(required=True)


def includeme(config: Configurator) -> None:
    """Method, path, view, permission, what it takes, what it gives."""
    config.add_endpoint("GET", "/", index, PUBLIC, Nothing, Index, indented=True)
    config.add_endpoint("GET", "/health/live", live, PUBLIC, Nothing, Life, revalidated=False)
