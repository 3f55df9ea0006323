"""File names tell whose list it is, and of when."""

import csv
from datetime import date, datetime
from pathlib import Path, PurePath

import pytest

from coprra.adapters.feeds.declarations.file_names import NamePattern, Origin, house_patterns, is_endless
from coprra.adapters.feeds.declarations.profile import load_profiles

PROFILES = load_profiles(None)
NAMES = Path(__file__).parents[5] / "sample" / "hr_pricelists" / "file_names.csv"
with NAMES.open(encoding="utf-8", newline="") as file:
    PUBLISHED = {row["file"]: row["published_as"] for row in csv.DictReader(file)}

local = datetime.fromisoformat

REAL = {
    "dm_all_2025-12-29.xlsx": ("dm", Origin()),
    "metro_s10_zagreb_2025-08-01.csv": ("metro", Origin("S10", "JANKOMIR 31, ZAGREB", local("2025-08-01T06:30"))),
    "eurospin_310002_zagreb_2025-10-31.csv": (
        "eurospin",
        Origin("310002", "I Štefanovecki zavoj 12-Zagreb-10000", local("2025-10-31T07:30")),
    ),
    "lidl_130_split_2026-01-22.csv": ("lidl", Origin("130", "Put Lore 4 21000 Split", local("2026-01-22T07:15"))),
    "lidl_246_zagreb_2026-01-22.csv": ("lidl", Origin("246", "Ilica 201 10000 Zagreb", local("2026-01-22T07:15"))),
    "kaufland_1630_split_2025-10-10.csv": (
        "kaufland",
        Origin("1630", "114  Brigade 6 Split", local("2025-10-10T07:30")),
    ),
    "konzum_0613_vrsar_2025-12-29.csv": (
        "konzum",
        Origin("0613", "VALKANELA 10 52450 VRSAR", local("2025-12-29T05:20")),
    ),
    "spar_8701_zadar_2025-12-29.csv": (
        "spar",
        Origin("8701", "zadar bleiburskih zrtava 18", local("2025-12-29T03:30")),
    ),
    "plodine_163_pleternica_2025-12-29.csv": (
        "plodine",
        Origin("163", "BANA JOSIPA JELACICA 158A 34310 PLETERNICA", local("2025-12-29T01:50:54")),
    ),
    "studenac_t598_funtana_2025-12-29.xml": (
        "studenac",
        Origin("T598", "Bijela uvala 5 FUNTANA", local("2026-12-29T07:00:14")),
    ),
}
"""What the published names say; Studenac's says a year too many, which the use case refuses as a list of the future."""

KEPT = {
    "dm_all_2025-12-29.xlsx": ("dm", "all", date(2025, 12, 29)),
    "metro_s10_zagreb_2025-08-01.csv": ("metro", "s10", date(2025, 8, 1)),
    "eurospin_310002_zagreb_2025-10-31.csv": ("eurospin", "310002", date(2025, 10, 31)),
    "lidl_246_zagreb_2026-01-22.csv.gz": ("lidl", "246", date(2026, 1, 22)),
    "kaufland_1630_split_2025-10-10.csv.gz": ("kaufland", "1630", date(2025, 10, 10)),
    "konzum_0204_2025-07-03_reshaped.csv": ("konzum", "0204", date(2025, 7, 3)),
    "konzum_0530_2025-07-03_reshaped.csv": ("konzum", "0530", date(2025, 7, 3)),
    "konzum_0613_vrsar_2025-12-29.csv": ("konzum", "0613", date(2025, 12, 29)),
    "konzum_valkanela_2026-01-23.csv": ("konzum", "valkanela", date(2026, 1, 23)),
    "konzum_zagrebacka_2026-01-23.csv.gz": ("konzum", "zagrebacka", date(2026, 1, 23)),
    "konzum_zitna_2026-01-23.csv": ("konzum", "zitna", date(2026, 1, 23)),
    "plodine_163_pleternica_2025-12-29.csv": ("plodine", "163", date(2025, 12, 29)),
    "spar_8701_zadar_2025-12-29.csv": ("spar", "8701", date(2025, 12, 29)),
    "studenac_t598_funtana_2025-12-29.xml.GZ": ("studenac", "t598", date(2025, 12, 29)),
    "local_main_2026-01-05T0730.csv": ("generic", "main", local("2026-01-05T07:30")),
    "konzum/2025-07-03/0204.csv": ("konzum", "0204", date(2025, 7, 3)),
}


