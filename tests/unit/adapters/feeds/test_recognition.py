"""A file's profile is found by its name, then by its columns; where that fails, the candidates are named."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coprra.adapters.feeds.recognition import UndeterminedProfile, UnknownProfile, WrongProfile
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.chain import BranchId

if TYPE_CHECKING:
    from tests.unit.adapters.feeds.conftest import Lists

SAMPLE = Path(__file__).parents[4] / "sample" / "hr_pricelists"
KONZUM = SAMPLE / "konzum_0613_vrsar_2025-12-29.csv"
RESHAPED = SAMPLE / "konzum_0204_2025-07-03_reshaped.csv"
SPAR = SAMPLE / "spar_8701_zadar_2025-12-29.csv"
STUDENAC = SAMPLE / "studenac_t598_funtana_2025-12-29.xml"
PLODINE = SAMPLE / "plodine_163_pleternica_2025-12-29.csv"
OTHERS = {name: next(SAMPLE.glob(f"{name}_*")) for name in ("dm", "eurospin", "kaufland", "lidl", "metro")}
GENERIC = "sku,title,price\n1,Milk,1.99\n"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        *((path, name) for name, path in OTHERS.items()),
        *((KONZUM, "konzum"), (RESHAPED, "konzum"), (SPAR, "spar"), (PLODINE, "plodine"), (STUDENAC, "studenac")),
    ],
)
def test_a_list_without_a_telling_name_is_known_by_its_content(lists: "Lists", path: Path, name: str) -> None:
    source = lists.write(path.read_bytes(), "cijenik", packed=True)
    with lists.feeds.open(source) as (feed,):
        assert feed.profile.name == name
        assert feed.listed_at is None
        told = {"studenac": "T598", "dm": "all"}.get(name)
        assert feed.branch == (feed.branch_named(told) if told else None)


def test_a_generic_list_is_known_by_its_header_in_any_order(lists: "Lists") -> None:
    with lists.feeds.open(lists.write("Price;sku\n".replace(";", ",TITLE,") + "1,Milk,x\n", "prices.csv")) as (feed,):
        assert feed.profile.name == "generic"


def test_the_profile_that_is_asked_for_counts(lists: "Lists") -> None:
    with pytest.raises(WrongProfile) as refused:
        lists.rows(str(KONZUM), "generic")
    assert refused.value.message.startswith(
        "konzum_0613_vrsar_2025-12-29.csv does not fit the profile generic: it has no column 'sku' or 'id' or 'article'"
        " (sku), no column 'title' or 'name' or 'product' (title), no column 'price' (price); its columns are NAZIV"
    )


def test_a_profile_that_nobody_knows_is_refused_with_those_there_are(lists: "Lists") -> None:
    with pytest.raises(UnknownProfile, match=r"no profile 'aldi'; there are .*generic, google, .*kaufland, konzum"):
        lists.rows(str(KONZUM), "aldi")


def test_a_list_that_no_profile_fits_says_what_the_nearest_misses_and_how_to_write_one(lists: "Lists") -> None:
    with pytest.raises(UndeterminedProfile) as refused:
        lists.read("a,b\n1,2\n", name="prices.csv")
    first, nearest, others = refused.value.message.split("\n")
    assert first == (
        'prices.csv fits no profile. It looks like text in utf-8, its columns parted by ",": a, b. '
        "Write one (docs/feeds.md: under 40 lines, no code); `coprra feeds draft` begins it."
    )
    assert nearest.startswith(
        "  The nearest is generic: no column 'sku' or 'id' or 'article' (sku), no column 'title' or"
    )
    assert others == "  The others fit no better: eurospin, google, kaufland, konzum, lidl, metro, plodine, spar"


def test_the_nearest_profile_is_the_one_that_misses_the_least_of_its_columns(lists: "Lists") -> None:
    content = PLODINE.read_text("utf-8").replace("Barkod", "Kod")
    with pytest.raises(UndeterminedProfile, match=r"nearest is plodine: no column 'Barkod' \(gtin\)\n"):
        lists.read(content, name="prices.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_document_is_no_matter_for_profiles_of_csv(lists: "Lists", encoding: str) -> None:
    with pytest.raises(UndeterminedProfile) as refused:
        lists.read("\n<Cijene><Cijena/></Cijene>".encode(encoding), name="prices.xml")
    assert refused.value.message.split("\n")[1:] == [
        "  The nearest is studenac: is a document of <Cijene>, its profile is for <Proizvodi>.",
        "  The others fit no better: google, heureka",
    ]


def test_a_document_with_an_entity_bomb_says_so_among_the_reasons(lists: "Lists") -> None:
    with pytest.raises(UndeterminedProfile, match=r"studenac: line 1: a DOCTYPE"):
        lists.read("<!DOCTYPE Proizvodi [<!ENTITY a 'b'>]><Proizvodi/>", name="prices.xml")


def test_a_list_that_several_own_profiles_fit_is_left_to_a_person(lists: "Lists") -> None:
    generic = (SAMPLE.parents[1] / "src/coprra/adapters/feeds/profiles/generic.toml").read_text("utf-8")
    lists.declare(generic.replace('"local"', '"one"'), "one")
    with lists.feeds.open(lists.write(GENERIC, "prices.csv")) as (feed,):
        assert feed.profile.name == "one", "the user's own goes before the shipped"
    lists.declare(generic.replace('"local"', '"two"'), "two")
    with pytest.raises(UndeterminedProfile, match="fits several profiles: one, two"):
        lists.read(GENERIC, name="prices.csv")
    with lists.feeds.open(lists.write(GENERIC, "two_7_2026-01-05.csv")) as (feed,):
        assert feed.profile.name == "two", "its name tells"


def test_profiles_of_one_chain_are_told_apart_by_content(lists: "Lists") -> None:
    generic = (SAMPLE.parents[1] / "src/coprra/adapters/feeds/profiles/generic.toml").read_text("utf-8")
    lists.declare(generic.replace('"local"', '"konzum"'), "konzum_shop")
    with lists.feeds.open(str(KONZUM)) as (feed,):
        assert feed.profile.name == "konzum"
    with lists.feeds.open(lists.write(GENERIC, KONZUM.name)) as (feed,):
        assert feed.profile.name == "konzum_shop"


def test_a_wrong_encoding_is_noticed_in_both_directions(lists: "Lists") -> None:
    profiles = SAMPLE.parents[1] / "src/coprra/adapters/feeds/profiles"
    spar = (profiles / "spar.toml").read_text("utf-8")
    lists.declare(spar.replace("cp1250", "utf-8"), "spar")
    with pytest.raises(Unreadable, match="line 1: the byte 0x9a is not utf-8"):
        lists.rows(str(SPAR))
    konzum = (profiles / "konzum.toml").read_text("utf-8")
    lists.declare(konzum.replace('kind = "csv"', 'kind = "csv"\nencoding = "cp1250"'), "konzum")
    with pytest.raises(Unreadable, match="line 2: the byte 0x90 is not cp1250"):
        lists.rows(str(KONZUM))
    lists.declare(konzum.replace('kind = "csv"', 'kind = "csv"\nencoding = "iso8859-2"'), "konzum")
    with pytest.raises(WrongProfile, match="no column 'ŠIFRA PROIZVODA' or 'ProductId'"):
        lists.rows(str(KONZUM))


def test_a_column_that_went_away_stops_the_list_and_is_named(lists: "Lists") -> None:
    content = KONZUM.read_bytes().replace(b"MPC ZA VRIJEME POSEBNOG", b"MPC ZA VRIJEME NEKOG")
    with pytest.raises(WrongProfile, match=r"no column 'MPC ZA VRIJEME POSEBNOG OBLIKA PRODAJE' or .* \(special\)"):
        lists.read(content, name=KONZUM.name)


def test_a_column_that_stands_there_twice_stops_the_list(lists: "Lists") -> None:
    with pytest.raises(WrongProfile, match=r"the column 'price' \(price\) twice"):
        lists.read("sku,title,price,Price\n1,Milk,1,2\n")


def test_a_list_that_is_named_for_a_chain_must_be_of_it(lists: "Lists") -> None:
    with pytest.raises(Unreadable, match="syntax error"):
        lists.read(KONZUM.read_bytes(), name="studenac_t598_2025-12-29.xml")


def test_a_branch_code_that_none_can_have_is_not_taken_from_a_document(lists: "Lists") -> None:
    content = STUDENAC.read_bytes().replace(b"<Oznaka>T598<", b"<Oznaka>T 598!<")
    with lists.feeds.open(lists.write(content, STUDENAC.name)) as (feed,):
        assert feed.branch is None
        assert feed.branch_named("T598").id == BranchId("studenac", "T598")


def test_a_document_s_own_branch_goes_before_its_name(lists: "Lists") -> None:
    with lists.feeds.open(lists.write(STUDENAC.read_bytes(), "studenac_t1_2025-12-29.xml")) as (feed,):
        assert feed.branch
        assert (feed.branch.id.code, feed.branch.address) == ("T598", "Bijela uvala 5 FUNTANA")
        assert feed.listed_at == date(2025, 12, 29)


def test_a_document_without_rows_is_a_list_without_rows(lists: "Lists") -> None:
    assert lists.read("<Proizvodi></Proizvodi>", name="studenac_t1_2025-12-29.xml") == []
