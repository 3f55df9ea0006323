"""Profiles: what a chain's lists look like, declared; every mistake is told at once, with its file and key."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coprra.adapters.feeds.declarations.profile import SHIPPED, InvalidProfile, load_profiles
from coprra.adapters.feeds.feeds import FileFeeds

if TYPE_CHECKING:
    from tests.unit.adapters.feeds.conftest import Lists

FOLDER = Path(__file__).parents[5] / "src/coprra/adapters/feeds/profiles"
KNOWN = (
    "anchor, anchor_on, categories, chain, columns, complete, extends, files, format, history, nothing, numbers, "
    "required, special_repeated, template, title"
)
SHOP = """
title = "Corner shop"
[chain]
code = "corner"
name = "Corner"
country = "DE"
currency = "EUR"
timezone = "Europe/Berlin"
[format]
kind = "csv"
delimiter = ";"
[columns]
sku = "Nummer"
title = "Name"
price = "Preis"
"""


def mistakes(lists: "Lists", *replacements: tuple[str, str], name: str = "corner") -> list[str]:
    content = SHOP
    for old, new in replacements:
        assert old in content
        content = content.replace(old, new)
    lists.declare(content, name)
    with pytest.raises(InvalidProfile) as refused:
        lists.feeds.profiles()
    assert refused.value.message == "\n".join(refused.value.problems)
    return list(refused.value.problems)


HISTORIES = (
    "billa_at bipa_at dm_at dm_de hofer_at lidl_at mpreis_at mueller_at mueller_de penny_at rewe_de spar_at spar_si "
    "unimarkt_at"
).split()


def test_the_shipped_profiles_are_these_by_name() -> None:
    assert [(profile.name, profile.format, profile.source) for profile in FileFeeds().profiles()] == sorted(
        [
            ("dm", "xlsx", SHIPPED),
            ("eurospin", "csv", SHIPPED),
            ("generic", "csv", SHIPPED),
            ("google", "merchant", SHIPPED),
            ("heureka", "merchant", SHIPPED),
            ("kaufland", "csv", SHIPPED),
            ("konzum", "csv", SHIPPED),
            ("lidl", "csv", SHIPPED),
            ("metro", "csv", SHIPPED),
            ("plodine", "csv", SHIPPED),
            ("spar", "csv", SHIPPED),
            ("studenac", "xml", SHIPPED),
            *((store, "heisse_preise", SHIPPED) for store in HISTORIES),
        ]
    )


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.toml")))
def test_a_shipped_profile_has_under_40_lines(name: str) -> None:
    assert (FOLDER / f"{name}.toml").read_text("utf-8").count("\n") < 40


def test_a_user_s_profile_adds_a_chain(lists: "Lists") -> None:
    lists.declare(SHOP, "corner")
    profiles = {profile.name: profile for profile in lists.feeds.profiles()}
    assert sorted(profiles) == sorted(["corner", *(profile.name for profile in FileFeeds().profiles())])
    assert profiles["corner"].title == "Corner shop"
    assert profiles["corner"].source == str(lists.own / "corner.toml")
    (row,) = lists.read("Nummer;Name;Preis\n1;Milch;1.99\n", name="corner_7_2026-01-05.csv")
    assert row.article
    assert (row.article.chain, row.article.title) == ("corner", "Milch")


def test_a_user_s_profile_of_a_shipped_name_stands_in_its_place(lists: "Lists") -> None:
    lists.declare(SHOP, "konzum")
    assert load_profiles(lists.own)["konzum"].chain.code == "corner"
    assert load_profiles(None)["konzum"].chain.code == "konzum"


def test_all_mistakes_of_all_files_are_told_at_once(lists: "Lists") -> None:
    lists.declare("title = ", "broken")
    found = mistakes(
        lists,
        ('title = "Corner shop"\n', "complete = 1\nextra = 2\n"),
        ('country = "DE"', 'country = "de"'),
        ('timezone = "Europe/Berlin"', 'timezone = "Berlin"\nchanel = "online"\nstale_after_days = 0'),
        ('delimiter = ";"', 'delimiter = ";;"\nencoding = "utf-9"'),
        ('sku = "Nummer"', "sku = 7"),
        ('price = "Preis"', 'prise = "Preis"\nanchor = "Anker"'),
    )
    assert [problem for problem in found if problem.startswith("broken.toml")] == [
        "broken.toml: is no TOML: Invalid value (at end of document)."
    ]
    assert sorted(problem for problem in found if problem.startswith("corner.toml")) == [
        "corner.toml: [chain] chanel: is not known; is channel meant?",
        "corner.toml: [chain] stale_after_days: 0 is not a whole number from 1 to 3660.",
        "corner.toml: [chain] timezone: 'Berlin' is no IANA time zone such as Europe/Zagreb.",
        "corner.toml: [chain]: Country 'de' is no ISO 3166 code such as HR.",
        "corner.toml: [columns] price: is missing; give the name of the column.",
        "corner.toml: [columns] prise: is not known; is price meant?",
        "corner.toml: [columns] sku: 7 is neither a text nor a list of texts.",
        'corner.toml: [format] delimiter: \';;\' is not one character such as "," or ";".',
        "corner.toml: [format] encoding: 'utf-9' is not an encoding such as utf-8 or cp1250.",
        "corner.toml: anchor_on: is missing; of which day is the column anchor?",
        "corner.toml: complete: 1 is neither true nor false.",
        f"corner.toml: extra: is not known; known are {KNOWN}.",
        "corner.toml: title: is missing; give a line that says what this reads.",
    ]


@pytest.mark.parametrize(
    ("replacement", "mistake"),
    [
        (("[columns]", "[columns]\ntitel = 'x'"), "[columns] titel: is not known; known are"),
        (('title = "Corner shop"', 'title = "Corner shop"\nrequired = ["brand"]'), "required: 'brand' is not one of"),
        (('title = "Corner shop"', 'title = "x"\nanchor_on = "2025-05-02"'), "anchor_on: '2025-05-02' is not a date"),
        (('delimiter = ";"', 'delimiter = ";"\nquote = ";"'), "[format] quote: ';' is the delimiter already"),
        (('delimiter = ";"', 'delimiter = ";"\nquote = "qq"'), "[format] quote: 'qq' is not one character, or none"),
        (('delimiter = ";"', 'delimiter = ";"\nescape = "ab"'), "[format] escape: 'ab' is not one sign, or none"),
        (
            ('delimiter = ";"', 'delimiter = ";"\nescape = ";"'),
            "[format] escape: ';' is the quote or delimiter already",
        ),
        (('delimiter = ";"', 'delimiter = ";"\nfinal_newline = 1'), "[format] final_newline: 1 is neither true nor"),
        (('kind = "csv"', 'kind = "xls"'), "[format] kind: 'xls' is not one of csv, xml, xlsx"),
        (
            ('kind = "csv"', 'kind = "xlsx"\nheader_row = 0'),
            "[format] header_row: 0 is not a whole number from 1 to 1000",
        ),
        (('kind = "csv"', 'kind = "xlsx"\nsheet = 1'), "[format] sheet: 1 is not a sheet's name"),
        (('code = "corner"', 'code = "corner"\nbranch = "a b"'), "[chain] branch: Branch code 'a b' needs"),
        (('kind = "csv"', 'kind = "xml"'), "[format] root: is missing; give an element's name"),
        (('currency = "EUR"', 'currency = "euro"'), "[chain]: 'euro' is not an ISO 4217 currency code such as EUR"),
        (('code = "corner"', 'code = "Corner"'), "[chain]: Chain code 'Corner' needs"),
        (("[columns]", '[numbers]\ndecimal = ";"\n[columns]'), '[numbers] decimal: \';\' is not "." or ","'),
        (("[columns]", '[numbers]\ndecimal = ".,"\ngrouping = ","\n[columns]'), "[numbers] grouping: '.,' is the dec"),
        (("[columns]", "[numbers]\nabout_is_by_weight = 1\n[columns]"), "[numbers] about_is_by_weight: 1 is neither"),
        (("[columns]", "[nothing]\nsku = '-'\n[columns]"), "[nothing] sku: is not known; known are anchor"),
        (("[columns]", "[nothing]\nbrand = 0\n[columns]"), "[nothing] brand: 0 is neither a text nor a list of texts"),
        (("[columns]", "[anchor]\ndate_order = 'dmy'\n[columns]"), "[anchor] form: is missing; give a regular"),
        (("[columns]", "[anchor]\nform = '('\n[columns]"), "[anchor] form: is no regular expression"),
        (("[columns]", "[anchor]\nform = '(?P<price>.+)'\n[columns]"), "[anchor] form: needs the groups date and pr"),
        (("[columns]", "[anchor]\nform = '(a+)+'\n[columns]"), "[anchor] form: repeats a group that itself repeats"),
        (("[columns]", "[anchor]\nform = 'x'\ndate_order = 'ydm'\n[columns]"), "[anchor] date_order: 'ydm' is not one"),
        (('title = "Corner shop"', 'title = "x"\nspecial_repeated = 1'), "special_repeated: 1 is neither true nor"),
        (("[columns]", '[numbers]\ngrouping = "."\n[columns]'), "[numbers] grouping: '.' is the decimal sign already"),
        (("[columns]", '[numbers]\nzero_means_none = "price"\n[columns]'), "[numbers] zero_means_none: 'price' is not"),
        (("[columns]", "[[files]]\nname = '('\n[columns]"), "[files 1] name: is no regular expression"),
        (("[columns]", "[[files]]\nname = '(a+)+$'\n[columns]"), "[files 1] name: repeats a group that itself repeats"),
        (("[columns]", "[[files]]\nname = '(?P<shop>.)'\n[columns]"), "[files 1] name: the group shop is not known"),
        (("[columns]", "[[files]]\nname = 'x'\ndate_order = 'ydm'\n[columns]"), "[files 1] date_order: 'ydm' is not"),
        (("[columns]", "files = 'x'\n[columns]"), "[format] files: is not known"),
        (("[columns]", "[categories]\nBrot = 'bread'\n[columns]"), "[categories] Brot: 'bread' is not one of food"),
        (("[columns]", "[history]\nonly = {}\n[columns]"), "[history] day: is missing; give the name of the column"),
        (("[columns]", "[history]\nday = 'x'\nonly = { a = 1 }\n[columns]"), "[history.only] a: 1 is not a text"),
        (("[columns]", "[history]\nday = 'x'\ndays = 'y'\n[columns]"), "[history] days: is not known; known are"),
        (("[columns]", "[history]\nday = 'x'\ndate_order = 'y'\n[columns]"), "[history] date_order: 'y' is not one"),
        (('kind = "csv"', 'kind = "heisse_preise"'), "[format] store: is missing; give what heisse-preise calls"),
        (("[chain]", "[chains]"), "[chain]: is missing"),
        (("[chain]", "chain = 7\n[other]"), "chain: 7 is not a table"),
    ],
)
def test_a_mistake_names_its_file_and_key(lists: "Lists", replacement: tuple[str, str], mistake: str) -> None:
    assert any(problem.startswith(f"corner.toml: {mistake}") for problem in mistakes(lists, replacement))


def test_a_file_name_that_can_t_be_a_profile_s_is_a_mistake(lists: "Lists") -> None:
    assert mistakes(lists, name="Corner Shop")[0].startswith("Corner Shop.toml: the file's name names the profile")


def test_a_profile_that_is_no_text_is_a_mistake(lists: "Lists") -> None:
    (lists.own / "corner.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidProfile, match=r"^corner\.toml: can't be read as UTF-8"):
        lists.feeds.profiles()


def test_a_folder_of_profiles_that_is_not_there_says_so(lists: "Lists") -> None:
    with pytest.raises(InvalidProfile, match="the folder of profiles can't be read"):
        FileFeeds(lists.own / "nowhere").profiles()
