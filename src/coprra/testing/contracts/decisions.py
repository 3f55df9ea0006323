"""The contract of decisions: what `DecisionsUnitOfWork` promises, and that the order of arrival does not matter.

An adapter takes the exam with::

    class TestMyDecisions(DecisionsContract):
        def make_store(self):
            return MyStore(...)  # empty, and no other test's
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.actor import Actor, ActorKind
from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import UnknownBranch
from coprra.domain.prices.decision import NOTE_LENGTH, Decision, DecisionKind
from coprra.domain.prices.judge_price import JudgedPrice, Judgement, JudgePrice
from coprra.domain.prices.list_suspects import ListSuspects, SuspectProduct
from coprra.domain.prices.listing import ListingId, UnknownListing
from coprra.domain.prices.quarantine import Peers, suspect_since
from coprra.domain.prices.series import Series
from coprra.testing.answers import all_answers
from coprra.testing.builders import (
    DAY_ZERO,
    LONG_AFTER,
    TESTER,
    PriceList,
    Store,
    a_branch,
    a_chain,
    a_row,
    day,
    decide,
    gtin_of,
    import_list,
)
from coprra.testing.strategies import batches, judgements

MILK = gtin_of(1)
LISTING = ListingId.parse("konzum/0613/1")
_ORDERS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)
_Judged = tuple[ListingId, Decision]


class DecisionsContract(ABC):
    """Subclass it, say how a store is made, and inherit every promise."""

    @abstractmethod
    def make_store(self) -> Store:
        """An empty store that nobody else uses."""

    @pytest.fixture
    def store(self) -> Store:
        """Milk at 2.00 from day 0 on."""
        store = self.make_store()
        import_list(store, PriceList((a_row(gtins=[MILK]),)))
        return store

    # Deciding

    @pytest.mark.parametrize("price", [Money.of("2.00", "EUR"), Money.of("200", "JPY"), None])
    def test_a_decision_comes_back_as_it_was_given(self, store: Store, price: Money | None) -> None:
        by = Actor(ActorKind.USER, "Ž" * 100)
        for kind in DecisionKind:
            decision = Decision(day(0.5), kind, price, LONG_AFTER, by, "ž" * NOTE_LENGTH)
            decide(store, LISTING, decision)
            assert decision in _series(store, day(1)).decisions

    def test_a_decision_holds_as_of_the_instant_it_is_about_whenever_it_was_made(self, store: Store) -> None:
        decision = _rejected(at=day(2))
        decide(store, LISTING, decision)
        assert _series(store, day(1.999)).decisions == ()
        assert _series(store, day(2)).decisions == (decision,)

    def test_decisions_stand_in_the_order_in_which_they_were_made(self, store: Store) -> None:
        first, second, third = (_rejected(at=day(3 - number), decided_at=day(50 + number)) for number in range(3))
        for decision in (second, third, first):
            decide(store, LISTING, decision)
        assert _series(store, day(5)).decisions == (first, second, third)

    def test_what_is_not_committed_was_never_decided(self, store: Store) -> None:
        before = _revision(store)
        with store.unit_of_work() as uow:
            uow.decisions.lock()
            uow.decisions.decide(LISTING, _rejected())
            assert uow.decisions.series(LISTING, day(1)).decisions == (_rejected(),)
        assert _series(store, day(1)).decisions == ()
        assert _revision(store) == before

    def test_a_decision_raises_the_revision_by_one(self, store: Store) -> None:
        before = _revision(store)
        decide(store, LISTING, _rejected())
        assert _revision(store) == before + 1

    def test_a_snapshot_does_not_see_what_is_decided_while_it_is_open(self, store: Store) -> None:
        with store.reads() as snapshot:
            product = snapshot.product(MILK, day(1))
            decide(store, LISTING, _rejected())
            (series,) = snapshot.series(product.id, day(1))
            assert series.decisions == ()

    def test_a_listing_that_nobody_saw_can_not_be_decided_about(self, store: Store) -> None:
        for name in ("konzum/0613/2", "konzum/9999/1", "spar/0613/1"):
            with pytest.raises(UnknownListing):
                decide(store, ListingId.parse(name), _rejected())

    def test_a_series_is_read_as_the_newest_commit_left_it(self, store: Store) -> None:
        with store.unit_of_work() as uow:
            uow.decisions.lock()
            assert uow.decisions.series(LISTING, day(1)) == _series(store, day(1))
            unseen = uow.decisions.series(ListingId.parse("konzum/0613/2"), day(1))
            assert (unseen.observations, unseen.decisions) == ((), ())
            assert unseen.confirmations == _series(store, day(1)).confirmations
            with pytest.raises(UnknownBranch, match="konzum/9999"):
                uow.decisions.series(ListingId.parse("konzum/9999/1"), day(1))

    def test_texts_that_differ_in_case_alone_are_two_listings(self, store: Store) -> None:
        rows = (a_row("a", gtins=[MILK]), a_row("A", gtins=[MILK], line=3))
        import_list(store, PriceList(rows, at=day(1)))
        decide(store, ListingId.parse("konzum/0613/A"), _rejected(at=day(1)))
        with store.reads() as snapshot:
            series = snapshot.series(snapshot.product(MILK, day(1)).id, day(1))
        assert {one.listing.sku: len(one.decisions) for one in series} == {"1": 0, "A": 1, "a": 0}

    def test_the_same_judgement_by_several_at_once_is_made_once(self, store: Store) -> None:
        outcomes: list[JudgedPrice] = []

        def judge() -> None:
            use_case = JudgePrice(StoppedClock(LONG_AFTER), store.unit_of_work)
            outcomes.append(use_case(LISTING, Judgement.REJECTED, at=day(1), price=Decimal(2), by=TESTER))

        threads = [Thread(target=judge) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcome.already for outcome in outcomes) == [False, True, True, True]
        assert len(_series(store, day(2)).decisions) == 1

    # Order of arrival

    @_ORDERS
    @given(data=st.data(), lists=batches(), judged=st.lists(judgements(), min_size=1, max_size=4))
    def test_lists_and_decisions_in_any_order_give_the_same_answers(
        self, data: st.DataObject, lists: list[PriceList], judged: list[_Judged]
    ) -> None:
        reference, store = MemoryStore(), self.make_store()
        known = {ListingId(prices.branch.id, str(row.sku)) for prices in lists if prices.branch for row in prices.rows_}
        judged = [one for one in judged if one[0] in known]
        for prices in lists:
            import_list(reference, prices)
        for listing, decision in judged:
            decide(reference, listing, decision)
        _arrive(store, data.draw(st.permutations([*lists, *judged])))
        for number in (0, 3.5, 7, 10, 20, 26, 40):
            assert all_answers(store, day(number)) == all_answers(reference, day(number))

    # The quarantine

    def test_suspect_prices_are_found_judged_and_found_no_more(self) -> None:
        store = self.make_store()
        _a_slip_among_four_chains(store)
        (found,) = _suspects(store, day(1))
        (price,) = found.prices
        assert (str(price.listing.id), str(price.step.price)) == ("konzum/0613/1", "9.00 EUR")
        JudgePrice(StoppedClock(LONG_AFTER), store.unit_of_work)(
            price.listing.id, Judgement.CONFIRMED, at=price.step.start, price=price.step.price.amount, by=TESTER
        )
        assert _suspects(store, day(1)) == ()

    @_ORDERS
    @given(lists=batches(), judged=st.lists(judgements(), max_size=2), number=st.integers(0, 30))
    def test_every_price_that_a_comparison_doubts_is_listed_and_no_other(
        self, lists: list[PriceList], judged: list[_Judged], number: int
    ) -> None:
        store = self.make_store()
        _arrive(store, [*lists, *judged])
        assert _suspects(store, day(number)) == tuple(_suspects_one_by_one(store, day(number)))

    def test_prices_far_apart_are_told_for_each_currency_alone_and_up_to_the_instant(self) -> None:
        store = self.make_store()
        cases: Sequence[tuple[str, Sequence[tuple[str, str | None, str]]]] = (
            ("1", (("1.00", None, "EUR"), ("4.01", None, "EUR"))),
            ("2", (("1.00", None, "EUR"), ("4.00", None, "EUR"))),
            ("3", (("1.00", None, "EUR"), ("9.00", None, "USD"))),
            ("4", (("9.00", "1.00", "EUR"), ("9.00", None, "EUR"))),
            ("5", (("1.00", "9.00", "EUR"), ("1.00", None, "EUR"))),
        )
        for turn in range(2):
            rows = tuple(
                a_row(sku, said[turn][0], special=said[turn][1], currency=said[turn][2], line=int(sku))
                for sku, said in cases
            )
            import_list(store, PriceList(rows, at=day(turn)))
        with store.reads() as snapshot:
            products = snapshot.find_products((), day(1), after=None, limit=10).products
            names = {product.id: product.name[-1] for product in products}

            def apart(number: float) -> set[str]:
                return {names[id] for id in snapshot.spread_beyond(4, list(names), day(number))}

            assert apart(1) == {"1", "4", "5"}
            assert apart(0.5) == {"4", "5"}
            assert snapshot.spread_beyond(4, [], day(1)) == frozenset()


def _rejected(at: datetime = DAY_ZERO, decided_at: datetime = LONG_AFTER) -> Decision:
    return Decision(at, DecisionKind.REJECTED, Money.of("2.00", "EUR"), decided_at, TESTER)


def _series(store: Store, as_of: datetime) -> Series:
    with store.reads() as snapshot:
        (series,) = snapshot.series(snapshot.product(MILK, as_of).id, as_of)
    return series


def _revision(store: Store) -> int:
    with store.reads() as snapshot:
        return snapshot.revision


def _arrive(store: Store, things: Iterable[PriceList | _Judged]) -> None:
    """What is decided about a listing before any list named it waits for that list."""
    waiting: list[_Judged] = []
    for thing in things:
        if isinstance(thing, PriceList):
            import_list(store, thing)
        else:
            waiting.append(thing)
        for listing, decision in waiting[:]:
            try:
                decide(store, listing, decision)
            except UnknownListing:
                continue
            waiting.remove((listing, decision))


def _a_slip_among_four_chains(store: Store) -> None:
    for chain, price in (("konzum", "9.00"), ("spar", "2.00"), ("plodine", "2.10"), ("studenac", "1.90")):
        branch = a_branch(chain)
        row = a_row("1", price, gtins=[MILK], chain=chain)
        import_list(store, PriceList((row,), branch=branch, chain=a_chain(chain)))


def _suspects(store: Store, as_of: datetime) -> tuple[SuspectProduct, ...]:
    """Page by page, one product on each."""
    ask = ListSuspects(StoppedClock(as_of), store.reads)
    page = ask(limit=1)
    found = list(page.products)
    while page.next:
        page = ask(limit=1, after=page.next)
        found += page.products
    return tuple(found)


def _suspects_one_by_one(store: Store, as_of: datetime) -> Iterable[SuspectProduct]:
    with store.reads() as snapshot:
        products = snapshot.find_products((), as_of, after=None, limit=100).products
        for product in products:
            peers = Peers(snapshot.series(product.id, as_of))
            if any(suspect_since(one, peers) for one in peers):
                (one,) = ListSuspects(StoppedClock(as_of), store.reads)(product.id).products
                yield one
