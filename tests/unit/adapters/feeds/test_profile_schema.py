"""The schema of profiles, which editors use, accepts and refuses what coprra does."""

import copy
import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.feeds.declaration import Table
from coprra.adapters.feeds.file_names import DATE_ORDERS
from coprra.adapters.feeds.profile import FORMATS, MAY_BE_NOTHING, MAY_BE_ZERO, TERMS, declared
from coprra.domain.prices.chain import Channel
from coprra.domain.products.category import CATEGORIES

FOLDER = Path(__file__).parents[4] / "src/coprra/adapters/feeds/profiles"
SHIPPED = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.toml"))}
SCHEMA = json.loads((files("coprra.adapters.feeds") / "profile.schema.json").read_text("utf-8"))
check = fastjsonschema.compile(SCHEMA)

EVERYTHING = """
title = "Everything that a profile can say"
complete = true
required = ["sku", "price"]
special_repeated = false
anchor_on = 2025-05-02

[chain]
code = "corner"
name = "Corner"
country = "DE"
currency = "EUR"
timezone = "Europe/Berlin"
channel = "online"
stale_after_days = 3
branch = "web"

[numbers]
decimal = ","
grouping = ". '"
zero_means_none = "special"
pack_decimals = 2
about_is_by_weight = true

[nothing]
brand = ["-", "none"]
category = "?"

[anchor]
form = '(?P<date>.+)=(?P<price>.+)'
date_order = "dmy"

[[files]]
name = '(?P<branch>\\d+)_(?P<address>[^/]+)_(?P<date>\\d+)_(?P<time>\\d+)\\.csv'
date_order = "mdy"

[[files]]
name = "prices"

[categories]
Brot = "fresh_food"
Bier = "alcohol"

[columns]
sku = "Nummer"
title = ["Name", "Titel"]
price = "Preis"
special = "Aktion"
anchor = "Anker"
""" + "".join(f'{term} = "{term}"\n' for term in TERMS if term not in {"sku", "title", "price", "special", "anchor"})
FORMS = {
    "csv": 'kind = "csv"\nencoding = "cp1250"\ndelimiter = ";"\nquote = ""\nescape = "~"\nfinal_newline = true\n',
    "xml": 'kind = "xml"\nroot = "list"\nrow = "row"\nbranch_code = "shop"\nbranch_address = "street"\n',
    "xlsx": 'kind = "xlsx"\nsheet = "Prices"\nheader_row = 3\n',
}
WHOLE = {kind: f"{EVERYTHING}\n[format]\n{form}" for kind, form in FORMS.items()}

BEYOND = re.compile(
    r"is no IANA time zone|is not an encoding such as|is the (quote or )?delimiter already|is no regular expression|"
    r"repeats a group that itself repeats|the group \w+ is not known|needs the groups|holds a control character|"
    r"\[?required\]?: '\w+' is not one of"
)
"""What a schema can't tell, as the loader says it: what exists outside of the file, and what fits another key."""


def problems(content: dict[str, Any]) -> list[str]:
    """What coprra says against it."""
    found: list[str] = []
    declared(Table(copy.deepcopy(content), "x.toml", found), "x", "shipped")
    return found


def fits(content: dict[str, Any]) -> bool:
    """Whether the schema accepts it."""
    try:
        check(_as_json(content))
    except fastjsonschema.JsonSchemaValueException:
        return False
    return True


def _as_json(value: Any) -> Any:
    """As editors see it: the one date that a profile has is a text; elsewhere a date is something else."""
    if isinstance(value, dict):
        return {key: _day(one) if key == "anchor_on" else _as_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_json(one) for one in value]
    return None if isinstance(value, date | time) else value


