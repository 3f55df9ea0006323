"""Made-up price lists: the same everywhere, as odd as real ones, and read without a murmur."""

import csv
from pathlib import Path

from benchmarks.price_lists import COLUMNS, ELEMENTS, FIRST_DAY, NEXT_DAY, articles, write_two_days, write_xml
from benchmarks.xml_reading import read, read_briefly, read_defused
from coprra.adapters.feeds.feeds import FileFeeds
from coprra.domain.products.gtin import read_gtin

_SKU, _SPECIAL, _GTIN = (COLUMNS.index(name) for name in (COLUMNS[1], COLUMNS[7], COLUMNS[10]))


def _read(path: Path) -> dict[str, list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert tuple(head) == COLUMNS
    return {row[_SKU]: row for row in rows}


def test_the_same_rows_are_made_every_time() -> None:
    assert list(articles(300)) == list(articles(300))


def test_gtins_are_valid_and_few_articles_have_none_or_two() -> None:
    rows = list(articles(5_000))
    gtins = [row[_GTIN] for row in rows if row[_GTIN]]
    assert all(read_gtin(gtin).gtin for gtin in gtins)
    assert 30 < len(rows) - len(gtins) < 120
    assert 3 < len(rows) - len({row[_SKU] for row in rows}) < 30


def test_about_every_eighth_article_is_on_special() -> None:
    assert 500 < sum(bool(row[_SPECIAL]) for row in articles(5_000)) < 800


def test_two_of_a_hundred_rows_are_other_on_the_next_day_and_few_come_and_go(tmp_path: Path) -> None:
    write_two_days(tmp_path, 5_000)
    first, following = _read(tmp_path / FIRST_DAY), _read(tmp_path / NEXT_DAY)
    both = first.keys() & following.keys()
    assert 60 < sum(first[sku] != following[sku] for sku in both) < 140
    assert 0 < len(first.keys() - both) < 20
    assert 0 < len(following.keys() - both) < 20


def test_coprra_takes_every_row_of_both_days(tmp_path: Path) -> None:
    write_two_days(tmp_path, 500)
    for name in (FIRST_DAY, NEXT_DAY):
        with FileFeeds().open(str(tmp_path / name)) as (feed,):
            assert feed.branch is not None
            assert all(row.terms for row in feed.rows())


def test_all_readers_of_xml_give_the_same_rows(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    write_xml(path, 50)
    records = list(read(path))
    assert records == list(read_defused(path))
    rows = list(read_briefly(path))
    assert rows == [texts for _, texts in read_defused(path)] == [tuple(row) for row in articles(50)]
    assert len(rows[0]) == len(ELEMENTS)
