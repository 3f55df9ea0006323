"""The real lists of four chains are read as they are; how many rows and problems each has is a fact."""

import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from coprra.adapters.feeds.feeds import FileFeeds
from coprra.domain.prices.list_run import ListRow, Tally

SAMPLE = Path(__file__).parents[4] / "sample" / "hr_pricelists"

FACTS = {
    "konzum_0204_2025-07-03_reshaped.csv": ("konzum/0204", 251, {}),
    "konzum_0530_2025-07-03_reshaped.csv": ("konzum/0530", 252, {}),
    "konzum_0613_vrsar_2025-12-29.csv": ("konzum/0613", 155, {}),
    "konzum_valkanela_2026-01-23.csv": ("konzum/0613", 155, {}),
    "konzum_zagrebacka_2026-01-23.csv": ("konzum/zagrebacka", 270, {}),
    "konzum_zitna_2026-01-23.csv": ("konzum/zitna", 278, {"no_gtin": 1}),
    "plodine_163_pleternica_2025-12-29.csv": ("plodine/163", 278, {}),
    "spar_8701_zadar_2025-12-29.csv": ("spar/8701", 284, {"no_gtin": 1}),
    "studenac_t598_funtana_2025-12-29.xml": ("studenac/T598", 218, {"no_gtin": 3}),
}

# Of the whole lists: rows, rows that can't be taken, problems by code.
WHOLE = {
    "konzum_0204_2025-07-03_reshaped.csv.gz": (10950, 0, {"no_gtin": 158, "restricted_gtin": 2, "unreadable_pack": 7}),
    "konzum_zitna_2026-01-23.csv.gz": (
        12622,
        1,
        {"inexact_price": 1, "no_gtin": 176, "restricted_gtin": 3, "unreadable_pack": 6},
    ),
    "plodine_163_pleternica_2025-12-29.csv.gz": (
        10442,
        0,
        {"invalid_gtin": 99, "no_gtin": 283, "repaired_gtin": 1, "restricted_gtin": 11},
    ),
    "spar_8701_zadar_2025-12-29.csv.gz": (
        17640,
        0,
        {"invalid_gtin": 25, "no_gtin": 71, "restricted_gtin": 3, "unreadable_pack": 6},
    ),
    "studenac_t598_funtana_2025-12-29.xml.gz": (3618, 0, {"cleaned_title": 7, "no_gtin": 254, "restricted_gtin": 4}),
}


def read(path: Path) -> list[ListRow]:
    with FileFeeds().open(str(path)) as (feed,):
        return list(feed.rows())


def test_every_list_of_the_four_chains_is_a_fact() -> None:
    chains = {path.name.split("_")[0] for path in map(Path, FACTS)}
    assert {path.name for chain in chains for path in SAMPLE.glob(f"{chain}_*")} == set(FACTS)


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_list_is_read_whole(name: str) -> None:
    branch, count, warnings = FACTS[name]
    with FileFeeds().open(str(SAMPLE / name)) as (feed,):
        assert feed.branch
        assert str(feed.branch.id) == branch
        assert feed.branch.timezone == "Europe/Zagreb"
        assert feed.listed_at == date.fromisoformat(name.split("_2", 1)[1].join(("2", ""))[:10])
        assert feed.complete
        rows = list(feed.rows())
    tally = Tally()
    for row in rows:
        tally.add(row)
    assert (tally.rows, tally.bad_rows, tally.warnings) == (count, 0, sum(warnings.values()))
    assert tally.by_code == warnings
    assert len({row.sku for row in rows}) == count


def test_a_row_of_each_chain_says_the_same_of_the_same_product() -> None:
    said = {}
    for name in FACTS:
        if "2025-12-29" in name:
            (row,) = (
                row for row in read(SAMPLE / name) if row.article and "09002490100070" in map(str, row.article.gtins)
            )
            assert row.article
            assert row.terms
            asked = row.terms.special or row.terms
            said[row.article.chain] = (row.line, str(row.article.measure), str(asked.price), row.article.category)
    assert said == {
        "konzum": (35, "0.25 l", "2.15 EUR", "drinks"),
        "plodine": (6, "0.25 l", "1.19 EUR", "drinks"),
        "spar": (69, "0.25 l", "1.69 EUR", "drinks"),
        "studenac": (1184, "0.25 l", "2.09 EUR", "drinks"),
    }


@pytest.mark.skipif("COPRRA_EXTRA_DATA" not in os.environ, reason="the whole lists are not part of the repository")
@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_whole_list_is_read(name: str) -> None:
    rows = read(Path(os.environ["COPRRA_EXTRA_DATA"]) / "full" / "hr_pricelists" / name)
    by_code = Counter(problem.code for row in rows for problem in row.problems)
    bad = sum(row.terms is None for row in rows)
    assert (len(rows), bad, dict(sorted(by_code.items()))) == WHOLE[name]
