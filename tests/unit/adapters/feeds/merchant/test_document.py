"""Documents are read by namespace, whatever their prefixes; what is broken is refused with what to write instead."""

import io
from contextlib import suppress
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.feeds.formats.markup import DEEPEST, LONGEST_TAG, LONGEST_TEXT
from coprra.adapters.feeds.formats.records import Record
from coprra.adapters.feeds.merchant.document import (
    LONGEST_ROW,
    MOST_ELEMENTS,
    DocumentForm,
    DocumentReader,
    MalformedFeed,
)
from coprra.adapters.feeds.merchant.values import every, parts_of
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.list_run import RowProblem

ATOM = "http://www.w3.org/2005/Atom"
GOOGLE = "http://base.google.com/ns/1.0"
FORM = DocumentForm(("rss", "feed"), ("item", "entry"), GOOGLE)
PLAIN = DocumentForm(("SHOP",), ("SHOPITEM",), "")
RSS = f'<rss version="2.0" xmlns:g="{GOOGLE}">'
ADVICE = f'<rss version="2.0" xmlns:g="{GOOGLE}">'


def reader(content: str | bytes, form: DocumentForm = FORM) -> DocumentReader:
    data = content.encode() if isinstance(content, str) else content
    return DocumentReader(form, io.BufferedReader(io.BytesIO(data)), "feed.xml")


def records(content: str | bytes, form: DocumentForm = FORM) -> list[Record | RowProblem]:
    return list(reader(content, form).records(["id", "title", "link"]))


def refusal(content: str | bytes, kind: type[Unreadable] = Unreadable) -> str:
    with pytest.raises(kind) as refused:
        records(content)
    assert refused.value.message.startswith("feed.xml")
    return refused.value.message


def test_an_item_is_read_with_the_line_it_begins_on() -> None:
    content = f"""<?xml version="1.0"?>
{RSS}<channel>
  <item><g:id>1</g:id><g:title>Čaj &amp; <![CDATA[<mlijeko>]]></g:title></item>

  <item>
    <g:link><![CDATA[https://a.example/?a=1&b=2]]></g:link>
  </item>
</channel></rss>"""
    assert records(content) == [(3, ("1", "Čaj & <mlijeko>", "")), (5, ("", "", "https://a.example/?a=1&b=2"))]


@pytest.mark.parametrize(
    "content",
    [
        f'<rss xmlns:g="{GOOGLE}"><channel><item><g:id>1</g:id><g:title>T</g:title></item></channel></rss>',
        f'<rss xmlns:shop="{GOOGLE}"><channel><item><shop:id>1</shop:id><title>T</title></item></channel></rss>',
        f'<rss xmlns="{GOOGLE}"><channel><item><id>1</id><title>T</title></item></channel></rss>',
        "<rss><channel><item><id>1</id><title>T</title></item></channel></rss>",
        f'<rss><channel><item xmlns:g="{GOOGLE}"><g:id>1</g:id><title>T</title></item></channel></rss>',
        f'<feed xmlns="{ATOM}" xmlns:g="{GOOGLE}"><entry><title>T</title><g:id>1</g:id></entry></feed>',
    ],
)
def test_the_namespace_counts_and_not_the_prefix(content: str) -> None:
    assert records(content) == [(1, ("1", "T", ""))]


def test_the_named_element_goes_before_the_plain_one_and_is_helped_out_by_it() -> None:
    content = (
        f"{RSS}<channel><item><g:id/><id>2</id><title>Plain</title><g:title>Named</g:title></item></channel></rss>"
    )
    assert records(content) == [(1, ("2", "Named", ""))]


def test_an_element_of_another_namespace_is_no_column() -> None:
    content = (
        f'<rss xmlns:g="{GOOGLE}" xmlns:c="http://base.google.com/cns/1.0" xmlns:m="http://search.yahoo.com/mrss/">'
        "<channel><item><c:id>9</c:id><m:title>No</m:title><g:id>1</g:id></item></channel></rss>"
    )
    assert records(content) == [(1, ("1", "", ""))]


