"""The sample of real price lists: what the README promises, the same from every store."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

import coprra
from coprra import Application, Settings
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.instants import parse_instant
from coprra.domain.prices.chain import BranchId
from coprra.domain.prices.import_feed import ListInFuture
from coprra.domain.prices.offer import Offer
from coprra.domain.products.gtin import read_gtin
from coprra.domain.products.product import Product
from coprra.entrypoints import answers
from coprra.entrypoints.cli.sheets import csv_sheet, google_sheet
from coprra.settings import MEMORY

SAMPLE = Path(__file__).parents[2] / "sample" / "hr_pricelists"
LISTS = sorted(SAMPLE.glob("*_20*"))
OPERATOR = Actor.operator("tester")
RED_BULL = read_gtin("9002490100070").gtin
THAT_DAY = parse_instant("2025-12-30")
SEARCHES = ("", "cokolada", "ČOKOLADA mlijecna", "dumbir", "caj", "a", "0,5 l", "@", "%", '_ "')


@pytest.fixture(scope="module")
def in_memory() -> Application:
    """The sample in memory, imported in the order of the files."""
    application = coprra.build()
    for path in LISTS:
        application.import_feed(str(path), by=OPERATOR)
    return application


@pytest.fixture(scope="module")
def in_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Application:
    """The sample in SQLite, imported the other way round."""
    path = tmp_path_factory.mktemp("sample") / "coprra.sqlite"
    application = coprra.build(Settings(database_url=f"sqlite:///{path}"))
    application.schema.upgrade()
    for source in reversed(LISTS):
        application.import_feed(str(source), by=OPERATOR, force=True)
    return application


@pytest.fixture(scope="module")
def in_mariadb(new_mariadb: Callable[[], str]) -> Application:
    """The sample on a MariaDB, imported from the middle on."""
    application = coprra.build(Settings(database_url=new_mariadb()))
    application.schema.upgrade()
    middle = len(LISTS) // 2
    for source in LISTS[middle:] + LISTS[:middle]:
        application.import_feed(str(source), by=OPERATOR, force=True)
    return application


def test_plodines_special_is_cheapest_before_spar_studenac_and_konzum(in_sqlite: Application) -> None:
    ranking = in_sqlite.compare_offers(RED_BULL, as_of=THAT_DAY).ranking
    assert [(entry.chain.name, str(entry.landed.total), entry.asked.special) for entry in ranking.ranked] == [
        ("Plodine", "1.19 EUR", True),
        ("Spar", "1.69 EUR", False),
        ("Studenac", "2.09 EUR", False),
        ("Konzum", "2.15 EUR", False),
    ]
    assert ranking.why.summary.startswith("Plodine asks least: 1.19 EUR (special price)")
    assert str(ranking.why.difference) == "0.50 EUR"


def test_lists_of_months_before_are_set_aside_as_stale(in_sqlite: Application) -> None:
    ranking = in_sqlite.compare_offers(RED_BULL, as_of=THAT_DAY).ranking
    assert [(str(offer.listing.branch.id), offer.aside) for offer in ranking.set_aside] == [
        ("kaufland/1630", "stale"),
        ("konzum/0204", "stale"),
        ("konzum/0530", "stale"),
        ("metro/S10", "stale"),
    ]


def test_lists_of_january_do_not_exist_in_december(in_sqlite: Application) -> None:
    chains = in_sqlite.list_chains(as_of=THAT_DAY).chains
    konzum = next(known for known in chains if known.chain.code == "konzum")
    assert [branch.id.code for branch, _ in konzum.branches] == ["0204", "0530", "0613"]


def test_the_two_valkanela_lists_are_of_one_branch(in_sqlite: Application) -> None:
    history = in_sqlite.show_history(RED_BULL, as_of=parse_instant("2026-01-24"))
    valkanela = [listing for listing in history.listings if str(listing.listing.branch.id) == "konzum/0613"]
    (listing,) = valkanela
    assert [str(past.step.price) for past in listing.steps] == ["2.15 EUR", "2.15 EUR"], "with a gap between"


@pytest.mark.parametrize("as_of", ["2025-07-04", "2025-12-30", "2026-01-24"])
def test_every_store_gives_the_same_answers_to_the_byte(
    as_of: str, in_memory: Application, in_sqlite: Application, in_mariadb: Application
) -> None:
    everything = _everything(in_memory, parse_instant(as_of))
    assert _everything(in_sqlite, parse_instant(as_of)) == everything
    assert _everything(in_mariadb, parse_instant(as_of)) == everything


@pytest.mark.parametrize("kind", ["in_memory", "in_sqlite", "in_mariadb"])
def test_an_export_imported_elsewhere_answers_and_exports_the_same_to_the_byte(
    kind: str, in_sqlite: Application, new_mariadb: Callable[[], str], tmp_path: Path
) -> None:
    url = {"in_sqlite": f"sqlite:///{tmp_path / 'copy.sqlite'}", "in_mariadb": new_mariadb(), "in_memory": MEMORY}[kind]
    copy = coprra.build(Settings(database_url=url))
    copy.schema.upgrade()
    end = parse_instant("2026-01-31")
    archive = tmp_path / "lists.jsonl"
    archive.write_text("".join(in_sqlite.export_lists(as_of=end)), "utf-8")
    report = copy.import_feed(str(archive), by=Actor.operator("somebody else"))
    assert (report.lists, report.branches, report.known) == (len(LISTS), 13, 0)
    assert "".join(copy.export_lists(as_of=end)) == archive.read_text("utf-8")
    for as_of in ("2025-07-04", "2025-12-30", "2026-01-24"):
        assert _everything(copy, parse_instant(as_of)) == _everything(in_sqlite, parse_instant(as_of))
    assert copy.import_feed(str(archive), by=OPERATOR).already


def test_every_store_exports_the_same_offers_to_the_byte(
    in_memory: Application, in_sqlite: Application, in_mariadb: Application
) -> None:
    assert _sheet(in_memory) == _sheet(in_sqlite) == _sheet(in_mariadb)


def _sheet(application: Application) -> str:
    return "".join(csv_sheet(application.export_offers(as_of=THAT_DAY, unfold=True)))


@pytest.mark.parametrize("branch", ["konzum/0613", "lidl/130", "plodine/163", "spar/8701", "studenac/T598", "dm/all"])
def test_a_merchant_feed_of_a_branch_has_its_prices_when_it_is_imported(
    branch: str, in_sqlite: Application, tmp_path: Path
) -> None:
    as_of = parse_instant("2025-12-30" if branch != "lidl/130" else "2026-01-24")
    offers = list(in_sqlite.export_feed(BranchId(*branch.split("/")), as_of=as_of))
    feed = tmp_path / "offers.tsv"
    feed.write_text("".join(google_sheet(offers)), "utf-8")
    shop = 'code = "shop"\nname = "Shop"\ncountry = "HR"\ncurrency = "EUR"\ntimezone = "UTC"\nhosts = "shop.example"\n'
    (tmp_path / "shop.toml").write_text(f'extends = "google"\n[chain]\n{shop}', "utf-8")
    copy = coprra.build(Settings(profiles=tmp_path))
    report = copy.import_feed(str(feed), by=OPERATOR, profile="shop", observed_at=as_of)
    assert (report.errors, report.changes.new) == (0, len(offers))
    copied = list(copy.export_feed(BranchId("shop", "online"), as_of=as_of))
    assert [_sold(one) for one in copied] == [_sold(one) for one in offers] != []


def _sold(offer: Offer) -> tuple[object, ...]:
    article, asked, regular = offer.article, offer.asked, offer.regular
    assert article
    assert asked
    before = regular.price if regular and regular.price != asked.price else None
    return article.sku, article.title, article.brand, article.measure, asked.price, before


@pytest.mark.parametrize("build", ["in_memory", "in_sqlite", "in_mariadb"])
def test_importing_the_sample_again_changes_nothing(build: str, request: pytest.FixtureRequest) -> None:
    application: Application = request.getfixturevalue(build)
    before = application.list_chains().revision
    assert all(application.import_feed(str(path), by=OPERATOR).already for path in LISTS)
    assert application.list_chains().revision == before


def test_the_name_with_the_wrong_year_is_refused_unless_the_date_is_given(tmp_path: Path) -> None:
    published = "SUPERMARKET-Bijela_uvala_5_FUNTANA-T598-229-2026-12-29-07-00-14-559375.xml"
    misnamed = tmp_path / published
    misnamed.write_bytes((SAMPLE / "studenac_t598_funtana_2025-12-29.xml").read_bytes())
    application = coprra.build(clock=StoppedClock(parse_instant("2026-11-23")))
    with pytest.raises(ListInFuture, match="--observed-at"):
        application.import_feed(str(misnamed), by=OPERATOR)
    right = parse_instant("2025-12-29T06:00:14Z")
    assert application.import_feed(str(misnamed), by=OPERATOR, observed_at=right).changes.new == 218


def _everything(application: Application, as_of: datetime) -> list[str]:
    """Answers about the sample and 200 products of it, as the texts that HTTP and the command line would give."""
    found = [
        answers.categories(application.list_categories(as_of=as_of)),
        answers.chains(application.list_chains(as_of=as_of)),
    ]
    found += [answers.products_page(application.browse_products(words, as_of=as_of)) for words in SEARCHES]
    products = list(_products(application, as_of))
    for product in products[:: max(len(products) // 200, 1)]:
        found.append(answers.comparison(application.compare_offers(product.id, as_of=as_of)))
        found.append(answers.history(application.show_history(product.id, as_of=as_of)))
        found.append(answers.discounts(application.judge_discounts(product.id, as_of=as_of)))
    return [json.dumps(answer, ensure_ascii=False) for answer in found]


def _products(application: Application, as_of: datetime) -> Iterator[Product]:
    after = None
    while True:
        page = application.find_products(limit=100, after=after, as_of=as_of).page
        yield from page.products
        after = page.next
        if after is None:
            return


# A year of dm's prices, in two countries

HISTORIES = sorted((SAMPLE.parent / "price_history").glob("*.json.gz"))
FRUIT = read_gtin("4066447236026").gtin


@pytest.fixture(scope="module")
def histories() -> Application:
    """The price histories in memory."""
    application = coprra.build()
    for path in HISTORIES:
        application.import_feed(str(path), by=OPERATOR)
    return application


def test_a_price_history_is_taken_day_by_day(histories: Application) -> None:
    steps = {
        one.listing.chain.code: [(f"{step.step.start:%Y-%m-%d}", str(step.step.price)) for step in one.steps]
        for one in histories.show_history(FRUIT, as_of=parse_instant("2024-02-15")).listings
    }
    assert steps == {
        # After 28 June nobody looked for twelve days; after a week of them the price is not known.
        "dm.at": [
            ("2023-05-24", "2.95 EUR"),
            ("2023-06-01", "3.25 EUR"),
            ("2023-07-09", "3.25 EUR"),
            ("2023-07-26", "2.75 EUR"),
        ],
        "dm.de": [("2023-06-04", "2.15 EUR"), ("2023-07-09", "2.35 EUR")],
    }


def test_a_price_history_is_the_same_in_sqlite(histories: Application, tmp_path: Path) -> None:
    application = coprra.build(Settings(database_url=f"sqlite:///{tmp_path / 'coprra.sqlite'}"))
    application.schema.upgrade()
    reports = [application.import_feed(str(path), by=OPERATOR) for path in reversed(HISTORIES)]
    assert [(one.lists, one.known, one.changes.new, one.errors) for one in reports] == [
        (230, 0, 691, 0),
        (213, 0, 684, 0),
    ]
    for number in (date(2023, 9, 1), date(2024, 2, 15)):
        as_of = parse_instant(str(number))
        assert history_of(application, as_of) == history_of(histories, as_of)
    assert all(application.import_feed(str(path), by=OPERATOR).already for path in HISTORIES)


def history_of(application: Application, as_of: datetime) -> str:
    ids = [one.id for one in application.find_products("", as_of=as_of, limit=30).page.products]
    histories = [application.show_history(id, as_of=as_of).listings for id in ids]
    return repr((histories, [application.compare_offers(id, as_of=as_of).ranking for id in ids]))
