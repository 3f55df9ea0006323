"""The contract of decisions: what `DecisionsUnitOfWork` promises, and that the order of arrival does not matter.

An adapter takes the exam with::

    class TestMyDecisions(DecisionsContract):
        def make_store(self):
            return MyStore(...)  # empty, and no other test's
"""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from threading import Thread

import pytest
from hypothesis import strategies as st

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.actor import Actor, ActorKind
from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import BranchId, UnknownBranch
from coprra.domain.prices.correct_price import Amendment, CorrectPrice, UnknownSighting
from coprra.domain.prices.decision import NOTE_LENGTH, Decision, DecisionKind
from coprra.domain.prices.judge_price import JudgedPrice, Judgement, JudgePrice
from coprra.domain.prices.list_suspects import ListSuspects, SuspectProduct
from coprra.domain.prices.listing import ListingId, UnknownListing
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.quarantine import Peers, suspect_since
from coprra.domain.prices.record_price import Description, UnknownArticle
from coprra.domain.prices.series import Series
from coprra.domain.products.product import UnknownProduct
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
    correct,
    day,
    decide,
    gtin_of,
    import_list,
    record,
)
from coprra.testing.contracts.law import Contract, law
from coprra.testing.contracts.mapping import done
from coprra.testing.copies import exported, exported_decisions, import_decisions, import_exported
from coprra.testing.strategies import acts_on_products, batches, judgements, sightings

MILK = gtin_of(1)
LISTING = ListingId.parse("konzum/0613/1")
_Judged = tuple[ListingId, Decision]


