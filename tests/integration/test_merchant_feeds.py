"""Shops' feeds from the file to the answer: what is paid, delivered, and how much of that is known."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import coprra
from coprra import Application, Settings
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.instants import parse_instant
from coprra.domain.prices.chain import UnknownShop
from coprra.domain.prices.landed_price import Completeness, Order
from coprra.domain.prices.observation import Condition
from coprra.domain.prices.offer import Aside
from coprra.domain.prices.ranking import Ranking
from coprra.domain.products.gtin import read_gtin
from coprra.entrypoints import answers
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra as program

KETTLE = read_gtin("4006381333931").gtin
NOW = parse_instant("2026-01-06")
OPERATOR = Actor.operator("tester")
GOOGLE = "http://base.google.com/ns/1.0"

# Each sells the same kettle: code, country, form, and what its feed says of it.
SHOPS = {
    "posted": ("DE", "google", "<g:price>20.00 EUR</g:price><g:shipping>DE:::5 EUR,DE::Fast:9 EUR</g:shipping>"),
    "generous": (
        "DE",
        "google",
        """<g:price>23.00 EUR</g:price><g:shipping>DE:::4 EUR,AT:::8 EUR</g:shipping>
        <g:free_shipping_threshold>DE:40 EUR</g:free_shipping_threshold>""",
    ),
    "silent": ("DE", "google", "<g:price>10.00 EUR</g:price>"),
    "attic": (
        "DE",
        "google",
        "<g:price>9.00 EUR</g:price><g:condition>used</g:condition><g:shipping>DE:::5 EUR</g:shipping>",
    ),
    "outlet": ("DE", "google", "<g:price>2.00 EUR</g:price><g:availability>out of stock</g:availability>"),
    "abroad": ("US", "google", "<g:price>15.00 EUR</g:price><g:shipping>DE:::10 EUR</g:shipping>"),
    "konvice": ("DE", "heureka", "<PRICE_VAT>30,00</PRICE_VAT><DELIVERY><DELIVERY_PRICE>0</DELIVERY_PRICE></DELIVERY>"),
}


def feed_of(code: str, form: str, says: str) -> str:
    link = f"https://{code}.example/kettle?utm_source=feed"
    if form == "heureka":
        item = f"<ITEM_ID>1</ITEM_ID><PRODUCTNAME>Kettle</PRODUCTNAME><URL>{link}</URL><EAN>4006381333931</EAN>{says}"
        return f"<SHOP><SHOPITEM>{item}</SHOPITEM></SHOP>"
    item = f"<g:id>1</g:id><title>Kettle</title><link>{link}</link><g:gtin>4006381333931</g:gtin>{says}"
    built = "<lastBuildDate>Mon, 05 Jan 2026 06:00:00 +0100</lastBuildDate>"
    return f'<rss xmlns:g="{GOOGLE}"><channel>{built}<item>{item}</item></channel></rss>'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Feeds, and the profiles of their shops beside them."""
    folder = tmp_path_factory.mktemp("shops")
    for code, (country, form, says) in SHOPS.items():
        (folder / f"{code}_2026-01-05.xml").write_text(feed_of(code, form, says), "utf-8")
        chain = f'code = "{code}"\nname = "{code.title()}"\ncountry = "{country}"\ncurrency = "EUR"\n'
        where = f'timezone = "Europe/Berlin"\nhosts = "{code}.example"\n'
        (folder / f"{code}.toml").write_text(f'extends = "{form}"\n[chain]\n{chain}{where}', "utf-8")
    return folder


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def application(request: pytest.FixtureRequest, folder: Path) -> Iterator[Application]:
    url = "memory:" if request.param == "memory" else f"sqlite:///{folder / 'coprra.sqlite'}"
    built = coprra.build(Settings(database_url=url, profiles=folder), clock=StoppedClock(NOW))
    built.schema.upgrade()
    for path in sorted(folder.glob("*.xml")):
        assert built.import_feed(str(path), by=OPERATOR).changes.new == 1
    yield built
    built.close()


def ranking(application: Application, order: Order | None = None, **question: object) -> Ranking:
    compared = application.compare_offers(KETTLE, order=order or Order(country="DE"), **question)  # type: ignore[arg-type]  # fields by name
    return compared.ranking


def shown(ranking: Ranking) -> list[str]:
    return [
        f"{entry.chain.code} {entry.landed.items.amount} + "
        f"{entry.landed.shipping.amount if entry.landed.shipping else '?'} {entry.landed.completeness}"
        for entry in ranking.ranked
    ]


