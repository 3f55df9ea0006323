"""Day lists: a file that tells of many days is a complete list of each, and says only what is new in it."""

import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.feeds.day_lists import Shelf
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.kernel.money import Money
from coprra.domain.prices.check_feed import CheckFeed
from coprra.domain.prices.list_run import EmptyList, ListRow, Standing
from coprra.domain.prices.observation import Availability
from coprra.domain.prices.reading import Known

if TYPE_CHECKING:
    from tests.unit.adapters.feeds.conftest import Lists

PROFILE = """
title = "Prices since a day"
complete = true
chain = { code = "shop", name = "Shop", country = "AT", currency = "EUR", timezone = "Europe/Vienna", branch = "web" }
format = { kind = "csv", delimiter = "," }
history = { day = "since", only = { store = "shop" } }

[columns]
sku = "id"
title = "name"
price = "price"
gtin = "gtin"
"""
HEADER = "store,id,name,since,price,gtin\n"

Told = tuple[str | None, str | None]
"""Article number and price of a row."""


@pytest.fixture
def lists(lists: "Lists") -> "Lists":
    lists.declare(PROFILE, "since")
    return lists


def write(lists: "Lists", *rows: str, name: str = "prices.csv") -> str:
    return lists.write(HEADER + "".join(f"shop,{row}\n" for row in rows), name)


def told(row: ListRow) -> Told:
    price = row.terms.price if row.terms else None
    return row.sku, str(price.amount) if price else None


def days(lists: "Lists", source: str) -> list[tuple[date, list[Told], Standing | None]]:
    with lists.feeds.open(source, profile="since") as feeds:
        found = []
        for feed in feeds:
            rows = [told(row) for row in feed.rows()]
            assert isinstance(feed.listed_at, date)
            found.append((feed.listed_at, rows, feed.standing))
        return found


def digests(lists: "Lists", source: str) -> list[str]:
    with lists.feeds.open(source, profile="since") as feeds:
        return [feed.sha256 for feed in feeds]


def test_each_day_is_a_list_that_says_what_is_new_and_carries_the_rest(lists: "Lists") -> None:
    source = write(
        lists,
        "1,Milk,2025-01-03,1.10,",
        "1,Milk,2025-01-01,1.00,",
        "2,Bread,2025-01-01,2.00,",
        "3,Tea,2025-01-07,,",
        "2,Bread,2025-01-07,2.20,",
    )
    assert days(lists, source) == [
        (date(2025, 1, 1), [("1", "1.00"), ("2", "2.00")], None),
        (date(2025, 1, 3), [("1", "1.10")], Standing(1)),
        (date(2025, 1, 7), [("3", None), ("2", "2.20")], Standing(1)),
    ]


def test_what_stands_counts_articles_that_could_not_be_read(lists: "Lists") -> None:
    source = write(
        lists, "1,Milk,2025-01-01,0,", "2,Tea,2025-01-01,1.00,", "2,Tea,2025-01-02,2.00,", "1,Milk,2025-01-03,1.00,"
    )
    assert [standing for _, _, standing in days(lists, source)] == [None, Standing(1, bad_rows=1), Standing(1)]


def test_it_is_of_the_profiles_branch_and_of_the_beginning_of_its_day(lists: "Lists") -> None:
    with lists.feeds.open(write(lists, "1,Milk,2025-01-03,1.10,"), profile="since") as feeds:
        feed = next(feeds)
        assert (str(feed.branch and feed.branch.id), feed.listed_at) == ("shop/web", date(2025, 1, 3))
        assert (feed.complete, feed.alone, feed.source) == (True, False, "prices.csv")


def test_rows_of_another_store_are_another_profiles(lists: "Lists") -> None:
    source = lists.write(HEADER + "other,1,Milk,2025-01-01,1.00,\n Shop ,2,Tea,2025-01-02,1.00,\n", "prices.csv")
    assert days(lists, source) == [(date(2025, 1, 2), [("2", "1.00")], None)]


