"""The odd ways in which chains write their lists, each shown by lines of the real ones."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from coprra.domain.kernel.money import Money
from coprra.domain.prices.list_run import ListRow
from coprra.domain.prices.observation import Special, Terms

if TYPE_CHECKING:
    from tests.unit.adapters.feeds.conftest import Lists


@dataclass(frozen=True)
class Real:
    """A header and a line of a chain's real list. Here the columns are parted by "|", there by the delimiter."""

    profile: str
    delimiter: str
    header: str
    line: str
    encoding: str = "utf-8"

    def row(self, lists: "Lists", **texts: str) -> ListRow:
        """The line's row, with other texts in some columns, which are named by their beginnings."""
        columns, fields = (text.split("|") for text in (self.header, self.line))
        for beginning, text in texts.items():
            (index,) = (index for index, column in enumerate(columns) if column.lower().startswith(beginning))
            fields[index] = text
        content = io.StringIO()
        csv.writer(content, delimiter=self.delimiter).writerows((columns, fields))
        (row,) = lists.read(content.getvalue().encode(self.encoding), self.profile, f"{self.profile}_1_2025-12-29.csv")
        return row


KAUFLAND = Real(
    "kaufland",
    "\t",
    "naziv proizvoda|šifra proizvoda|marka proizvoda|neto količina(KG)|jedinica mjere|maloprod.cijena(EUR)|"
    "akc.cijena, A=akcija|kol.jed.mj.|jed.mj. (1 KOM/L/KG)|cijena jed.mj.(EUR)|MPC poseb.oblik prod|"
    "Najniža MPC u 30dana|Sidrena cijena|barkod|WG",
    "Sky lemon 2 l PET|00010986|Sky|2|KOM|       1,45|A|1|L|0,675|       1,45|1,79|"
    "MPC 2.5.2025=1,79€|3871059000528|PIĆE",
)
LIDL = Real(
    "lidl",
    ",",
    "NAZIV|ŠIFRA|NETO_KOLIČINA|JEDINICA_MJERE|MARKA|MALOPRODAJNA_CIJENA|MPC_ZA_VRIJEME_POSEBNOG_OBLIKA_PRODAJE|"
    "NAJNIZA_CIJENA_U_POSLJ._30_DANA|CIJENA_ZA_JEDINICU_MJERE|BARKOD|KATEGORIJA_PROIZVODA|Sidrena_cijena_na_02.05.2025",
    "Mineralna voda gazirana|0000007|1.5|1,5l|Saguaro|0.45|||0.3|4056489796367|Piće|0,45",
    "cp1250",
)
EUROSPIN = Real(
    "eurospin",
    ";",
    "NAZIV_PROIZVODA|ŠIFRA_PROIZVODA|MARKA_PROIZVODA|NETO_KOLIČINA|JEDINICA_MJERE|MALOPROD.CIJENA(EUR)|"
    "CIJENA_ZA_JEDINICU_MJERE|MPC_POSEB.OBLIK_PROD|POSEB.OBLIK_PROD__ZA_JEDINICU_MJERE|NAJNIŽA_MPC_U_30DANA|"
    "SIDRENA_CIJENA|BARKOD|KATEGORIJA_PROIZVODA",
    "MUFFIN 400g|010969801|NO BRAND|0,4|KG|1,99|4,98|0|0|0|2,29|8017596061003|HRANA",
    "cp1250",
)
METRO = Real(
    "metro",
    ",",
    "NAZIV|SIFRA|MARKA|NETO_KOLICINA|JED_MJERE|MPC|CIJENA_PO_MJERI|POSEBNA_PRODAJA|NAJNIZA_30_DANA|SIDRENA_02_05|BARKOD|"
    "KATEGORIJA",
    "200/1 FL PAPIR. ŠTAPIĆI ZA UŠI|250553|FINE LIFE|76 G|KG|.91|11.97||.91|.83|3856024703468|toaletne potrepštine",
)


def measure(row: ListRow) -> str:
    assert row.article
    return str(row.article.measure)


def problems(row: ListRow) -> list[tuple[str, str, str]]:
    return [(problem.field, problem.code, problem.value) for problem in row.problems]


def test_kaufland_pads_prices_and_repeats_the_special_one_in_the_place_of_the_regular(lists: "Lists") -> None:
    row = KAUFLAND.row(lists)
    assert row.terms == Terms(None, Special(Money.of("1.45", "EUR")))
    assert str(row.claims.lowest_30_days) == "1.79 EUR"
    assert row.article
    assert (row.article.brand, row.article.category, str(row.article.measure)) == ("Sky", "drinks", "2 l")
    assert row.problems == ()


