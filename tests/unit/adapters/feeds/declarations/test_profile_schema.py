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

from coprra.adapters.feeds.declarations.declaration import Table
from coprra.adapters.feeds.declarations.file_names import DATE_ORDERS
from coprra.adapters.feeds.declarations.profile import FORMATS, MAY_BE_NOTHING, MAY_BE_ZERO, TERMS, declared, extended
from coprra.adapters.feeds.merchant.rules import MERCHANT_TERMS
from coprra.adapters.feeds.merchant.shipping import PARTS
from coprra.domain.prices.chain import Channel
from coprra.domain.prices.observation import Condition
from coprra.domain.products.category import CATEGORIES

FOLDER = Path(__file__).parents[5] / "src/coprra/adapters/feeds/profiles"
SHIPPED = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.toml"))}
SCHEMA = json.loads((files("coprra.adapters.feeds.declarations") / "profile.schema.json").read_text("utf-8"))
check = fastjsonschema.compile(SCHEMA, use_default=False)

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
MERCHANT = """
before_tax = ["US", "CA"]
sku_from_url = true
complete = false
required = ["sku", "url"]
numbers = { decimal = ".,", grouping = " " }
nothing = { gtin = ["-", "none"] }
limits = { sku = 36, title = 150 }
shipping = { country = "land", area = ["region", "zip"], price = "price", free_over = "limit" }
[chain]
code = "kettles"
name = "Kettles"
country = "DE"
currency = "EUR"
timezone = "Europe/Berlin"
channel = "online"
stale_after_days = 3
hosts = ["kettles.example", "www.pots.example"]
[availability]
in_stock = "da"
out_of_stock = ["weg", "aus"]
preorder = "bald"
backorder = "wieder"
discontinued = "nie"
[condition]
new = "neu"
refurbished = "repariert"
used = ["alt"]
[columns]
sku = "id"
title = ["name", "title"]
price = "price"
url = "link"
""" + "".join(f'{term} = "{term}"\n' for term in MERCHANT_TERMS if term not in {"sku", "title", "price", "url"})
HISTORY = """
[history]
day = "since"
date_order = "dmy"
only = { Shop = "corner" }
unavailable = ["gone", "sold out"]
"""
SHOP = """
title = "Everything that a shop's profile can say"
before_tax = ["US", "CA"]
sku_from_url = true
required = "title"

[chain]
code = "kettles"
name = "Kettles"
country = "DE"
currency = "EUR"
timezone = "Europe/Berlin"
hosts = ["kettles.example", "www.pots.example"]

[availability]
in_stock = ["ihned", "skladem"]
out_of_stock = "sold out"

[condition]
used = ["bazaar", "bazar"]

[limits]
sku = 50
description = 5000

[nothing]
brand = "-"
mpn = ["-", "none"]

[shipping]
country = "land"
area = "region"
price = ["DELIVERY_PRICE", "DELIVERY_PRICE_COD"]
free_over = "free"

[format]
kind = "merchant"
root = ["rss", "feed"]
row = "item"
namespace = "http://base.google.com/ns/1.0"
delimiter = "\t"
encoding = "utf-8"

[columns]
""" + "".join(f'{term} = "{term}"\n' for term in MERCHANT_TERMS)
HEISSE_PREISE = '[format]\nkind = "heisse_preise"\nstore = "dm"\n'
TEMPLATE = """
title = "How some shops write"
template = true
chain = { channel = "online", branch = "web" }
format = { kind = "merchant", root = "SHOP", row = "ITEM" }
columns = { sku = "ID", title = "NAME", price = "PRICE" }
"""
WHOLE = {kind: f"{EVERYTHING}\n{HISTORY}\n[format]\n{form}" for kind, form in FORMS.items()} | {
    "heisse_preise": f"{EVERYTHING}\n{HEISSE_PREISE}",
    "merchant": 'title = "Everything that a shop\'s profile can say"\n'
    + MERCHANT
    + '[format]\nkind = "merchant"\nroot = ["list"]\nrow = ["item", "entry"]\nnamespace = "urn:x"\n'
    + 'delimiter = "|"\nencoding = "cp1250"\n',
    "extension": f'extends = "google"\n{MERCHANT}[format]\nrow = "thing"\n',
    "template": 'extends = "heureka"\ntemplate = true\ntitle = "Like it"\n[chain]\nbranch = "web"\n',
    "shop": SHOP,
    "form": TEMPLATE,
}
OWN = """
[chain]
code = "kettles"
name = "Kettles"
country = "DE"
currency = "EUR"
timezone = "Europe/Berlin"
"""
EXTENDING = {
    "google": f'{OWN}hosts = "kettles.example"\n[format]\nencoding = "cp1252"\n[availability]\npreorder = "soon"\n',
    "heureka": f'sku_from_url = false\n{OWN}[numbers]\ndecimal = ","\n[columns]\nbrand = "MAKER"\n',
    "konzum": 'title = "Konzum, from elsewhere"\nanchor_on = 2025-05-03\n[format]\ndelimiter = ";"\n',
    "kaufland": 'anchor = { date_order = "ymd" }\nnumbers = { grouping = "." }\nchain = { stale_after_days = 2 }\n',
    "studenac": 'format = { kind = "xml", row = "Artikal" }\ncolumns = { brand = "Marka" }\n',
    "dm": 'format = { header_row = 4 }\nhistory = { day = "od" }\n[[files]]\nname = "dm"\n',
    "dm_de": 'title = "dm, elsewhere"\nformat = { store = "dm" }\ncolumns = { sku = "number" }\n',
}
WHOLE |= {f"extends {name}": f'extends = "{name}"\n{text}' for name, text in EXTENDING.items()}