def test_what_is_paid_counts_and_unknown_shipping_comes_after_every_known_total(application: Application) -> None:
    assert shown(ranking(application)) == [
        "attic 9.00 + 5.00 complete",
        "posted 20.00 + 5.00 complete",
        "abroad 15.00 + 10.00 estimated",
        "generous 23.00 + 4.00 complete",
        "konvice 30.00 + 0.00 complete",
        "silent 10.00 + ? unknown_shipping",
    ]


def test_unknown_shipping_is_never_shown_as_nothing(application: Application) -> None:
    answer = answers.comparison(application.compare_offers(KETTLE, order=Order(country="DE")))
    offers = json.loads(json.dumps(answer))["offers"]
    silent = next(offer for offer in offers if offer["chain"]["code"] == "silent")
    assert (silent["shipping"], silent["landed_price"], silent["completeness"]) == (None, None, "unknown_shipping")
    konvice = next(offer for offer in offers if offer["chain"]["code"] == "konvice")
    assert konvice["shipping"] == {"amount": "0.00", "currency": "EUR"}
    assert konvice["branches"][0]["url"] == "https://konvice.example/kettle"


def test_a_threshold_is_reached_by_all_pieces_together(application: Application) -> None:
    two = shown(ranking(application, Order(2, "DE"), conditions=frozenset({Condition.NEW})))
    assert two[:3] == [
        "abroad 30.00 + 10.00 estimated",
        "posted 40.00 + 5.00 complete",
        "generous 46.00 + 0.00 complete",
    ]


def test_another_country_has_other_rates_or_none(application: Application) -> None:
    austria = shown(ranking(application, Order(country="AT")))
    assert austria[0] == "generous 23.00 + 8.00 complete"
    assert all(line.endswith("unknown_shipping") for line in austria[1:])


def test_without_a_country_each_shop_ships_to_its_own(application: Application) -> None:
    at_home = shown(ranking(application, Order()))
    assert "abroad 15.00 + ? unknown_shipping" in at_home
    assert "posted 20.00 + 5.00 complete" in at_home


def test_an_estimate_comes_after_the_same_total_that_is_complete(application: Application) -> None:
    ranks = {entry.chain.code: (entry.rank, entry.tied) for entry in ranking(application).ranked}
    assert (ranks["posted"], ranks["abroad"]) == ((2, False), (3, False))
    completeness = {entry.chain.code: entry.landed.completeness for entry in ranking(application).ranked}
    assert completeness["abroad"] is Completeness.ESTIMATED


def test_what_is_used_wins_and_says_so(application: Application) -> None:
    why = ranking(application).why
    assert why.summary.startswith("Attic asks least: 14.00 EUR (used), seen 2026-01-05 05:00 UTC.")
    assert why.summary.endswith("The least for a new one is 25.00 EUR at Posted.")
    new = ranking(application, conditions=frozenset({Condition.NEW}))
    assert new.why.summary.startswith("Posted asks least: 25.00 EUR, seen")
    asides = {offer.listing.chain.code: offer.aside for offer in new.set_aside}
    assert asides == {"attic": Aside.OTHER_CONDITION, "outlet": Aside.OUT_OF_STOCK}


# At the command line

Run = Callable[..., Result]


@pytest.fixture
def run(folder: Path, tmp_path: Path) -> Run:
    environment = {"COPRRA_DATABASE_URL": f"sqlite:///{tmp_path / 'coprra.sqlite'}", "COPRRA_PROFILES": str(folder)}

    def invoke(*arguments: str, **changes: str) -> Result:
        return CliRunner().invoke(program, arguments, obj=Invocation(environment=environment | changes))

    assert invoke("db", "upgrade").exit_code == 0
    return invoke


def test_a_feed_without_a_date_asks_for_one(run: Run, folder: Path, tmp_path: Path) -> None:
    undated = tmp_path / "feed.xml"
    undated.write_bytes((folder / "konvice_2026-01-05.xml").read_bytes())
    refused = run("feeds", "import", str(undated))
    assert refused.exit_code == 1
    assert (
        "feed.xml does not say of when it is; add --observed-at, such as 2025-12-29. [unknown_origin]" in refused.stderr
    )
    taken = run("feeds", "import", "--observed-at", "2026-01-05", str(undated))
    assert taken.exit_code == 0
    assert "konvice/online, 2026-01-04 23:00 UTC, read as konvice" in taken.stdout