def test_a_repeated_special_that_differs_is_beside_the_regular_price(lists: "Lists") -> None:
    row = KAUFLAND.row(lists, maloprod="       1,79")
    assert row.terms == Terms(Money.of("1.79", "EUR"), Special(Money.of("1.45", "EUR")))


@pytest.mark.parametrize(
    ("text", "anchor", "day"),
    [
        ("MPC 2.5.2025=7,99€", "7.99 EUR", "2025-05-02"),
        ("MPC24.9.2025=1,69€", "1.69 EUR", "2025-09-24"),
        ("MPC 2.5.2025=6€", "6.00 EUR", "2025-05-02"),
        ("MPC 24072025=5,99€", "5.99 EUR", "2025-07-24"),
        ("MPC 02.05.2025=1,7", "1.70 EUR", "2025-05-02"),
        ("#", "None", "None"),
        (" ", "None", "None"),
    ],
)
def test_an_anchor_price_can_carry_its_own_day(lists: "Lists", text: str, anchor: str, day: str) -> None:
    row = KAUFLAND.row(lists, sidrena=text)
    assert (str(row.claims.anchor), str(row.claims.anchor_on)) == (anchor, day)
    assert row.problems == ()


@pytest.mark.parametrize(
    "text", ["okus piletine", "MPC23.0.8.2025=7,79€", "MPC 31.2.2025=7,79€", "MPC 2.5.2025=1.10€", "MPC 1" + "9" * 90]
)
def test_an_anchor_price_of_another_form_is_left_out_and_shown_whole(lists: "Lists", text: str) -> None:
    row = KAUFLAND.row(lists, sidrena=text)
    assert (row.claims.anchor, row.claims.anchor_on) == (None, None)
    assert problems(row) == [("anchor", "unusable_claim", text[:80])]


@pytest.mark.parametrize(
    ("unit", "title", "claim"),
    [
        ("L", "Sky lemon 2 l PET", "0.675000 EUR per 1 l"),
        ("", "Sky lemon 2 l PET", "0.675000 EUR per 1 l"),
        ("KOM", "Eveline facemed maska za lice 2x5 ml", "None"),
        ("100 g", "Čips 75 g", "None"),
    ],
)
def test_a_unit_price_for_another_unit_than_the_measure_s_is_left_out(
    lists: "Lists", unit: str, title: str, claim: str
) -> None:
    row = KAUFLAND.row(lists, naziv=title, **{"jed.mj": unit})
    assert str(row.claims.unit_price) == claim
    assert row.problems == ()


def test_what_kaufland_sells_by_weight_is_priced_by_the_kilogram_and_a_sign_is_no_brand(lists: "Lists") -> None:
    row = KAUFLAND.row(lists, naziv="Banjalučki ćevapi", marka="#", jedinica="KG")
    assert measure(row) == "1 kg"
    assert row.article
    assert row.article.brand is None


def test_lidl_leaves_the_price_empty_while_there_is_a_special_one_and_writes_both_decimal_signs(lists: "Lists") -> None:
    row = LIDL.row(lists, malo="", mpc="0.75", najniza="1.09", sidrena="1,09")
    assert row.terms == Terms(None, Special(Money.of("0.75", "EUR")))
    assert (str(row.claims.anchor), str(row.claims.lowest_30_days)) == ("1.09 EUR", "1.09 EUR")
    assert str(LIDL.row(lists, sidrena="1.98").claims.anchor) == "1.98 EUR"
    assert row.problems == ()


def test_lidl_s_words_for_nothing_are_no_claim_and_no_brand(lists: "Lists") -> None:
    row = LIDL.row(lists, sidrena="Nije_bilo_u_prodaji_02.05.2025", marka="-")
    assert row.claims.anchor is None
    assert row.article
    assert row.article.brand is None
    assert row.problems == ()


@pytest.mark.parametrize(
    ("pack", "kilograms"),
    [
        ("cca. 2kg", "1 kg"),
        ("ca. 1,4kg", "1 kg"),
        ("ca.1000g", "1 kg"),
        ("cca. 900-1800g", "1 kg"),
        ("ca 0,4-0,6kg", "1 kg"),
        ("CA. 2 L", "1 l"),
        ("1,5l", "1.5 l"),
        ("2,275kg", "2.275 kg"),
        ("10x14,2g", "142 g"),
        ("3komad", "3 piece"),
    ],
)
def test_a_pack_of_about_so_much_is_priced_by_the_base_unit_where_the_profile_says_so(
    lists: "Lists", pack: str, kilograms: str
) -> None:
    row = LIDL.row(lists, jedinica=pack)
    assert measure(row) == kilograms
    assert row.problems == ()


