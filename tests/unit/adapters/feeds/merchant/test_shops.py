"""Whose a feed is, the shop's own profile says; a feed of nobody is read, and never imported."""

import tomllib
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from coprra.adapters.feeds.declarations.profile import InvalidProfile
from coprra.adapters.feeds.feeds import FileFeeds
from coprra.adapters.feeds.recognition import UndeterminedProfile, WrongProfile
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.chain import BranchId, Channel, UnknownShop
from coprra.domain.prices.ports import Feed

if TYPE_CHECKING:
    from tests.unit.adapters.feeds.merchant.conftest import ShopFeeds

KETTLES = BranchId("kettles", "online")


def opened(shop: "ShopFeeds", content: str, name: str = "feed.xml", profile: str | None = None) -> Feed:
    with shop.lists.feeds.open(shop.lists.write(content, name), profile=profile) as (feed,):
        return feed


# Whose


@pytest.mark.parametrize(
    "link",
    ["https://kettles.example/1", "https://www.kettles.example/1", "http://de.kettles.example:8080/1?utm_source=x"],
)
def test_a_shop_is_known_by_the_host_of_its_links_whatever_the_file_s_name(shop: "ShopFeeds", link: str) -> None:
    feed = opened(shop, shop.rss(shop.item(link=link)))
    assert feed.profile.name == "kettles"
    assert feed.chain.code == "kettles"
    assert feed.branch
    assert feed.branch.id == KETTLES
    assert feed.branch.channel is Channel.ONLINE
    assert feed.branch.timezone == "Europe/Prague"
    assert feed.complete


def test_a_shop_whose_items_have_no_links_is_known_by_its_own(shop: "ShopFeeds") -> None:
    feed = opened(shop, shop.rss(shop.item(link=""), head="<link>https://kettles.example</link>"))
    assert feed.profile.name == "kettles"


@pytest.mark.parametrize("link", ["https://other.example/1", "https://notkettles.example/1", "nowhere"])
def test_another_shop_s_feed_is_not_taken_for_it(shop: "ShopFeeds", link: str) -> None:
    assert opened(shop, shop.rss(shop.item(link=link))).profile.name == "google"


def test_a_shop_may_have_a_branch_of_another_name(shop: "ShopFeeds") -> None:
    shop.lists.declare(_profile_of(shop).replace("[chain]", '[chain]\nbranch = "de"'), "kettles")
    feed = opened(shop, shop.rss(shop.item()))
    assert feed.branch
    assert feed.branch.id == BranchId("kettles", "de")
    assert feed.branch_named("at").channel is Channel.ONLINE


def test_most_links_tell_where_a_shop_is(shop: "ShopFeeds") -> None:
    elsewhere = shop.item(id="2", link="https://market.example/2")
    feed = opened(shop, shop.rss(elsewhere, shop.item(), shop.item(id="3")))
    assert feed.profile.name == "kettles"


@pytest.mark.parametrize("name", ["kettles.xml", "kettles_cz_2026-01-05_v2.xml.gz", "2026/kettles_full.xml"])
def test_a_shop_is_known_by_the_name_of_its_file(shop: "ShopFeeds", name: str) -> None:
    feed = opened(shop, shop.rss(shop.item(link="https://cdn.example/1")), name.rpartition("/")[2])
    assert feed.profile.name == "kettles"


def test_a_profile_without_hosts_is_for_files_that_are_named_for_it(shop: "ShopFeeds") -> None:
    content = shop.rss(shop.item())
    (shop.lists.own / "kettles.toml").write_text(
        "\n".join(line for line in _profile_of(shop).splitlines() if not line.startswith("hosts")), "utf-8"
    )
    assert opened(shop, content).profile.name == "google"
    assert opened(shop, content, "kettles.xml").profile.name == "kettles"
    assert opened(shop, content, profile="kettles").chain.code == "kettles"


def _profile_of(shop: "ShopFeeds") -> str:
    return (shop.lists.own / "kettles.toml").read_text("utf-8")


