"""The real lists of nine chains are read as they are; how many rows and problems each has is a fact."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from coprra.adapters.feeds.feeds import FileFeeds
from coprra.domain.prices.list_run import ListRow, Tally
from coprra.domain.prices.reading import Known
from coprra.domain.prices.unit_price import disagrees
from coprra.domain.products.gtin import read_gtin

SAMPLE = Path(__file__).parents[4] / "sample" / "hr_pricelists"

# Branch, rows, articles, problems by code.
FACTS: dict[str, tuple[str, int, int, dict[str, int]]] = {
    "dm_all_2025-12-29.xlsx": ("dm/all", 119, 119, {"repaired_gtin": 2, "special_not_lower": 9}),
    "eurospin_310002_zagreb_2025-10-31.csv": ("eurospin/310002", 25, 25, {"no_gtin": 2}),
    "kaufland_1630_split_2025-10-10.csv": ("kaufland/1630", 276, 276, {"invalid_gtin": 2}),
    "konzum_0204_2025-07-03_reshaped.csv": ("konzum/0204", 251, 251, {}),
    "konzum_0530_2025-07-03_reshaped.csv": ("konzum/0530", 252, 252, {}),
    "konzum_0613_vrsar_2025-12-29.csv": ("konzum/0613", 155, 155, {}),
    "konzum_valkanela_2026-01-23.csv": ("konzum/0613", 155, 155, {}),
    "konzum_zagrebacka_2026-01-23.csv": ("konzum/zagrebacka", 270, 270, {}),
    "konzum_zitna_2026-01-23.csv": ("konzum/zitna", 278, 278, {"no_gtin": 1}),
    "lidl_130_split_2026-01-22.csv": (
        "lidl/130",
        179,
        156,
        {"invalid_gtin": 2, "restricted_gtin": 7, "unreadable_pack": 26},
    ),
    "metro_s10_zagreb_2025-08-01.csv": ("metro/S10", 239, 239, {"restricted_gtin": 3}),
    "plodine_163_pleternica_2025-12-29.csv": ("plodine/163", 278, 278, {}),
    "spar_8701_zadar_2025-12-29.csv": ("spar/8701", 284, 284, {"no_gtin": 1}),
    "studenac_t598_funtana_2025-12-29.xml": ("studenac/T598", 218, 218, {"no_gtin": 3}),
}

# Of the whole lists: rows, those that can't be taken, unit prices they claim, those that disagree, problems by code.
WHOLE = {
    "dm_all_2025-12-29.xlsx": (
        23109,
        0,
        23047,
        111,
        {
            "repaired_gtin": 524,
            "restricted_gtin": 79,
            "special_not_lower": 144,
            "unreadable_pack": 6,
            "unusable_claim": 14,
        },
    ),
    "eurospin_310002_zagreb_2025-10-31.csv.gz": (
        5180,
        0,
        5180,
        0,
        {"invalid_gtin": 17, "no_gtin": 839, "restricted_gtin": 98},
    ),
    "kaufland_1630_split_2025-10-10.csv.gz": (
        14816,
        0,
        11674,
        1559,
        {"invalid_gtin": 347, "restricted_gtin": 40, "unusable_claim": 16},
    ),
    "konzum_0204_2025-07-03_reshaped.csv.gz": (
        10950,
        0,
        10943,
        32,
        {"no_gtin": 158, "restricted_gtin": 2, "unreadable_pack": 7},
    ),
    "konzum_0530_2025-07-03_reshaped.csv.gz": (
        11470,
        1,
        11460,
        31,
        {"inexact_price": 1, "no_gtin": 176, "restricted_gtin": 2, "unreadable_pack": 9},
    ),
    "konzum_0613_vrsar_2025-12-29.csv.gz": (2274, 0, 2272, 4, {"no_gtin": 21, "restricted_gtin": 1}),
    "konzum_0901_2025-07-03_reshaped.csv.gz": (
        6801,
        0,
        6798,
        15,
        {"no_gtin": 126, "restricted_gtin": 1, "unreadable_pack": 3},
    ),
    "konzum_1601_2025-07-03_reshaped.csv.gz": (5984, 0, 5981, 16, {"no_gtin": 143, "restricted_gtin": 2}),
    "konzum_valkanela_2026-01-23.csv.gz": (2262, 0, 2259, 4, {"no_gtin": 21, "restricted_gtin": 1}),
    "konzum_zagrebacka_2026-01-23.csv.gz": (
        11119,
        1,
        11109,
        27,
        {"inexact_price": 1, "no_gtin": 130, "restricted_gtin": 3, "unreadable_pack": 9},
    ),
    "konzum_zitna_2026-01-23.csv.gz": (
        12622,
        1,
        12612,
        33,
        {"inexact_price": 1, "no_gtin": 176, "restricted_gtin": 3, "unreadable_pack": 6},
    ),
    "lidl_130_split_2026-01-22.csv.gz": (
        12892,
        0,
        11631,
        780,
        {"invalid_gtin": 645, "no_gtin": 137, "restricted_gtin": 3507, "unreadable_pack": 1258},
    ),
    "lidl_246_zagreb_2026-01-22.csv.gz": (
        12912,
        0,
        11651,
        785,
        {"invalid_gtin": 645, "no_gtin": 137, "restricted_gtin": 3514, "unreadable_pack": 1258},
    ),
    "metro_s10_zagreb_2025-08-01.csv.gz": (
        13092,
        0,
        13088,
        880,
        {"no_gtin": 1, "repaired_gtin": 63, "restricted_gtin": 1219},
    ),
    "plodine_163_pleternica_2025-12-29.csv.gz": (
        10442,
        0,
        9755,
        26,
        {"invalid_gtin": 99, "no_gtin": 283, "repaired_gtin": 1, "restricted_gtin": 11},
    ),
    "spar_8701_zadar_2025-12-29.csv.gz": (
        17640,
        0,
        17604,
        1,
        {"invalid_gtin": 25, "no_gtin": 71, "restricted_gtin": 3, "unreadable_pack": 6},
    ),
    "studenac_t598_funtana_2025-12-29.xml.gz": (
        3618,
        0,
        3230,
        152,
        {"cleaned_title": 7, "no_gtin": 254, "restricted_gtin": 4},
    ),
}


def read(path: Path) -> list[ListRow]:
    with FileFeeds().open(str(path)) as (feed,):
        return list(feed.rows())


def test_every_list_of_the_sample_is_a_fact() -> None:
    assert {path.name for path in SAMPLE.glob("*_20*")} == set(FACTS)


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_list_is_read_whole(name: str) -> None:
    branch, count, articles, warnings = FACTS[name]
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
    assert len({row.sku for row in rows}) == articles
    assert all(row.article and row.article.category for row in rows), "the profile knows all of its categories"


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_list_reads_the_same_with_the_texts_of_its_columns_beside_it(name: str) -> None:
    with FileFeeds().open(str(SAMPLE / name)) as (feed,):
        assert [row for _, row in feed.raw_rows()] == list(feed.rows())
        assert {len(texts) for texts, _ in feed.raw_rows()} == {len(feed.reading.columns)}
        assert feed.reading.profile_by is Known.NAME
        assert feed.reading.listed_at_by is Known.NAME
        assert feed.reading.branch_by is (Known.CONTENT if name.startswith("studenac") else Known.NAME)


def test_a_row_of_each_chain_says_the_same_of_the_same_product() -> None:
    said = {}
    for name in FACTS:
        for row in read(SAMPLE / name):
            if row.article and row.terms and "09002490100070" in map(str, row.article.gtins):
                asked = row.terms.special or row.terms
                said[row.article.chain] = (row.line, str(row.article.measure), str(asked.price), row.article.category)
    assert said == {
        "kaufland": (150, "0.25 l", "1.19 EUR", "drinks"),
        "konzum": (146, "0.25 l", "1.69 EUR", "drinks"),
        "lidl": (61, "0.25 l", "1.69 EUR", "drinks"),
        "metro": (181, "0.25 l", "1.68 EUR", "drinks"),
        "plodine": (6, "0.25 l", "1.19 EUR", "drinks"),
        "spar": (69, "0.25 l", "1.69 EUR", "drinks"),
        "studenac": (1184, "0.25 l", "2.09 EUR", "drinks"),
    }


def test_dm_s_special_is_alone_where_it_clears_an_article_and_its_signs_for_nothing_are_no_claims() -> None:
    cleared, ordinary, *_ = read(SAMPLE / "dm_all_2025-12-29.xlsx")
    assert cleared.article
    assert cleared.terms
    assert (cleared.line, cleared.article.sku, cleared.article.title) == (4, "2390397", "alpro napitak od zobi 1l")
    assert (cleared.terms.price, str(cleared.terms.special and cleared.terms.special.price)) == (None, "0.50 EUR")
    assert str(cleared.claims.lowest_30_days) == "3.15 EUR"
    assert ordinary.terms
    assert (str(ordinary.terms.price), ordinary.terms.special) == ("2.45 EUR", None)
    assert ordinary.claims.lowest_30_days is None


@pytest.mark.skipif("COPRRA_EXTRA_DATA" not in os.environ, reason="the whole lists are not part of the repository")
def test_the_whole_lists_are_read_and_their_gtins_are_those_that_others_counted() -> None:
    found = {}
    chains: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in sorted((Path(os.environ["COPRRA_EXTRA_DATA"]) / "full" / "hr_pricelists").glob("*_20*")):
        rows = read(path)
        by_code = Counter(problem.code for row in rows for problem in row.problems)
        claims = [claim for row in rows for claim in unit_price_claims(row)]
        bad = sum(row.terms is None for row in rows)
        found[path.name] = (len(rows), bad, len(claims), sum(claims), dict(sorted(by_code.items())))
        for kind, gtin in (one for row in rows for one in gtins(row)):
            chains[kind][gtin].add(path.name.split("_")[0])
    assert found == WHOLE
    assert sum(facts[0] for facts in found.values()) == 177_183

    valid: defaultdict[str, set[str]] = defaultdict(set)
    for kind in ("taken", "restricted"):
        for gtin, names in chains[kind].items():
            valid[gtin] |= names
    # One stands for none at Eurospin; one is in three chains' rows, of which Konzum's has a price that can't be taken.
    assert counts(valid) == [77_539 - 1, 15_163, 9_183 - 1, 463]
    assert counts(chains["taken"]) == [72_739, 15_161, 9_182, 463]
    repaired = chains["repaired"]
    assert [len(repaired), len(repaired.keys() - chains["taken"].keys())] == [587, 547]


def unit_price_claims(row: ListRow) -> Iterator[bool]:
    """Whether what the list claims disagrees with its own price and measure."""
    claimed, article, terms = row.claims.unit_price, row.article, row.terms
    if claimed and article and article.measure and terms:
        price = terms.special.price if terms.special else terms.price
        assert price
        yield disagrees(claimed, price, article.measure)


def gtins(row: ListRow) -> Iterator[tuple[str, str]]:
    """The row's valid number, and whether it was taken, is restricted, or had to be repaired."""
    codes = {problem.code: problem.value for problem in row.problems}
    if row.article and row.article.gtins:
        yield ("repaired" if "repaired_gtin" in codes else "taken"), str(row.article.gtins[0])
    elif row.article and "restricted_gtin" in codes:
        yield "restricted", str(read_gtin(codes["restricted_gtin"]).gtin)


def counts(chains: dict[str, set[str]]) -> list[int]:
    """How many are in one chain or more, in two, three and seven."""
    return [sum(len(names) >= least for names in chains.values()) for least in (1, 2, 3, 7)]