EXTENSIONS = {
    "shop": 'extends = "google"\n[chain]\ncode = "a"\nname = "A"\ncountry = "DE"\ncurrency = "EUR"\ntimezone = "UTC"\n',
    "other columns": 'extends = "generic"\n[chain]\ncode = "a"\n[columns]\nsku = "Nummer"\n',
    "other text": 'extends = "spar"\n[format]\nencoding = "utf-8"\n',
    "nothing else": 'extends = "dm"\n',
}

BEYOND = re.compile(
    r"is no IANA time zone|is not an encoding such as|is the (quote or )?delimiter already|is no regular expression|"
    r"repeats a group that itself repeats|the group \w+ is not known|needs the groups|holds a control character|"
    r"\[?required\]?: '\w+' is not one of|means \w+ already"
)
"""What a schema can't tell, as the loader says it: what exists outside of the file, and what fits another key."""

BEYOND_ITS_BASE = re.compile(
    rf"{BEYOND.pattern}|is the decimal sign already|\[anchor\] form: is missing|anchor_on: is missing"
)
"""The same of a profile that extends another, which the schema does not see: these need keys that it may have."""


def problems(content: dict[str, Any]) -> list[str]:
    """What coprra says against it."""
    found: list[str] = []
    declared(extended(Table(copy.deepcopy(content), "x.toml", found)), "x", "shipped")
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
    beyond = BEYOND_ITS_BASE if "extends" in content else BEYOND
    if any(not beyond.search(problem) for problem in said):
        assert not fits(content), said


GOOD = SHIPPED | WHOLE | EXTENSIONS


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_both_accept_every_good_profile(text: str) -> None:
    content = tomllib.loads(text)
    assert problems(content) == []
    assert fits(content)


def test_the_words_of_the_schema_are_those_of_the_code() -> None:
    keys, words = SCHEMA["properties"], SCHEMA["definitions"]
    assert words["term"]["enum"] == list(TERMS)
    assert words["merchant_term"]["enum"] == list(MERCHANT_TERMS)
    assert list(keys["columns"]["properties"]) == list(dict.fromkeys(TERMS + MERCHANT_TERMS))
    assert list(keys["nothing"]["properties"]) == list(dict.fromkeys(MAY_BE_NOTHING + MERCHANT_TERMS[2:]))
    assert words["zero"]["enum"] == list(MAY_BE_ZERO)
    assert keys["categories"]["additionalProperties"]["enum"] == list(CATEGORIES)
    assert keys["format"]["properties"]["kind"]["enum"] == list(FORMATS)
    assert keys["chain"]["properties"]["channel"]["enum"] == [str(channel) for channel in Channel]
    assert keys["anchor"]["properties"]["date_order"]["enum"] == list(DATE_ORDERS)
    assert keys["history"]["properties"]["date_order"]["enum"] == list(DATE_ORDERS)
    assert keys["condition"]["propertyNames"]["enum"] == [str(condition) for condition in Condition]
    assert list(keys["shipping"]["properties"]) == list(PARTS)


