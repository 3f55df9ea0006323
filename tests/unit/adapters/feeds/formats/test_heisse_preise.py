"""heisse-preise: a record for each price, from both of the forms that the project publishes."""

import io
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.feeds.formats.heisse_preise import MOST_DATES, HeissePreiseFormat
from coprra.adapters.feeds.formats.records import Record
from coprra.adapters.feeds.formats.whole_file import open_whole
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.list_run import RowProblem

COLUMNS = ("id", "name", "category", "unavailable", "date", "price", "unit", "quantity", "weighted", "organic")
COMPACT: dict[str, Any] = {
    "stores": ["billa", "dm", "spar"],
    "n": 2,
    "dates": ["20230525", "20230601", "20240215"],
    "data": [
        *[1, "4066447166699", "Soap, 2 St", "78", 0, 2, 2, 1.45, 0, 1.2, "stk", 2, 0, 1, "/soap"],
        *[1, 8006540432495, "Shampoo", "A0", 1, 1, 1, 13, "ml", 0.5, 1, 0, None],
    ],
}
RECORDS = [
    (1, ("4066447166699", "Soap, 2 St", "personal_care", "0", "20240215", "1.45", "stk", "2", "0", "1")),
    (1, ("4066447166699", "Soap, 2 St", "personal_care", "0", "20230525", "1.2", "stk", "2", "0", "1")),
    (2, ("8006540432495", "Shampoo", "", "1", "20230601", "13", "ml", "0.5", "1", "0")),
]


def records(document: object, store: str = "dm") -> list[Record | RowProblem]:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    reader = HeissePreiseFormat(store).open(io.BufferedReader(io.BytesIO(content)), "dm.json")
    return list(reader.records(COLUMNS))


def refusal(document: object, store: str = "dm") -> str:
    with pytest.raises(Unreadable) as refused:
        records(document, store)
    assert refused.value.message.startswith("dm.json")
    return refused.value.message


def test_the_compact_form_gives_a_record_for_each_price() -> None:
    assert records(COMPACT) == RECORDS


def test_the_compact_form_of_before_june_2023_had_neither_category_nor_availability() -> None:
    old = {**COMPACT, "data": [2, "88", "Apple", 2, 1, 2.79, 0, 2.5, "g", 1000, 1, 0, "/apple"]}
    assert records(old, "spar") == [
        (1, ("88", "Apple", "", "", "20230601", "2.79", "g", "1000", "1", "0")),
        (1, ("88", "Apple", "", "", "20230525", "2.5", "g", "1000", "1", "0")),
    ]


def test_the_plain_form_says_the_same() -> None:
    plain = b"""[
      {"store": "dm", "id": "4066447166699", "name": "Soap, 2 St", "category": "78", "price": 1.45,
       "priceHistory": [{"date": "20240215", "price": 1.45}, {"price": 1.2, "date": "20230525"}],
       "unit": "stk", "quantity": 2, "isWeighted": false, "bio": true, "unavailable": false, "url": null},
      {"related": [{"a": [1]}, {}], "store": "dm", "id": 8006540432495, "name": "Shampoo", "category": "A0",
       "priceHistory": [{"date": "20230601", "price": 13, "more": {"x": []}}], "unavailable": true,
       "unit": "ml", "quantity": 0.5, "isWeighted": true, "bio": false}
    ]"""
    assert records(plain) == RECORDS


def test_what_is_not_said_is_empty() -> None:
    assert records([{"store": "dm", "id": None, "priceHistory": [{"date": "2023-05-25", "price": None}]}]) == [
        (1, ("", "", "", "", "2023-05-25", "", "", "", "", ""))
    ]


def test_a_store_without_articles_has_no_columns() -> None:
    documents: list[object] = [[], {}, {**COMPACT, "data": []}]
    for empty in documents:
        reader = HeissePreiseFormat("dm").open(io.BufferedReader(io.BytesIO(json.dumps(empty).encode())), "dm.json")
        assert reader.columns == ()
        assert list(reader.records(COLUMNS)) == []