def _day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return None if isinstance(value, str) else _as_json(value)


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where something stands in a declaration, tables and lists included."""
    if path:
        yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in entries:
        yield from places(one, (*path, key))


def put(content: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """A copy with another value there."""
    changed = copy.deepcopy(content)
    target: Any = changed
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return changed


def agree(content: dict[str, Any]) -> None:
    said = problems(content)
    if not said:
        assert fits(content), "coprra finds nothing wrong"
    if any(not BEYOND.search(problem) for problem in said):
        assert not fits(content), said


@pytest.mark.parametrize("text", [*SHIPPED.values(), *WHOLE.values()], ids=[*SHIPPED, *WHOLE])
def test_both_accept_every_good_profile(text: str) -> None:
    content = tomllib.loads(text)
    assert problems(content) == []
    assert fits(content)


def test_the_words_of_the_schema_are_those_of_the_code() -> None:
    keys = SCHEMA["properties"]
    assert list(keys["columns"]["properties"]) == SCHEMA["definitions"]["term"]["enum"] == list(TERMS)
    assert list(keys["nothing"]["properties"]) == list(MAY_BE_NOTHING)
    assert SCHEMA["definitions"]["zero"]["enum"] == list(MAY_BE_ZERO)
    assert keys["categories"]["additionalProperties"]["enum"] == list(CATEGORIES)
    assert keys["format"]["properties"]["kind"]["enum"] == list(FORMATS)
    assert keys["chain"]["properties"]["channel"]["enum"] == [str(channel) for channel in Channel]
    assert keys["anchor"]["properties"]["date_order"]["enum"] == list(DATE_ORDERS)


def test_every_key_is_explained() -> None:
    tables = [path for path in places(SCHEMA["properties"]) if path[-1] == "properties" and "allOf" not in path]
    found = [one for path in tables for one in _at(path).items()]
    assert len(found) > 50
    assert [key for key, value in found if key != "kind" and "description" not in value and "$ref" not in value] == []


def _at(path: tuple[str | int, ...]) -> Any:
    value: Any = SCHEMA["properties"]
    for key in path:
        value = value[key]
    return value


@pytest.mark.parametrize(
    ("kind", "path"), [(kind, path) for kind in WHOLE for path in places(tomllib.loads(WHOLE[kind]))]
)
def test_both_miss_the_same_keys_and_refuse_the_same_strangers(kind: str, path: tuple[str | int, ...]) -> None:
    content = tomllib.loads(WHOLE[kind])
    target: Any = content
    for key in path[:-1]:
        target = target[key]
    kept = target.pop(path[-1])
    agree(content)
    if isinstance(target, dict):
        target[f"{path[-1]}x"] = kept
        agree(content)


VALUES = st.one_of(
    st.sampled_from(
        ["", " ", "x", "utf-8", ",", ";", ".", ".,", " .", "csv", "xml", "xlsx", "dmy", "HR", "price", "food"]
    ),
    st.sampled_from(["sku", "special", "anchor", "in_store", "a b", "x" * 33, "\n", "<", "corner\n", "(?P<branch>.)"]),
    st.integers(-2, 8000),
    st.booleans(),
    st.just(0.5),
    st.just(date(2025, 5, 2)),
    st.just(datetime(2025, 5, 2, 10, tzinfo=None)),  # noqa: DTZ001 - as TOML writes it
    st.just(time(10)),
    st.just({}),
    st.just([]),
    st.lists(st.sampled_from(["price", "sku", " ", "x"]), max_size=2),
    st.just([1]),
    st.just([{}]),
    st.just({"price": "price", "x": "food"}),
    st.text(max_size=3),
)


@given(
    kind=st.sampled_from(sorted(WHOLE)),
    changes=st.lists(st.tuples(st.integers(0, 10**6), VALUES), min_size=1, max_size=3),
)
def test_whatever_is_written_into_a_profile_both_say_the_same(kind: str, changes: list[tuple[int, Any]]) -> None:
    content = tomllib.loads(WHOLE[kind])
    for number, value in changes:
        where = list(places(content))
        content = put(content, where[number % len(where)], value)
    agree(content)
