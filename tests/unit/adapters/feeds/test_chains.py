"""The odd ways in which chains write their lists, each shown by lines of the real ones."""

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
    """A header and a line of a chain's real list."""

    profile: str
    delimiter: str
    header: str
    line: str
    encoding: str = "utf-8"

    def row(self, lists: "Lists", **texts: str) -> ListRow:
        """The line's row, with other texts in some columns, which are named by their beginnings."""
        columns, fields = (text.split(self.delimiter) for text in (self.header, self.line))
        for beginning, text in texts.items():
            (index,) = (index for index, column in enumerate(columns) if column.lower().startswith(beginning))
            fields[index] = text
        content = f"{self.header}\n{self.delimiter.join(fields)}\n".encode(self.encoding)
        (row,) = lists.read(content, self.profile, f"{self.profile}_1_2025-12-29.csv")
        return row


KAUFLAND = Real(
    "kaufland",
    "\t",
    "naziv proizvoda\tšifra proizvoda\tmarka proizvoda\tneto količina(KG)\tjedinica mjere\tmaloprod.cijena(EUR)\t"
    "akc.cijena, A=akcija\tkol.jed.mj.\tjed.mj. (1 KOM/L/KG)\tcijena jed.mj.(EUR)\tMPC poseb.oblik prod\t"
    "Najniža MPC u 30dana\tSidrena cijena\tbarkod\tWG",
    "Sky lemon 2 l PET\t00010986\tSky\t2\tKOM\t       1,45\tA\t1\tL\t0,675\t       1,45\t1,79\t"
    "MPC 2.5.2025=1,79€\t3871059000528\tPIĆE",
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
