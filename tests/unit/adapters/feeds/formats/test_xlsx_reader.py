"""A sheet's rows are read as they are numbered; a workbook that is cut, damaged or hostile is refused whole."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coprra.adapters.feeds.formats import workbook as limits
from coprra.adapters.feeds.formats.records import Record
from coprra.adapters.feeds.formats.xlsx_reader import XlsxFormat
from coprra.adapters.feeds.recognition import UndeterminedProfile
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.list_run import RowProblem

if TYPE_CHECKING:
    from tests.unit.adapters.feeds.conftest import Lists

HEADER = ("sku", "title", "price")
SHOP = """
title = "Workbook"
chain = { code = "book", name = "Book", country = "AT", currency = "EUR", timezone = "Europe/Vienna" }
format = { kind = "xlsx" }
numbers = { decimal = "," }
columns = { sku = "sku", title = "title", price = "price" }
"""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
FIRST_ROW = XlsxFormat()


def sheet(rows: str) -> str:
    return f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def table(rows: Sequence[Sequence[object]], first: int = 1) -> str:
    """Rows of cells, numbers as numbers and texts within their cells; None for no cell."""
    return "".join(
        f'<row r="{line}">' + "".join(_cell(value, line, column) for column, value in enumerate(row)) + "</row>"
        for line, row in enumerate(rows, first)
    )


def _cell(value: object, line: int, column: int) -> str:
    where = f"{chr(ord('A') + column)}{line}"
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c r="{where}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{where}"><v>{value}</v></c>'


def parts(rows: str, strings: str | None = None) -> dict[str, str]:
    """The parts of a workbook of one sheet, "Prices". strings: the <si> elements, if there are any."""
    relation = f'<Relationship Type="{_OFFICE}/{{0}}" Id="{{1}}" Target="{{2}}"/>'
    book = relation.format("worksheet", "r1", "worksheets/sheet1.xml")
    found = {
        "_rels/.rels": relation.format("officeDocument", "r1", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Prices" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": sheet(rows),
    }
    if strings is not None:
        book += relation.format("sharedStrings", "r2", "/xl/sharedStrings.xml")
        found["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}">{strings}</sst>'
    found["xl/_rels/workbook.xml.rels"] = book
    return {
        path: f'<Relationships xmlns="{_PACKAGE}">{text}</Relationships>' if path.endswith(".rels") else text
        for path, text in found.items()
    }


def packed(parts: Mapping[str, str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for path, text in parts.items():
            archive.writestr(path, text)
    return content.getvalue()


def workbook(rows: str, strings: str | None = None) -> bytes:
    return packed(parts(rows, strings))


def records(content: bytes, form: XlsxFormat = FIRST_ROW, columns: tuple[str, ...] = ()) -> list[Record | RowProblem]:
    reader = form.open(io.BufferedReader(io.BytesIO(content)), "x.xlsx")
    return list(reader.records(columns or reader.columns))


def texts(rows: str, strings: str | None = None) -> list[tuple[int, tuple[str, ...]]]:
    found = records(workbook(table([HEADER]) + rows, strings))
    return [record for record in found if not isinstance(record, RowProblem)]


def refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        records(content)
    assert refused.value.message.startswith("x.xlsx ")
    return refused.value.message


def test_rows_are_given_with_their_numbers_and_the_texts_of_their_columns() -> None:
    rows = table([("1", "Milk & <cream>", 1.99), (2, None, 0.5), ("", None), (None, "", " ")], first=2)
    later = table([("7", "Tea", 3)], first=1000)
    assert texts(rows + later) == [
        (2, ("1", "Milk & <cream>", "1.99")),
        (3, ("2", "", "0.5")),
        (1000, ("7", "Tea", "3")),
    ]


def test_columns_are_asked_for_by_name_in_any_case_and_order() -> None:
    content = workbook(table([("Sku ", "TITLE", "price"), ("1", "Milk", 2)]))
    assert records(content, columns=("price", "brand", "title")) == [(2, ("2", "", "Milk"))]


def test_the_header_may_stand_lower_and_a_column_without_a_name_is_called_by_its_letter() -> None:
    content = workbook(table([("A list",), (None,), ("title + sku", None, "price"), ("Milk", "1", 2)]))
    reader = XlsxFormat(header_row=3).open(io.BufferedReader(io.BytesIO(content)), "x.xlsx")
    assert reader.columns == ("title + sku", "B", "price")
    assert list(reader.records(("b", "title + sku"))) == [(4, ("1", "Milk"))]


@pytest.mark.parametrize("row", [2, 5])
def test_a_header_row_with_nothing_in_it_is_refused(row: int) -> None:
    content = workbook(table([("x",), (None,), HEADER]))
    with pytest.raises(Unreadable, match=f"nothing in row {row}, where the names"):
        records(content, XlsxFormat(header_row=row))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>5E-02</v></c>", "0.05"),
        ("<c><v>0.30000000000000004</v></c>", "0.3"),
        ("<c><v>2.4499999999999997</v></c>", "2.45"),
        ('<c t="n"><v>1E3</v></c>', "1000"),
        ("<c><v>4006381333931</v></c>", "4006381333931"),
        ("<c><v>4.006381333931E12</v></c>", "4006381333931"),
        ("<c><v>-1.5</v></c>", "-1.5"),
        ("<c><v>NaN</v></c>", "NaN"),
        ("<c><v>many</v></c>", "many"),
        ('<c t="str"><f>A1&amp;B1</f><v>12</v></c>', "12"),
        ('<c t="b"><v>1</v></c>', "true"),
        ('<c t="b"><v>0</v></c>', "false"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c t="d"><v>2025-12-29</v></c>', "2025-12-29"),
        ('<c t="s"><v>1</v></c>', "Žuti čaj"),
        ('<c t="s"><v>0</v></c>', ""),
        ('<c t="inlineStr"><is><r><t>Green</t></r><r><t xml:space="preserve"> tea</t></r></is></c>', "Green tea"),
        ('<c t="inlineStr"><is><t>茶</t><rPh><t>cha</t></rPh></is></c>', "茶"),
        ('<c t="s"><v>2</v></c>', "茶"),
        ("<c/>", ""),
    ],
)
def test_a_cell_says_what_it_holds(cell: str, text: str) -> None:
    strings = "<si/><si><r><t>Žuti</t></r><r><t> čaj</t></r></si><si><t>茶</t><rPh><t>cha</t></rPh></si>"
    assert texts(f"<row><c><v>1</v></c>{cell}</row>", strings) == [(2, ("1", text, ""))]


def test_numbers_have_the_decimal_sign_of_the_profile_and_texts_their_own(lists: "Lists") -> None:
    lists.declare(SHOP, "book")
    content = workbook(table([HEADER, ("1", "Milk", 1.5), ("2", "Tea", "2,75"), ("3", "Jam", "1.234")]))
    milk, tea, jam = lists.read(content, name="book_1_2026-01-05.xlsx")
    assert [str(row.terms.price) for row in (milk, tea) if row.terms] == ["1.50 EUR", "2.75 EUR"]
    assert [problem.code for problem in jam.problems][:1] == ["unreadable_price"]


def test_a_sheet_is_found_by_its_name_and_the_others_are_told() -> None:
    content = workbook(table([HEADER]))
    assert records(content, XlsxFormat(sheet="prices")) == []
    with pytest.raises(Unreadable, match="no sheet 'Preise'; its sheets are 'Prices'"):
        records(content, XlsxFormat(sheet="Preise"))


def test_elements_may_have_a_prefix_and_a_path_may_be_absolute() -> None:
    some = parts(table([HEADER]))
    prefixed = sheet(table([HEADER, ("1", "Milk", 2)])).replace("xmlns=", "xmlns:x=")
    for name in ("worksheet", "sheetData", "row", "c", "is", "t", "v"):
        prefixed = prefixed.replace(f"<{name} ", f"<x:{name} ").replace(f"<{name}>", f"<x:{name}>")
        prefixed = prefixed.replace(f"</{name}>", f"</x:{name}>")
    some["xl/worksheets/sheet1.xml"] = prefixed
    assert records(packed(some)) == [(2, ("1", "Milk", "2"))]


def test_a_packed_copy_of_a_workbook_is_the_same_list(lists: "Lists") -> None:
    lists.declare(SHOP, "book")
    content = workbook(table([HEADER, ("1", "Milk", 1.5)]))
    plain = lists.write(content, "book_1_2026-01-05.xlsx")
    gzipped = lists.write(content, "book_1_2026-01-05.xlsx.gz", packed=True)
    with lists.feeds.open(plain) as (one,), lists.feeds.open(gzipped) as (other,):
        assert one.sha256 == other.sha256
        assert one.size == other.size == len(content)
        assert list(one.rows()) == list(other.rows()) == list(one.rows())
        assert 0 < one.position <= one.size


def test_a_workbook_of_no_profile_is_held_against_those_for_workbooks_only(lists: "Lists") -> None:
    with pytest.raises(UndeterminedProfile) as refused:
        lists.read(workbook(table([HEADER])), name="prices.xlsx")
    assert refused.value.message.split("\n")[1:] == [
        "  The nearest is dm: has nothing in row 3, where the names of its columns should be."
    ]


def test_a_profile_for_another_format_says_what_the_file_is(lists: "Lists") -> None:
    lists.declare(SHOP, "book")
    with pytest.raises(
        Unreadable, match="is an Excel workbook or another zip archive, and the profile generic reads csv"
    ):
        lists.read(workbook(table([HEADER])), "generic")
    with pytest.raises(Unreadable, match=r"is no Excel workbook \(.xlsx\), which the profile book reads"):
        lists.read("sku,title,price\n", "book")


CONTENT = workbook(table([HEADER, ("1", "Milk", 2)]), "<si/>")


@pytest.mark.parametrize("length", [30, 200, len(CONTENT) // 2, len(CONTENT) - 30, len(CONTENT) - 1])
def test_a_cut_workbook_is_refused(length: int) -> None:
    message = refusal(CONTENT[:length])
    assert "is a cut" in message


def test_a_part_with_a_wrong_checksum_is_refused() -> None:
    plain = packed(parts(table([HEADER, ("1", "Milk", 2)])), zipfile.ZIP_STORED)
    assert "Bad CRC-32" in refusal(plain.replace(b"Milk", b"Silk"))


def test_a_part_with_a_broken_body_is_refused() -> None:
    at = CONTENT.index(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml") + 10
    assert "is a cut, damaged or protected workbook" in refusal(CONTENT[:at] + b"\xff" * 40 + CONTENT[at + 40 :])


def test_markup_that_ends_too_early_is_refused() -> None:
    some = parts(table([HEADER]))
    some["xl/worksheets/sheet1.xml"] = some["xl/worksheets/sheet1.xml"].removesuffix("</worksheet>")
    assert "is a damaged workbook (no element found" in refusal(packed(some))


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("_rels/.rels", "it lacks '_rels/.rels'"),
        ("xl/workbook.xml", "it lacks 'xl/workbook.xml'"),
        ("xl/worksheets/sheet1.xml", "it lacks 'xl/worksheets/sheet1.xml'"),
        ("xl/sharedStrings.xml", "it lacks 'xl/sharedStrings.xml'"),
    ],
)
def test_an_archive_that_lacks_a_part_is_no_workbook(path: str, reason: str) -> None:
    some = parts(table([HEADER]), "<si/>")
    del some[path]
    assert reason in refusal(packed(some))


def test_another_document_in_an_archive_is_no_workbook() -> None:
    assert "unpack it and import what is in it" in refusal(packed({"_rels/.rels": "<Relationships/>"}))


def test_a_workbook_without_a_sheet_says_so() -> None:
    some = parts("")
    some["xl/workbook.xml"] = "<workbook/>"
    assert "has no sheet ''; its sheets are none" in refusal(packed(some))


def test_a_protected_part_is_refused() -> None:
    flagged = bytearray(CONTENT)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := flagged.find(sign, at + 1)) >= 0:
            flagged[at + offset] |= 1
    assert "is encrypted, password required" in refusal(bytes(flagged))


def test_a_packing_that_no_workbook_has_is_refused() -> None:
    assert "packed in a way that no workbook is" in refusal(packed(parts(""), zipfile.ZIP_LZMA))


@pytest.mark.parametrize(
    ("doctype", "text"),
    [
        ('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>', "&b;"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "&a;"),
        ('<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">', ""),
    ],
)
@pytest.mark.parametrize("path", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "_rels/.rels"])
def test_entities_are_refused_in_every_part(path: str, doctype: str, text: str) -> None:
    some = parts(table([HEADER]), "<si/>")
    some[path] = f"{doctype}<x>{text}</x>"
    assert "a DOCTYPE, which could hide an entity bomb" in refusal(packed(some))


def test_a_part_that_unpacks_to_much_more_than_it_is_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "FREE_OF_RATIO", 2**20)
    bomb = workbook(table([HEADER]) + "<row></row>" * 400_000)
    assert "a zip bomb, not a price list" in refusal(bomb)
    assert records(workbook(table([HEADER]) + "<row></row>" * 40_000)) == []


def test_a_part_that_is_larger_than_it_says_is_refused() -> None:
    """The directory says how long a part is; no more than that is ever unpacked."""
    name = b"xl/worksheets/sheet1.xml"
    content = bytearray(workbook(table([HEADER]) + "<!--" + " " * 100_000 + "-->"))
    at = content.rindex(name) - 46
    content[at + 24 : at + 28] = struct.pack("<L", 500)
    assert "is a " in refusal(bytes(content))


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("<row r='2'><c r='XFE2'><v>1</v></c></row>", "a cell 'XFE2' beyond its last column"),
        ("<row r='2'><c r='AAAA2'><v>1</v></c></row>", "a cell 'AAAA2' beyond its last column"),
        ("<row r='2'><c r='2'><v>1</v></c></row>", "a cell '2' beyond its last column"),
        (f"<row r='2'>{'<c/>' * 16_385}</row>", "a cell 'None' beyond its last column"),
        ("<row r='1048577'/>", "a row that is numbered '1048577' after row 1"),
        ("<row r='1'/>", "a row that is numbered '1' after row 1"),
        ("<row r='-3'/>", "a row that is numbered '-3' after row 1"),
        (f"<row r='{'9' * 5000}'/>", "a row that is numbered '99999999999999999999' after row 1"),
        ("<row r='2'><c t='s'><v>0</v></c></row>", "a cell of row 2 whose text, '0', is not there"),
        ("<x>" * 70 + "</x>" * 70, "more than 64 deep"),
        ("".join(f"<e{number}/>" for number in range(1_100)), "more than 1,000 different elements"),
        (f"<row><c t='str'><v>{'x' * 200_000}</v></c></row>", "a text longer than 131,072 characters"),
        (f"<!--{'x' * 2_500_000}-->", "a tag, attribute or comment without an end"),
    ],
)
def test_a_sheet_without_bounds_is_refused(rows: str, reason: str) -> None:
    assert reason in refusal(workbook(table([HEADER]) + rows))


@pytest.mark.parametrize("number", ["1", "-1", "x", "9" * 30, ""])
def test_a_shared_string_that_is_not_there_is_refused_or_the_cell_is_empty(number: str) -> None:
    content = workbook(table([HEADER]) + f"<row><c t='s'><v>{number}</v></c></row>", "<si><t>a</t></si>")
    if number:
        assert "is not there" in refusal(content)
    else:
        assert records(content) == []


def test_shared_strings_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LARGEST_STRINGS", 2**20)
    many = "<si><t>abcdefgh</t></si>" * 70_000
    assert "more than 1 MiB of shared strings" in refusal(workbook(table([HEADER]), many))
    empty = "<si/>" * 140_000
    assert "more than 1 MiB of shared strings" in refusal(workbook(table([HEADER]), empty))


def test_an_archive_with_a_directory_without_end_is_refused_before_it_is_read() -> None:
    content = packed({**parts(table([HEADER])), **{f"x/{number:060}": "" for number in range(10_000)}})
    assert "a zip archive of more parts than a workbook has" in refusal(content)


def test_a_second_directory_for_huge_archives_is_refused() -> None:
    at = CONTENT.rindex(b"PK\x05\x06")
    locator = b"PK\x06\x07" + bytes(16)
    assert "more parts than a workbook has" in refusal(CONTENT[:at] + locator + CONTENT[at:])


def _damage(draw: Callable[[st.SearchStrategy[int]], int]) -> bytes:
    damaged = bytearray(CONTENT)
    for _ in range(draw(st.integers(1, 4))):
        damaged[draw(st.integers(0, len(damaged) - 1))] = draw(st.integers(0, 255))
    return bytes(damaged[: draw(st.integers(0, len(damaged)))] if draw(st.booleans()) else damaged)


@given(st.composite(_damage)())
@example(b"PK\x05\x06" + bytes(18))
def test_whatever_is_wrong_with_a_workbook_it_is_read_or_refused(content: bytes) -> None:
    try:
        records(content)
    except Unreadable as error:
        assert error.message.startswith("x.xlsx ")  # noqa: PT017 - either is fine
