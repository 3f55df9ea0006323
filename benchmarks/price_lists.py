"""Price lists of any length, made to the statistics of real ones: the same text on every machine."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random

FIRST_DAY = "konzum_0613_2026-01-05.csv"
NEXT_DAY = "konzum_0613_2026-01-06.csv"

COLUMNS = (
    "NAZIV PROIZVODA",
    "ŠIFRA PROIZVODA",
    "MARKA PROIZVODA",
    "NETO KOLIČINA",
    "JEDINICA MJERE",
    "MALOPRODAJNA CIJENA",
    "CIJENA ZA JEDINICU MJERE",
    "MPC ZA VRIJEME POSEBNOG OBLIKA PRODAJE",
    "NAJNIŽA CIJENA U POSLJEDNIH 30 DANA",
    "SIDRENA CIJENA NA 2.5.2025",
    "BARKOD",
    "KATEGORIJA PROIZVODA",
)
ELEMENTS = (
    *("NazivProizvoda", "SifraProizvoda", "MarkaProizvoda", "NetoKolicina", "JedinicaMjere", "MaloprodajnaCijena"),
    *("CijenaZaJedinicuMjere", "MaloprodajnaCijenaAkcija", "NajnizaCijena", "SidrenaCijena", "Barkod"),
    "KategorijeProizvoda",
)

_CHANGED = 0.02
_GONE = _NEW = 0.001
_SPECIAL = 0.128
_NO_GTIN, _SHORT_GTIN, _SECOND_GTIN = 0.014, 0.016, 0.002
_BY_WEIGHT = 0.04
_NO_BRAND = 0.012
_SAYS_SIZE = 0.85
_CATEGORIES = ("HRANA", "KOZMETIKA", "PIĆE", "SREDSTVA ZA ČIŠĆENJE", "PROIZVODI ZA KUĆANSTVO", "TOALETNE POTREPŠTINE")
_CATEGORY_WEIGHTS = (61, 14, 10, 7, 5, 3)
_SIZES = (25, 50, 70, 75, 80, 95, 100, 125, 150, 200, 225, 250, 300, 330, 400, 500, 700, 750, 1000, 1500, 2000, 5000)
_SYLLABLES = "ba be bi bo da de di do ka ke ko ku la le li lo ma me mi mo na ne ni no ra re ri ro sa se so ta te to za"
_ACCENTED = "ča če čo ša še šo ža že žo ćo đa"


@dataclass(frozen=True, slots=True)
class _Words:
    """What titles are made of. Few words and brands are frequent, most are rare."""

    plain: tuple[str, ...]
    brands: tuple[str, ...]

    @classmethod
    def spelt_by(cls, random: Random) -> "_Words":
        syllables = _SYLLABLES.split() * 4 + _ACCENTED.split()

        def word() -> str:
            return "".join(random.choices(syllables, k=random.choice((1, 2, 2, 3)))).upper()

        return cls(
            tuple(word() for _ in range(10_000)),
            tuple(" ".join(word() for _ in range(random.choice((1, 1, 2)))) for _ in range(10_000)),
        )


def _frequent(words: tuple[str, ...], random: Random) -> str:
    return words[int(len(words) * random.random() ** 2.5)]


def _with_check_digit(body: str) -> str:
    """A valid GTIN of those digits."""
    weighed = sum(map(int, body[::-2])) * 3 + sum(map(int, body[-2::-2]))
    return f"{body}{-weighed % 10}"


def _gtin(number: int, random: Random) -> str:
    kind = random.random()
    if kind < _NO_GTIN:
        return ""
    if kind < _NO_GTIN + _SHORT_GTIN:
        return _with_check_digit(f"9{number % 1_000_000:06}")
    # Multiplied by what has no divisor in common with the power of ten: scattered, and every one once.
    return _with_check_digit(f"{random.choice((385, 385, 385, 400, 590))}{number * 387_420_489 % 10**9:09}")


def _amount(cents: int) -> str:
    return f"{cents / 100:.2f}".rstrip("0").rstrip(".")


def _cents(random: Random) -> int:
    cents = int(100 * random.lognormvariate(1.1, 0.8)) + 9
    return cents - cents % 10 + 9 if random.random() < 0.8 else cents


def _article(number: int, words: _Words, random: Random) -> list[str]:
    brand = "" if random.random() < _NO_BRAND else _frequent(words.brands, random)
    size, unit = random.choice(_SIZES), random.choice(("g", "g", "ml"))
    said = random.choice((f"{size}{unit}", f"{size} {unit}")) if random.random() < _SAYS_SIZE else ""
    named = (_frequent(words.plain, random) for _ in range(random.choice((2, 2, 3, 3))))
    title = " ".join(filter(None, (*named, brand, said)))
    weighed = random.random() < _BY_WEIGHT
    pack = 1.0 if weighed else max(round(size / 1000, 2), 0.01)
    cents = _cents(random)
    special = random.random() < _SPECIAL
    asked = max(int(cents * 0.7), 9) if special else cents
    return [
        title,
        f"{9_000_000 + number * 48_271 % 10**7:08}",
        brand,
        f"{pack:.2f} {'l' if unit == 'ml' else 'kg'}",
        "kg" if weighed else "ko",
        "" if special else _amount(asked),
        _amount(round(asked / pack)),
        _amount(asked) if special else "",
        _amount(asked + 20) if special else "",
        _amount(cents),
        _gtin(number, random),
        random.choices(_CATEGORIES, _CATEGORY_WEIGHTS)[0],
    ]


def _repriced(row: list[str], random: Random) -> list[str]:
    price = _amount(_cents(random))
    return [*row[:5], price, *row[6:7], "", "", *row[9:]]


def articles(count: int, seed: int = 1) -> Iterator[list[str]]:
    """The texts of so many rows, in the order of `COLUMNS`; a few articles have a second row, for a second GTIN."""
    random = Random(seed)
    words = _Words.spelt_by(random)
    made = 0
    number = 0
    while made < count:
        row = _article(number, words, random)
        yield row
        made += 1
        number += 1
        if random.random() < _SECOND_GTIN and made < count:
            yield [*row[:10], _with_check_digit(f"386{number:09}"), row[11]]
            made += 1


def write_two_days(folder: Path, count: int) -> None:
    """A complete list of so many rows, and that of the next day: 2 % changed, one in a thousand gone, as many new."""
    random = Random(2)
    first, following = (folder / name for name in (FIRST_DAY, NEXT_DAY))
    with first.open("w", encoding="utf-8", newline="") as one, following.open("w", encoding="utf-8", newline="") as two:
        today, tomorrow = (csv.writer(file, lineterminator="\n") for file in (one, two))
        today.writerow(COLUMNS)
        tomorrow.writerow(COLUMNS)
        for row in articles(count):
            today.writerow(row)
            fate = random.random()
            if fate < _CHANGED:
                tomorrow.writerow(_repriced(row, random))
            elif fate > _CHANGED + _GONE:
                tomorrow.writerow(row)
        for row in articles(max(int(count * _NEW), 1), seed=3):
            tomorrow.writerow([row[0], f"NEW{row[1]}", *row[2:10], "", row[11]])


def write_xml(path: Path, count: int) -> None:
    """The same rows as Studenac writes them."""
    with path.open("w", encoding="utf-8") as file:
        file.write("<Proizvodi>\n  <ProdajniObjekt>\n    <Oznaka>T598</Oznaka>\n    <Proizvodi>\n")
        for row in articles(count):
            file.write("      <Proizvod>\n")
            file.writelines(chain.from_iterable(map(_element, ELEMENTS, row)))
            file.write("      </Proizvod>\n")
        file.write("    </Proizvodi>\n  </ProdajniObjekt>\n</Proizvodi>\n")


def _element(name: str, text: str) -> tuple[str, ...]:
    return ("        <", name, ">", text, "</", name, ">\n") if text else ("        <", name, "/>\n")
