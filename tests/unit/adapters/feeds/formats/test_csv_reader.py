"""CSV: rows with the lines they stand on; a bad line costs itself, a broken file is refused."""

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.feeds.formats.csv_reader import LONGEST_LINE, CsvFormat
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.list_run import RowProblem

if TYPE_CHECKING:
    from tests.unit.adapters.feeds.conftest import Lists

HEADER = "sku,title,brand,pack,price,special,gtin\n"
GOOD = "1,Milk 1 l,Cow,1 l,1.99,,4006381333931\n"
COLUMNS = ["sku", "title", "price"]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def records(
    content: bytes, *, encoding: str = "utf-8", delimiter: str = ",", quote: str = '"'
) -> list[tuple[int, tuple[str, ...]] | RowProblem]:
    reader = CsvFormat(encoding, delimiter, quote).open(io.BufferedReader(io.BytesIO(content)), "list.csv")
    return list(reader.records(COLUMNS))


def problem(line: int, code: str, value: str) -> tuple[int, str, str]:
    return (line, code, value)


def seen(found: list[tuple[int, tuple[str, ...]] | RowProblem]) -> list[object]:
    return [problem(one.line, one.code, one.value) if isinstance(one, RowProblem) else one for one in found]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("end", [True, False])
def test_lines_are_counted_as_an_editor_does(newline: str, *, end: bool) -> None:
    lines = ["sku,title,price", "1,Milk,1.99", "", '2,"White', 'bread",2.49', "3,Eggs,2.99"]
    content = newline.join(lines) + newline * end
    assert records(content.encode()) == [
        (2, ("1", "Milk", "1.99")),
        (4, ("2", f"White{newline}bread", "2.49")),
        (6, ("3", "Eggs", "2.99")),
    ]


@given(rows=st.lists(st.tuples(texts, texts, texts), max_size=12), newline=st.sampled_from(["\n", "\r\n"]))
def test_what_a_csv_writer_writes_is_read_back_with_its_lines(rows: list[tuple[str, str, str]], newline: str) -> None:
    content = io.StringIO(newline="")
    writer = csv.writer(content, quoting=csv.QUOTE_ALL, lineterminator=newline)
    writer.writerow(COLUMNS)
    expected = []
    for row in rows:
        line = len(content.getvalue().replace("\r\n", "\n").replace("\r", "\n").split("\n"))
        writer.writerow(row)
        if any(row):
            expected.append((line, row))
    assert records(content.getvalue().encode()) == expected


@given(st.lists(st.lists(st.text(max_size=6), max_size=5), max_size=12), st.sampled_from(['"', ""]))
def test_any_rows_give_records_and_problems_with_growing_lines(rows: list[list[str]], quote: str) -> None:
    content = "sku,title,price\n" + "".join(",".join(row) + "\n" for row in rows)
    found = records(content.encode(errors="replace"), quote=quote)
    lines = [one.line if isinstance(one, RowProblem) else one[0] for one in found]
    assert lines == sorted(lines)
    assert all(len(one[1]) == 3 for one in found if not isinstance(one, RowProblem))


def test_a_signature_before_the_header_is_no_part_of_it() -> None:
    assert records(b"\xef\xbb\xbfsku,title,price\n1,Milk,1.99\n") == [(2, ("1", "Milk", "1.99"))]


def test_utf_16_is_read_where_the_profile_says_so() -> None:
    content = "sku;title;price\n1;Čaj;1.99\n".encode("utf-16")
    assert records(content, encoding="utf-16", delimiter=";") == [(2, ("1", "Čaj", "1.99"))]


def test_columns_are_found_by_name_in_any_order_and_case_and_may_be_absent() -> None:
    assert records(b" PRICE ,other,Sku\n1.99,x,1\n") == [(2, ("1", "", "1.99"))]


def test_a_trailing_empty_column_does_no_harm() -> None:
    assert records(b"sku,title,price,\n1,Milk,1.99\n2,Eggs,2.99,\n3,Tea,3.99,,\n") == [
        (2, ("1", "Milk", "1.99")),
        (3, ("2", "Eggs", "2.99")),
        (4, ("3", "Tea", "3.99")),
    ]


def test_a_row_of_another_width_is_a_problem_of_that_row() -> None:
    assert seen(records(b"sku,title,price\n1,Milk\n2,Eggs,2,99\n3,Tea,3.99\n")) == [
        problem(2, "wrong_columns", "1,Milk"),
        problem(3, "wrong_columns", "2,Eggs,2,99"),
        (4, ("3", "Tea", "3.99")),
    ]


def test_a_quote_that_is_never_closed_costs_its_own_line_only() -> None:
    content = b'sku,title,price\n1,"Milk,1.99\n2,Eggs,2.99\n3,"Tea",3.99\n4,"Oil,4.99\n5,Rice,5.99\n'
    assert seen(records(content)) == [
        problem(2, "open_quote", '1,"Milk,1.99'),
        (3, ("2", "Eggs", "2.99")),
        (4, ("3", "Tea", "3.99")),
        problem(5, "open_quote", '4,"Oil,4.99'),
        (6, ("5", "Rice", "5.99")),
    ]


