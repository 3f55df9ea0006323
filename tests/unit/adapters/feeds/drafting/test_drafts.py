"""A list that no profile fits is looked at, and a profile for it begun: to be completed, and never acted upon."""

import gzip
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.feeds.declarations.profile import TERMS, load_profiles
from coprra.adapters.feeds.drafting.drafts import FileDrafts
from coprra.adapters.feeds.drafting.header_words import sounds_like
from coprra.adapters.feeds.recognition import UndeterminedProfile
from coprra.domain.kernel.errors import Unreadable

if TYPE_CHECKING:
    from tests.unit.adapters.feeds.conftest import Lists

SAMPLE = Path(__file__).parents[5] / "sample" / "hr_pricelists"
PROFILES = load_profiles(None)
SHOP = (
    "Artikelnummer;Bezeichnung;Marke;Inhalt;Einheit;Preis;Aktionspreis;Grundpreis;EAN;Warengruppe;Regal\n"
    "17;Kräutertee;Čaj;20;Stück;1,99;;0,10;4006381333931;Tee;A1\n"
    "18;Brot;;0,5;kg;3,49;2,99;5,98;;Backwaren;\n"
)


def draft(lists: "Lists", content: str | bytes, name: str = "prices.csv") -> str:
    return FileDrafts().draft(lists.write(content, name))


def test_a_draft_is_a_profile_that_reads_the_list(lists: "Lists") -> None:
    text = draft(lists, SHOP)
    lists.declare(text, "my_shop")
    tea, bread = lists.rows(str(lists.folder / "prices.csv"), "my_shop")
    assert tea.article
    assert (tea.article.sku, tea.article.title, tea.article.brand) == ("17", "Kräutertee", "Čaj")
    assert [str(tea.article.measure), *(gtin.short for gtin in tea.article.gtins)] == ["20 piece", "4006381333931"]
    assert tea.terms
    assert bread.terms
    assert bread.terms.special
    assert [str(tea.terms.price), str(bread.terms.special.price)] == ["1.99 EUR", "2.99 EUR"]
    assert str(bread.claims.unit_price) == "5.980000 EUR per 1 kg"


def test_a_draft_states_what_was_seen_and_marks_what_was_guessed(lists: "Lists") -> None:
    lines = draft(lists, SHOP.encode("cp1250", "replace")).split("\n")
    assert lines[0] == '# A draft for prices.csv, which looks like text in cp1250, its columns parted by ";".'
    assert 'encoding = "cp1250" # a guess' in lines
    assert 'delimiter = ";"' in lines
    assert 'decimal = "," # a guess' in lines
    assert 'gtin = "EAN" # 4006381333931' in lines
    assert '# not used: "Regal" # A1' in lines
    assert [line for line in lines if line.startswith('# "')] == ['# "Backwaren" = ""', '# "Tee" = ""']


@pytest.mark.parametrize("path", sorted(SAMPLE.glob("*_20*")), ids=lambda path: path.name)
def test_the_draft_for_a_real_list_finds_what_its_profile_says(path: Path) -> None:
    """But for what only a person can know; so every profile that ships could have begun as a draft."""
    shipped = PROFILES[path.name.split("_")[0]]
    begun = tomllib.loads(FileDrafts().draft(str(path)))
    assert begun["format"]["kind"] == shipped.format.kind
    for key in ("encoding", "delimiter", "root", "row", "header_row"):
        assert begun["format"].get(key) == getattr(shipped.format, key, None)
    assert begun["numbers"]["decimal"] in shipped.numbers.decimal
    found = {term for term, name in begun["columns"].items() if name in shipped.columns.get(term, ())}
    wanted = {"sku", "title", "price", "special", "lowest_30_days", "unit_price", "gtin", "brand", "category"}
    if shipped.name == "dm":
        wanted -= {"sku", "title"}  # one heading for both
    assert wanted <= found


def test_a_workbook_s_header_is_the_first_full_row() -> None:
    assert tomllib.loads(FileDrafts().draft(str(SAMPLE / "dm_all_2025-12-29.xlsx")))["format"] == {
        "kind": "xlsx",
        "header_row": 3,
    }


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("a,b\n1,2\n", {"kind": "csv", "encoding": "utf-8", "delimiter": ","}),
        ("a\tb\n1,5\t2,5\n", {"kind": "csv", "encoding": "utf-8", "delimiter": "\t"}),
        ("a|b|c\n1,5|2;3|4\n", {"kind": "csv", "encoding": "utf-8", "delimiter": "|"}),
        ("name;price\nMilk, fresh;1,99\nTea, green;2,99\n", {"kind": "csv", "encoding": "utf-8", "delimiter": ";"}),
        ('"a";"b"\n"1;2,3";"4"\n', {"kind": "csv", "encoding": "utf-8", "delimiter": ";"}),
        ("a;b\n1;é\n".encode("cp1252"), {"kind": "csv", "encoding": "cp1252", "delimiter": ";"}),
        ("a;b\n1;č\n".encode("cp1250"), {"kind": "csv", "encoding": "cp1250", "delimiter": ";"}),
        ("a;b\n1;č\n".encode("utf-16"), {"kind": "csv", "encoding": "utf-16", "delimiter": ";"}),
        ("\ufeffa;b\n1;2\n", {"kind": "csv", "encoding": "utf-8", "delimiter": ";"}),
        (
            "<shop><info><x>1</x></info><all><i><id>1</id><name>A</name></i><i><id>2</id><name>B</name></i></all></shop>",
            {"kind": "xml", "root": "shop", "row": "i"},
        ),
    ],
)
def test_the_form_of_a_file_is_seen(lists: "Lists", content: str | bytes, form: dict[str, str]) -> None:
    assert tomllib.loads(draft(lists, content))["format"] == form