def origins(path: str) -> dict[str, Origin]:
    found = {name: profile.origin(PurePath(path)) for name, profile in PROFILES.items()}
    return {name: origin for name, origin in found.items() if origin}


@pytest.mark.parametrize("kept", sorted(PUBLISHED))
def test_every_published_name_says_what_it_says_and_to_its_own_profile_only(kept: str) -> None:
    expected = [REAL[kept]] if kept in REAL else []
    assert list(origins(PUBLISHED[kept]).items()) == expected
    assert list(origins(f"some folder/{PUBLISHED[kept]}.gz").items()) == expected


@pytest.mark.parametrize("name", sorted(KEPT))
def test_every_profile_understands_the_names_of_files_that_are_kept_in_order(name: str) -> None:
    ((profile, origin),) = origins(f"any/where/{name}").items()
    assert (profile, origin.branch, origin.listed_at) == KEPT[name]


@pytest.mark.parametrize(
    ("order", "day", "time", "listed_at"),
    [
        ("ymd", "20251229", "0330", local("2025-12-29T03:30")),
        ("dmy", "29122025", "015054", local("2025-12-29T01:50:54")),
        ("dmy", "29.12.2025", "7.30h", local("2025-12-29T07:30")),
        ("mdy", "12-29-2025", "", date(2025, 12, 29)),
        ("ymd", "2025-12-29", "24-00", None),
        ("ymd", "2025-02-30", "", None),
        ("ymd", "2025-12", "", None),
        ("ymd", "0000-12-29", "", None),
    ],
)
def test_a_date_is_read_in_its_order_or_not_at_all(
    order: str, day: str, time: str, listed_at: date | datetime | None
) -> None:
    pattern = NamePattern.of(r"(?P<date>[\d.-]+)_(?P<time>[\dh.-]*)\.csv", order)
    assert pattern.read(PurePath(f"{day}_{time}.csv")) == Origin(listed_at=listed_at)


def test_a_pattern_begins_at_a_name_and_not_inside_of_one() -> None:
    pattern = NamePattern.of(r"list_(?P<branch>\d+)\.csv")
    assert pattern.read(PurePath("price_list_7.csv")) is None
    assert pattern.read(PurePath("prices/LIST_7.CSV")) == Origin("7")


def test_a_chain_s_code_is_no_pattern() -> None:
    assert all(pattern.read(PurePath("axb_1_2026-01-05.csv")) is None for pattern in house_patterns("a.b"))


def test_a_name_that_no_file_can_have_is_not_compared_and_far_folders_are_left_out() -> None:
    pattern = NamePattern.of(r"(?:.*/)?(?P<branch>\d+)\.csv")
    assert pattern.read(PurePath("x" * 255) / "prices" / "7.csv") == Origin("7")
    assert pattern.read(PurePath("7" * 256 + ".csv")) is None


@pytest.mark.parametrize(
    "expression", ["(a+)+$", "(?:a|aa)*", "((a?)){9}", "(?:[a-z]+_)*x", r"(\(+)+", "([)]+)+", "(?P<branch>a*){2,}"]
)
def test_an_expression_that_may_never_end_is_known(expression: str) -> None:
    assert is_endless(expression)


@pytest.mark.parametrize(
    "expression",
    [r"(?:-\d{2}){3}", r"(?:[^/]*_)?x+", r"(?:ab)+c*", r"(\+\))+", "([+*])+", "(?P<branch>a+)_(b+)", "a+)+"],
)
def test_an_expression_that_ends_is_left_alone(expression: str) -> None:
    assert not is_endless(expression)


def test_no_shipped_expression_is_endless() -> None:
    patterns = [pattern for profile in PROFILES.values() for pattern in profile.patterns]
    assert patterns
    assert not any(is_endless(pattern.expression.pattern) for pattern in patterns)