def test_two_prices_of_one_article_and_day_are_reported_and_the_first_stands(lists: "Lists") -> None:
    source = write(lists, "1,Milk,2025-01-01,2.00,", "2,Tea,2025-01-01,1.00,", "1,Milk,2025-01-01,3.00,")
    with lists.feeds.open(source, profile="since") as feeds:
        milk, _ = next(feeds).rows()
    assert told(milk) == ("1", "2.00")
    assert [(one.line, one.code) for one in milk.problems if one.code != "no_gtin"] == [(4, "repeated_article")]


def test_a_warning_about_an_article_is_told_once(lists: "Lists") -> None:
    source = write(lists, "1,Milk,2025-01-01,1.00,", "1,Milk,2025-01-02,2.00,", "1,Milk,2025-01-03,3.00,123")
    with lists.feeds.open(source, profile="since") as feeds:
        codes = [[one.code for row in feed.rows() for one in row.problems] for feed in feeds]
    assert codes == [["no_gtin"], [], ["invalid_gtin"]]


# A file and its later copy


def test_a_later_copy_has_the_same_lists_of_the_days_before(lists: "Lists") -> None:
    rows = ["1,Milk,2025-01-01,1.00,", "2,Tea,2025-01-02,1.00,", "1,Milk,2025-01-03,2.00,"]
    earlier = digests(lists, write(lists, *rows[:2]))
    assert digests(lists, write(lists, rows[2], rows[1], rows[0]))[:2] == earlier
    assert len({*earlier, *digests(lists, write(lists, *rows))}) == 3


def test_another_word_on_one_day_is_another_list_from_that_day_on(lists: "Lists") -> None:
    rows = ["1,Milk,2025-01-01,1.00,", "2,Tea,2025-01-02,1.00,", "1,Milk,2025-01-03,2.00,"]
    one = digests(lists, write(lists, *rows))
    other = digests(lists, write(lists, rows[0], "2,Green tea,2025-01-02,1.00,", rows[2]))
    assert [mine == its for mine, its in zip(one, other, strict=True)] == [True, False, False]


# What can't be read


def test_a_row_that_names_no_day_or_article_makes_its_lists_partial_ones_that_name_everything(lists: "Lists") -> None:
    """Nobody knows which article is told of, so no absence is proved, and nothing is said by silence."""
    source = write(lists, "1,Milk,2025-01-01,1.00,", "2,Tea,soon,1.00,", "3,Ham,2025-01-02,1.00,")
    with lists.feeds.open(source, profile="since") as feeds:
        first, second = [(feed.complete, list(feed.rows()), feed.standing) for feed in feeds]
    assert [told(row) for row in first[1]] == [(None, None), ("1", "1.00")]
    (problem,) = first[1][0].problems
    assert (problem.line, problem.code, problem.value) == (3, "unreadable_day", "soon")
    assert (second[0], [told(row) for row in second[1]], second[2]) == (False, [("3", "1.00"), ("1", "1.00")], None)


def test_from_a_nameless_row_on_the_lists_are_partial(lists: "Lists") -> None:
    source = write(lists, "1,Milk,2025-01-01,1.00,", ",Tea,2025-01-02,1.00,", "3,Ham,2025-01-03,1.00,")
    with lists.feeds.open(source, profile="since") as feeds:
        found = [(feed.complete, [told(row) for row in feed.rows()], feed.standing) for feed in feeds]
    assert found == [
        (True, [("1", "1.00")], None),
        (True, [(None, None), ("1", "1.00")], None),
        (False, [("3", "1.00"), ("1", "1.00")], None),
    ]


def test_lines_that_can_not_be_taken_apart_stand_in_the_first_list(lists: "Lists") -> None:
    source = lists.write(f"{HEADER}shop,1\nshop,1,Milk,2025-01-01,1.00,\n", "prices.csv")
    with lists.feeds.open(source, profile="since") as feeds:
        assert [problem.code for row in next(feeds).rows() for problem in row.problems] == ["wrong_columns", "no_gtin"]


