"""A row is understood as far as possible; what is odd about it is told with line, field and value."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from coprra.domain.kernel.money import Money
from coprra.domain.prices.list_run import ListRow, Severity
from coprra.domain.prices.observation import NO_CLAIMS, Availability, Special, Terms

if TYPE_CHECKING:
    from tests.unit.adapters.feeds.conftest import Lists

OneRow = Callable[..., ListRow]

HEADERS = {
    "konzum": "ŠIFRA PROIZVODA,NAZIV PROIZVODA,MARKA PROIZVODA,NETO KOLIČINA,JEDINICA MJERE,MALOPRODAJNA CIJENA,"
    "CIJENA ZA JEDINICU MJERE,MPC ZA VRIJEME POSEBNOG OBLIKA PRODAJE,NAJNIŽA CIJENA U POSLJEDNIH 30 DANA,"
    "SIDRENA CIJENA NA 2.5.2025,BARKOD,KATEGORIJA PROIZVODA",
    "spar": "šifra;naziv;marka;neto količina;jedinica mjere;MPC (EUR);cijena za jedinicu mjere (EUR);MPC za vrijeme "
    "posebnog oblika prodaje (EUR);Najniža cijena u posljednjih 30 dana (EUR);sidrena cijena na 2.5.2025. (EUR);"
    "barkod;kategorija proizvoda",
    "plodine": "Sifra proizvoda;Naziv proizvoda;Marka proizvoda;Neto kolicina;Jedinica mjere;Maloprodajna cijena;"
    "Cijena po JM;MPC za vrijeme posebnog oblika prodaje;Najniza cijena u poslj. 30 dana;Sidrena cijena na 2.5.2025;"
    "Barkod;Kategorija proizvoda",
}


def of(lists: "Lists", profile: str, line: str) -> ListRow:
    """The row of one line in the order of HEADERS."""
    encoding = "cp1250" if profile == "spar" else "utf-8"
    (row,) = lists.read(f"{HEADERS[profile]}\n{line}\n".encode(encoding), profile, f"{profile}_1_2025-12-29.csv")
    return row


def codes(row: ListRow) -> list[tuple[str, str, str]]:
    return [(problem.field, problem.code, problem.value) for problem in row.problems]


def test_a_special_stands_alone_where_the_list_leaves_the_price_empty(lists: "Lists") -> None:
    row = of(
        lists,
        "konzum",
        "90960368,LISNATO TIJESTO 450 g LEDO ,LEDO,0.45 kg,ko,,4.42,1.99,2.49,2.49,3850116068855,HRANA",
    )
    assert row.line == 2
    assert row.terms == Terms(None, Special(Money.of("1.99", "EUR")))
    assert row.availability is Availability.IN_STOCK
    assert row.problems == ()
    article = row.article
    assert article
    assert (article.chain, article.sku, article.title) == ("konzum", "90960368", "LISNATO TIJESTO 450 g LEDO")
    assert (article.brand, article.category, article.pack, str(article.measure)) == ("LEDO", "food", "0.45 kg", "450 g")
    assert [gtin.value for gtin in article.gtins] == ["03850116068855"]
    assert str(row.claims.lowest_30_days) == "2.49 EUR"
    assert (str(row.claims.anchor), str(row.claims.anchor_on)) == ("2.49 EUR", "2025-05-02")
    assert str(row.claims.unit_price) == "4.420000 EUR per 1 kg"


@pytest.mark.parametrize(
    ("profile", "line", "pack", "measure"),
    [
        # A title that agrees within the rounding of the pack is more exact.
        ("konzum", "1,KOLAČ BROWNIE 75g JAFFA,,0.08 kg,ko,1.25,,,,,,", "0.08 kg", "75 g"),
        ("konzum", "1,SLAD RAFFAELLO 4x70 ml,,0.28 l,ko,8.29,,,,,,", "0.28 l", "280 ml"),
        ("konzum", "1,TUNJ OCEAN 145 g/104 g,,0.10 kg,ko,2.59,,,,,,", "0.10 kg", "104 g"),
        ("konzum", "1,LIP BALM K PLUS 4.8g,,0.00 kg,ko,1.09,,,,,,", "0.00 kg", "4.8 g"),
        ("plodine", "1;LABELLO 4,8 G;;0,005 KG;KOM;2,99;;;;;;", "0,005 KG", "4.8 g"),
        # One that does not agree is about something else.
        ("konzum", "1,LIP BALM MELEM 450 g,,0.01 kg,ko,3.99,,,,,,", "0.01 kg", "0.01 kg"),
        ("konzum", "1,VODA BEZ BROJA,,1.50 l,ko,0.99,,,,,,", "1.50 l", "1.5 l"),
        # Pieces are whole, where they are divided out of the prices.
        ("konzum", "1,BLAZINICE OLEA 140/1,,140.06 ko,ko,0.95,,,,,,", "140.06 ko", "140 piece"),
        ("konzum", "1,VREĆICE LED MIX 480kom,,480.77 ko,ko,0.95,,,,,,", "480.77 ko", "480 piece"),
        ("plodine", "1;EXTRA DZEM VISNJA 650 G;;0,650 KOM;KOM;2,99;;;;;;", "0,650 KOM", "650 g"),
        # What is sold by weight is priced by the kilogram.
        ("konzum", "1,BANANA,,1.00 kg,kg,1.19,,,,,,", "1.00 kg", "1 kg"),
        ("plodine", "1;SIR GOUDA CCA 2,5 KG;;;KG;6,49;;;;;;", None, "1 kg"),
        ("plodine", "1;SIR KOLUT;;2,3 KG;KG;25,49;;;;;;", "2,3 KG", "1 kg"),
        # A pack in two columns.
        ("spar", "1;PUDER BECUTAN;;0,1000;kg;3,25;;;;;;", "0,1000 kg", "0.1 kg"),
        ("spar", "1;SPREJ GLADE;;300,0000;ml;2,79;;;;;;", "300,0000 ml", "300 ml"),
        ("spar", "1;VL.TOA.PAP.ZEWA 80/1;;80,0000;;3,29;;;;;;", "80,0000", "80 piece"),
        # Only a title, and nothing at all.
        ("plodine", "1;BIO KRUSKA 500G;;;KOM;1,79;;;;;;", None, "500 g"),
        ("plodine", "1;BOZICNA ZVIJEZDA;;;KOM;1,79;;;;;;", None, "None"),
    ],
)
def test_the_measure_is_the_most_exact_of_what_the_list_says(
    lists: "Lists", profile: str, line: str, pack: str | None, measure: str
) -> None:
    article = of(lists, profile, line).article
    assert article
    assert (article.pack, str(article.measure)) == (pack, measure)


@pytest.mark.parametrize(
    ("line", "measure"),
    [
        # What would be rounded to nothing is printed as one unit of the last digit.
        ("1,LABELLO CHERRY SHINE 4.8g,,0.01 kg,ko,5.59,1164.58,,,,,", "4.8 g"),
        ("1,LABELLO CHERRY SHINE 4.8g,,0.01 kg,ko,9.99,1164.58,5.59,,,,", "4.8 g"),
        ("1,MASLAC MINI 12X10.4 g,,0.13 kg,ko,1.49,11.94,,,,,", "124.8 g"),
        # One of two packs agrees with the rounding, and both with the unit price.
        ("1,MASKA 2X6ml,,0.01 l,ko,2.79,232.50,,,,,", "12 ml"),
        # The claim is for the pack as printed, for something else, or there is none.
        ("1,LABELLO CHERRY SHINE 4.8g,,0.01 kg,ko,5.59,559.00,,,,,", "0.01 kg"),
        ("1,LABELLO CHERRY SHINE 4.8g,,0.01 kg,ko,5.59,77.00,,,,,", "0.01 kg"),
        ("1,LABELLO CHERRY SHINE 4.8g,,0.01 kg,ko,5.59,,,,,,", "0.01 kg"),
        # A title that is further off is about something else, even where the claim is for it.
        ("1,MELEM 21 g,,0.01 kg,ko,2.10,100.00,,,,,", "0.01 kg"),
        ("1,MELEM,,0.01 kg,ko,5.59,1164.58,,,,,", "0.01 kg"),
    ],
)
def test_a_title_is_believed_beyond_the_rounding_where_the_list_s_unit_price_is_for_it(
    lists: "Lists", line: str, measure: str
) -> None:
    article = of(lists, "konzum", line).article
    assert article
    assert str(article.measure) == measure


def test_a_price_that_is_no_number_says_how_the_profile_writes_one(lists: "Lists", one_row: OneRow) -> None:
    row = of(lists, "spar", "1;NJOKI;;0,5000;kg;3.69;;;;;;")
    assert row.problems[0].reason == "The price is not a number as this profile writes them, such as 1,99."
    row = one_row(price="1,99")
    assert row.problems[0].reason == "The price is not a number as this profile writes them, such as 1.99."


@pytest.mark.parametrize(
    ("profile", "line", "claim"),
    [
        ("spar", "1;NJOKI;;0,5000;kg;3,69;7,38;;;;;", "7.380000 EUR per 1 kg"),
        ("spar", "1;AFTER SHAVE;;100,0000;ml;5,79;0,06;;;;;", "None"),
        ("spar", "1;OMEKŠIVAČ;;0,8000;l;2,19;0,00;;;;;", "None"),
        ("plodine", "1;KRUSKA 500G;;;KOM;1,79;3,58;;;;;", "3.580000 EUR per 1 kg"),
        ("plodine", "1;ZVIJEZDA;;;KOM;1,79;1,79;;;;;", "None"),
    ],
)
def test_a_list_s_unit_price_is_for_a_base_unit_of_the_measure(
    lists: "Lists", profile: str, line: str, claim: str
) -> None:
    row = of(lists, profile, line)
    assert str(row.claims.unit_price) == claim
    assert [code for _, code, _ in codes(row)] == ["no_gtin"]


@pytest.mark.parametrize(
    ("price", "code"),
    [
        ("", "no_price"),
        (" ", "no_price"),
        ("1e400", "unreadable_price"),
        ("NaN", "unreadable_price"),
        ("-inf", "unreadable_price"),
        ("1,99", "unreadable_price"),
        ("1.226 €", "inexact_price"),
        ("-1.99", "negative_price"),
        ("0", "zero_price"),
        ("0.00", "zero_price"),
        ("1.999", "inexact_price"),
        ("99999999999999", "too_large_price"),
        ("9" * 200, "unreadable_price"),
    ],
)
def test_a_price_that_can_t_be_taken_is_an_error_of_its_row_and_never_zero(
    one_row: OneRow, price: str, code: str
) -> None:
    row = one_row(price=price)
    assert (row.sku, row.article, row.terms, row.claims) == ("1", None, None, NO_CLAIMS)
    (problem,) = row.problems
    assert (problem.line, problem.field, problem.value) == (2, "price", price[:80])
    assert (problem.code, problem.severity) == (code, Severity.ERROR)
    assert problem.reason.endswith(".")


def test_a_special_that_can_t_be_read_is_an_error_as_the_regular_price_is_not_asked(one_row: OneRow) -> None:
    row = one_row(price="2.99", special="1,99")
    assert row.terms is None
    assert codes(row) == [("special", "unreadable_price", "1,99")]


def test_a_special_is_taken_beside_the_regular_price(one_row: OneRow) -> None:
    row = one_row(price="2.99", special="1.99")
    assert row.terms == Terms(Money.of("2.99", "EUR"), Special(Money.of("1.99", "EUR")))
    assert row.problems == ()


def test_a_special_that_is_not_lower_is_taken_with_a_warning(one_row: OneRow) -> None:
    row = one_row(price="1.99", special="1.99")
    assert row.terms
    assert codes(row) == [("special", "special_not_lower", "1.99")]
    assert row.problems[0].severity is Severity.WARNING


def test_a_zero_means_what_the_profile_says(lists: "Lists") -> None:
    """A tab-separated list of a chain that writes 0 where there is no special price."""
    lists.declare(
        """