def test_rows_of_one_s_own_namespace_need_not_be_named_in_the_profile() -> None:
    for attribute in ("", ' xmlns="urn:shop"'):
        content = f"<SHOP{attribute}><SHOPITEM><id>1</id></SHOPITEM></SHOP>"
        assert records(content, PLAIN) == [(1, ("1", "", ""))]


def test_atom_has_its_link_in_an_attribute() -> None:
    content = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="{GOOGLE}"><link rel="self" href="https://me.example/feed"/>'
        '<link href="https://shop.example/"/><title>Shop</title><updated>2026-01-05T06:00:00Z</updated>'
        '<entry><g:id>1</g:id><link rel="enclosure" href="https://no.example"/>'
        '<link href="https://shop.example/1"> </link></entry></feed>'
    )
    opened = reader(content)
    assert opened.masthead == {
        "link": "https://shop.example/",
        "title": "Shop",
        "updated": "2026-01-05T06:00:00Z",
    }
    ((_, (_, _, links)),) = [one for one in opened.records(["id", "title", "link"]) if not isinstance(one, RowProblem)]
    assert every(links) == ["https://shop.example/1"]


def test_repeated_and_nested_elements_are_kept_whole() -> None:
    content = (
        f"{RSS}<channel><item><g:shipping><g:country>CZ</g:country><g:price> 79 CZK </g:price></g:shipping>"
        "<g:shipping><g:country>SK</g:country></g:shipping><g:shipping>DE:::5 EUR</g:shipping></item></channel></rss>"
    )
    ((_, (shipping,)),) = [one for one in reader(content).records(["shipping"]) if not isinstance(one, RowProblem)]
    assert [parts_of(value) for value in every(shipping)] == [
        {"country": "CZ", "price": "79 CZK"},
        {"country": "SK"},
        None,
    ]


def test_the_masthead_is_the_shop_s_and_not_that_of_its_picture() -> None:
    content = (
        f"{RSS}<channel><image><title>Logo</title><link>https://cdn.example</link></image><title> Shop </title>"
        "<link>https://shop.example</link><lastBuildDate>Mon, 05 Jan 2026 06:00:00 +0100</lastBuildDate>"
        "<item><title>Item</title></item><title>Late</title></channel></rss>"
    )
    assert reader(content).masthead == {
        "title": "Shop",
        "link": "https://shop.example",
        "lastBuildDate": "Mon, 05 Jan 2026 06:00:00 +0100",
    }


def test_columns_are_those_of_all_items_at_the_beginning() -> None:
    content = f"{RSS}<channel><item><g:id>1</g:id></item><item><g:title>T</g:title></item></channel></rss>"
    assert reader(content).columns == ("id", "title")
    assert reader(f"{RSS}</rss>").columns == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
def test_the_document_s_own_encoding_counts(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    content = f'<?xml version="1.0" encoding="{declared}"?>{RSS}<item><g:title>Čaj</g:title></item></rss>'
    assert records(content.encode(encoding)) == [(1, ("", "Čaj", ""))]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20), max_size=9))
def test_any_text_is_read_back(titles: list[str]) -> None:
    items = "".join(f"<item><g:title>{escape(title)}</g:title></item>\n" for title in titles)
    if not any({"\ufffe", "\uffff"} & set(title) for title in titles):
        assert records(f"{RSS}\n{items}</rss>") == [(line, ("", title, "")) for line, title in enumerate(titles, 2)]


# Malformed: what shops really write


def test_a_prefix_that_is_declared_nowhere_is_refused_with_the_line_and_what_to_write() -> None:
    content = '<?xml version="1.0"?>\n<rss version="2.0">\n<channel>\n<item>\n<g:id>1</g:id></item></channel></rss>'
    assert refusal(content, MalformedFeed) == (
        "feed.xml, line 5: <g:id> has a prefix before its colon, and nowhere does the feed say what that prefix means. "
        f"Write on line 2: {ADVICE}"
    )