def test_a_file_that_is_cut_is_refused_before_its_first_list(lists: "Lists") -> None:
    source = lists.write(f"{HEADER}shop,1,Milk,2025-01-01,1.00,\nshop,2,Tea", "prices.csv")
    with pytest.raises(Unreadable, match="it is cut"), lists.feeds.open(source, profile="since") as feeds:
        next(feeds)


def test_a_file_of_which_no_row_names_a_day_is_refused_with_the_first_of_them(lists: "Lists") -> None:
    with pytest.raises(Unreadable, match=r"prices\.csv, line 2: It names no day"):
        days(lists, write(lists, "1,Milk,soon,1.00,"))


def test_a_file_without_rows_of_the_store_has_no_lists(lists: "Lists") -> None:
    source = lists.write(HEADER, "prices.csv")
    assert days(lists, source) == []
    with pytest.raises(EmptyList):
        CheckFeed(lists.feeds)(source, profile="since")


def test_a_file_without_the_column_of_the_day_is_not_read_by_the_profile(lists: "Lists") -> None:
    source = lists.write("id,name,price,gtin\n1,Milk,1.00,\n", "prices.csv")
    with pytest.raises(Exception, match=r"no column 'since' \(day\), no column 'store' \(only\)"):
        days(lists, source)


def test_a_partial_history_names_what_it_tells_of_a_day_and_no_more(lists: "Lists") -> None:
    lists.declare(PROFILE.replace("complete = true", ""), "since")
    source = write(lists, "1,Milk,2025-01-01,1.00,", "2,Tea,2025-01-02,1.00,")
    assert days(lists, source) == [
        (date(2025, 1, 1), [("1", "1.00")], None),
        (date(2025, 1, 2), [("2", "1.00")], None),
    ]


# heisse-preise


def heisse_preise(lists: "Lists", *articles: list[object], store: str = "dm", dates: Iterable[str]) -> str:
    data = [value for article in articles for value in article]
    content = {"stores": [store], "n": len(articles), "dates": list(dates), "data": data}
    return lists.write(json.dumps(content), f"{store}.json.gz", packed=True)


def test_a_file_of_heisse_preise_is_recognised_by_its_store(lists: "Lists") -> None:
    source = heisse_preise(
        lists,
        [0, "4066447166699", "Soap, 2 St", "78", 0, 2, 1, 1.45, 0, 1.2, "stk", 2, 0, 1, ""],
        dates=["20230525", "20230601"],
    )
    with lists.feeds.open(source) as feeds:
        first, second = [((feed.branch, feed.listed_at), list(feed.rows())) for feed in feeds]
    assert str(first[0][0] and first[0][0].id) == "dm.at/online"
    assert (first[0][1], second[0][1]) == (date(2023, 5, 25), date(2023, 6, 1))
    (row,) = second[1]
    assert row.article is not None
    assert [gtin.short for gtin in row.article.gtins] == ["4066447166699"]
    assert (str(row.article.measure), row.article.category) == ("2 piece", "personal_care")
    assert row.terms is not None
    assert row.terms.price == Money.of("1.45", "EUR")
    assert not row.problems


def test_a_store_whose_numbers_are_its_own_has_no_gtins_and_is_not_blamed_for_it(lists: "Lists") -> None:
    source = heisse_preise(
        lists, [0, "88", "Tea", "22", 0, 1, 0, 1.45, "g", 100, 0, 1, ""], store="spar", dates=["20230525"]
    )
    with lists.feeds.open(source) as feeds:
        feed = next(feeds)
        (row,) = feed.rows()
    assert feed.profile.name == "spar_at"
    assert row.article is not None
    assert (row.article.gtins, row.problems) == ((), ())