class DecisionsContract(Contract):
    """Subclass it, say how a store is made, and inherit every promise."""

    examples = 25

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

    # What a person saw

    def test_what_a_person_saw_is_believed_until_the_next_list(self, store: Store) -> None:
        record(store, LISTING, "1.50", at=day(1))
        import_list(store, PriceList((a_row(gtins=[MILK]),), at=day(2)))
        assert _prices(store) == ["2.00 EUR", "1.50 EUR", "2.00 EUR"]

    def test_what_a_later_list_had_confirmed_is_not_lost_by_what_a_person_saw(self, store: Store) -> None:
        import_list(store, PriceList((a_row(gtins=[MILK]),), at=day(2)))
        record(store, LISTING, "1.50", at=day(1))
        assert _prices(store) == ["2.00 EUR", "1.50 EUR", "2.00 EUR"]

    def test_what_a_person_saw_at_the_instant_of_a_list_outranks_it_whichever_comes_first(self, store: Store) -> None:
        record(store, LISTING, "1.50", at=day(0))
        import_list(store, PriceList((a_row(price="3.00", gtins=[MILK]),), at=day(0)))
        assert _prices(store) == ["1.50 EUR"]

    def test_an_article_that_no_list_carries_gets_its_products(self, store: Store) -> None:
        cola, new = gtin_of(7), ListingId.parse("konzum/0613/7")
        described = Description(title="Cola 0,25 l", brand="Čvarak", gtins=(MILK, cola))
        record(store, new, "1.00", at=day(1), described=described)
        with store.reads() as snapshot:
            product = snapshot.product(cola, day(1))
            assert (product.name, product.brand, product.gtins, product.first_seen) == (
                "Cola 0,25 l",
                "Čvarak",
                (cola,),
                day(1),
            )
            assert snapshot.product(MILK, day(1)).name == "Cola 0,25 l", "the fullest of what it is called"
            (series,) = snapshot.series(product.id, day(1))
            assert (series.listing.id, series.article and series.article.measure) == (new, Measure.of("0.25", "l"))
            assert len(snapshot.find_products(("cola",), day(1), after=None, limit=10).products) == 2
            with pytest.raises(UnknownProduct):
                snapshot.product(cola, day(0.9))

    def test_an_article_is_known_from_any_branch_of_its_chain(self, store: Store) -> None:
        import_list(store, PriceList((a_row("9", title="Tea"),), branch=a_branch(code="b")))
        recorded = record(store, ListingId.parse("konzum/0613/1"), "1.00", at=day(-1))
        assert recorded.after.article is not None
        assert recorded.after.article.title == "Article 1"
        with store.reads() as snapshot:
            assert snapshot.product(MILK, day(-1)).first_seen == day(-1), "a person saw it before any list"
        elsewhere = record(store, ListingId.parse("konzum/b/1"), "1.00", at=day(1))
        assert elsewhere.after.article == recorded.after.article
        with pytest.raises(UnknownArticle):
            record(store, ListingId.parse("konzum/b/17"), "1.00", at=day(1))

    @pytest.mark.parametrize("arrival", [(0, 1, 2), (2, 1, 0)])
    def test_what_a_number_was_last_sold_as_does_not_depend_on_the_order_of_arrival(
        self, store: Store, arrival: Sequence[int]
    ) -> None:
        here, there = a_branch(code="a"), a_branch(code="b")
        lists = (
            PriceList((a_row("7", title="Milk"),), at=day(0), branch=here),
            PriceList((a_row("7", title="Cream"),), at=day(1), branch=there),
            PriceList((a_row("7", title="Milk"),), at=day(2), branch=here),
        )
        for number in arrival:
            import_list(store, lists[number])
        with store.unit_of_work() as uow:
            uow.decisions.lock()
            article = uow.decisions.article("konzum", "7")
        assert article is not None
        assert article.title == "Cream"

    def test_a_branch_is_as_fresh_as_its_last_list_whatever_persons_saw(self, store: Store) -> None:
        record(store, LISTING, "1.50", at=day(5))
        with store.reads() as snapshot:
            ((_, last_list),) = snapshot.chains(day(9))[0].branches
            assert last_list == day(0)

    def test_several_may_speak_of_one_branch_at_one_instant_in_one_microsecond(self, store: Store) -> None:
        import_list(store, PriceList((a_row(gtins=[MILK]), a_row("2", gtins=[MILK], line=3)), at=day(1)))
        for sku in ("1", "2"):
            record(store, ListingId.parse(f"konzum/0613/{sku}"), "1.50", at=day(1))
        correct(store, LISTING, Amendment(price=Decimal("1.60")), day(1))
        with store.reads() as snapshot:
            series = snapshot.series(snapshot.product(MILK, day(2)).id, day(2))
        assert [str(one.steps[-1].price) for one in series] == ["1.60 EUR", "1.50 EUR"]

    def test_what_was_seen_is_not_seen_before_its_commit(self, store: Store) -> None:
        before = all_answers(store, day(9)), _revision(store)
        record(store, LISTING, "1.50", at=day(1), dry_run=True)
        described = Description(title="Tea", gtins=(gtin_of(5),))
        record(store, ListingId.parse("konzum/0613/5"), "1.50", at=day(1), described=described, dry_run=True)
        assert (all_answers(store, day(9)), _revision(store)) == before
        record(store, LISTING, "1.50", at=day(1))
        assert _revision(store) == before[1] + 1

    # What a list should have said

    def test_a_correction_changes_one_sighting_and_no_other(self, store: Store) -> None:
        for number in (1, 2):
            import_list(store, PriceList((a_row(gtins=[MILK]),), at=day(number)))
        correct(store, LISTING, Amendment(price=Decimal("1.50")), day(1))
        assert _prices(store) == ["2.00 EUR", "1.50 EUR", "2.00 EUR"]
        late = PriceList((a_row(price="9.00", gtins=[MILK]),), at=day(0.5))
        import_list(store, late)
        assert _prices(store) == ["2.00 EUR", "9.00 EUR", "1.50 EUR", "2.00 EUR"]

    def test_a_later_correction_outranks_an_earlier_one_whichever_comes_first(self, store: Store) -> None:
        correct(store, LISTING, Amendment(price=Decimal("1.50")), day(0), now=day(60))
        correct(store, LISTING, Amendment(price=Decimal("1.60")), day(0), now=day(50))
        assert _prices(store) == ["1.50 EUR"]

    def test_each_sighting_of_a_span_is_corrected_in_one_commit(self, store: Store) -> None:
        for number in (1, 2, 3):
            import_list(store, PriceList((a_row(gtins=[MILK]),), at=day(number)))
        before = _revision(store)
        corrected = CorrectPrice(StoppedClock(LONG_AFTER), store.unit_of_work)(
            LISTING, Amendment(price=Decimal("1.50")), since=day(1), through=day(2), by=TESTER
        )
        assert [one.at for one in corrected.corrections] == [day(1), day(2)]
        assert _prices(store) == ["2.00 EUR", "1.50 EUR", "2.00 EUR"]
        assert _revision(store) == before + 1
        assert len(_series(store, day(9)).decisions) == 2

    # Order of arrival

    # A person says all of what is seen but its category, which is that of the article as it is known by then.
    @law(data=st.data(), lists=batches(categories=False), judged=st.lists(judgements(), max_size=4))
    def test_lists_and_decisions_in_any_order_give_the_same_answers(
        self, data: st.DataObject, lists: list[PriceList], judged: list[_Judged]
    ) -> None:
        lists = _one_of_each_instant(lists)
        # The same said twice is said once: the first time counts.
        seen = data.draw(st.lists(sightings(), max_size=2, unique_by=lambda one: one[:2]))
        acts: list[Act] = [Judging(*one) for one in judged if one[0] in _listings(lists)]
        acts += [Recording(*one) for one in seen if one[0].branch in _branches(lists)]
        acts += data.draw(_corrections(lists))
        timed = [replace(act, now=day(60 + number)) for number, act in enumerate(acts)]
        reference, store = MemoryStore(), self.make_store()
        _arrive(reference, [*lists, *timed])
        _arrive(store, data.draw(st.permutations([*lists, *timed])))
        for number in (0, 3.5, 7, 10, 20, 26, 40):
            assert all_answers(store, day(number)) == all_answers(reference, day(number))

    # Export

    @law(data=st.data(), lists=batches(), judged=st.lists(judgements(), max_size=2))
    def test_all_that_persons_decided_is_the_same_in_a_copy(
        self, data: st.DataObject, lists: list[PriceList], judged: list[_Judged]
    ) -> None:
        lists = _one_of_each_instant(lists)
        seen = data.draw(st.lists(sightings(), max_size=2, unique_by=lambda one: one[:2]))
        acts: list[Act] = [Judging(*one) for one in dict.fromkeys(judged) if one[0] in _listings(lists)]
        acts += [Recording(*one) for one in seen if one[0].branch in _branches(lists)]
        acts += data.draw(_corrections(lists))
        store, copy = self.make_store(), self.make_store()
        _arrive(store, [*lists, *(replace(act, now=day(60 + number)) for number, act in enumerate(acts))])
        for number, moving in enumerate(data.draw(st.lists(acts_on_products(), max_size=4))):
            done(store, moving, day(70 + number))
        said, decided = exported(store), exported_decisions(store)
        import_exported(copy, said)
        taken = import_decisions(copy, decided)
        assert (taken.decisions + taken.moves, taken.known) == (decided.count("\n") - 2, 0)
        assert (exported(copy), exported_decisions(copy)) == (said, decided)
        for instant in (0, 3.5, 7, 10, 20, 26, 40):
            assert all_answers(copy, day(instant)) == all_answers(store, day(instant))
        revision = _revision(copy)
        again = import_decisions(copy, decided)
        assert (again.decisions, again.moves, again.known) == (0, 0, taken.decisions + taken.moves)
        assert _revision(copy) == revision

    def test_decisions_without_their_lists_are_refused_and_none_is_taken(self, store: Store) -> None:
        import_list(store, PriceList((a_row("2"),), branch=a_branch(code="b")))
        decide(store, LISTING, _rejected())
        decide(store, ListingId.parse("konzum/b/2"), _rejected())
        copy = self.make_store()
        with pytest.raises(UnknownBranch):
            import_decisions(copy, exported_decisions(store))
        import_list(copy, PriceList((a_row(gtins=[MILK]),)))
        with pytest.raises(UnknownBranch):
            import_decisions(copy, exported_decisions(store))
        assert exported_decisions(copy).count("\n") == 2

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

    @law(lists=batches(), judged=st.lists(judgements(), max_size=2), number=st.integers(0, 30))
    def test_every_price_that_a_comparison_doubts_is_listed_and_no_other(
        self, lists: list[PriceList], judged: list[_Judged], number: int
    ) -> None:
        store = self.make_store()
        _arrive(store, [*lists, *(Judging(*one) for one in judged if one[0] in _listings(lists))])
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