def test_the_profiles_that_can_be_extended_are_those_that_are_shipped() -> None:
    assert SCHEMA["properties"]["extends"]["enum"] == list(SHIPPED)
    shipped = {name: tomllib.loads(text) for name, text in SHIPPED.items()}
    for kind in FORMATS:
        names = SCHEMA["definitions"][f"extends_{kind}"]["properties"]["extends"]["enum"]
        assert names == [name for name, content in shipped.items() if content["format"]["kind"] == kind]
        for name in names:
            assert shipped[name].get("template", False) is (kind == "merchant"), "by which the schema tells templates"


def test_every_key_is_explained() -> None:
    rules = {"allOf", "if", "then", "else", *(f"extends_{kind}" for kind in FORMATS)}
    tables = [path for path in places(SCHEMA) if path[-1] == "properties" and not rules & set(path)]
    found = [one for path in tables for one in _at(path).items()]
    assert len(found) > 100
    assert [key for key, value in found if key != "kind" and "description" not in value and "$ref" not in value] == []


def _at(path: tuple[str | int, ...]) -> Any:
    value: Any = SCHEMA
    for key in path:
        value = value[key]
    return value


@pytest.mark.parametrize(
    ("content", "good"),
    [
        ('extends = "konzum"', True),
        ('extends = "dm_at"', True),
        (f'extends = "google"\n{OWN}', True),
        ('extends = "google"', False),
        (f'extends = "google"\n{OWN.replace("country", "land")}', False),
        (f'extends = "googel"\n{OWN}', False),
        (f'extends = "heureka"\n{OWN}[format]\nencoding = "utf-8"', False),
        ('extends = "konzum"\ntemplate = true', False),
        ('extends = "konzum"\nchain = { hosts = "konzum.example" }', False),
        ('extends = "konzum"\ncolumns = { mpn = "x" }', False),
        ('extends = "konzum"\nformat = { kind = "merchant", root = "a", row = "b" }', False),
        ('extends = "konzum"\nformat = { root = "a" }', False),
        ('extends = "heureka"\ntemplate = true', True),
        (f'extends = "heureka"\ntemplate = true\n{OWN}', False),
        ('extends = "dm_at"\nhistory = { day = "x" }', False),
        ('extends = "dm_at"\nlimits = { sku = 3 }', False),
        (WHOLE["csv"].replace("[history]", "[history]\nuntil = 'x'"), False),
        (WHOLE["csv"].replace('day = "since"', ""), False),
        (WHOLE["csv"].replace("[chain]", "[chain]\nhosts = 'corner.example'"), False),
        (WHOLE["csv"].replace("title =", "before_tax = 'US'\ntitle =", 1), False),
        (WHOLE["heisse_preise"] + HISTORY, False),
        (SHOP + HISTORY, False),
        (f'extends = "google"\n{OWN}{HISTORY}', False),
        (SHOP.replace("kettles.example", "ftp://kettles.example"), False),
        (SHOP.replace("kettles.example", "/kettles"), False),
        (SHOP.replace('"US"', '"us"'), False),
        (SHOP.replace("sku = 50", "sku = 0"), False),
        (SHOP.replace("sku = 50", "unit_price = 50"), False),
        (SHOP.replace("used =", "old ="), False),
        (SHOP.replace('delimiter = "\t"', ""), False),
        (SHOP.replace('mpn = ["-", "none"]', 'sku = "-"'), False),
        (SHOP.replace('sku = "sku"', 'sku = "sku"\nunit_price = "x"'), False),
        (TEMPLATE + 'files = [{ name = "x" }]', True),
        (TEMPLATE.replace("branch", "code"), False),
        (WHOLE["csv"].replace("complete =", "template = true\ncomplete ="), False),
        (SHOP.replace("kettles.example", "kettles.example:8080"), False),
        (TEMPLATE.replace("template = true", ""), False),
    ],
)
def test_both_say_the_same_of_what_is_new_or_wrong_in_shops_histories_and_extensions(content: str, good: bool) -> None:
    parsed = tomllib.loads(content)
    assert (problems(parsed) == []) is good
    assert fits(parsed) is good


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
    st.sampled_from(["merchant", "url", "shop.example", "https://shop.example", "US", "in stock"]),
    st.sampled_from(
        ["", " ", "x", "utf-8", ",", ";", ".", ".,", " .", "csv", "xml", "xlsx", "dmy", "HR", "price", "food", *FORMATS]
    ),
    st.sampled_from(["sku", "special", "anchor", "in_store", "a b", "x" * 33, "\n", "<", "corner\n", "(?P<branch>.)"]),
    st.sampled_from(
        ["google", "konzum", "kaufland", "mpn", "a.example", "http://a", "://", "ftp://a", "@", ":@x", "new"]
    ),
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