def test_what_is_not_to_be_had_is_out_of_stock_on_the_last_day_alone(lists: "Lists") -> None:
    source = heisse_preise(
        lists,
        [0, "1", "Gone", "A0", 1, 1, 0, 1.45, "g", 100, 0, 1, ""],
        [0, "2", "There", "A0", 0, 2, 2, 2, 1, 1, "g", 100, 0, 1, ""],
        [0, "3", "Gone on the day of its price", "A0", 1, 1, 2, 3, "g", 100, 0, 1, ""],
        [0, "4", "Gone and never read", "A0", 1, 1, 0, 0, "g", 100, 0, 1, ""],
        dates=["20230525", "20230526", "20230527"],
    )
    with lists.feeds.open(source) as feeds:
        found = [({row.sku: row.availability for row in feed.rows()}, feed.standing) for feed in feeds]
    in_stock, out = Availability.IN_STOCK, Availability.OUT_OF_STOCK
    assert found == [
        ({"1": in_stock, "4": in_stock}, None),
        ({"2": in_stock}, Standing(2, bad_rows=1)),
        ({"2": in_stock, "3": out, "1": out}, Standing(1, bad_rows=1)),
    ]


def test_json_that_no_profile_reads_is_told_so_by_those_that_read_json(lists: "Lists") -> None:
    source = heisse_preise(lists, [0, "1", "x", "A0", 0, 0, "g", 1, 0, 0, ""], store="unknown", dates=[])
    with pytest.raises(Exception, match="holds prices of 'unknown'") as refused, lists.feeds.open(source):
        pass
    assert "konzum" not in str(refused.value)


@given(st.lists(st.tuples(st.dates(), st.integers(), st.lists(st.text(), max_size=4))))
def test_a_shelf_gives_back_what_was_put_on_it(records: list[tuple[date, int, list[str]]]) -> None:
    with Shelf() as shelf:
        for on, line, texts in records:
            shelf.add(on, (line % 2**31, tuple(texts)))
        assert shelf.days == sorted({on for on, _, _ in records})
        for on in shelf.days:
            put = [(line % 2**31, tuple(texts)) for day, line, texts in records if day == on]
            assert [shelf.read(place) for place in shelf.places(on)] == put


def test_the_first_list_is_shown_with_the_texts_of_its_day(lists: "Lists") -> None:
    source = write(lists, "1,Milk,2025-01-03,1.10,", "1,Milk,2025-01-01,1.00,", "2,Bread,2025-01-01,2.00,", "3,Tea,,9,")
    with lists.feeds.open(source, profile="since") as feeds:
        feed = next(feeds)
        rows = list(feed.raw_rows())
        (later,) = [row for row in next(feeds).raw_rows() if row[1].sku == "1"]
    assert [(column.name, column.term) for column in feed.reading.columns] == [
        ("store", "only"),
        ("id", "sku"),
        ("name", "title"),
        ("since", "day"),
        ("price", "price"),
        ("gtin", "gtin"),
    ]
    assert [(texts, row.line) for texts, row in rows] == [
        ((), 5),
        (("shop", "1", "Milk", "2025-01-01", "1.00", ""), 3),
        (("shop", "2", "Bread", "2025-01-01", "2.00", ""), 4),
    ]
    assert later[0][4] == "1.10"
    assert feed.reading.listed_at_by is Known.CONTENT


def test_a_check_counts_the_first_list_and_says_that_there_may_be_others(lists: "Lists") -> None:
    source = write(lists, "1,Milk,2025-01-03,1.10,", "1,Milk,2025-01-01,1.00,", "2,Bread,2025-01-01,x,")
    checked = CheckFeed(lists.feeds)(source, profile="since")
    assert (checked.counted, checked.bad, checked.alone, checked.filled) == (2, 1, False, (2, 2, 2, 2, 2, 0))


def test_a_column_of_two_terms_is_not_missed(lists: "Lists") -> None:
    lists.declare(PROFILE.replace('gtin = "gtin"', 'gtin = "id"'), "since")
    with lists.feeds.open(write(lists, "4006381333931,Milk,2025-01-03,1.10,"), profile="since") as feeds:
        columns = next(feeds).reading.columns
    assert [(column.name, column.term) for column in columns if column.name == "id"] == [("id", "sku")]
    assert "gtin" not in {column.term for column in columns}
