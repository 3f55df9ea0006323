"""A product's reductions are judged listing by listing, each by its own branch's past."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.prices.chain import BranchFilter, UnknownBranch
from coprra.domain.prices.discount import Discount, Verdict
from coprra.domain.prices.judge_discounts import JudgedDiscounts, JudgeDiscounts
from coprra.domain.products.product import UnknownProduct
from coprra.testing.builders import PriceList, Store, a_branch, a_chain, a_row, day, gtin_of, import_list
from coprra.testing.strategies import batches

MILK = gtin_of(1)


def publish(store: Store, branch: str, at: float, price: str | None, special: str | None = None) -> None:
    chain, code = branch.split("/")
    row = a_row("1", price, special=special, gtins=[MILK], chain=chain)
    import_list(store, PriceList((row,), day(at), True, a_branch(chain, code), a_chain(chain)))


def follow(store: Store, branch: str, before: str, special: str) -> None:
    """A month of weekly lists, and then a special price."""
    for week in range(5):
        publish(store, branch, 7 * week, before)
    publish(store, branch, 34, "2.00", special)


def judge(store: Store, at: float = 35, **question: object) -> JudgedDiscounts:
    return JudgeDiscounts(StoppedClock(day(at)), store.reads)(MILK, **question)  # type: ignore[arg-type]  # fields by name


def verdicts(judged: JudgedDiscounts) -> dict[str, str]:
    return {str(one.listing.branch.id): str(one.verdict) for one in judged.discounts}


def test_each_branch_is_judged_by_itself_and_branches_without_a_special_price_are_left_out(store: Store) -> None:
    follow(store, "konzum/a", "2.00", "1.50")
    follow(store, "konzum/b", "1.40", "1.50")
    publish(store, "konzum/c", 34, "2.00", "1.50")
    publish(store, "spar/1", 34, "2.00")
    judged = judge(store)
    assert verdicts(judged) == {"konzum/a": "pass", "konzum/b": "fail", "konzum/c": "insufficient_data"}
    assert (judged.as_of, judged.product.gtins) == (day(35), (MILK,))


def test_as_of_an_instant_nothing_later_is_known(store: Store) -> None:
    follow(store, "konzum/a", "2.00", "1.50")
    assert judge(store, as_of=day(33)).discounts == ()
    assert verdicts(judge(store, at=99, as_of=day(34))) == {"konzum/a": "pass"}


def test_branches_narrow_what_is_shown(store: Store) -> None:
    follow(store, "konzum/a", "2.00", "1.50")
    follow(store, "konzum/b", "1.40", "1.50")
    assert list(verdicts(judge(store, branches=BranchFilter.parse("konzum/b")))) == ["konzum/b"]
    with pytest.raises(UnknownBranch):
        judge(store, branches=BranchFilter.parse("spar"))


def test_a_product_that_nobody_lists_is_not_known(store: Store) -> None:
    with pytest.raises(UnknownProduct):
        judge(store)


@given(lists=batches())
def test_a_branch_is_judged_the_same_whatever_the_others_say(lists: list[PriceList]) -> None:
    """Two chains are too few to make a price of the third suspect."""
    alone, among = MemoryStore(), MemoryStore()
    for prices in lists:
        import_list(among, prices)
        if prices.branch == a_branch("konzum", "a"):
            import_list(alone, prices)
    for at in (5, 15, 21):
        assert _of_one(among, at) == _of_one(alone, at)


def _of_one(store: Store, at: float) -> list[Discount]:
    try:
        judged = judge(store, at)
    except UnknownProduct:
        return []
    return [one for one in judged.discounts if str(one.listing.branch.id) == "konzum/a"]


@given(data=st.data())
def test_only_what_was_followed_for_a_month_passes(data: st.DataObject) -> None:
    store = MemoryStore()
    days = sorted(data.draw(st.sets(st.integers(0, 34), min_size=1)))
    for at in days:
        publish(store, "konzum/a", at, "2.00")
    publish(store, "konzum/a", 35, "2.00", "1.50")
    (discount,) = judge(store, 35).discounts
    gaps = [later - earlier for earlier, later in zip(days, [*days[1:], 35], strict=True)]
    followed = days[0] <= 5 and all(gap <= 7 for gap, at in zip(gaps, days, strict=True) if at + gap > 5)
    assert (discount.verdict is Verdict.PASSED) == followed


def test_verdicts_hold_until_the_special_price_ends_or_is_believed_no_longer(store: Store) -> None:
    follow(store, "konzum/a", "2.00", "1.50")
    assert judge(store).valid_until == day(41)
    row = a_row("1", "2.00", special="1.50", period=(day(33), day(37)), gtins=[MILK])
    import_list(store, PriceList((row,), day(35), True, a_branch(code="b")))
    assert [judge(store, at).valid_until for at in (35, 36.9, 37, 41)] == [day(37), day(37), day(41), None]


def test_verdicts_hold_until_a_special_price_begins_that_was_announced(store: Store) -> None:
    row = a_row("1", "2.00", special="1.50", period=(day(3), day(9)), gtins=[MILK])
    import_list(store, PriceList((row,), day(0)))
    assert [judge(store, at).valid_until for at in (0, 3, 7)] == [day(3), day(7), None]


@given(lists=batches(), number=st.integers(0, 25), share=st.integers(0, 1000))
def test_verdicts_stay_the_same_until_the_instant_they_name(lists: list[PriceList], number: int, share: int) -> None:
    store = MemoryStore()
    for prices in [*lists, PriceList((a_row("1", gtins=[MILK]),))]:
        import_list(store, prices)
    now = judge(store, 40, as_of=day(number))
    known = store.editions.newest(day(number)).changes_at
    end = min(now.valid_until or day(60), known or day(60)) - timedelta(microseconds=1)
    assert end >= day(number)
    for later in (day(number) + (end - day(number)) * share // 1000, end):
        assert replace(judge(store, 40, as_of=later), as_of=now.as_of) == now
