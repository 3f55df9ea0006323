"""Whatever stands in a file, it is read or refused, and never fills the memory."""

import gzip
import tempfile
import tomllib
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coprra.adapters.feeds.drafting.drafts import FileDrafts
from coprra.adapters.feeds.feeds import FileFeeds
from coprra.adapters.feeds.recognition import UndeterminedProfile
from coprra.adapters.feeds.rows import Remembered
from coprra.domain.kernel.errors import CoprraError, Unreadable
from coprra.domain.prices.list_run import Severity
from coprra.domain.prices.reading import Known

if TYPE_CHECKING:
    from tests.unit.adapters.feeds.conftest import Lists

SAMPLE = Path(__file__).parents[4] / "sample" / "hr_pricelists"
PROFILES = (None, "generic", "konzum", "spar", "plodine", "studenac", "kaufland", "dm", "google", "heureka")
NAMES = ("prices", "local_main_2026-01-05.csv", "spar_1_2025-12-29.csv", "studenac_t1_2025-12-29.xml")
LISTS = [
    b"sku,title,price\n1,Milk,1.99\n2,Tea,2.99\n",
    b"id\ttitle\tprice\tshipping(country:price)\n1\tMilk\t1.99 EUR\tDE:5 EUR\n",
    b"""<rss xmlns:g="http://base.google.com/ns/1.0"><channel><title>S</title><item><g:id>1</g:id><title>Milk</title>
    <link>https://a.example/1?gclid=2</link><g:price>1.99 EUR</g:price><g:sale_price>1 EUR</g:sale_price>
    <g:shipping><g:country>DE</g:country><g:price>5 EUR</g:price></g:shipping></item></channel></rss>""",
    b"""<SHOP><SHOPITEM><PRODUCT>Milk</PRODUCT><URL>https://a.example/1</URL><PRICE_VAT>1,99</PRICE_VAT>
    <DELIVERY><DELIVERY_PRICE>5</DELIVERY_PRICE></DELIVERY></SHOPITEM></SHOP>""",
]
LISTS += [path.read_bytes()[:2000] for path in sorted(SAMPLE.glob("*_20*"))]

WORDS = st.sampled_from(["1", "Milk 1 l", "1.99", "4006381333931", "0,5 kg", '"', "\n", "\r", "\0", "-1", "1e400", "č"])
FIELDS = st.one_of(WORDS, st.text(max_size=10))

MEBIBYTE = 2**20