def _prices(store: Store) -> list[str]:
    return [str(step.price) for step in _series(store, day(6)).steps]


@dataclass(frozen=True)
class Judging:
    """Somebody judges a price, whether or not it was asked."""

    listing: ListingId
    decision: Decision
    now: datetime = LONG_AFTER

    def __call__(self, store: Store) -> None:
        """Raises: UnknownListing as long as nobody saw it."""
        decide(store, self.listing, replace(self.decision, decided_at=self.now))


@dataclass(frozen=True)
class Recording:
    """Somebody saw a price."""

    listing: ListingId
    at: datetime
    price: str
    now: datetime = LONG_AFTER

    def __call__(self, store: Store) -> None:
        """Raises: UnknownBranch as long as there is no list of it."""
        number = self.listing.sku
        described = Description(title=f"Milk {number}", brand="Dukat", gtins=(gtin_of(int(number)),))
        record(store, self.listing, self.price, self.now, at=self.at, described=described)


@dataclass(frozen=True)
class Correcting:
    """Somebody says what a list should have said."""

    listing: ListingId
    at: datetime
    amendment: Amendment
    now: datetime = LONG_AFTER

    def __call__(self, store: Store) -> None:
        """Raises: UnknownBranch, UnknownListing, UnknownSighting as long as that list has not come."""
        correct(store, self.listing, self.amendment, self.at, self.now)