def test_another_stores_prices_are_refused_wherever_they_stand() -> None:
    assert "holds prices of 'dm', and the profile is for 'billa'" in refusal(COMPACT, "billa")
    mixed = {**COMPACT, "data": [*COMPACT["data"], *[0, *COMPACT["data"][1:15]]]}
    assert "holds prices of 'billa', and the profile is for 'dm'" in refusal(mixed)
    assert "files of one store each" in refusal([{"id": 1}])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"data": COMPACT["data"][:-1]}, "ends within an article"),
        ({"data": [7, *COMPACT["data"][1:]]}, "there stands '7' where one of 3 belongs"),
        ({"data": [1, "x", "y", "78", 0, 1, 3, 1.0]}, "there stands '3' where one of 3 belongs"),
        ({"data": [1, "x", "y", "78", 0, -1]}, "there stands '-1'"),
        ({"data": [1, "x", "y", "78", 0, "2"]}, "there stands '2' where one of 20000 belongs"),
        ({"data": [1, "x", ["y"]]}, "an array or object where a text or number belongs"),
        ({"data": 7}, "stores, dates and data are arrays"),
        ({"dates": ["20230525"] * (MOST_DATES + 1)}, "more than 20,000 dates"),
        ({"stores": []}, "there stands '1' where one of 0 belongs"),
    ],
)
def test_a_compact_form_of_another_layout_is_refused(change: dict[str, Any], reason: str) -> None:
    message = refusal({**COMPACT, **change})
    assert message.startswith("dm.json is no price history of heisse-preise")
    assert reason in message


def test_stores_and_dates_stand_before_the_data() -> None:
    assert "where one of 0 belongs" in refusal({name: COMPACT[name] for name in ("data", "stores", "dates")})


@pytest.mark.parametrize("document", [b'"text"', b"17", b"[17]", b'[{"store": "dm", "priceHistory": 7}]'])
def test_a_document_of_something_else_is_refused(document: bytes) -> None:
    assert "is no price history of heisse-preise" in refusal(document)


def test_a_document_that_is_cut_is_refused() -> None:
    assert refusal(json.dumps(COMPACT).encode()[:-1]) == "dm.json is cut. Fetch it again."


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 5) | st.sampled_from(["dm", "x", "20230525"]),
    lambda inner: (
        st.lists(inner, max_size=12) | st.dictionaries(st.sampled_from([*COMPACT, "store", "priceHistory"]), inner)
    ),
    max_leaves=40,
)


@given(_JSON | st.lists(st.integers(-1, 3) | st.just("x"), max_size=20).map(lambda data: {**COMPACT, "data": data}))
def test_whatever_the_document_says_it_gives_records_or_a_refusal(document: object) -> None:
    with suppress(Unreadable):
        records(document)


WHOLE = {
    "billa": ("billa", 12_320, 59_174),
    "bipa": ("bipa", 14_451, 26_486),
    "dm": ("dm", 22_474, 28_131),
    "dmDe": ("dmDe", 27_795, 32_084),
    "hofer": ("hofer", 4_225, 6_614),
    "lidl": ("lidl", 845, 905),
    "mpreis": ("mpreis", 26_039, 56_146),
    "mueller": ("mueller", 13_070, 21_837),
    "muellerDe": ("muellerDe", 13_526, 23_071),
    "penny": ("penny", 538, 546),
    "reweDe": ("reweDe", 17_726, 70_614),
    "spar_2023-06-21": ("spar", 25_163, 62_770),
    "sparSi": ("sparSi", 21_624, 33_712),
    "unimarkt": ("unimarkt", 3_424, 8_110),
}
"""By file: its store, and how many articles and prices it has."""


@pytest.mark.skipif("COPRRA_EXTRA_DATA" not in os.environ, reason="the whole files are not part of the repository")
@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_whole_file_gives_every_price(name: str) -> None:
    store, articles, prices = WHOLE[name]
    path = Path(os.environ["COPRRA_EXTRA_DATA"]) / "full" / "heissepreise" / f"{name}.json.gz"
    with open_whole(str(path)) as file:
        lines = [
            record[0]
            for record in HeissePreiseFormat(store).open(file.stream(), file.name).records(["price"])
            if isinstance(record, tuple)
        ]
    assert (lines[-1], len(lines)) == (articles, prices)