def test_a_quote_that_is_never_closed_in_a_long_list_costs_its_own_line_only() -> None:
    content = b'sku,title,price\n"1,Milk,1.99\n' + b"2,Eggs,2.99\n" * 50_000
    found = records(content)
    assert seen(found[:2]) == [problem(2, "open_quote", '"1,Milk,1.99'), (3, ("2", "Eggs", "2.99"))]
    assert len(found) == 50_001


def test_quotes_inside_of_a_text_are_letters() -> None:
    content = b'sku,title,price\n1,OIL "SU" 1 L,1.69\n2,"SU" OIL 1 L,1.69\n3,3" PIPE,1.99\n'
    assert [one[1][1] for one in records(content) if not isinstance(one, RowProblem)] == [
        'OIL "SU" 1 L',
        "SU OIL 1 L",
        '3" PIPE',
    ]


def test_quotes_are_letters_where_the_profile_says_so() -> None:
    assert records(b'sku,title,price\n1,"Milk,1.99\n', quote="") == [(2, ("1", '"Milk', "1.99"))]


@pytest.mark.parametrize("rest", [b"3,Tea", b"3", b'3,"Tea', b'3,"Tea,3.99'])
def test_a_file_that_ends_in_the_middle_of_a_row_is_cut(rest: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^list\.csv, line 3: the file ends in the middle of a row; it is cut"):
        records(b"sku,title,price\n2,Eggs,2.99\n" + rest)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_file_without_a_last_line_break_is_cut_where_the_profile_says_so(newline: str) -> None:
    form = CsvFormat("utf-8", ",", '"', final_newline=True)
    content = newline.join(["sku,title,price", "1,Milk,1.99", "2,Eggs,2.99"])
    reader = form.open(io.BufferedReader(io.BytesIO((content + newline).encode())), "list.csv")
    assert len(list(reader.records(COLUMNS))) == 2
    assert not reader.unended
    reader = form.open(io.BufferedReader(io.BytesIO(content[:-3].encode())), "list.csv")
    with pytest.raises(Unreadable, match=r"^list\.csv, line 3: the file ends in the middle of a row; it is cut"):
        list(reader.records(COLUMNS))


@pytest.mark.parametrize("end", ["\n", ""])
def test_the_last_row_of_a_file_without_a_last_line_break_is_taken_with_a_warning(lists: "Lists", end: str) -> None:
    rows = lists.read(HEADER + GOOD + GOOD.replace("1,", "2,", 1).rstrip() + end)
    assert all(row.terms for row in rows)
    assert [(one.line, one.code, one.severity, one.reason) for row in rows for one in row.problems] == (
        [] if end else [(3, "maybe_cut", "warning", "The file ends without a line break; it may be cut.")]
    )


def test_a_line_of_a_million_columns_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"^list\.csv, line 3: the line is longer than 262,144 characters"):
        records(b"sku,title,price\n2,Eggs,2.99\n" + b"," * 1_000_000 + b"\n")
    with pytest.raises(Unreadable, match=r"^list\.csv, line 1: the line is longer"):
        records(b"a," * 1_000_000)


def test_a_line_of_very_many_columns_is_a_problem_of_that_row() -> None:
    content = b"sku,title,price\n" + b",x" * (LONGEST_LINE // 2 - 10) + b"\n3,Tea,3.99\n"
    bad, good = seen(records(content))
    assert bad == problem(2, "wrong_columns", (",x" * 40)[:80])
    assert good == (3, ("3", "Tea", "3.99"))


def test_a_field_beyond_all_measure_is_a_problem_of_that_row() -> None:
    content = b"sku,title,price\n1," + b"x" * 200_000 + b",1.99\n3,Tea,3.99\n"
    assert seen(records(content)) == [problem(2, "broken_line", "1," + "x" * 78), (3, ("3", "Tea", "3.99"))]


@pytest.mark.parametrize("before", [b"", b"1,Milk,1.99\r\n" * 3, b"1,Milk,1.99\n" * 9_999])
def test_a_byte_of_another_encoding_is_refused_with_its_line(before: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        records(b"sku,title,price\n" + before + b"2,\x8aunka,1.99\n" + b"3,Tea,3.99\n" * 9)
    assert refused.value.message.startswith(f"list.csv, line {before.count(b'Milk') + 2}: the byte 0x8a is not utf-8")


def test_a_header_that_can_t_be_read_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"line 1: A quote is opened and never closed"):
        records(b'"sku,title,price\n')
    with pytest.raises(Unreadable, match="has no lines"):
        records(b"\n \n\n")


def test_a_nul_byte_is_a_problem_of_its_row_and_field(lists: "Lists") -> None:
    content = HEADER + GOOD * 3000 + "2,Mi\0lk,Cow,1 l,1.99,,\n" + "3,Milk,Cow,1 l,1.9\0,,\n" + "\0,Milk,,,1.99,,\n"
    rows = lists.read(content)
    assert [
        (row.sku, problem.line, problem.field, problem.value, problem.code)
        for row in rows
        if row.terms is None
        for problem in row.problems
        if problem.severity == "error"
    ] == [
        ("2", 3002, "title", "Mi\N{REPLACEMENT CHARACTER}lk", "invalid_title"),
        ("3", 3003, "price", "1.9\N{REPLACEMENT CHARACTER}", "unreadable_price"),
        (None, 3004, "sku", "\N{REPLACEMENT CHARACTER}", "invalid_sku"),
    ]
