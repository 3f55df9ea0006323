"""What a person saw is an observation, in a known or new listing of a known branch."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.kernel.money import InvalidMoney
from coprra.domain.prices.chain import UnknownBranch
from coprra.domain.prices.compare_offers import CompareOffers
from coprra.domain.prices.decision import DecisionKind
from coprra.domain.prices.events import PriceDecided
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.measure import InvalidMeasure, Measure
from coprra.domain.prices.observation import ABSENT, Availability, InvalidTerms
from coprra.domain.prices.record_price import Description, RecordedPrice, RecordPrice, UnknownArticle
from coprra.domain.prices.testimony import NotYet
from coprra.testing.builders import TESTER, PriceList, Store, a_branch, a_row, day, gtin_of, import_list

MILK = gtin_of(1)
LISTING = ListingId.parse("konzum/0613/1")


@pytest.fixture
def store(store: Store) -> Store:
    """2.00 from day 0 on; asked on day 5."""
    import_list(store, PriceList((a_row(gtins=[MILK], title="Milk 1 l"),)))
    return store


def record(store: Store, listing: ListingId = LISTING, *, now: float = 5, **wishes: object) -> RecordedPrice:
    wishes = {"price": Decimal("1.50"), "by": TESTER, **wishes}
    return RecordPrice(StoppedClock(day(now)), store.unit_of_work)(listing, **wishes)  # type: ignore[arg-type]  # fields by name


def offer(store: Store) -> str:
    (entry,) = CompareOffers(StoppedClock(day(5)), store.reads)(MILK).ranking.ranked
    return f"{entry.asked.price}, {entry.best.decision and entry.best.decision.kind}"


def test_without_an_instant_it_was_seen_now(store: Store) -> None:
    recorded = record(store, note="at the shelf")
    assert (recorded.at, recorded.already) == (day(5), False)
    decision = recorded.decision
    assert decision is not None
    assert (decision.kind, decision.at, str(decision.price)) == (DecisionKind.RECORDED, day(5), "1.50 EUR")
    assert (decision.decided_at, decision.by, decision.note) == (day(5), TESTER, "at the shelf")
    assert offer(store) == "1.50 EUR, recorded"


def test_what_was_believed_before_is_told_beside_what_was_seen(store: Store) -> None:
    recorded = record(store, at=day(1), special=Decimal("1.20"), availability=Availability.OUT_OF_STOCK)
    assert recorded.before.terms is not None
    assert str(recorded.before.terms.price) == "2.00 EUR"
    assert recorded.after.availability is Availability.OUT_OF_STOCK
    assert str(recorded.decision and recorded.decision.price) == "1.20 EUR", "what one would have paid"
    assert recorded.after.article == recorded.before.article


def test_a_date_is_the_beginning_of_the_day_at_the_branch(store: Store) -> None:
    import_list(store, PriceList((a_row(),), branch=a_branch(code="z", timezone="Europe/Zagreb")))
    recorded = record(store, ListingId.parse("konzum/z/1"), at=date(2025, 12, 3))
    assert recorded.at == datetime.fromisoformat("2025-12-02T23:00:00Z")


def test_just_the_same_again_changes_nothing_and_says_so(store: Store) -> None:
    record(store, at=day(1))
    again = record(store, at=day(1), now=6)
    assert (again.already, again.decision) == (True, None)
    assert not record(store, at=day(1), price=Decimal("1.60"), now=7).already
    assert not record(store, at=day(1), now=8).already, "somebody had changed their mind, and changes it again"
    assert not record(store, at=day(0), price=Decimal("2.00")).already, "a list said so, and no person"


def test_a_number_that_nobody_knows_needs_a_title(store: Store) -> None:
    new = ListingId.parse("konzum/0613/2")
    with pytest.raises(UnknownArticle, match="title"):
        record(store, new, described=Description(gtins=(gtin_of(2),)))
    recorded = record(store, new, described=Description(title="Tea 20 x 2 g", brand="Čaj", gtins=(gtin_of(2), MILK)))
    article = recorded.after.article
    assert recorded.before == ABSENT
    assert article is not None
    assert (article.title, article.brand, article.measure) == ("Tea 20 x 2 g", "Čaj", Measure.of("0.04", "kg"))
    assert article.gtins == (MILK, gtin_of(2))


def test_what_a_person_says_of_a_known_article_replaces_that_and_no_more(store: Store) -> None:
    article = record(store, described=Description(pack="0.5 l", brand="Mu")).after.article
    assert article is not None
    assert (article.title, article.brand, article.gtins) == ("Milk 1 l", "Mu", (MILK,))
    assert (article.pack, article.measure) == ("0.5 l", Measure.of("0.5", "l"))


@pytest.mark.parametrize(
    ("listing", "wishes", "error"),
    [
        ("konzum/9/1", {}, UnknownBranch),
        ("konzum/0613/1", {"at": day(5.1)}, NotYet),
        ("konzum/0613/1", {"price": None}, InvalidTerms),
        ("konzum/0613/1", {"price": Decimal(0)}, InvalidTerms),
        ("konzum/0613/1", {"price": Decimal("1.505")}, InvalidMoney),
        ("konzum/0613/1", {"described": Description(pack="much")}, InvalidMeasure),
    ],
)
def test_what_can_not_be_is_refused(
    store: Store, listing: str, wishes: dict[str, object], error: type[CoprraError]
) -> None:
    with pytest.raises(error):
        record(store, ListingId.parse(listing), now=5, **wishes)
    assert offer(store) == "2.00 EUR, None"


def test_others_hear_of_it_after_its_commit() -> None:
    heard: list[object] = []
    store = MemoryStore(heard.append)
    import_list(store, PriceList((a_row(),)))
    heard.clear()
    record(store, dry_run=True)
    assert heard == []
    recorded = record(store)
    assert recorded.decision is not None
    assert heard == [PriceDecided(occurred_at=day(5), by=TESTER, listing=LISTING, decisions=(recorded.decision,))]