def test_an_own_profile_has_fewer_than_12_lines(shop: "ShopFeeds") -> None:
    assert len(_profile_of(shop).strip().splitlines()) < 12


def test_two_profiles_of_one_host_are_left_to_a_person(shop: "ShopFeeds") -> None:
    shop.lists.declare(_profile_of(shop).replace('"kettles"', '"other"'), "other")
    with pytest.raises(UndeterminedProfile, match="fits several profiles: kettles, other"):
        opened(shop, shop.rss(shop.item()))


# Nobody's


def test_a_feed_of_nobody_is_read_and_says_which_profile_to_save(shop: "ShopFeeds") -> None:
    head = "<title> Pots &amp; Pans \u201cProfi\u201d </title><link>https://shop.pots.example.cz/</link>"
    item = shop.item(link="https://shop.pots.example.cz/1", price="99 CZK")
    feed = opened(shop, shop.rss(item, head=head))
    assert feed.profile.name == "google"
    assert feed.profile.chain is None
    assert feed.branch
    assert feed.branch.id == BranchId("pots", "online")
    with pytest.raises(UnknownShop) as refused:
        feed.chain  # noqa: B018  # that it can't be told is what is tested
    first, _, proposal = refused.value.message.partition("\n\n")
    assert first.startswith(
        "feed.xml is the feed of a shop, and no profile says of which. Save the lines below as pots.toml"
    )
    assert tomllib.loads(proposal) == {
        "extends": "google",
        "chain": {
            "code": "pots",
            "name": "Pots & Pans \u201cProfi\u201d",
            "country": "CZ",
            "currency": "CZK",
            "timezone": "UTC",
            "hosts": "shop.pots.example.cz",
        },
    }


def test_what_is_proposed_reads_the_feed_once_it_is_saved(shop: "ShopFeeds") -> None:
    content = shop.rss(shop.item(link="https://pots.example/1", price="9 PLN"))
    with pytest.raises(UnknownShop) as refused:
        opened(shop, content).chain  # noqa: B018  # see above
    shop.lists.declare(refused.value.message.partition("\n\n")[2], "pots")
    feed = opened(shop, content)
    assert (feed.profile.name, feed.chain.name, feed.chain.country) == ("pots", "pots.example", "PL")


def test_what_a_feed_does_not_tell_is_left_to_its_owner(shop: "ShopFeeds") -> None:
    content = shop.rss(shop.item(link="", price="9"))
    feed = opened(shop, content)
    with pytest.raises(UnknownShop) as refused:
        feed.chain  # noqa: B018  # see above
    proposal = refused.value.message.partition("\n\n")[2]
    chain = tomllib.loads(proposal)["chain"]
    assert (chain["code"], chain["country"], chain["currency"], chain["hosts"]) == ("shop", "", "", "")
    shop.lists.declare(proposal, "shop")
    with pytest.raises(InvalidProfile, match=r"\[chain\] country: '' is not an ISO 3166 code"):
        opened(shop, content)


@pytest.mark.parametrize(
    ("texts", "country"),
    [
        ({"link": "https://a.example.co.uk/1"}, "GB"),
        ({"link": "https://a.example/1", "shipping": "SK:::5 EUR"}, "SK"),
        ({"link": "https://a.example/1", "shipping": "<g:country>SK</g:country><g:price>5 EUR</g:price>"}, "SK"),
        ({"link": "https://a.example/1", "shipping": "SK:::5 EUR,CZ:::6 EUR", "price": "9 PLN"}, "PL"),
        ({"link": "https://a.example/1", "price": "9 EUR"}, ""),
        ({"link": "https://a.eu/1", "price": "9 EUR"}, ""),
    ],
)
def test_the_country_is_where_it_ships_or_where_its_name_or_its_money_is_from(
    shop: "ShopFeeds", texts: dict[str, str], country: str
) -> None:
    with pytest.raises(UnknownShop) as refused:
        opened(shop, shop.rss(shop.item(**texts))).chain  # noqa: B018  # see above
    assert tomllib.loads(refused.value.message.partition("\n\n")[2])["chain"]["country"] == country


