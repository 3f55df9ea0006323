"""A person confirms or rejects a price that is known, and says which one."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.prices.chain import UnknownBranch
from coprra.domain.prices.decision import DecisionKind
from coprra.domain.prices.events import PriceDecided
from coprra.domain.prices.judge_price import AnotherPrice, JudgedPrice, Judgement, JudgePrice, NothingAsked
from coprra.domain.prices.listing import ListingId, UnknownListing
from coprra.testing.builders import TESTER, PriceList, Store, a_branch, a_row, day, import_list

LISTING = ListingId.parse("konzum/0613/1")


@pytest.fixture
def store(store: Store) -> Store:
    """2.00 from day 0 to day 3, then 3.00; asked on day 5."""
    for number, price in ((0, "2.00"), (3, "3.00")):
        import_list(store, PriceList((a_row(price=price),), at=day(number)))
    return store


def judge(store: Store, judgement: Judgement = Judgement.CONFIRMED, at: object = None, **wishes: object) -> JudgedPrice:
    when = {"at": at or day(1), "by": TESTER, **wishes}
    return JudgePrice(StoppedClock(day(5)), store.unit_of_work)(LISTING, judgement, **when)  # type: ignore[arg-type]  # fields by name


def decisions(store: Store) -> list[tuple[str, datetime]]:
    with store.unit_of_work() as uow:
        uow.decisions.lock()
        return [(one.kind.value, one.at) for one in uow.decisions.series(LISTING, day(9)).decisions]


def test_a_judgement_names_the_price_the_instant_who_and_why(store: Store) -> None:
    judged = judge(store, Judgement.REJECTED, price=Decimal(2), note="a slip")
    assert (judged.step.start, judged.step.end, judged.already) == (day(0), day(3), False)
    decision = judged.decision
    assert (decision.kind, decision.at, str(decision.price)) == (DecisionKind.REJECTED, day(1), "2.00 EUR")
    assert (decision.decided_at, decision.by, decision.note) == (day(5), TESTER, "a slip")
    assert decisions(store) == [("rejected", day(1))]


def test_a_date_is_the_beginning_of_the_day_at_the_branch(store: Store) -> None:
    zagreb = PriceList(
        (a_row(price="4.00"),), at=date(2025, 12, 3), branch=a_branch(code="1", timezone="Europe/Zagreb")
    )
    import_list(store, zagreb)
    use_case = JudgePrice(StoppedClock(day(5)), store.unit_of_work)
    judged = use_case(ListingId.parse("konzum/1/1"), Judgement.CONFIRMED, at=date(2025, 12, 3), by=TESTER)
    assert judged.decision.at == datetime.fromisoformat("2025-12-02T23:00:00Z")


def test_just_the_same_again_changes_nothing_and_says_so(store: Store) -> None:
    first = judge(store)
    again = JudgePrice(StoppedClock(day(6)), store.unit_of_work)(LISTING, Judgement.CONFIRMED, at=day(1), by=TESTER)
    assert (again.already, again.decision) == (True, first.decision)
    assert not judge(store, by=Actor.operator("ana")).already
    assert not judge(store, Judgement.REJECTED).already


def test_a_dry_run_says_what_would_be_decided_and_saves_nothing(store: Store) -> None:
    assert judge(store, dry_run=True).decision.kind is DecisionKind.CONFIRMED
    assert decisions(store) == []


@pytest.mark.parametrize(
    ("listing", "at", "price", "error"),
    [
        ("konzum/9/1", day(1), None, UnknownBranch),
        ("konzum/0613/2", day(1), None, UnknownListing),
        ("konzum/0613/1", day(-1), None, NothingAsked),
        ("konzum/0613/1", day(6), None, NothingAsked),
        ("konzum/0613/1", day(1), Decimal("3.00"), AnotherPrice),
    ],
)
def test_a_price_that_was_not_asked_can_not_be_judged(
    store: Store, listing: str, at: datetime, price: Decimal | None, error: type[CoprraError]
) -> None:
    with pytest.raises(error):
        JudgePrice(StoppedClock(day(5)), store.unit_of_work)(
            ListingId.parse(listing), Judgement.CONFIRMED, at=at, price=price, by=TESTER
        )
    assert decisions(store) == []


def test_others_hear_of_a_judgement_after_its_commit() -> None:
    from coprra.adapters.memory.store import MemoryStore

    heard: list[object] = []
    store = MemoryStore(heard.append)
    import_list(store, PriceList((a_row(),)))
    heard.clear()
    judge(store, dry_run=True)
    assert heard == []
    judged = judge(store)
    judge(store)
    assert heard == [PriceDecided(occurred_at=day(5), by=TESTER, listing=LISTING, decisions=(judged.decision,))]