def read_anything(content: bytes, name: str, profile: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        with suppress(CoprraError), FileFeeds().open(str(path), profile=profile) as (feed,):
            feed.branch  # noqa: B018  # that it can be asked is what is tested
            for row in feed.rows():
                assert (row.article is None) == (row.terms is None)
                assert row.terms or any(problem.severity is Severity.ERROR for problem in row.problems)
        with suppress(CoprraError):
            tomllib.loads(FileDrafts().draft(str(path)))


@given(st.binary(max_size=300), st.sampled_from(NAMES), st.sampled_from(PROFILES))
def test_any_bytes_are_read_or_refused(content: bytes, name: str, profile: str | None) -> None:
    read_anything(content, name, profile)


@settings(max_examples=200)
@given(st.data(), st.sampled_from(LISTS), st.binary(max_size=4), st.sampled_from(PROFILES), st.booleans())
def test_any_damage_to_a_list_is_read_or_refused(
    data: st.DataObject, content: bytes, damage: bytes, profile: str | None, packed: bool
) -> None:
    if packed:
        content = gzip.compress(content)
    at = data.draw(st.integers(0, len(content)))
    until = data.draw(st.sampled_from([at, min(at + 3, len(content)), len(content)]))
    read_anything(content[:at] + damage + content[until:], "prices", profile)


@given(st.lists(st.lists(FIELDS, max_size=6), max_size=8))
def test_any_rows_are_read_or_refused(rows: list[list[str]]) -> None:
    content = "sku,title,price,special,gtin,pack\n" + "\n".join(",".join(row) for row in rows)
    read_anything(content.encode(errors="replace"), "local_main_2026-01-05.csv", "generic")


def csv_lines(count: int) -> Iterator[bytes]:
    yield b"sku,title,brand,pack,price,gtin,about\n"
    for number in range(count):
        yield f"{number},Title {number},Brand {number},{number} g,{number}.99,,{'x' * 2_000}\n".encode()


def xml_lines(count: int) -> Iterator[bytes]:
    yield b"<Proizvodi>"
    for number in range(count):
        yield b"<Proizvod><NazivProizvoda>%d</NazivProizvoda><Opis>%s</Opis>" % (number, b"x" * 2_000)
        yield b"<SifraProizvoda>%d</SifraProizvoda><MaloprodajnaCijena>%d.99</MaloprodajnaCijena>" % (number, number)
        yield b"<MarkaProizvoda/><JedinicaMjere/><CijenaZaJedinicuMjere/><MaloprodajnaCijenaAkcija/><NajnizaCijena/>"
        yield b"<SidrenaCijena/><Barkod/><KategorijeProizvoda/></Proizvod>\n"
    yield b"</Proizvodi>"


def rss_lines(count: int) -> Iterator[bytes]:
    yield b'<rss xmlns:g="http://base.google.com/ns/1.0"><channel>'
    for number in range(count):
        yield b"<item><g:id>%d</g:id><title>%d</title><link>https://a.example/%d</link>" % (number, number, number)
        yield b"<g:price>%d.99 EUR</g:price><g:description>%s</g:description>" % (number, b"x" * 2_000)
        yield b"<g:shipping><g:country>DE</g:country><g:price>%d EUR</g:price></g:shipping></item>" % number
    yield b"</channel></rss>"


def peak_of(read: Callable[[], object]) -> int:
    FileFeeds().profiles()  # read once in a process, whatever lists it reads
    tracemalloc.start()
    try:
        read()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("local_main_2026-01-05.csv.gz", csv_lines),
        ("studenac_t1_2025-12-29.xml.gz", xml_lines),
        ("feed.xml.gz", rss_lines),
    ],
)
def test_memory_does_not_grow_with_the_file(
    lists: "Lists", monkeypatch: pytest.MonkeyPatch, name: str, lines: Callable[[int], Iterator[bytes]]
) -> None:
    monkeypatch.setattr("coprra.adapters.feeds.rows._MOST_REMEMBERED", 100)
    monkeypatch.setattr("coprra.adapters.feeds.rows._title_measure", lambda _title: None)
    path = lists.folder / name
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.writelines(lines(4_000))

    def read() -> None:
        with lists.feeds.open(str(path)) as (feed,):
            assert feed.size > 7 * MEBIBYTE
            assert sum(row.terms is not None for row in feed.rows()) == 4_000

    assert peak_of(read) < 5 * MEBIBYTE