@pytest.mark.parametrize("title", ["\u202eevil\x9b", "x" * 500, 'a"b\\c', "Čaj & co"])
def test_whatever_a_shop_calls_itself_the_proposal_can_be_read(shop: "ShopFeeds", title: str) -> None:
    content = shop.rss(shop.item(link="https://pots.example/1"), head=f"<title>{title.replace('&', '&amp;')}</title>")
    with pytest.raises(UnknownShop) as refused:
        opened(shop, content).chain  # noqa: B018  # see above
    assert len(tomllib.loads(refused.value.message.partition("\n\n")[2])["chain"]["name"]) <= 100


def test_text_with_tabs_is_recognised_like_a_document(shop: "ShopFeeds") -> None:
    content = "id\ttitle\tprice\tlink\n1\tKettle\t9 EUR\thttps://kettles.example/1\n"
    assert opened(shop, content, "feed.txt").profile.name == "kettles"
    assert opened(shop, content.replace("kettles", "pots"), "feed.txt").profile.name == "google"


# When


@pytest.mark.parametrize(
    ("head", "listed_at"),
    [
        ("<lastBuildDate>Mon, 05 Jan 2026 06:00:00 +0100</lastBuildDate>", datetime(2026, 1, 5, 5, tzinfo=UTC)),
        ("<pubDate>Mon, 05 Jan 2026 06:00:00 GMT</pubDate>", datetime(2026, 1, 5, 6, tzinfo=UTC)),
        ("<pubDate>Mon, 05 Jan 2026 06:00:00 -0000</pubDate>", datetime(2026, 1, 5, 6, tzinfo=UTC)),
        (
            "<pubDate>Mon, 05 Jan 2026 06:00:00 GMT</pubDate><lastBuildDate>2026-01-06T06:00:00Z</lastBuildDate>",
            datetime(2026, 1, 6, 6, tzinfo=UTC),
        ),
        ("<lastBuildDate>yesterday</lastBuildDate>", date(2026, 1, 2)),
        ("", date(2026, 1, 2)),
    ],
)
def test_a_feed_is_of_when_it_was_built_or_else_of_the_day_in_its_name(
    shop: "ShopFeeds", head: str, listed_at: date
) -> None:
    content = shop.rss(shop.item(), head=head)
    assert opened(shop, content, "kettles_2026-01-02.xml").listed_at == listed_at


def test_a_feed_that_does_not_say_when_it_was_built_has_no_date(shop: "ShopFeeds") -> None:
    assert opened(shop, shop.rss(shop.item())).listed_at is None


# Refused


def test_a_malformed_feed_is_refused_as_such_and_not_as_one_that_nobody_knows(shop: "ShopFeeds") -> None:
    content = shop.rss(shop.item(), root='rss version="2.0"')
    with pytest.raises(
        Unreadable, match=r'feed.xml, line 1: <g:id> has a prefix .* Write on line 1: <rss version="2.0" xmlns:g='
    ):
        opened(shop, content)


def test_a_blog_is_no_feed_of_a_shop(shop: "ShopFeeds") -> None:
    with pytest.raises(UndeterminedProfile, match=r"no column 'id' \(sku\), no column 'price' \(price\)"):
        opened(shop, "<rss><channel><item><title>Post</title><link>https://a.example</link></item></channel></rss>")


def test_a_feed_that_is_named_for_a_shop_must_have_what_the_form_requires(shop: "ShopFeeds") -> None:
    with pytest.raises(WrongProfile, match=r"no column 'price' \(price\)"):
        opened(shop, shop.rss(shop.item(price="")), "kettles.xml")


def test_an_empty_feed_has_no_rows(shop: "ShopFeeds") -> None:
    assert shop.rows(shop.rss()) == []