Act = Judging | Recording | Correcting


def _arrive(store: Store, things: Iterable[PriceList | Act]) -> None:
    """What somebody does about a list that has not come yet waits for it."""
    waiting: list[Act] = []
    for thing in things:
        if isinstance(thing, PriceList):
            import_list(store, thing)
        else:
            waiting.append(thing)
        waiting = [act for act in waiting if not _done(store, act)]
    assert not waiting


def _done(store: Store, act: Act) -> bool:
    try:
        act(store)
    except (UnknownBranch, UnknownListing, UnknownSighting):
        return False
    return True


def _one_of_each_instant(lists: Iterable[PriceList]) -> list[PriceList]:
    """Of several lists of one branch and instant "what the list said" is not one thing."""
    return list({(prices.branch and prices.branch.id, prices.at): prices for prices in lists}.values())


def _branches(lists: Iterable[PriceList]) -> set[BranchId]:
    return {prices.branch.id for prices in lists if prices.branch}


def _listings(lists: Iterable[PriceList]) -> set[ListingId]:
    return {ListingId(prices.branch.id, str(row.sku)) for prices in lists if prices.branch for row in prices.rows_}


@st.composite
def _corrections(draw: st.DrawFn, lists: Sequence[PriceList]) -> list[Correcting]:
    """Of a few sightings whose price could be read, one each."""
    readable = [
        (ListingId(prices.branch.id, str(row.sku)), prices.at)
        for prices in lists
        if prices.branch and isinstance(prices.at, datetime)
        for row in prices.rows_
        if row.terms
    ]
    chosen = draw(st.lists(st.sampled_from(readable), max_size=2, unique=True)) if readable else []
    amendments = (
        Amendment(price=Decimal("1.25")),
        Amendment(absent=True),
        Amendment(price=Decimal(9), no_special=True),
    )
    return [Correcting(listing, at, draw(st.sampled_from(amendments))) for listing, at in chosen]


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
