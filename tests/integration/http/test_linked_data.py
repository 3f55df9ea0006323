"""Who asks for linked data gets the same offers in the words of schema.org."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coprra.testing.builders import gtin_of

if TYPE_CHECKING:
    from webtest import TestApp

OFFERS = f"/api/v1/products/{gtin_of(1).short}/offers"
LINKED = {"Accept": "application/ld+json"}


def test_offers_come_as_linked_data_to_those_who_ask_for_it(api: TestApp) -> None:
    plain, linked = api.get(OFFERS), api.get(OFFERS, headers=LINKED)
    assert linked.content_type == "application/ld+json"
    assert linked.json["@type"] == "Product"
    assert [offer["seller"]["identifier"] for offer in linked.json["offers"]["offers"]][
        : len(plain.json["offers"])
    ] == [offer["chain"]["code"] for offer in plain.json["offers"]]
    assert linked.headers["ETag"] != plain.headers["ETag"]
    assert plain.headers["Vary"] == linked.headers["Vary"] == "Accept"
    again = api.get(OFFERS, headers={**LINKED, "If-None-Match": linked.headers["ETag"]})
    assert (again.status_int, again.body, again.headers["Vary"]) == (304, b"", "Accept")


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "application/json",
        "application/*",
        "application/json, application/ld+json;q=0.9",
        "application/ld+json;q=0",
        "text/html",
        "\xff;;q=x,,",
        "",
    ],
)
def test_everybody_else_gets_what_they_always_got(api: TestApp, accept: str) -> None:
    assert api.get(OFFERS, headers={"Accept": accept}).content_type == "application/json"


def test_errors_and_other_answers_are_what_they_always_were(api: TestApp) -> None:
    missing = api.get(f"/api/v1/products/{gtin_of(4711).short}/offers", headers=LINKED, status=404)
    assert missing.content_type == "application/problem+json"
    assert api.get("/api/v1/chains", headers=LINKED).content_type == "application/json"