@pytest.mark.parametrize(
    ("name", "before", "endless"),
    [
        ("local_main_2026-01-05.csv.gz", b"sku,title,price\n1,", b"x" * MEBIBYTE),
        ("local_main_2026-01-05.csv.gz", b"sku,title,price\n1,", b"," * MEBIBYTE),
        ("local_main_2026-01-05.csv.gz", b'sku,title,price\n1,"', (b"x" * 1_000 + b"\n") * 1_000),
        ("studenac_t1_2025-12-29.xml.gz", b"<Proizvodi><Proizvod><NazivProizvoda>", b"x" * MEBIBYTE),
        ("studenac_t1_2025-12-29.xml.gz", b"<Proizvodi><Proizvod a='", b"x" * MEBIBYTE),
        ("studenac_t1_2025-12-29.xml.gz", b"<Proizvodi><Proizvod>", b"<a/>" * (MEBIBYTE // 4)),
        ("feed.xml.gz", b"<rss><channel><item><title>", b"x" * MEBIBYTE),
        ("feed.xml.gz", b"<rss><channel><item>", b"<a/>" * (MEBIBYTE // 4)),
        ("feed.xml.gz", b"<rss><channel><item><a>", b"<b>c</b>" * (MEBIBYTE // 8)),
        ("feed.xml.gz", b"<rss><channel><item>", b"<title>%s</title>" % (b"x" * 1_000) * 1_000),
        ("feed.xml.gz", b"<rss><channel>", b"<title>x</title>" * (MEBIBYTE // 16)),
        ("feed.xml.gz", b"<SHOP", b" a='x'" * (MEBIBYTE // 6)),
    ],
)
def test_what_never_ends_does_not_fill_the_memory(lists: "Lists", name: str, before: bytes, endless: bytes) -> None:
    path = lists.folder / name
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(before)
        file.writelines([endless] * 3)

    def read() -> None:
        with suppress(Unreadable, UndeterminedProfile), lists.feeds.open(str(path)) as (feed,):
            for _ in feed.rows():
                pass

    assert peak_of(read) < 8 * MEBIBYTE


def test_what_is_remembered_is_worked_out_once_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coprra.adapters.feeds.rows._MOST_REMEMBERED", 3)
    asked: list[int] = []

    def double(number: int) -> int:
        asked.append(number)
        return 2 * number

    remembered = Remembered(double)
    assert [remembered[number] for number in (1, 2, 1, 3, 4, 4)] == [2, 4, 2, 6, 8, 8]
    assert asked == [1, 2, 3, 4]
    assert len(remembered) <= 3


def test_a_reading_says_what_each_column_is_taken_for_and_which_terms_have_none(lists: "Lists") -> None:
    source = lists.write("Title,SKU,price,marka,shelf\nMilk,1,1.99,Cow,A1\n")
    with lists.feeds.open(source) as (feed,):
        reading = feed.reading
        (shown,) = feed.raw_rows()
    assert [(column.name, column.term, column.perhaps) for column in reading.columns[:5]] == [
        ("Title", "title", None),
        ("SKU", "sku", None),
        ("price", "price", None),
        ("marka", None, "brand"),
        ("shelf", None, None),
    ]
    assert [(column.name, column.term) for column in reading.columns[5:]] == [
        ("brand", "brand"),
        ("pack", "pack"),
        ("pack_unit", "pack_unit"),
        ("special", "special"),
        ("unit_price", "unit_price"),
        ("gtin", "gtin"),
        ("category", "category"),
    ]
    assert reading.unnamed == ("sold_by", "lowest_30_days", "anchor", "unit_price_per", "special_unit_price")
    assert shown[0] == ("Milk", "1", "1.99", "Cow", "A1", *[""] * 7)
    assert shown[1].sku == "1"


@pytest.mark.parametrize(
    ("name", "profile", "known"),
    [
        ("local_main_2026-01-05.csv", None, (Known.NAME, Known.NAME, Known.NAME)),
        ("local_main_2026-01-05.csv", "generic", (Known.ASKED, Known.NAME, Known.NAME)),
        ("prices.csv", None, (Known.CONTENT, None, None)),
    ],
)
def test_a_reading_says_from_what_profile_branch_and_date_are_known(
    lists: "Lists", name: str, profile: str | None, known: tuple[Known, Known | None, Known | None]
) -> None:
    with lists.feeds.open(lists.write("sku,title,price\n", name), profile=profile) as (feed,):
        reading = feed.reading
    assert (reading.profile_by, reading.branch_by, reading.listed_at_by) == known


def test_a_line_that_can_t_be_taken_apart_has_no_texts_and_a_cut_one_says_so(lists: "Lists") -> None:
    source = lists.write("sku,title,price\n1,Milk,1,99,x\n2,Tea,2.99")
    with lists.feeds.open(source) as (feed,):
        broken, cut = feed.raw_rows()
    assert broken[0] == ()
    assert [problem.code for problem in broken[1].problems] == ["wrong_columns"]
    assert [problem.code for problem in cut[1].problems] == ["no_gtin", "maybe_cut"]


def test_the_only_branch_of_a_chain_is_known_by_its_profile(lists: "Lists") -> None:
    content = next((Path(__file__).parents[4] / "sample/hr_pricelists").glob("dm_*")).read_bytes()
    name = "vlada-oznacavanje-cijena-cijenik-229-data.xlsx"
    with lists.feeds.open(lists.write(content, name)) as (feed,):
        assert feed.branch
        assert str(feed.branch.id) == "dm/all"
        assert feed.listed_at is None
        assert (feed.reading.branch_by, feed.reading.listed_at_by) == (Known.PROFILE, None)