title = "Zero"
[chain]
code = "zero"
name = "Zero"
country = "AT"
currency = "EUR"
timezone = "Europe/Vienna"
[format]
kind = "csv"
delimiter = "\\t"
[numbers]
decimal = ","
zero_means_none = ["special"]
[columns]
sku = "Nr"
title = "Artikel"
price = "Preis"
special = "Aktion"
""",
        "zero",
    )
    content = "Nr\tArtikel\tPreis\tAktion\n1\tMilch\t1,99\t0,00\n2\tTee\t0\t1,99\n"
    taken, refused = lists.read(content, name="zero_1_2026-01-05.tsv")
    assert taken.terms == Terms(Money.of("1.99", "EUR"))
    assert [code for _, code, _ in codes(taken)] == ["no_gtin"]
    assert codes(refused)[0] == ("price", "zero_price", "0")


@pytest.mark.parametrize(
    ("gtin", "usable", "code"),
    [
        ("4006381333931", "04006381333931", None),
        (" 4006381333931 ", "04006381333931", None),
        ("", None, "no_gtin"),
        (" ", None, "no_gtin"),
        ("4006381333930", None, "invalid_gtin"),
        ("845", None, "invalid_gtin"),
        ("4006381x33931", None, "invalid_gtin"),
        ("2011171540101", None, "restricted_gtin"),
        ("11210006508", "00011210006508", "repaired_gtin"),
    ],
)
def test_a_gtin_names_the_product_or_is_left_out_with_a_warning(
    one_row: OneRow, gtin: str, usable: str | None, code: str | None
) -> None:
    row = one_row(gtin=gtin)
    assert row.article
    assert row.terms
    assert [one.value for one in row.article.gtins] == ([usable] if usable else [])
    assert [problem.code for problem in row.problems] == ([code] if code else [])
    assert all(problem.severity is Severity.WARNING for problem in row.problems)


@pytest.mark.parametrize(
    ("texts", "field", "code"),
    [
        ({"brand": "x" * 201}, "brand", "invalid_brand"),
        ({"brand": "Co\x07w"}, "brand", "invalid_brand"),
        ({"pack": "x" * 101}, "pack", "invalid_pack"),
        ({"pack": "a few"}, "pack", "unreadable_pack"),
        ({"unit_price": "cheap", "pack": "1 kg"}, "unit_price", "unusable_claim"),
        ({"unit_price": "0", "pack": "1 kg"}, "unit_price", "unusable_claim"),
        ({"unit_price": "-2", "pack": "1 kg"}, "unit_price", "unusable_claim"),
        ({"unit_price": "9" * 20, "pack": "1 kg"}, "unit_price", "unusable_claim"),
    ],
)
def test_something_optional_that_can_t_be_read_is_left_out_with_a_warning(
    one_row: OneRow, texts: dict[str, str], field: str, code: str
) -> None:
    row = one_row(**texts)
    assert row.article
    assert row.terms
    assert row.article.brand is None
    assert row.claims == NO_CLAIMS
    (problem,) = row.problems
    assert (problem.field, problem.code, problem.severity) == (field, code, Severity.WARNING)
    assert 0 < len(problem.value) <= 80


def test_a_claim_that_can_t_be_read_leaves_the_others(lists: "Lists") -> None:
    row = of(lists, "spar", "1;NJOKI;;1,0000;kg;3,69;3,69;;0;2,99;8000506014107;Hrana")
    assert str(row.claims.anchor) == "2.99 EUR"
    assert row.claims.lowest_30_days is None
    assert codes(row) == [("lowest_30_days", "unusable_claim", "0")]


@pytest.mark.parametrize(
    ("texts", "sku", "field", "code"),
    [
        ({"sku": ""}, None, "sku", "no_sku"),
        ({"sku": " "}, None, "sku", "no_sku"),
        ({"sku": "x" * 65}, None, "sku", "invalid_sku"),
        ({"sku": "1\x1b[2J"}, None, "sku", "invalid_sku"),
        ({"title": ""}, "1", "title", "no_title"),
        ({"title": "x" * 501}, "1", "title", "invalid_title"),
        ({"title": "Mi\x7flk"}, "1", "title", "invalid_title"),
    ],
)
def test_a_row_without_article_number_or_title_is_an_error(
    one_row: OneRow, texts: dict[str, str], sku: str | None, field: str, code: str
) -> None:
    row = one_row(**texts)
    assert (row.sku, row.article, row.terms) == (sku, None, None)
    (problem,) = row.problems
    assert (problem.field, problem.code, problem.severity) == (field, code, Severity.ERROR)
    assert problem.value.isprintable()


def test_a_title_that_was_decoded_twice_keeps_its_price_and_loses_its_control_characters(one_row: OneRow) -> None:
    row = one_row(title="\u00c3\u0096LZ Milk")
    assert row.article is not None
    assert row.article.title == "\u00c3LZ Milk"
    assert [(problem.code, problem.severity) for problem in row.problems] == [("cleaned_title", Severity.WARNING)]


def test_a_row_tells_everything_that_is_odd_about_it(one_row: OneRow) -> None:
    row = one_row(sku="", title="", price="x", gtin="1", brand="\x07")
    assert [problem.code for problem in row.problems] == [
        "no_sku",
        "no_title",
        "unreadable_price",
        "invalid_brand",
        "invalid_gtin",
    ]


def test_blanks_around_and_inside_of_texts_do_not_count(one_row: OneRow) -> None:
    row = one_row(sku=" 1 ", title="  Milk\u00a0 1 l \n fresh ", brand=" Red   Cow ")
    assert row.article
    assert (row.sku, row.article.title, row.article.brand) == ("1", "Milk 1 l fresh", "Red Cow")


@pytest.mark.parametrize(
    ("profile", "word", "category"),
    [("spar", "Pića", "drinks"), ("spar", "pica", "drinks"), ("spar", "FOOD", "food"), ("spar", "", None)],
)
def test_a_list_s_own_words_for_its_categories_are_mapped(
    lists: "Lists", profile: str, word: str, category: str | None
) -> None:
    row = of(lists, profile, f"1;NJOKI;;1,0000;kg;3,69;3,69;;;;8000506014107;{word}")
    assert row.article
    assert row.article.category == category
    assert row.problems == ()


def test_a_category_that_the_profile_does_not_know_is_left_out_with_a_warning(lists: "Lists") -> None:
    row = of(lists, "spar", "1;NJOKI;;1,0000;kg;3,69;3,69;;;;8000506014107;Ostalo")
    assert row.article
    assert row.article.category is None
    assert codes(row) == [("category", "unknown_category", "Ostalo")]


def test_a_profile_without_categories_takes_our_codes_and_nothing_else(one_row: OneRow) -> None:
    for word, category in (("hot_drinks", "hot_drinks"), ("Kaffee", None)):
        row = one_row(category=word)
        assert row.article
        assert row.article.category == category
        assert row.problems == ()
