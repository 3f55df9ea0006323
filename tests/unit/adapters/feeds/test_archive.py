"""Archives come from anywhere: what is not just as an export writes it is refused, with its line."""

import gzip
import json
import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.adapters.feeds.conftest import Lists

from coprra.adapters.feeds.recognition import UndeterminedProfile
from coprra.adapters.memory.store import MemoryStore
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import Channel
from coprra.domain.prices.import_feed import ListInFuture
from coprra.domain.prices.list_run import PERSONS
from coprra.domain.prices.observation import Condition, Shipping
from coprra.testing.answers import all_answers
from coprra.testing.builders import LONG_AFTER, PriceList, a_branch, a_chain, a_row, day, gtin_of, import_list
from coprra.testing.copies import exported, import_exported

Said = dict[str, Any]


def _archive() -> str:
    """Two branches; the second with three lists, of which the last two say what is different."""
    store = MemoryStore()
    euro = Money.of("4.00", "EUR")
    import_list(store, PriceList((a_row("1"),), branch=a_branch("dm"), chain=a_chain("dm")))
    branch = a_branch(channel=Channel.ONLINE, address="Ilica 1")
    rich = a_row(
        "2",
        "2.00",
        special="1.50",
        period=(day(0), day(3)),
        gtins=[gtin_of(2)],
        condition=Condition.USED,
        shipping=(Shipping("HR", euro),),
        fees=euro,
        url="https://shop.example/2",
        title="Šećer 1 kg",
    )
    many = tuple(a_row(str(number)) for number in range(4, 9))
    import_list(store, PriceList((a_row("1"), rich, a_row("3", None), *many), branch=branch))
    import_list(store, PriceList((a_row("1", "3.00"), rich, a_row("3"), *many), at=day(1), branch=branch))
    import_list(store, PriceList((rich, a_row("3"), *many), at=day(2), branch=branch))
    return exported(store)


ARCHIVE = _archive()
LINES = [json.loads(line) for line in ARCHIVE.splitlines()]
HEAD, PLACE, FIRST, ROW, OTHER_PLACE, RICH_LIST = 0, 1, 2, 3, 4, 5
RICH = next(number for number, line in enumerate(LINES) if "special" in line)
LAST_LIST = max(number for number, line in enumerate(LINES) if line["type"] == "list")


def written(lines: list[Said]) -> str:
    return "".join(_compact(line) + "\n" for line in lines)


def _compact(line: Said) -> str:
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    return json.dumps(line) if re.search("[\ud800-\udfff]", text) else text


def changed(number: int, **values: object) -> str:
    """The archive with other values in one line; None leaves them out."""
    line = {key: value for key, value in {**LINES[number], **values}.items() if value is not None}
    return written([*LINES[:number], line, *LINES[number + 1 :]])


def refusal(text: str) -> str:
    store = MemoryStore()
    with pytest.raises(Unreadable) as caught:
        import_exported(store, text)
    return caught.value.message


def test_an_archive_is_what_an_export_of_its_import_writes() -> None:
    copy = MemoryStore()
    report = import_exported(copy, ARCHIVE)
    assert (report.lists, report.branches, report.errors) == (4, 2, 1)
    assert exported(copy) == ARCHIVE == written(LINES)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_of_a_cut_archive_nothing_is_taken(share: float) -> None:
    store = MemoryStore()
    with pytest.raises(Unreadable, match="it is cut; nothing of it was taken"):
        import_exported(store, ARCHIVE[: int(len(ARCHIVE) * share)])
    assert exported(store) == exported(MemoryStore())


def test_a_packed_archive_that_is_cut_is_refused(lists: Lists) -> None:
    packed = gzip.compress(ARCHIVE.encode())
    for content, reason in ((packed[:-20], "gzip data ends too early"), (gzip.compress(ARCHIVE[:-9].encode()), "cut")):
        with pytest.raises(Unreadable, match=reason), lists.feeds.open(lists.write(content, "lists.jsonl.gz")) as feeds:
            list(feeds)


def test_what_stands_before_damage_is_whole_and_the_repeat_takes_the_rest() -> None:
    store, undisturbed = MemoryStore(), MemoryStore()
    import_exported(undisturbed, ARCHIVE)
    with pytest.raises(Unreadable):
        import_exported(store, changed(LAST_LIST + 1, price="x", title="x"))
    assert exported(store) != exported(undisturbed)
    assert exported(store).splitlines()[1:-1] == ARCHIVE.splitlines()[1:LAST_LIST]
    assert import_exported(store, ARCHIVE).known == 3
    assert exported(store) == ARCHIVE
    assert all_answers(store, LONG_AFTER) == all_answers(undisturbed, LONG_AFTER)


