"""A person says what lists should have said, at one sighting or at each one of a span, and nothing else changes."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import UnknownBranch
from coprra.domain.prices.correct_price import (
    Amendment,
    CorrectedPrice,
    CorrectPrice,
    InvalidCorrection,
    UnknownSighting,
)
from coprra.domain.prices.decision import DecisionKind
from coprra.domain.prices.events import PriceDecided
from coprra.domain.prices.listing import ListingId, UnknownListing
from coprra.domain.prices.observation import ABSENT, Availability, Claims, Condition, InvalidTerms
from coprra.domain.prices.series import Series
from coprra.domain.prices.testimony import NotYet
from coprra.testing.builders import TESTER, PriceList, Store, a_branch, a_row, day, gtin_of, import_list

MILK = gtin_of(1)
LISTING = ListingId.parse("konzum/0613/1")
CHEAPER = Amendment(price=Decimal("1.50"))


@pytest.fixture
def store(store: Store) -> Store:
    """2.00 in lists of four days; asked on day 9."""
    for number in range(4):
        import_list(store, PriceList((a_row(gtins=[MILK]), a_row("2", line=3)), at=day(number)))
    return store


def correct(
    store: Store,
    amendment: Amendment = CHEAPER,
    since: object = None,
    through: object = None,
    *,
    now: float = 9,
    **wishes: object,
) -> CorrectedPrice:
    """since, through: day 1 where they are not given."""
    since = since or day(1)
    wishes = {"since": since, "through": through or since, "by": TESTER, **wishes}
    return CorrectPrice(StoppedClock(day(now)), store.unit_of_work)(LISTING, amendment, **wishes)  # type: ignore[arg-type]  # fields by name


def series_of(store: Store) -> Series:
    with store.unit_of_work() as uow:
        uow.decisions.lock()
        return uow.decisions.series(LISTING, day(9))


def prices(store: Store) -> list[str]:
    return [f"{step.start:%d} {step.price.amount}" for step in series_of(store).steps]


def test_one_sighting_is_corrected_and_the_lists_before_and_after_keep_what_they_said(store: Store) -> None:
    corrected = correct(store, note="a slip")
    (one,) = corrected.corrections
    assert (one.at, one.before.article == one.after.article, corrected.unchanged) == (day(1), True, 0)
    assert (one.decision.kind, str(one.decision.price)) == (DecisionKind.CORRECTED, "1.50 EUR")
    assert (one.decision.decided_at, one.decision.by, one.decision.note) == (day(9), TESTER, "a slip")
    assert prices(store) == ["01 2.00", "02 1.50", "03 2.00"]


def test_each_sighting_of_a_span_is_corrected(store: Store) -> None:
    corrected = correct(store, since=date(2025, 12, 2), through=date(2025, 12, 3))
    assert [one.at for one in corrected.corrections] == [day(1), day(2)]
    assert prices(store) == ["01 2.00", "02 1.50", "04 2.00"]


def test_a_date_is_the_whole_day_at_the_branch(store: Store) -> None:
    for number in (4.3, 4.6):
        import_list(store, PriceList((a_row(price="2.50", gtins=[MILK]),), at=day(number)))
    corrected = correct(store, since=date(2025, 12, 5))
    assert [one.at for one in corrected.corrections] == [day(4.3), day(4.6)]


def test_what_is_not_mentioned_stays_as_the_list_said_it() -> None:
    store = MemoryStore()
    claims = Claims(Money.of("1.80", "EUR"))
    row = a_row(
        price="2.00",
        special="0.15",
        period=(day(0), day(3)),
        availability=Availability.PREORDER,
        condition=Condition.USED,
        claims=claims,
        url="https://shop.example",
    )
    import_list(store, PriceList((row,)))
    (one,) = correct(store, Amendment(special=Decimal("1.50")), day(0)).corrections
    assert one.before.terms is not None
    assert one.after.terms is not None
    assert one.after.terms.special is not None
    assert (str(one.after.terms.special.price), one.after.terms.special.ends) == ("1.50 EUR", day(3))
    assert (one.after.terms.price, one.after.terms.url) == (one.before.terms.price, "https://shop.example")
    assert (one.after.availability, one.after.terms.condition) == (Availability.PREORDER, Condition.USED)
    assert (one.after.claims, one.after.article) == (claims, one.before.article)
    (one,) = correct(store, Amendment(no_special=True, availability=Availability.IN_STOCK), day(0), now=10).corrections
    assert one.after.terms is not None
    assert (one.after.terms.special, one.after.availability) == (None, Availability.IN_STOCK)


def test_a_special_price_that_the_list_forgot_holds_while_it_is_listed(store: Store) -> None:
    (one,) = correct(store, Amendment(special=Decimal("1.20"))).corrections
    assert str(one.decision.price) == "1.20 EUR"
    assert prices(store) == ["01 2.00", "02 1.20", "03 2.00"]


def test_absent_takes_the_price_away(store: Store) -> None:
    (one,) = correct(store, Amendment(absent=True)).corrections
    assert (one.after, one.decision.price) == (ABSENT, None)
    assert prices(store) == ["01 2.00", "03 2.00"]


def test_a_correction_can_be_corrected(store: Store) -> None:
    correct(store, Amendment(absent=True))
    (one,) = correct(store, CHEAPER, now=10).corrections
    assert (one.before, str(one.decision.price)) == (ABSENT, "1.50 EUR")
    correct(store, Amendment(price=Decimal("2.00")), now=11)
    assert prices(store) == ["01 2.00"]
    assert [str(one.price) for one in series_of(store).decisions] == ["None", "1.50 EUR", "2.00 EUR"]


def test_what_a_list_says_already_is_left_alone(store: Store) -> None:
    assert correct(store, Amendment(price=Decimal("2.00"))).corrections == ()
    correct(store)
    again = correct(store, since=day(0), through=day(2), now=10)
    assert ([one.at for one in again.corrections], again.unchanged) == ([day(0), day(2)], 1)


def test_a_row_that_could_not_be_read_can_be_corrected_too(store: Store) -> None:
    import_list(store, PriceList((a_row(price=None), a_row("2", line=3)), at=day(4)))
    import_list(store, PriceList((a_row(price=None), a_row("2", line=3)), at=day(5)))
    (one,) = correct(store, since=day(4)).corrections
    assert one.before.availability is Availability.CHECK_FAILED
    assert (one.after.availability, one.after.article and one.after.article.gtins) == (Availability.IN_STOCK, (MILK,))
    with pytest.raises(InvalidTerms):
        correct(store, Amendment(availability=Availability.OUT_OF_STOCK), day(5), now=10)


def test_an_article_that_no_list_ever_described_can_not_be_corrected() -> None:
    store = MemoryStore()
    import_list(store, PriceList((a_row(price=None), *(a_row(str(sku), line=sku) for sku in range(2, 9)))))
    with pytest.raises(InvalidCorrection, match="title"):
        correct(store, since=day(0))


def test_lists_that_did_not_carry_it_are_no_sightings(store: Store) -> None:
    import_list(store, PriceList((a_row("2"),), at=day(4)))
    import_list(store, PriceList((a_row(gtins=[MILK]), a_row("2", line=3)), at=day(5)))
    corrected = correct(store, since=day(3), through=day(8))
    assert [one.at for one in corrected.corrections] == [day(3), day(5)]
    with pytest.raises(UnknownSighting, match="record"):
        correct(store, since=day(4))


@pytest.mark.parametrize(
    ("listing", "since", "through", "error"),
    [
        ("konzum/9/1", day(1), day(1), UnknownBranch),
        ("konzum/0613/9", day(1), day(1), UnknownListing),
        ("konzum/0613/1", day(1.5), day(1.5), UnknownSighting),
        ("konzum/0613/1", day(2), day(1), InvalidCorrection),
        ("konzum/0613/1", day(10), day(11), NotYet),
    ],
)
def test_what_was_not_listed_can_not_be_corrected(
    store: Store, listing: str, since: datetime, through: datetime, error: type[CoprraError]
) -> None:
    use_case = CorrectPrice(StoppedClock(day(9)), store.unit_of_work)
    with pytest.raises(error):
        use_case(ListingId.parse(listing), CHEAPER, since=since, through=through, by=TESTER)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"absent": True, "price": Decimal(1)},
        {"absent": True, "no_special": True},
        {"special": Decimal(1), "no_special": True},
        {"availability": Availability.NOT_LISTED},
        {"availability": Availability.CHECK_FAILED},
    ],
)
def test_a_correction_says_one_thing(said: dict[str, object]) -> None:
    with pytest.raises(InvalidCorrection):
        Amendment(**said)  # type: ignore[arg-type]  # fields by name


def test_too_many_sightings_at_once_are_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coprra.domain.prices.correct_price.MOST_SIGHTINGS", 3)
    with pytest.raises(InvalidCorrection, match="3 at once"):
        correct(store, since=day(0), through=day(9))
    assert len(correct(store, since=day(0), through=day(2)).corrections) == 3


def test_all_is_corrected_or_nothing(store: Store) -> None:
    """Without its special price the last sighting has none at all."""
    row = a_row("1", None, special="1.00", gtins=[MILK])
    import_list(store, PriceList((row, a_row("2", line=3)), at=day(4)))
    before = prices(store)
    with pytest.raises(InvalidTerms):
        correct(store, Amendment(no_special=True, availability=Availability.BACKORDER), day(2), day(4))
    assert prices(store) == before
    assert series_of(store).decisions == ()


def test_others_hear_of_it_once_after_its_commit() -> None:
    heard: list[object] = []
    store = MemoryStore(heard.append)
    import_list(store, PriceList((a_row(),), branch=a_branch()))
    import_list(store, PriceList((a_row(),), at=day(1)))
    heard.clear()
    correct(store, since=day(0), dry_run=True)
    assert heard == []
    assert prices(store) == ["01 2.00"]
    corrected = correct(store, since=day(0), through=day(1))
    decisions = tuple(one.decision for one in corrected.corrections)
    correct(store, since=day(0), through=day(1))
    assert heard == [PriceDecided(occurred_at=day(9), by=TESTER, listing=LISTING, decisions=decisions)]