def test_a_pack_of_about_so_much_is_no_measure_elsewhere(one_row: Callable[..., ListRow]) -> None:
    row = one_row(title="Lamb", pack="ca. 2 kg")
    assert measure(row) == "None"
    assert problems(row) == [("pack", "unreadable_pack", "ca. 2 kg")]


def test_an_article_in_several_packs_has_no_measure_of_its_own(lists: "Lists") -> None:
    row = LIDL.row(lists, naziv="Milka Čokolada sort.", jedinica="250g, 276g, 300g")
    assert measure(row) == "None"
    assert problems(row) == [("pack", "unreadable_pack", "250g, 276g, 300g")]
    assert row.claims.unit_price is None


@pytest.mark.parametrize("packs", ["40x1,5g,40x2g", "178,5g,185g", "1kom.+21ml, 2 kom", "20komad,24komad"])
def test_a_title_says_nothing_of_an_article_in_several_packs(packs: str, lists: "Lists") -> None:
    row = LIDL.row(lists, naziv="Crni čaj Selection SK1, 40x1,5g", jedinica=packs)
    assert measure(row) == "None"
    assert problems(row) == [("pack", "unreadable_pack", packs)]


def test_several_packs_that_hold_the_same_are_one_measure(lists: "Lists") -> None:
    row = LIDL.row(lists, naziv="Milka Čokolada sort.", jedinica="2x50g, 100 g,100g")
    assert measure(row) == "100 g"
    assert row.problems == ()


def test_eurospin_s_zero_is_no_special_price_and_its_own_unit_price_is_for_what_is_asked(lists: "Lists") -> None:
    row = EUROSPIN.row(lists)
    assert row.terms == Terms(Money.of("1.99", "EUR"))
    assert (measure(row), str(row.claims.unit_price)) == ("0.4 kg", "4.980000 EUR per 1 kg")
    assert row.problems == ()
    row = EUROSPIN.row(lists, mpc_="1,49", poseb="3,73", najniža="1,99")
    assert row.terms == Terms(Money.of("1.99", "EUR"), Special(Money.of("1.49", "EUR")))
    assert str(row.claims.unit_price) == "3.730000 EUR per 1 kg"
    assert str(row.claims.lowest_30_days) == "1.99 EUR"
    assert row.problems == ()


@pytest.mark.parametrize("barcode", ["", "9999999999994"])
def test_eurospin_s_number_of_nines_stands_for_none(lists: "Lists", barcode: str) -> None:
    assert problems(EUROSPIN.row(lists, barkod=barcode)) == [("gtin", "no_gtin", "")]


def test_a_quote_within_a_title_is_a_letter_where_the_profile_knows_how_it_is_escaped(lists: "Lists") -> None:
    header = ";".join(f'"{column}"' for column in EUROSPIN.header.split("|"))
    line = r'"SRED. \\\"OXY BLU\\\" 1kg";"008987601";"DEXAL";"1";"KG";"3,65";"3,65";"0";"0";"0";"3,65";"";"HRANA"'
    content = f"{header}\n{line}\n{line}\n".encode("cp1250")
    for row in lists.read(content, name="eurospin_1_2025-12-29.csv"):
        assert row.article
        assert (row.article.sku, row.article.brand, row.article.category) == ("008987601", "DEXAL", "food")
        assert row.article.title == r"SRED. \"OXY BLU\" 1kg", "it is escaped twice"
        assert row.terms == Terms(Money.of("3.65", "EUR"))


def test_metro_writes_no_zero_before_the_point_and_packs_with_their_unit(lists: "Lists") -> None:
    row = METRO.row(lists)
    assert row.terms == Terms(Money.of("0.91", "EUR"))
    assert (measure(row), str(row.claims.unit_price)) == ("76 g", "11.970000 EUR per 1 kg")
    assert row.article
    assert row.article.category == "toiletries"
    assert row.problems == ()
    assert measure(METRO.row(lists, neto=".75 L", jed="L")) == "0.75 l"
    assert measure(METRO.row(lists, neto="720 L", jed="L")) == "720 l", "a whole pallet"


def test_metro_repeats_the_special_price_too(lists: "Lists") -> None:
    row = METRO.row(lists, mpc="29.99", posebna="29.99")
    assert row.terms == Terms(None, Special(Money.of("29.99", "EUR")))
    assert row.problems == ()


def test_leading_zeros_that_metro_s_barcodes_lost_are_put_back(lists: "Lists") -> None:
    row = METRO.row(lists, barkod="16229909819")
    assert row.article
    assert [gtin.short for gtin in row.article.gtins] == ["0016229909819"]
    assert problems(row) == [("gtin", "repaired_gtin", "16229909819")]