def test_what_to_write_fits_the_document() -> None:
    told = refusal(f'<feed xmlns="{ATOM}">\n<entry><g:id>1</g:id></entry></feed>', MalformedFeed)
    assert told.endswith(f'Write xmlns:g="{GOOGLE}" into <feed …> on line 1.')


@pytest.mark.parametrize(
    "attribute",
    [
        "xmlns=\"{'g': 'http://base.google.com/ns/1.0'}\"",
        'xmlns:g="https://base.google.com/ns/1.0"',
        'xmlns:g="http://base.google.com/ns/1.0/"',
        "xmlns:g='http://www.base.google.com/ns/1.0'",
    ],
)
def test_a_namespace_that_is_nearly_the_right_one_is_refused_with_what_to_write(attribute: str) -> None:
    told = refusal(f"<?xml version='1.0'?>\n<rss version='2.0' {attribute}><item/></rss>", MalformedFeed)
    assert told.startswith(f"feed.xml, line 2: {attribute.partition('=')[0]}=")
    assert told.endswith(f"Write on line 2: {ADVICE}")


def test_what_is_broken_behind_its_first_tag_is_meant_for_this_form() -> None:
    assert "line 2: mismatched tag" in refusal(f"{RSS}\n<item></rss>", MalformedFeed)


def test_a_document_of_something_else_is_not() -> None:
    with pytest.raises(Unreadable, match="a document of <html>, its profile is for <rss> or <feed>") as refused:
        records("<html/>")
    assert not isinstance(refused.value, MalformedFeed)


# Hostile


@pytest.mark.parametrize(
    "content",
    [
        '<!DOCTYPE rss [<!ENTITY a "ha">]><rss><item><title>&a;</title></item></rss>',
        '<!DOCTYPE rss SYSTEM "http://example.org/rss.dtd"><rss/>',
        "<!DOCTYPE rss [<!ENTITY % a SYSTEM 'file:///etc/passwd'> %a;]><rss/>",
    ],
)
def test_an_entity_bomb_is_refused_with_its_line(content: str) -> None:
    assert refusal("<?xml version='1.0'?>\n" + content).startswith("feed.xml, line 2: a DOCTYPE")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("<rss>" + "<a>" * (DEEPEST + 1), "deep"),
        ("<rss><item><title>" + "x" * (LONGEST_TEXT + 1), "a text longer"),
        ("<rss><item>" + f"<a>{'x' * 2000}</a>" * (LONGEST_ROW // 2000 + 1), "an item longer"),
        ("<rss><item a='" + "x" * (LONGEST_TAG + 200_000), "without an end"),
        ("<rss><!--" + "x\n" * LONGEST_TAG, "without an end"),
        ("<rss><item>" + "".join(f"<c{n}/>" for n in range(MOST_ELEMENTS + 1)), "elements"),
        ("<rss><item>" + "<c/>" * (MOST_ELEMENTS + 1), "elements"),
        ("<rss><item><c>" + "<d/>" * (MOST_ELEMENTS + 1), "elements"),
    ],
)
def test_what_would_fill_the_memory_is_refused(content: str, what: str) -> None:
    assert what in refusal(content)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "cut"),
        (f"{RSS}<item>", "cut"),
        ("id\ttitle\n1\tT\n", "syntax error"),
        (f"{RSS}<item><g:id>&boom;</g:id></item></rss>", "undefined entity"),
        ('<?xml version="1.0" encoding="hex"?><rss/>', "encoding"),
    ],
)
def test_a_broken_document_is_refused_with_its_reason(content: str, what: str) -> None:
    assert what in refusal(content)


@given(st.data(), st.binary(max_size=6))
def test_any_damage_is_read_or_refused(data: st.DataObject, damage: bytes) -> None:
    content = f"{RSS}<channel><title>S</title><item><g:id>1</g:id><g:shipping><g:price>1</g:price></g:shipping></item>"
    document = f"{content}</channel></rss>".encode()
    at = data.draw(st.integers(0, len(document)))
    with suppress(Unreadable):
        records(document[:at] + damage + document[at:])
