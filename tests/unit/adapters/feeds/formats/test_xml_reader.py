"""XML: rows from elements; entities, endless tags and cut documents are refused."""

import io
from collections.abc import Iterator
from contextlib import suppress
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.feeds.formats.markup import DEEPEST, LONGEST_TAG, LONGEST_TEXT
from coprra.adapters.feeds.formats.records import Record
from coprra.adapters.feeds.formats.xml_reader import MOST_COLUMNS, XmlFormat
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.list_run import RowProblem

FORM = XmlFormat("list", "item", "code", "address")
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def reader(content: str | bytes) -> tuple[tuple[str | None, str | None], list[Record | RowProblem]]:
    data = content.encode() if isinstance(content, str) else content
    opened = FORM.open(io.BufferedReader(io.BytesIO(data)), "list.xml")
    return opened.branch, list(opened.records(["sku", "title", "price"]))


def records(content: str | bytes) -> list[Record | RowProblem]:
    return reader(content)[1]


def refusal(content: str | bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        records(content)
    assert refused.value.message.startswith("list.xml")
    return refused.value.message


def test_a_row_is_read_with_the_line_it_begins_on() -> None:
    content = """<?xml version="1.0"?>
<list>
  <item><sku>1</sku><title>Čaj &amp; <![CDATA[<mlijeko>]]></title><price/></item>

  <item>
    <price>1.99</price><sku> 2 </sku><sku>3</sku>
    <other>x</other>
  </item>
</list>"""
    assert records(content) == [(3, ("1", "Čaj & <mlijeko>", "")), (5, (" 2 ", "", "1.99"))]


def test_the_branch_is_read_outside_of_rows() -> None:
    content = "<list><shop><code> T1 </code><address>Here 1</address></shop><item><code>X</code></item></list>"
    assert reader(content)[0] == ("T1", "Here 1")


def test_what_a_row_says_is_no_part_of_the_element_around_it() -> None:
    content = "<list><code>T1<item>text<sku>1</sku>text</item>T2</code><item><address>X</address></item></list>"
    assert reader(content)[0] == ("T2", None)


def test_elements_deeper_in_a_row_are_no_columns() -> None:
    assert records("<list><item><sku>1</sku><a><sku>2</sku></a><title>T</title></item></list>") == [(1, ("1", "T", ""))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1250"])
def test_the_document_s_own_encoding_counts(encoding: str) -> None:
    content = f'<?xml version="1.0" encoding="{encoding}"?><list><item><title>Čaj</title></item></list>'
    assert records(content.encode(encoding)) == [(1, ("", "Čaj", ""))]


def test_a_document_without_rows_has_none() -> None:
    assert records("<list></list>") == []


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20), max_size=9))
def test_any_text_is_read_back(titles: list[str]) -> None:
    items = "".join(f"<item><title>{escape(title)}</title></item>\n" for title in titles)
    clean = [title for title in titles if "\ufffe" not in title and "\uffff" not in title]
    if len(clean) == len(titles):
        assert records(f"<list>\n{items}</list>") == [(line, ("", title, "")) for line, title in enumerate(titles, 2)]


@pytest.mark.parametrize(
    "content",
    [
        f'<!DOCTYPE list [<!ENTITY l0 "ha">{LAUGHS}]><list><item><title>&l9;</title></item></list>',
        '<!DOCTYPE list SYSTEM "http://example.org/list.dtd"><list/>',
        "<!DOCTYPE list [<!ENTITY % a SYSTEM 'file:///etc/passwd'> %a;]><list/>",
    ],
)
def test_an_entity_bomb_is_refused_with_its_line(content: str) -> None:
    assert refusal("<?xml version='1.0'?>\n" + content).startswith("list.xml, line 2: a DOCTYPE")


def test_an_entity_that_nobody_declared_is_refused() -> None:
    assert "undefined entity" in refusal("<list><item><title>&boom;</title></item></list>")


@pytest.mark.parametrize("keep", [5, 20, 40, 70])
def test_a_cut_document_is_refused(keep: int) -> None:
    content = "<list>\n<item><sku>1</sku><title>Milk</title></item>\n<item><sku>2</sku></item>\n</list>"
    assert "cut" in refusal(content[:keep])


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("<list><item></list>", "mismatched tag"),
        ("<list/><list/>", "junk after document element"),
        ("sku,title,price\n1,Milk,1.99\n", "syntax error"),
        ("<list><item><title>a\0b</title></item></list>", "not well-formed"),
        ("<feed><item/></feed>", "a document of <feed>, its profile is for <list>"),
        (b"<list><title>\x8aunka</title></list>", "not well-formed"),
        ('<?xml version="1.0" encoding="hex"?><list/>', "encoding"),
        ('<?xml version="1.0" encoding="gb18030"?><list/>', "encoding"),
    ],
)
def test_a_broken_document_is_refused_with_its_reason(content: str | bytes, what: str) -> None:
    assert what in refusal(content)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("<list>" + "<a>" * (DEEPEST + 1), "deep"),
        ("<list><item><title>" + "x" * (LONGEST_TEXT + 1), "a text longer"),
        ("<list><item a='" + "x" * (LONGEST_TAG + 200_000), "without an end"),
        ("<list><!--" + "x\n" * (LONGEST_TAG), "without an end"),
        ("<list><" + "x" * (LONGEST_TAG + 200_000), "without an end"),
        ("<list><item>" + "".join(f"<c{n}/>" for n in range(MOST_COLUMNS + 1)), "different elements"),
    ],
)
def test_what_would_fill_the_memory_is_refused(content: str, what: str) -> None:
    assert what in refusal(content)


@pytest.mark.parametrize("before", [0, 1000, 2**16 - 30, 2**16])
def test_a_text_may_be_as_long_as_the_bound_wherever_it_begins(before: int) -> None:
    def content(length: int) -> str:
        return f"<list><!--{'x' * before}--><item><title>{'y' * length}</title></item></list>"

    assert records(content(LONGEST_TEXT)) == [(1, ("", "y" * LONGEST_TEXT, ""))]
    assert "a text longer" in refusal(content(LONGEST_TEXT + 1))


def documents() -> Iterator[str]:
    yield "<list><item><sku>1</sku></item></list>"
    yield '<?xml version="1.0" encoding="utf-8"?><list/>'


@given(st.data(), st.sampled_from(list(documents())), st.binary(max_size=6))
def test_any_damage_is_read_or_refused(data: st.DataObject, content: str, damage: bytes) -> None:
    at = data.draw(st.integers(0, len(content)))
    with suppress(Unreadable):
        records(content.encode()[:at] + damage + content.encode()[at:])