@pytest.mark.parametrize(
    "content",
    [
        "only one column\n1\n2\n",
        "<shop/>",
        "<shop><item/></shop>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]><x><y>&a;</y></x>",
        "\n\n",
    ],
)
def test_what_does_not_look_like_a_list_is_refused(lists: "Lists", content: str) -> None:
    with pytest.raises(Unreadable, match=r"^prices\.csv "):
        draft(lists, content)


def test_a_cut_document_is_looked_at_as_far_as_it_goes(lists: "Lists") -> None:
    rows = "".join(f"<item><id>{number}</id><name>Milk</name></item>" for number in range(20_000))
    with pytest.raises(UndeterminedProfile, match=r"It looks like XML with a row in each <item>: id, name\. Write one"):
        lists.read(f"<shop>{rows}</shop>", name="prices.xml")


def test_a_packed_list_is_looked_at_as_it_is(lists: "Lists") -> None:
    assert draft(lists, gzip.compress(SHOP.encode()), "prices.csv.gz").startswith("# A draft for prices.csv.gz, which")


def test_the_day_in_the_name_of_an_anchor_price_is_taken_over_and_else_it_is_left_to_a_person(lists: "Lists") -> None:
    dated = draft(lists, "sku;naziv;cijena;sidrena cijena na 2.5.2025\n1;x;1,00;2,00\n")
    assert "anchor_on = 2025-05-02 # a guess: the day of the anchor price" in dated
    assert 'anchor = "sidrena cijena na 2.5.2025" # 2,00' in dated
    lists.declare(draft(lists, "sku;naziv;cijena;sidrena\n1;x;1,00;2,00\n"), "my_shop")
    assert len(lists.rows(str(lists.folder / "prices.csv"), "my_shop")) == 1


def test_a_column_without_a_digit_is_no_price() -> None:
    text = FileDrafts().draft(str(SAMPLE / "kaufland_1630_split_2025-10-10.csv"))
    assert 'special = "MPC poseb.oblik prod"' in text
    assert '# not used: "akc.cijena, A=akcija" # A' in text


def test_terms_that_every_list_needs_are_asked_for(lists: "Lists") -> None:
    text = draft(lists, "x1;x2\na;b\n")
    for term in ("sku", "title", "price"):
        assert f'# {term} = "" # which of the columns below?' in text
    lists.declare(text, "my_shop")
    with pytest.raises(Exception, match=r"\[columns\] sku: is missing"):
        lists.feeds.profiles()


@given(
    names=st.lists(
        st.text(st.characters(exclude_characters="\r\n\0", codec="utf-8"), max_size=30), min_size=2, max_size=6
    )
)
def test_whatever_columns_are_called_a_draft_is_toml(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    path = tmp_path_factory.mktemp("draft") / "prices.csv"
    row = ";".join('"' + name.replace('"', '""') + '"' for name in names)
    path.write_text(f"{row}\n{row}\n", "utf-8", newline="")
    try:
        text = FileDrafts().draft(str(path))
    except Unreadable:
        return
    declared = tomllib.loads(text)
    assert declared["columns"].keys() <= set(TERMS)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)


@pytest.mark.parametrize(
    ("column", "term"),
    [
        ("MPC za vrijeme posebnog oblika prodaje", "special"),
        ("Cijena za jedinicu mjere", "unit_price"),
        ("Najniža cijena u posljednjih 30 dana", "lowest_30_days"),
        ("POSEB.OBLIK_PROD__ZA_JEDINICU_MJERE", "special_unit_price"),
        ("Šifra proizvoda", "sku"),
        ("ProductId", "sku"),
        ("Product", "title"),
        ("Grundpreis", "unit_price"),
        ("Preis", "price"),
        ("sale_price", "special"),
        ("Barcode", "gtin"),
        ("Regal", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_a_name_sounds_like_a_term_or_like_none(column: str, term: str | None) -> None:
    assert sounds_like(column) == term


def test_every_term_that_something_can_sound_like_is_one() -> None:
    assert {sounds_like(name) for names in PROFILES["spar"].columns.values() for name in names} - {None} <= set(TERMS)


def test_a_json_document_looks_like_no_list(lists: "Lists") -> None:
    with pytest.raises(Unreadable, match="does not look like a list"):
        FileDrafts().draft(lists.write('[{"id": 1, "name": "Milk"}]', "prices.json"))
