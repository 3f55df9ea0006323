"""Blocks become text that fits, and that says everything."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from coprra.entrypoints.cli.layout import laid_out
from coprra.entrypoints.cli.screen import PIPE_WIDTH, Block, Column, Figure, Gap, Prose, Screen, Table, Title

OFFERS = Table(
    (Column("#", numeric=True), Column("Store", flexible=True), Column("You pay", numeric=True)),
    (("1", "Plodine", "1.19 EUR"), ("2", "Trgovina na malo Zagreb", "11.69 EUR")),
    bright=frozenset({0}),
)

cells = st.text(st.characters(categories=["L", "N", "P"]), max_size=30)


def test_a_table_is_a_header_a_line_and_its_rows() -> None:
    assert laid_out([OFFERS], Screen(80)).split("\n") == [
        "#  Store                      You pay",
        "─────────────────────────────────────",
        "1  Plodine                   1.19 EUR",
        "2  Trgovina na malo Zagreb  11.69 EUR",
    ]


def test_a_flexible_column_gives_way_and_prices_stay_whole() -> None:
    assert laid_out([OFFERS], Screen(32)).split("\n") == [
        "#  Store                 You pay",
        "────────────────────────────────",
        "1  Plodine              1.19 EUR",
        "2  Trgovina na malo    11.69 EUR",
        "   Zagreb",
    ]


def test_a_terminal_without_lines_gets_hyphens() -> None:
    assert "-----" in laid_out([OFFERS], Screen(80, ascii_only=True))


def test_without_colour_there_is_no_escape_sequence() -> None:
    blocks: list[Block] = [Title("Bean"), OFFERS, Prose("So it is.", quiet=True)]
    assert "\x1b" not in laid_out(blocks, Screen(80))


def test_colour_changes_nothing_but_colour() -> None:
    blocks: list[Block] = [Title("Bean"), OFFERS, Gap(), Prose("So it is.", indent=2, quiet=True)]
    coloured = laid_out(blocks, Screen(80, colour=True))
    assert "\x1b[1;32m" in coloured
    plain = [line.rstrip() for line in re.sub(r"\x1b\[[\d;]*m", "", coloured).split("\n")]
    assert plain == laid_out(blocks, Screen(80)).split("\n")


def test_prose_is_wrapped_at_blanks_and_stays_readable_on_a_wide_terminal() -> None:
    text = "word " * 100
    assert max(len(line) for line in laid_out([Prose(text)], Screen(200)).split("\n")) <= 100
    assert max(len(line) for line in laid_out([Prose(text, indent=4)], Screen(40)).split("\n")) <= 40


def test_in_a_pipe_a_sentence_is_one_line() -> None:
    assert "\n" not in laid_out([Prose("word " * 1000)], Screen(PIPE_WIDTH))


def test_brackets_and_colons_are_text_and_no_markup() -> None:
    assert laid_out([Title("[red]50[/red] :smile:")], Screen(80)) == "[red]50[/red] :smile:"


def test_a_figure_is_left_as_it_is() -> None:
    assert laid_out([Figure("  a\n      b")], Screen(40)) == "  a\n      b"


@given(st.lists(st.tuples(cells, cells, cells), max_size=5), st.integers(40, 120))
def test_no_letter_of_a_table_is_lost_and_no_line_too_long(rows: list[tuple[str, str, str]], width: int) -> None:
    table = Table((Column("A"), Column("B", flexible=True), Column("C", numeric=True)), tuple(rows))
    text = laid_out([table], Screen(width))
    assert all(cell_len(line) <= width for line in text.split("\n"))
    assert Counter(letter for row in rows for cell in row for letter in cell) <= Counter(text)


FOUND = Table(
    (Column("GTIN", flexible=True, whole_words=True), Column("Product", flexible=True), Column("Id")),
    (
        ("3850108023350, 3850108020656", "Mlijeko trajno 2,8% m.m.", "p_bf2c5b58b6d7f551a297"),
        ("none", "Banane", "p_ec2eccfb5ac29f4b1bd9"),
    ),
)


def test_gtins_are_wrapped_between_each_other_only() -> None:
    assert laid_out([FOUND], Screen(52)).split("\n")[2:] == [
        "3850108023350,  Mlijeko       p_bf2c5b58b6d7f551a297",
        "3850108020656   trajno 2,8%",
        "                m.m.",
        "none            Banane        p_ec2eccfb5ac29f4b1bd9",
    ]


def test_where_a_row_would_break_ids_each_cell_has_a_line_of_its_own() -> None:
    assert laid_out([FOUND], Screen(40)).split("\n") == [
        "GTIN     3850108023350, 3850108020656",
        "Product  Mlijeko trajno 2,8% m.m.",
        "Id       p_bf2c5b58b6d7f551a297",
        "",
        "GTIN     none",
        "Product  Banane",
        "Id       p_ec2eccfb5ac29f4b1bd9",
    ]


@pytest.mark.parametrize("width", [40, 80, PIPE_WIDTH])
def test_nothing_trails(width: int) -> None:
    blocks: list[Block] = [Title("Bean"), OFFERS, Prose("word " * 50)]
    assert not re.search(r" +$", laid_out(blocks, Screen(width)), re.MULTILINE)