@pytest.mark.parametrize(
    ("number", "values", "reason"),
    [
        (HEAD, {"version": 2}, "this coprra reads version 1, and the file is of version 2; use a newer coprra"),
        (HEAD, {"version": None}, "is of version None"),
        (HEAD, {"version": 10**1000}, "is of version 1000000"),
        (PLACE, {"code": "../x"}, "Branch code"),
        (PLACE, {"timezone": "Mars/Olympus"}, "no IANA time zone"),
        (PLACE, {"channel": "pigeon"}, "never say"),
        (PLACE, {"chain": []}, "never say"),
        (PLACE, {"chain": {**LINES[PLACE]["chain"], "stale_after_seconds": 10**400}}, "never say"),
        (PLACE, {"chain": {**LINES[PLACE]["chain"], "motto": "x"}}, "another way than archives do"),
        (PLACE, {"chain": {**LINES[PLACE]["chain"], "code": "zzz"}}, "in the order of their names"),
        (PLACE, {"address": "\ud800"}, "control character"),
        (FIRST, {"sha256": "00"}, "64 digits"),
        (FIRST, {"sha256": 7}, "never say"),
        (FIRST, {"articles": 10**30}, "That many articles"),
        (FIRST, {"articles": 7}, "has 1 articles and not 7"),
        (FIRST, {"articles": "1"}, "never say"),
        (FIRST, {"complete": 1}, "another way"),
        (FIRST, {"based": True}, "different from the complete one before"),
        (FIRST, {"precedence": 1}, "precedence of its own"),
        (FIRST, {"precedence": PERSONS, "complete": True}, "precedence of its own"),
        (FIRST, {"observed_at": "2025-12-01"}, "another way"),
        (FIRST, {"observed_at": "yesterday"}, "no instant"),
        (FIRST, {"imported_by": "ghost:x"}, "never say"),
        (FIRST, {"imported_by": "operator:\u0007"}, "control character"),
        (FIRST, {"source": "x" * 256}, "1 to 255"),
        (FIRST, {"profile": "\ud800"}, "control character"),
        (FIRST, {"note": "new"}, "another way"),
        (FIRST, {"type": "row"}, "does not belong here"),
        (LAST_LIST, {"observed_at": "2025-12-01T00:00:00Z"}, "in the order of time"),
        (LAST_LIST, {"based": False}, "different from the complete one before"),
        (ROW, {"type": "list"}, "has 0 articles and not 1"),
        (OTHER_PLACE, {"type": "surprise"}, "'surprise' does not belong here"),
        (ROW, {"sku": "\ud800"}, "control character"),
        (ROW, {"sku": 1}, "never say"),
        (ROW, {"sku": ""}, "1 to 64"),
        (ROW, {"title": "x" * 501}, "1 to 500"),
        (ROW, {"title": None}, "A row without a title"),
        (ROW, {"price": 2}, "never say"),
        (ROW, {"price": True}, "never say"),
        (ROW, {"price": "2.000"}, "another way"),
        (ROW, {"price": "2e0"}, "another way"),
        (ROW, {"price": "\u0662.00"}, "another way"),
        (ROW, {"price": "0.00"}, "above zero"),
        (ROW, {"price": "9" * 4000}, "can hold"),
        (ROW, {"price": "NaN"}, "can hold"),
        (ROW, {"currency": "EUR"}, "another way"),
        (ROW, {"currency": "euro"}, "no ISO 4217|not an ISO 4217"),
        (ROW, {"availability": "perhaps"}, "never say"),
        (ROW, {"colour": "red"}, "does not know"),
        (RICH, {"gtins": ["1"]}, "no GTIN"),
        (RICH, {"gtins": "03850000000022"}, "no GTIN"),
        (RICH, {"gtins": [gtin_of(2).value] * 2}, "never say|another way|twice"),
        (RICH, {"url": "javascript:alert(1)"}, "no address"),
        (RICH, {"shipping": [{"country": "Croatia", "price": "1.00"}]}, "ISO 3166"),
        (
            RICH,
            {"special": {"price": "1.50", "starts": "2025-12-09T00:00:00Z", "ends": "2025-12-01T00:00:00Z"}},
            "ends",
        ),
        (RICH, {"special": {}}, "another way"),
        (RICH, {"condition": "new"}, "another way"),
        (RICH, {"tax_included": 0}, "true or false"),
        (len(LINES) - 1, {"lists": 3}, "does not fit"),
        (len(LINES) - 1, {"rows": 1}, "does not fit"),
    ],
)
def test_what_no_export_writes_is_refused_with_its_line(number: int, values: Said, reason: str) -> None:
    told = refusal(changed(number, **values))
    assert told.startswith("lists.jsonl, line ")
    assert int(told.removeprefix("lists.jsonl, line ").partition(":")[0]) in range(number + 1, number + 5)
    assert len(told) < 300
    assert any(one in told for one in reason.split("|")), told


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"type":"row","sku":"1","sku":"2"}', "no JSON"),
        ('{"type":"row","sku":1.5}', "no JSON"),
        ('{"type":"row","sku":NaN}', "no JSON"),
        ('{"type":"row","sku":' + "9" * 5000 + "}", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ('{"a":' * 30_000 + "1" + "}" * 30_000, "no JSON|no line of an archive"),
        ("x" * 300_000, "no JSON"),
        ("[]", "no line of an archive"),
        ('"row"', "no line of an archive"),
        ("", "no JSON"),
        ('{"kind":"row"}', "no line of an archive"),
        ('{"type":["row"]}', "no line of an archive"),
    ],
)
def test_what_is_no_line_of_an_archive_is_refused_with_its_number(line: str, reason: str) -> None:
    lines = ARCHIVE.splitlines()
    told = refusal("\n".join([*lines[:ROW], line, *lines[ROW + 1 :], ""]))
    assert told.startswith(f"lists.jsonl, line {ROW + 1}: ")
    assert any(one in told for one in reason.split("|")), told


