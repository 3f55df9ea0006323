"""Measures in texts: read from titles that real lists and hostile strangers write."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.prices.measure import InvalidMeasure, Measure, Unit
from coprra.domain.prices.measure_text import Confidence, parse_measure, read_measure


def read(text: str) -> str | None:
    reading = read_measure(text)
    return None if reading is None else str(reading.measure)


def confidence(text: str) -> Confidence | None:
    reading = read_measure(text)
    return None if reading is None else reading.confidence


@pytest.mark.parametrize("unit", "oz lb mg g kg floz pt qt gal ml cl l cbm in ft yd cm m sqft sqm ct".split())
def test_every_unit_of_a_merchant_feed_is_read(unit: str) -> None:
    assert parse_measure(f"1.5 {unit}") == parse_measure(f"1.5{unit.upper()}") == Measure.of("1.5", unit)


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("0.23 kg", "0.23 kg"),
        ("0,250 L", "0.25 l"),
        (",5 KG", "0.5 kg"),
        (".75 L", "0.75 l"),
        ("315 G", "315 g"),
        ("12,0000 kom", "12 piece"),
        ("6x0,33l", "1.98 l"),
        ("200 komad", "200 piece"),
        ("2 x 3 x 10 g", "60 g"),
    ],
)
def test_the_columns_of_real_lists_are_read(text: str, measure: str) -> None:
    assert str(parse_measure(text)) == measure
    assert confidence(text) is Confidence.HIGH


@pytest.mark.parametrize("text", ["", "kg", "1", "1 kg neto", "ca. 1 kg", "0 g", "0,000 KG", "1,2,3,4 g", "1 kg 2 g"])
def test_a_column_with_more_or_less_than_a_measure_is_refused(text: str) -> None:
    with pytest.raises(InvalidMeasure):
        parse_measure(text)


@pytest.mark.parametrize(
    ("text", "decimal", "measure"),
    [
        ("1.000 g", None, "1000 g"),
        ("1.000 g", ",", "1000 g"),
        ("1.000 g", ".", "1 g"),
        ("1,234 ml", None, "1234 ml"),
        ("26,000 kom", ",", "26 piece"),
        ("1.364 L", None, "1.364 l"),
        ("1.364 L", ",", "1364 l"),
        ("0.250 g", None, "0.25 g"),
        ("1.234,5 g", None, "1234.5 g"),
        ("1,234.5 g", None, "1234.5 g"),
    ],
)
def test_three_digits_are_thousands_only_where_decimals_make_no_sense(
    text: str, decimal: str | None, measure: str
) -> None:
    assert str(parse_measure(text, decimal)) == measure


def test_guessing_thousands_is_said() -> None:
    guess = read_measure("1.000 g")
    known = read_measure("1.000 g", ",")
    assert guess is not None
    assert known is not None
    assert (guess.confidence, known.confidence) == (Confidence.LOW, Confidence.HIGH)
    assert "thousands" in guess.reason


@pytest.mark.parametrize(
    ("title", "measure"),
    [
        ("DATULJA EUROCOMPANY DEGLET NOUR 200g", "200 g"),
        ("VINO ROSE 1L KK BADEL 1862", "1 l"),
        ("Topanito Tequila Blanco 40% 0,7L", "0.7 l"),
        ("MLIJEKO UHT 2,8% M.M SPAR 1 L ", "1 l"),
        ("TIJESTO SPAGHETTINI 3 500g BARILLA", "500 g"),
        ("OM SILAN FRANGIPANI 1.364 L", "1.364 l"),
        ("VINO DEGRA.T.B.CUVEE B.0,75 L", "0.75 l"),
        ("KFree.Vrhje za šlag bez laktoze 30%,200g", "200 g"),
        ("Milk 1 gallon", "1 gal"),
        ("Tide Liquid 150 fl oz, 96 loads", "150 floz"),
        ("Beans 11.3 oz (320 g)", "11.3 oz"),
        ("Riegele Weißbier 20 x 0,5 l", "10 l"),
        ("NAPITAK ZOB 4X1 L DAR", "4 l"),
        ("ČAJ K PLUS MENTA 20X1.5g", "30 g"),
        ("15G*5 ŽIVOTINJSKO CARSTVO", "75 g"),
        ("100GX4 GAVRILOVIĆ PAŠT ČAJNA", "400 g"),
        ("LIZALICA CANDY CANE CLASS 12 gX10kom", "120 g"),
        ("S-BUDGET Brötchen 4 Stk. je 75g", "300 g"),
        ("Gabelbissen 3 Becher à 110g", "330 g"),
    ],
)
def test_a_title_that_says_it_once_is_trusted(title: str, measure: str) -> None:
    assert (read(title), confidence(title)) == (measure, Confidence.HIGH)


@pytest.mark.parametrize(
    ("title", "measure"),
    [
        ("Afrodita Krema za lice hranji.badem50ml", "50 ml"),
        ("Zbregov Mlij.nap.Polleo čok.b.lak0,5LTET", "0.5 l"),
        ("DRESING DEVELY 75 mlFRENCH VREĆICA", "75 ml"),
        ("PULLED BEEF E500 G PIK", "500 g"),
        ("KLC.čaj.instant.limun.400.g.", "400 g"),
    ],
)
def test_words_that_a_narrow_column_glued_together_are_parted(title: str, measure: str) -> None:
    assert read(title) == measure


@pytest.mark.parametrize(
    ("title", "measure"),
    [
        ("TORTILJE KUKURUZNE 6 KOM 360 G DELISUN", "360 g"),
        ("Knoppers vafel punj.čok.kremom 3/1 75g", "75 g"),
        ("Süssina sladilo stevia 200 tab.  11g", "11 g"),
        ("DIX TEK.DETERDZENT 3 L 60 PR.FIBER PROTECTION", "3 l"),
        ("PERŠIN 35g (400ML) KOTANYI", "35 g"),
        ("DEO 150ml+BALZAM 4.5g MELEM CLASSIC", "150 ml"),
    ],
)
def test_content_goes_before_pieces_washes_and_the_size_of_the_jar(title: str, measure: str) -> None:
    assert read(title) == measure


@pytest.mark.parametrize(
    ("title", "measure"),
    [
        ("SLANUTAK LIM.400g/240g PODRAVKA", "240 g"),
        ("MASLINE ZEL S PAPR 700/400 g OLYMP", "400 g"),
        ("TUNA U MAS. ULJU RIO MARE 3*80 g/3*52g", "156 g"),
        ("GRAH SMEĐI GARDEN GOOD 3X210/140 g", "420 g"),
        ("KOMPOT GARDEN GOOD BRESKVA 480g/825g", "480 g"),
        ("SKUSA FILET DIMLJENA 170 G (NETO 102 G)", "102 g"),
    ],
)
def test_of_two_weights_the_drained_one_counts(title: str, measure: str) -> None:
    assert read(title) == measure
    assert confidence(title) is not Confidence.HIGH


@pytest.mark.parametrize(
    ("title", "measure"),
    [
        ("BOJA KOSA BAK.CRVENA 4.54 60+60ml", "120 ml"),
        ("OM ORNEL GOLD DREAM 1.6L + 200ml", "1800 ml"),
        ("PIVO HEINEKEN LIMENKA 6PACK 0.5L", "3 l"),
        ("Coke 12 fl oz (pack of 24)", "288 floz"),
        ("PP ZMAJSKI 6/0,33L", "1.98 l"),
        ("Šećer kristal 25/1 kg", "25 kg"),
        ("Mehl 1/2 kg", "0.5 kg"),
        ("pack of 3 × 2", "6 piece"),
    ],
)
def test_a_rule_that_had_to_choose_is_less_sure(title: str, measure: str) -> None:
    assert (read(title), confidence(title)) == (measure, Confidence.MEDIUM)


@pytest.mark.parametrize(
    ("title", "measure"),
    [
        ("12 Rollen Toilettenpapier", "12 piece"),
        ("SOFTY TOALETNI PAPIR 8 ROLA 110 LISTICA 3 SLOJA", "8 piece"),
        ("TP PALOMA DINO 3SL 8/1", "8 piece"),
        ("Violeta Maram.vlaž.med i kam5x51kom", "255 piece"),
        ("VL.MAR.VIOLETA 5x51/1", "255 piece"),
        ("BRIJAČ GILL BLUE3  6+2KOM LIGA PRVAKA", "8 piece"),
        ("Vitamin D3 7000 Tabletten, 12 St", "12 piece"),
        ("Vitamin C 1000 mg 60 tablets", "60 piece"),
        ("PEL LUMPI PREM MAXI 4 (7-14KG) 42/1", "42 piece"),
        ("Windeln Vorratsbox Gr. 6 (15 kg+), 156 St", "156 piece"),
    ],
)
def test_without_content_pieces_are_counted(title: str, measure: str) -> None:
    assert (read(title), confidence(title)) == (measure, Confidence.MEDIUM)


@pytest.mark.parametrize(
    ("title", "measure"),
    [
        ("VREĆE ZA SMEĆE 60L 15/1", "15 piece"),
        ("VREĆICA ZAMR HD 3L 38/1 F&P", "38 piece"),
        ("SPAR Müllbeutel mit Duft 30l 20 Stk.", "20 piece"),
        ("ČAŠA PAP.TOO. BIJELA 0,20 l 50 kom", "50 piece"),
        ("TOALETNI PAPIR DUGI 2S,600L, 4 role", "4 piece"),
        ("RUKAVICE VILEDA 10/1 L", "10 piece"),
    ],
)
def test_capacity_and_size_are_no_content(title: str, measure: str) -> None:
    assert read(title) == measure


@pytest.mark.parametrize(
    ("title", "measure"),
    [
        ("Svježa pileća leđa, cca. 750g", "750 g"),
        ("ŠLAG PJENA VODA 42g 3+1GRAT DOLCELA", "168 g"),
        ("MIX NESCAFE 3U1 CREAMY LATTE 10+2 GRATIS 180 g", "180 g"),
        ("VODA IZVOR STUDENA 4+2 GRATIS 1.5 L", "9 l"),
        ("LINO CRUNCH 225G+20% GRATIS", "225 g"),
        ("UMAK BBQ BLAGI 300G+AJV LJUT 350g GR", "300 g"),
        ("ALU FOLIJA FINO 30m", "30 m"),
        ("PAPIR PEČENJE 20MX38cm F&P", "20 m"),
        ("KLC papir za pečenje 30 listova", "30 piece"),
        ("Twix Schoko-Karamellriegel 4er", "4 piece"),
        ("4+2 gratis", "6 piece"),
    ],
)
def test_a_guess_is_marked_as_a_guess_and_says_why(title: str, measure: str) -> None:
    reading = read_measure(title)
    assert reading is not None
    assert (str(reading.measure), reading.confidence) == (measure, Confidence.LOW)
    assert reading.reason.endswith(".")


@pytest.mark.parametrize(
    "title",
    [
        "MLIJEKO 3.2% MM",
        "RAKIJA 36% BADEL 1862",
        "Wein Grüner Veltliner 2021",
        "KAVA 3u1",
        "Krema protiv bora 55+",
        "RUKAVICE XL",
        "KUHINJSKI RUČNIK 1/1",
        "Orada 200-300 g",
        "Trlje 200 g - 600 g",
        "Pampers Baby Dry Gr.4 Maxi 9-14kg",
        "Hundefutter bis 15 kg",
        "bosch kgn36xw35g fridge freezer white",
        "apple iphone 8 4g 64gb",
        "Q10 Tabletten",
        "Zavjesa 140x250 cm",
        "22 in LED TV",
        "ASIAGO TVRDI KRAVLJI SIR 1/2",
        "1.5.2024",
        "",
        "3,5",
        "\uff10.5 l",
        "\u0663 kg",
        "1234567890123 g",
    ],
)
def test_what_is_no_measure_is_not_read_as_one(title: str) -> None:
    assert read(title) is None


def test_a_reading_quotes_the_words_it_was_read_from() -> None:
    reading = read_measure("SLANUTAK LIM.400g/240g PODRAVKA")
    assert reading is not None
    assert reading.text == "400g/240g"


@given(st.integers(1, 60), st.sampled_from(["x", " x ", "X", "×", "*", " × "]), st.integers(1, 999))
def test_factors_multiply_in_either_order(count: int, times: str, grams: int) -> None:
    product = Measure.of(count * grams, Unit.GRAM)
    for title in (f"Tee {count}{times}{grams} g", f"Tee {grams}g{times}{count}"):
        reading = read_measure(title)
        assert reading is not None
        assert reading.measure == product


@given(st.decimals("0.01", 50, places=2), st.sampled_from([".", ","]), st.sampled_from(["", " "]))
def test_both_decimal_separators_mean_the_same(litres: Decimal, separator: str, gap: str) -> None:
    reading = read_measure(f"SOK {str(litres).replace('.', separator)}{gap}L PET")
    assert reading is not None
    assert reading.measure == Measure.of(litres, Unit.LITRE)


_PIECES = ["1", "0", "9" * 9, ".", ",", "x", "X", "/", "+", "-", " ", "g", "kg", "ml", "l", "m", "kom", "%", "er", "4g"]
_PIECES += [
    "pack of ",
    "1/1",
    "ca. ",
    "je ",
    "St",
    "Ž",
    "\u017ft",
    "\u212ag",
    "0.000001",
    "gratis",
    "vreće ",
    "fl oz",
    "ft2",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(_PIECES)).map("".join)), st.sampled_from([None, ".", ","]))
def test_no_text_makes_it_raise(text: str, decimal: str | None) -> None:
    reading = read_measure(text, decimal)
    assert reading is None or reading.text in text
