"""The same feed may be a document or text with tabs; the header of text may name the parts of a value."""

import io

import pytest

from coprra.adapters.feeds.formats.csv_reader import CsvFormat
from coprra.adapters.feeds.merchant.document import DocumentForm, DocumentReader
from coprra.adapters.feeds.merchant.format import MerchantFormat, TextReader, listed
from coprra.adapters.feeds.merchant.values import every, parts_of
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.list_run import RowProblem

DOCUMENT = DocumentForm(("rss",), ("item",), "")
FORM = MerchantFormat(DOCUMENT, CsvFormat("utf-8", "\t", '"'))


def opened(content: bytes, form: MerchantFormat = FORM) -> DocumentReader | TextReader:
    return form.open(io.BufferedReader(io.BytesIO(content)), "feed")


def shipping_of(header: str, text: str) -> list[dict[str, str] | None]:
    reader = opened(f"id\t{header}\n1\t{text}\n".encode())
    ((_, (_, shipping)),) = [one for one in reader.records(["id", "shipping"]) if not isinstance(one, RowProblem)]
    return [parts_of(value) for value in every(shipping)]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<rss/>", DocumentReader),
        (b"\xef\xbb\xbf <rss/>", DocumentReader),
        ("<rss/>".encode("utf-16"), DocumentReader),
        (b"id\ttitle\n", TextReader),
        (b"\xef\xbb\xbfid\ttitle\n", TextReader),
    ],
)
def test_what_begins_with_a_tag_is_a_document(content: bytes, kind: type) -> None:
    assert isinstance(opened(content), kind)


def test_where_text_is_no_form_of_the_feed_everything_is_a_document() -> None:
    with pytest.raises(Unreadable, match="syntax error"):
        opened(b"id\ttitle\n", MerchantFormat(DOCUMENT, None))


def test_text_is_read_with_its_quotes_and_without_a_masthead() -> None:
    reader = opened(b'id\ttitle\n1\t"""Loot"" kettle 22"""\n2\t22" kettle\n')
    assert list(reader.records(["title", "gtin"])) == [(2, ('"Loot" kettle 22"', "")), (3, ('22" kettle', ""))]
    assert reader.masthead == {}


def test_a_header_may_name_the_parts_of_its_values() -> None:
    assert shipping_of("shipping(country:price)", "US:6.49 USD,CA:8 USD") == [
        {"country": "US", "price": "6.49 USD"},
        {"country": "CA", "price": "8 USD"},
    ]
    assert shipping_of("Shipping ( price : country )", "6.49 USD:US") == [{"price": "6.49 USD", "country": "US"}]


def test_values_that_do_not_fit_their_header_stay_as_they_are() -> None:
    assert shipping_of("shipping(country:price)", "US:6,49 USD") == [None]
    assert shipping_of("shipping", "US:::6.49 USD") == [None]


def test_a_line_that_can_not_be_taken_apart_stays_a_problem() -> None:
    reader = opened(b"id\tshipping(country:price)\n1\n")
    (problem,) = reader.records(["id", "shipping"])
    assert isinstance(problem, RowProblem)
    assert problem.code == "wrong_columns"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("US:CA:Ground:6.49 USD", [["US", "CA", "Ground", "6.49 USD"]]),
        ("US:::6 USD, :::7 USD", [["US", "", "", "6 USD"], ["", "", "", "7 USD"]]),
        (r"US::Fast\: over night\, insured:6 USD", [["US", "", "Fast: over night, insured", "6 USD"]]),
        ("", []),
        (" , ", []),
    ],
)
def test_values_in_text_are_parted_by_commas_and_their_parts_by_colons(text: str, values: list[list[str]]) -> None:
    assert listed(text) == values