def test_rows_and_branches_stand_in_order_and_once() -> None:
    first, second = RICH, RICH + 1
    swapped = [*LINES[:first], LINES[second], LINES[first], *LINES[second + 1 :]]
    assert "in the order of their article numbers, each once" in refusal(written(swapped))
    assert "each once" in refusal(written([*LINES[:first], LINES[first], *LINES[first:]]))
    again = [*LINES[:OTHER_PLACE], *LINES[PLACE:]]
    assert "in the order of their names" in refusal(written(again))
    assert "does not belong here" in refusal(written([LINES[HEAD], *LINES[FIRST:]]))
    assert "does not fit" in refusal(ARCHIVE + written([LINES[-1]]))


def test_a_list_that_has_not_been_yet_is_refused() -> None:
    with pytest.raises(ListInFuture) as caught:
        import_exported(MemoryStore(), changed(LAST_LIST, observed_at="9999-01-01T00:00:00Z"))
    assert "--observed-at" not in caught.value.message


def test_bytes_that_are_no_text_are_refused(lists: Lists) -> None:
    content = ARCHIVE.encode().replace("Š".encode(), b"\xff")
    with lists.feeds.open(lists.write(content, "lists.jsonl")) as feeds, pytest.raises(Unreadable, match="UTF-8"):
        list(feeds)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["1.00", "row", "2025-12-01"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(data=st.data(), value=JSON)
def test_whatever_a_value_is_replaced_by_the_archive_is_refused_or_means_something(
    data: st.DataObject, value: object
) -> None:
    number = data.draw(st.integers(0, len(LINES) - 1))
    key = data.draw(st.sampled_from(sorted(LINES[number])))
    store = MemoryStore()
    with suppress(Unreadable, ListInFuture, UndeterminedProfile):
        import_exported(store, changed(number, **{key: value}))
    copy = MemoryStore()
    text = exported(store)
    if text.count("\n") > 2:
        import_exported(copy, text)
    assert exported(copy) == text


def test_a_check_shows_the_first_list(lists: Lists) -> None:
    with lists.feeds.open(lists.write(ARCHIVE, "any name")) as feeds:
        one = next(feeds)
        texts, row = next(one.raw_rows())
    shown = dict(zip((column.name for column in one.reading.columns), texts, strict=True))
    assert (row.line, row.sku) == (ROW + 1, "1")
    assert (shown["sku"], shown["price"], shown["gtins"]) == ("1", "2.00", "")
