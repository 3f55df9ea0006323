"""The ECB's files are read in each of its forms, and refused as a whole where anything in them is odd."""

import gzip
import io
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.ecb import packed
from coprra.adapters.ecb.rate_files import EcbRateFiles
from coprra.domain.exchange.rate import Publication
from coprra.domain.kernel.errors import Unreadable
from coprra.testing.rates import quoted

HISTORY = b"Date,USD,JPY,RUB,\n2025-12-30,1.1757,184.03,N/A,\n2025-12-29,1.1766,183.79,N/A,\n"
DAILY = b"Date, USD, JPY, \n30 December 2025, 1.1757, 184.03, \n"
DAILY_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
  xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
  <Cube><Cube time='2025-12-30'><Cube currency='USD' rate='1.1757'/><Cube currency='JPY' rate='184.03'/></Cube></Cube>
</gesmes:Envelope>
"""
THAT_DAY = quoted("2025-12-30", USD="1.1757", JPY="184.03")
SAMPLE = Path(__file__).parents[4] / "sample/fx/ecb_eurofxref_2023on.csv"


def write(folder: Path, content: bytes, name: str = "eurofxref.csv") -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def read(source: str) -> list[Publication]:
    with EcbRateFiles().open(source) as file:
        return list(file.publications())


def zipped(*names: str, content: bytes = HISTORY) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return target.getvalue()


# Forms


def test_the_history_has_a_day_on_each_line(tmp_path: Path) -> None:
    with EcbRateFiles().open(write(tmp_path, HISTORY, "hist.csv")) as file:
        assert (file.source, file.newest) == ("hist.csv", date(2025, 12, 30))
        once, again = list(file.publications()), list(file.publications())
    assert once == again
    assert once == [
        quoted("2025-12-30", USD="1.1757", JPY="184.03", RUB=None),
        quoted("2025-12-29", USD="1.1766", JPY="183.79", RUB=None),
    ]


@pytest.mark.parametrize(
    "content",
    [DAILY, DAILY_XML, b"\xef\xbb\xbf" + DAILY, b"\xef\xbb\xbf" + DAILY_XML, DAILY.replace(b"\n", b"\r\n")],
    ids=["csv", "xml", "csv with a mark", "xml with a mark", "csv from Windows"],
)
def test_the_daily_file_has_one_day(tmp_path: Path, content: bytes) -> None:
    assert read(write(tmp_path, content)) == [THAT_DAY]


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: zipped("eurofxref-hist.csv", content=content)])
def test_a_packed_file_says_the_same_and_is_the_same_whatever_its_name(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    plain, wrapped = write(tmp_path, HISTORY, "plain.csv"), write(tmp_path, pack(HISTORY), "packed.csv")
    with EcbRateFiles().open(plain) as one, EcbRateFiles().open(wrapped) as other:
        assert one.sha256 == other.sha256
        assert list(one.publications()) == list(other.publications())


def test_several_days_in_xml_keep_their_order(tmp_path: Path) -> None:
    days = b"".join(b"<Cube time='2025-12-%d'><Cube currency='USD' rate='1.1'/></Cube>" % day for day in (30, 29, 23))
    found = read(write(tmp_path, b"<e>" + days + b"</e>"))
    assert [one.day.day for one in found] == [30, 29, 23]


def test_the_sample_is_read_to_its_end() -> None:
    found = read(str(SAMPLE))
    assert (len(found), found[-1].day, found[0].day) == (979, date(2023, 1, 2), date(2026, 10, 30))
    assert sum(len(one.currencies) for one in found) == 9577


@pytest.mark.skipif("COPRRA_EXTRA_DATA" not in os.environ, reason="needs the full data set (COPRRA_EXTRA_DATA)")
def test_the_whole_history_is_read_to_its_end() -> None:
    found = read(os.environ["COPRRA_EXTRA_DATA"] + "/full/fx/eurofxref-hist.csv.gz")
    assert (len(found), found[-1].day) == (7126, date(1999, 1, 4))
    assert sum(len(one.currencies) for one in found) == 221_702


# Refusals


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"Date,USD,\n", "holds no day"),
        (b"Day,USD,\n2025-12-30,1.1,\n", "line 1: the ECB's header"),
        (b"Date\n2025-12-30\n", "line 1: the ECB's header"),
        (b"Date,USD,USD,\n2025-12-30,1.1,1.1,\n", "line 1: .*each currency once"),
        (b"Date,USD,,JPY\n2025-12-30,1.1,,2\n", "line 1: '' is not an ISO 4217"),
        (b"Date,dollar\n2025-12-30,1.1\n", "line 1: 'dollar' is not an ISO 4217"),
        (HISTORY[:-2], "line 3: 5 columns are expected, not 4; the file may be cut"),
        (HISTORY[:-12], "line 3: 5 columns are expected, not 3"),
        (HISTORY + b"2025-12-24,1.1,2,3,4,5\n", "line 4: 5 columns are expected, not 6"),
        (HISTORY.replace(b"183.79", b"183,79"), "line 3: 5 columns"),
        (HISTORY.replace(b"183.79", b""), "line 3: '' is no rate"),
        (HISTORY.replace(b"183.79", b"0"), "line 3: '0' is no rate"),
        (HISTORY.replace(b"183.79", b"-183.79"), "line 3: '-183.79' is no rate"),
        (HISTORY.replace(b"183.79", b'"183.79'), "line 3"),
        (HISTORY.replace(b"2025-12-29", b"20251229"), "line 3: '20251229' is no day"),
        (HISTORY.replace(b"2025-12-29", b"2025-02-30"), "line 3: '2025-02-30' is no day"),
        (DAILY.replace(b"December", b"Prosinca"), "line 2: '30 Prosinca 2025' is no day"),
        (HISTORY.replace(b"2025-12-29", b"2025-12-30"), "holds 2025-12-30 twice"),
        (b"PNG\xff\xfe\x00", "is no text"),
        (b"<html><body>404</body></html>", "holds no day"),
        (DAILY_XML[:-60], "line 6: unclosed token"),
        (DAILY_XML.replace(b"1.1757", b"NaN"), "line 6: 'NaN' is no rate"),
        (DAILY_XML.replace(b" rate='1.1757'", b""), "line 6: '' is no rate"),
        (DAILY_XML.replace(b"'JPY'", b"'USD'"), "line 6: the rate of USD"),
        (DAILY_XML.replace(b"'JPY'", b"'yen'"), "line 6: 'yen' is not an ISO 4217"),
        (DAILY_XML.replace(b"2025-12-30", b"yesterday"), "line 6: 'yesterday' is no day"),
        (b"<e><Cube currency='USD' rate='1'/></e>", "line 1: the rate of USD stands outside"),
        (b"<e><Cube time='2025-12-30'/><Cube time='2025-12-30'/></e>", "line 1: 2025-12-30 stands there twice"),
        (b'<!DOCTYPE e [<!ENTITY a "b">]><e>&a;</e>', "line 1: it declares a document type"),
        (gzip.compress(HISTORY)[:-9], "is cut or damaged"),
        (gzip.compress(HISTORY)[:20], "is cut or damaged"),
        (gzip.compress(HISTORY)[:-8] + bytes(8), "is cut or damaged"),
        (zipped("a.csv")[:-30], "is cut or damaged"),
        (zipped("a.csv", "b.csv"), "is an archive of 2 files"),
        (b"PK\x03\x04 and no more", "is cut or damaged"),
    ],
    # Of packed content pytest would make names that change with the clock.
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_not_understood_throughout_is_refused_with_the_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    source = write(tmp_path, content)
    with pytest.raises(Unreadable, match=f"^eurofxref.csv.*{reason}"):
        read(source)


def test_a_file_that_is_not_there_or_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"nothing\.csv is not there; check the path"):
        read(str(tmp_path / "nothing.csv"))
    with pytest.raises(Unreadable, match="is no file"):
        read(str(tmp_path))
    with pytest.raises(Unreadable, match=r"can't be read|is not there"):
        read("a\0b")


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: zipped("a.csv", content=content), bytes])
def test_a_bomb_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: object
) -> None:
    assert callable(pack)
    monkeypatch.setattr(packed, "LARGEST", 2**20)
    with pytest.raises(Unreadable, match="holds more than 1 MiB"):
        read(write(tmp_path, pack(b"0" * (2**20 + 1))))


@given(content=st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_in_our_own_words(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    for head in (b"", b"\x1f\x8b", b"PK\x03\x04", b"<", b"Date,USD\n", b"Date,USD\n2025-12-30,"):
        source = write(folder, head + content)
        try:
            found = read(source)
        except Unreadable:
            continue
        assert found