def test_items_that_begin_on_one_line_have_lines_of_their_own(shop: "ShopFeeds") -> None:
    items = (shop.item(id=str(number)).strip() for number in range(3))
    rows = shop.rows("\n\n" + shop.rss(*items, "\n", shop.item(id="4")))
    assert [row.line for row in rows] == [3, 4, 5, 6]


# Profiles


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        (('extends = "google"', 'extends = "gogle"'), "extends: 'gogle' is not the name of a shipped profile"),
        (('code = "kettles"\n', ""), "[chain] code: is missing"),
        (('timezone = "Europe/Prague"\n', ""), "[chain] timezone: is missing"),
        (("hosts = ", "host = "), "[chain] host: is not known; is hosts meant?"),
        (('"kettles.example"', '"/"'), "[chain] hosts: '/' is not a host such as shop.example"),
        (("[chain]", "before_tax = 'USA'\n[chain]"), "before_tax: 'USA' is no ISO 3166 code"),
        (("[chain]", "[limits]\ntitle = 0\n[chain]"), "[limits] title: 0 is not a whole number"),
        (("[chain]", "[limits]\ntitel = 9\n[chain]"), "[limits] titel: is not known"),
        (("[chain]", "[availability]\nin_stock = 'used'\nsold_out = 'x'\n[chain]"), "[availability] sold_out: is not"),
        (("[chain]", "[availability]\npreorder = 'in stock'\n[chain]"), "'in stock' means in_stock already"),
        (("[chain]", "[condition]\nmint = 'x'\n[chain]"), "[condition] mint: is not known"),
        (("[chain]", "[shipping]\ncost = 'x'\n[chain]"), "[shipping] cost: is not known"),
        (("[chain]", "[format]\nroot = 7\n[chain]"), "[format] root: is missing or wrong"),
        (("[chain]", "[columns]\nwhat = 'x'\n[chain]"), "[columns] what: is not known"),
    ],
)
def test_a_mistake_in_a_shop_s_profile_is_told_by_its_key(
    shop: "ShopFeeds", change: tuple[str, str], mistake: str
) -> None:
    shop.lists.declare(_profile_of(shop).replace(*change), "kettles")
    with pytest.raises(InvalidProfile) as refused:
        shop.lists.feeds.profiles()
    assert any(problem.startswith("kettles.toml: ") and mistake in problem for problem in refused.value.problems)


def test_a_price_list_is_always_somebody_s(shop: "ShopFeeds") -> None:
    shop.lists.declare('extends = "generic"\ntemplate = true\n', "nobodys")
    with pytest.raises(InvalidProfile, match=r"nobodys.toml: template: is for the feeds of shops"):
        shop.lists.feeds.profiles()


def test_a_shop_s_profile_keeps_what_it_does_not_change(shop: "ShopFeeds") -> None:
    shop.declare(more='complete = false\ncolumns = { title = "name" }\n')
    feed = opened(shop, shop.rss(shop.item(title="", name="Pot")))
    assert not feed.complete
    (row,) = shop.rows(shop.rss(shop.item(title="", name="Pot")))
    assert row.article
    assert row.article.title == "Pot"


def test_a_price_list_s_profile_can_be_extended_as_well(shop: "ShopFeeds") -> None:
    chain = {"code": "corner", "name": "Corner", "country": "DE", "timezone": "Europe/Berlin"}
    lines = "".join(f'{key} = "{value}"\n' for key, value in chain.items())
    shop.lists.declare(f'extends = "generic"\n[chain]\n{lines}[columns]\nsku = "Nummer"\n', "corner")
    (row,) = shop.lists.read("Nummer,title,price\n7,Pot,1.99\n", name="corner_1_2026-01-05.csv")
    assert row.article
    assert (row.article.chain, row.article.sku) == ("corner", "7")


def test_the_shipped_forms_are_nobody_s() -> None:
    nobodys = {profile.name for profile in FileFeeds().profiles() if profile.chain is None}
    assert nobodys == {"google", "heureka"}