def test_a_feed_of_nobody_is_checked_and_not_imported(run: Run, folder: Path, tmp_path: Path) -> None:
    feed = str(folder / "posted_2026-01-05.xml")
    nobody = tmp_path / "none"
    nobody.mkdir()
    checked = run("feeds", "check", feed, "--profile", "google", COPRRA_PROFILES=str(nobody))
    assert checked.exit_code == 0, checked.output
    assert "Read as google: " in checked.stdout
    assert "DE 5.00 EUR, DE 9.00 EUR" in checked.stdout
    assert 'extends = "google"' in checked.stdout.splitlines()
    told = json.loads(run("feeds", "check", feed, "--json", COPRRA_PROFILES=str(nobody)).stdout)
    assert told["profile"]["chain"] is None
    refused = run("feeds", "import", feed, COPRRA_PROFILES=str(nobody))
    assert refused.exit_code == 1
    assert "[unknown_shop]" in refused.stderr
    assert refused.stderr.partition("\n\n")[2].strip() == told["unknown_shop"].partition("\n\n")[2]


def test_a_check_shows_stock_condition_and_shipping_where_there_is_something_to_say(run: Run, folder: Path) -> None:
    attic = run("feeds", "check", str(folder / "attic_2026-01-05.xml")).stdout
    assert "Condition" in attic
    assert "Stock" not in attic
    outlet = run("feeds", "check", str(folder / "outlet_2026-01-05.xml")).stdout
    assert "out of stock" in outlet
    assert "Shipping" not in outlet


def test_a_comparison_can_be_asked_for_new_ones_sent_to_a_country(run: Run, folder: Path) -> None:
    lists = [str(path) for path in sorted(folder.glob("*.xml"))]
    assert run("feeds", "import", *lists).exit_code == 0
    question = ("prices", "compare", "4006381333931", "--country", "de", "--as-of", "2026-01-06")
    everything = run(*question).stdout
    assert "Attic asks least: 14.00 EUR (used)" in everything
    new = run(*question, "--condition", "new").stdout
    assert "new only." in new
    assert "Posted asks least: 25.00 EUR" in new
    mint = run(*question, "--condition", "mint")
    assert (mint.exit_code, "[invalid_condition]" in mint.stderr) == (1, True)


# Real feeds: see tests/unit/adapters/feeds/merchant/test_forms.py


@pytest.mark.skipif("COPRRA_EXTRA_DATA" not in os.environ, reason="real shops' feeds are not part of the repository")
def test_a_real_shop_s_feeds_of_two_days_are_imported_and_compared(tmp_path: Path) -> None:
    chain = 'code = "importpc"\nname = "ImportPC"\ncountry = "CZ"\ncurrency = "CZK"\ntimezone = "Europe/Prague"\n'
    (tmp_path / "importpc.toml").write_text(f'extends = "google"\n[chain]\n{chain}', "utf-8")
    application = coprra.build(Settings(database_url=f"sqlite:///{tmp_path / 'coprra.sqlite'}", profiles=tmp_path))
    application.schema.upgrade()
    feeds = sorted((Path(os.environ["COPRRA_EXTRA_DATA"]) / "full" / "merchant_feeds").glob("importpc_*"))
    changes = [application.import_feed(str(feed), by=OPERATOR).changes for feed in feeds]
    assert changes[0].new == 1254
    assert [application.import_feed(str(feed), by=OPERATOR).already for feed in feeds] == [True] * 3
    compared = application.compare_offers(read_gtin("5902687180165").gtin, as_of=parse_instant("2026-03-16"))
    (offer,) = compared.ranking.ranked
    assert (str(offer.landed.total), str(offer.landed.shipping)) == ("678.00 CZK", "79.00 CZK")
    abroad = application.compare_offers(
        read_gtin("5902687180165").gtin, as_of=parse_instant("2026-03-16"), order=Order(country="SK")
    )
    assert abroad.ranking.ranked[0].landed.completeness is Completeness.UNKNOWN_SHIPPING


def test_a_feed_of_nobody_is_nobody_s_for_an_embedder_as_well(folder: Path) -> None:
    with pytest.raises(UnknownShop, match=r"Save the lines below as posted\.toml"):
        coprra.build().import_feed(str(folder / "posted_2026-01-05.xml"), by=OPERATOR)
