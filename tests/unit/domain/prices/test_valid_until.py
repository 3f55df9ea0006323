"""An answer stays what it is until the instant it names, unless something new is seen."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from coprra.domain.kernel.instants import to_micros
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.chain import Branch, BranchId, Chain, Channel
from coprra.domain.prices.landed_price import Order
from coprra.domain.prices.observation import (
    ABSENT,
    UNREADABLE,
    Availability,
    Moment,
    Observation,
    Shipping,
    Special,
    State,
    Terms,
)
from coprra.domain.prices.offer import offer_of
from coprra.domain.prices.ranking import Ranking, rank
from coprra.domain.prices.series import Listing, Series

MICROSECOND = timedelta(microseconds=1)
LAST_LIST = 10
"""Nothing is seen after that day, so whatever changes later changes by itself."""


def day(number: float) -> datetime:
    return datetime(2025, 12, 1, tzinfo=UTC) + timedelta(days=number)


@dataclass(frozen=True)
class Shop:
    """A listing with all that was seen of it, by day; confirmed: days of complete lists."""

    chain: str
    branch: str
    stale_after: int
    seen: tuple[tuple[int, State], ...]
    confirmed: tuple[int, ...] = ()

    def series(self, as_of: datetime) -> Series:
        chain = Chain(self.chain, self.chain, "HR", Currency("EUR"), timedelta(days=self.stale_after))
        channel = Channel.ONLINE if self.branch == "web" else Channel.IN_STORE
        return Series(
            Listing(chain, Branch(BranchId(self.chain, self.branch), "UTC", channel), "1"),
            as_of,
            tuple(Observation(Moment(to_micros(day(at)), 0), state) for at, state in self.seen),
            tuple(Moment(to_micros(day(at)), 0) for at in self.confirmed),
        )


def answer(shops: list[Shop], as_of: datetime, shown: str = "abcdef", *, unfold: bool = False) -> Ranking:
    series = [shop.series(as_of) for shop in shops]
    offers = [offer_of(one, series, Order()) for one in series if one.listing.chain.code in shown]
    return rank([offer for offer in offers if offer], unfold=unfold)


amounts = st.sampled_from(("0.20", "1.00", "1.10", "5.00", "5.50"))


@st.composite
def states(draw: st.DrawFn) -> State:
    kind = draw(st.sampled_from(("price", "price", "period", "period", "only special", "sold out", "gone", "failed")))
    if kind == "gone":
        return ABSENT
    if kind == "failed":
        return UNREADABLE
    currency = draw(st.sampled_from(("EUR",) * 9 + ("USD",)))
    begins = draw(st.none() | st.integers(0, 25))
    ends = draw(st.none() | st.integers(1, 15).map(lambda length: (begins or 0) + length))
    special = Special(
        Money.of(draw(amounts), currency),
        None if begins is None else day(begins),
        None if ends is None else day(ends),
    )
    return State(
        Availability.OUT_OF_STOCK if kind == "sold out" else Availability.IN_STOCK,
        None,
        Terms(
            None if kind == "only special" else Money.of(draw(amounts), currency),
            special if kind in {"period", "only special"} else None,
            shipping=draw(st.sampled_from(((), (Shipping("HR", Money.of("1.00", currency)),)))),
        ),
    )


@st.composite
def worlds(draw: st.DrawFn) -> list[Shop]:
    """Up to seven listings of six chains, enough for each to be held against the others."""
    places = [("a", "1"), ("b", "1"), ("c", "1"), ("d", "1"), ("e", "web"), ("f", "1"), ("a", "2")]
    return [
        Shop(
            chain,
            branch,
            draw(st.sampled_from((3, 7, 30))),
            tuple((at, draw(states())) for at in sorted(draw(st.sets(st.integers(0, LAST_LIST), max_size=3)))),
            tuple(sorted(draw(st.sets(st.integers(0, LAST_LIST), max_size=2)))),
        )
        for chain, branch in places[: draw(st.integers(1, 7))]
    ]


def announcing(chain: str) -> Shop:
    terms = Terms(Money.of("1.00", "EUR"), Special(Money.of("5.00", "EUR"), day(12), day(14)))
    return Shop(chain, "1", 7, ((9, State(Availability.IN_STOCK, None, terms)),))


def asking(chain: str, price: str) -> Shop:
    return Shop(chain, "1", 30, ((9, State(Availability.IN_STOCK, None, Terms(Money.of(price, "EUR")))),))


as_ofs = st.integers(LAST_LIST * 8, 48 * 8).map(lambda eighths: day(eighths / 8))


@settings(max_examples=200)
@given(
    shops=worlds(),
    as_of=as_ofs,
    share=st.integers(0, 1000),
    shown=st.sampled_from(("abcdef", "ab", "a", "ef")),
    unfold=st.booleans(),
)
@example(
    shops=[asking("a", "1.00"), *(announcing(chain) for chain in "bcd")],
    as_of=day(11),
    share=500,
    shown="a",
    unfold=False,
)
def test_an_answer_stays_the_same_until_the_instant_it_names(
    shops: list[Shop],
    as_of: datetime,
    share: int,
    shown: str,
    unfold: bool,
) -> None:
    now = answer(shops, as_of, shown, unfold=unfold)
    end = now.valid_until or as_of + timedelta(days=5000)
    assert end > as_of
    between = as_of + (end - MICROSECOND - as_of) * share // 1000
    for later in (between, end - MICROSECOND):
        assert answer(shops, later, shown, unfold=unfold) == now


@given(shops=worlds(), as_of=as_ofs)
def test_at_the_instant_it_names_the_whole_answer_is_another_one(shops: list[Shop], as_of: datetime) -> None:
    now = answer(shops, as_of)
    if now.valid_until:
        then = answer(shops, now.valid_until)
        assert replace(then, valid_until=now.valid_until) != now
        assert then.valid_until is None or then.valid_until > now.valid_until


@settings(max_examples=50)
@given(shops=worlds(), as_of=as_ofs)
def test_in_the_end_nothing_changes_any_more_and_nothing_is_ranked(shops: list[Shop], as_of: datetime) -> None:
    ranking = answer(shops, as_of)
    turns = 0
    while ranking.valid_until:
        turns += 1
        assert turns <= 3 * len(shops)
        ranking = answer(shops, ranking.valid_until)
    assert ranking.ranked == ()


def test_a_question_about_one_chain_holds_only_until_the_others_may_make_it_suspect() -> None:
    shops = [asking("a", "1.00"), *(announcing(chain) for chain in "bcd")]
    before = answer(shops, day(11), "a")
    assert [entry.chain.code for entry in before.ranked] == ["a"]
    assert before.valid_until == day(12)
    assert answer(shops, day(12), "a").ranked == ()
