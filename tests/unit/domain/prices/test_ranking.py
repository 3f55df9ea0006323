"""The ranking orders offers by what a buyer really pays, folds branches, and says why."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.instants import to_micros
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.chain import Branch, BranchId, Chain, Channel
from coprra.domain.prices.landed_price import Completeness, Order
from coprra.domain.prices.observation import (
    ABSENT,
    Availability,
    Condition,
    Moment,
    Observation,
    Shipping,
    Special,
    State,
    Terms,
)
from coprra.domain.prices.offer import Aside, Offer, offer_of
from coprra.domain.prices.ranking import RankedOffer, Ranking, rank
from coprra.domain.prices.series import Listing, Series

NOW = datetime(2025, 12, 10, tzinfo=UTC)


def offered(
    chain: str,
    price: str | None,
    branch: str = "1",
    *,
    special: str | None = None,
    days_ago: float = 1,
    channel: Channel = Channel.IN_STORE,
    shipping: str | None = None,
    currency: str = "EUR",
    availability: Availability = Availability.IN_STOCK,
    tax_included: bool = True,
    sku: str = "1",
    name: str | None = None,
    gone: bool = False,
    order: Order | None = None,
    condition: Condition = Condition.NEW,
    past: Sequence[str] = (),
) -> Offer:
    """What a branch asks, as its last list said so many days ago."""
    terms = Terms(
        Money.of(price, currency) if price else None,
        Special(Money.of(special, currency)) if special else None,
        condition=condition,
        tax_included=tax_included,
        shipping=(Shipping("HR", Money.of(shipping, currency)),) if shipping else (),
    )
    states = [State(Availability.IN_STOCK, None, Terms(Money.of(one, currency))) for one in past]
    states += [State(availability, None, terms)] + [ABSENT] * gone
    seen_at = NOW - timedelta(days=days_ago)
    offer = offer_of(
        Series(
            Listing(
                Chain(chain, name or chain.title(), "HR", Currency("EUR")),
                Branch(BranchId(chain, branch), "UTC", channel),
                sku,
            ),
            NOW,
            tuple(
                Observation(Moment(to_micros(seen_at) - len(states) + 1 + index, 0), state)
                for index, state in enumerate(states)
            ),
            (),
        ),
        (),
        order or Order(),
    )
    assert offer
    return offer


def shown(ranking: Ranking) -> list[tuple[int, bool, str, str]]:
    """Rank, whether tied, chain, branches."""
    return [
        (entry.rank, entry.tied, entry.chain.code, " ".join(branch.id.code for branch in entry.branches))
        for entry in ranking.ranked
    ]


def chains(ranking: Ranking) -> list[str]:
    return [entry.chain.code for entry in ranking.ranked]


# Order


def test_who_asks_least_comes_first() -> None:
    ranking = rank([offered("spar", "2.00"), offered("konzum", "1.00"), offered("plodine", "3.00")])
    assert shown(ranking) == [(1, False, "konzum", "1"), (2, False, "spar", "1"), (3, False, "plodine", "1")]


def test_what_is_paid_counts_and_not_what_is_asked() -> None:
    webshop = offered("web", "1.00", channel=Channel.ONLINE, shipping="3.00")
    ranking = rank([webshop, offered("spar", "2.00")])
    assert chains(ranking) == ["spar", "web"]
    assert [entry.landed.total for entry in ranking.ranked] == [Money.of("2.00", "EUR"), Money.of("4.00", "EUR")]


def test_a_total_that_is_not_known_comes_after_every_one_that_is() -> None:
    dark = offered("dark", "0.01", channel=Channel.ONLINE)
    darker = offered("darker", "0.02", channel=Channel.ONLINE)
    ranking = rank([darker, dark, offered("spar", "99.00")])
    assert shown(ranking) == [(1, False, "spar", "1"), (2, False, "dark", "1"), (3, False, "darker", "1")]


def test_totals_that_are_not_known_are_no_tie() -> None:
    ranking = rank([offered(chain, "1.00", channel=Channel.ONLINE) for chain in ("a", "b")])
    assert shown(ranking) == [(1, False, "a", "1"), (2, False, "b", "1")]


def test_equal_totals_are_a_tie_and_share_their_rank() -> None:
    ranking = rank([offered("c", "2.00"), offered("a", "1.00"), offered("b", "1.00"), offered("d", "2.00")])
    assert shown(ranking) == [(1, True, "a", "1"), (1, True, "b", "1"), (3, True, "c", "1"), (3, True, "d", "1")]


def test_within_a_tie_the_fresher_comes_first_and_then_the_name_of_the_store() -> None:
    ranking = rank(
        [
            offered("a", "1.00", name="Zeta"),
            offered("b", "1.00", name="Alfa"),
            offered("c", "1.00", name="Midi", days_ago=0.5),
        ]
    )
    assert chains(ranking) == ["c", "b", "a"]


def test_an_estimate_is_no_tie_with_a_complete_total_and_comes_after_it() -> None:
    untaxed = offered("a", "1.00", tax_included=False, days_ago=0.1)
    ranking = rank([untaxed, offered("b", "1.00")])
    assert shown(ranking) == [(1, False, "b", "1"), (2, False, "a", "1")]
    assert ranking.ranked[1].landed.completeness is Completeness.ESTIMATED


# Condition


def test_what_is_used_is_ranked_by_what_is_paid_and_never_passes_for_new() -> None:
    ranking = rank(
        [offered("spar", "2.00"), offered("attic", "1.00", condition=Condition.USED), offered("konzum", "3.00")]
    )
    assert chains(ranking) == ["attic", "spar", "konzum"]
    assert ranking.why.summary == (
        "Attic asks least: 1.00 EUR (used), seen 2025-12-09 00:00 UTC. "
        "That is 1.00 EUR less than Spar (2.00 EUR, seen 2025-12-09 00:00 UTC). "
        "The least for a new one is 2.00 EUR at Spar."
    )


def test_a_used_special_price_says_both() -> None:
    why = rank([offered("attic", "2.00", special="1.00", condition=Condition.REFURBISHED), offered("spar", "2.00")]).why
    assert why.summary.startswith("Attic asks least: 1.00 EUR (refurbished, special price), seen")


@pytest.mark.parametrize("others", [0, 1])
def test_where_nothing_new_can_be_relied_on_the_answer_says_so(others: int) -> None:
    used = [offered(chain, "1.00", condition=Condition.USED, days_ago=1) for chain in ("attic", "barn")[: 1 + others]]
    dark = offered("dark", "1.00", channel=Channel.ONLINE)
    assert rank([*used, dark]).why.summary.endswith("No offer of a new one can be relied on.")


def test_at_one_total_the_new_one_comes_first_and_it_is_no_tie() -> None:
    used = offered("attic", "1.00", condition=Condition.USED, days_ago=0.5)
    mended = offered("mender", "1.00", condition=Condition.REFURBISHED, days_ago=0.7)
    ranking = rank([used, mended, offered("spar", "1.00")])
    assert shown(ranking) == [(1, False, "spar", "1"), (2, False, "mender", "1"), (3, False, "attic", "1")]
    assert ranking.why.difference == Money.of("0", "EUR")
    assert ranking.why.summary == (
        "Spar asks least: 1.00 EUR, seen 2025-12-09 00:00 UTC. "
        "The same total has Mender (1.00 EUR (refurbished), seen 2025-12-09 07:12 UTC)."
    )


def test_a_used_one_is_not_folded_into_a_new_one_of_the_same_chain() -> None:
    ranking = rank([offered("spar", "1.00", "a"), offered("spar", "1.00", "b", condition=Condition.USED)])
    assert shown(ranking) == [(1, False, "spar", "a"), (2, False, "spar", "b")]
    assert [entry.condition for entry in ranking.ranked] == [Condition.NEW, Condition.USED]


def test_what_is_in_another_condition_than_was_asked_for_is_set_aside_after_every_other_reason() -> None:
    offers = [
        offered("spar", "2.00"),
        offered("attic", "1.00", condition=Condition.USED),
        offered("old", "1.00", condition=Condition.USED, days_ago=9),
        offered("gone", "1.00", gone=True),
    ]
    asides = {offer.listing.chain.code: offer.wanted_in(frozenset({Condition.NEW})).aside for offer in offers}
    assert asides == {"spar": None, "attic": Aside.OTHER_CONDITION, "old": Aside.STALE, "gone": Aside.NOT_LISTED}


def test_a_listing_that_is_gone_keeps_the_condition_it_was_sold_in() -> None:
    assert offered("gone", "1.00", gone=True, condition=Condition.USED).condition is Condition.USED


# Folding


def test_branches_of_a_chain_that_ask_the_same_are_one_entry_freshest_first() -> None:
    ranking = rank(
        [
            offered("konzum", "1.00", "c", days_ago=3),
            offered("konzum", "1.00", "b", days_ago=1),
            offered("konzum", "1.00", "a", days_ago=2),
            offered("spar", "1.00", "a"),
        ]
    )
    assert shown(ranking) == [(1, True, "konzum", "a b c"), (1, True, "spar", "a")]
    assert [offer.listing.branch.id.code for offer in ranking.ranked[0].offers] == ["b", "a", "c"]
    assert ranking.ranked[0].best.listing.branch.id.code == "b"


def test_unfolded_each_branch_has_an_entry() -> None:
    offers = [offered("konzum", "1.00", branch) for branch in "ab"] + [offered("konzum", "2.00", "c")]
    assert shown(rank(offers)) == [(1, False, "konzum", "a b"), (2, False, "konzum", "c")]
    assert shown(rank(offers, unfold=True)) == [
        (1, True, "konzum", "a"),
        (1, True, "konzum", "b"),
        (3, False, "konzum", "c"),
    ]


def test_a_chain_with_two_prices_has_two_entries() -> None:
    assert shown(rank([offered("konzum", "1.00", "a"), offered("konzum", "1.10", "b")])) == [
        (1, False, "konzum", "a"),
        (2, False, "konzum", "b"),
    ]


def test_a_special_price_is_not_folded_into_a_regular_one() -> None:
    ranking = rank([offered("konzum", "1.00", "a"), offered("konzum", "2.00", "b", special="1.00")])
    assert shown(ranking) == [(1, True, "konzum", "a"), (1, True, "konzum", "b")]
    assert [entry.asked.special for entry in ranking.ranked] == [False, True]


def test_what_costs_the_same_delivered_and_is_asked_otherwise_is_not_folded() -> None:
    shelf = offered("konzum", "5.00", "shelf")
    web = offered("konzum", "4.00", "web", channel=Channel.ONLINE, shipping="1.00")
    ranking = rank([shelf, web])
    assert shown(ranking) == [(1, True, "konzum", "shelf"), (1, True, "konzum", "web")]
    assert [str(entry.asked.price) for entry in ranking.ranked] == ["5.00 EUR", "4.00 EUR"]


def test_two_articles_of_one_branch_at_one_price_are_one_entry_that_names_the_branch_once() -> None:
    ranking = rank([offered("konzum", "1.00", "a", sku="1"), offered("konzum", "1.00", "a", sku="2")])
    assert shown(ranking) == [(1, False, "konzum", "a")]
    assert len(ranking.ranked[0].offers) == 2


# Set aside


def test_what_can_not_be_relied_on_is_set_aside_with_its_reason() -> None:
    ranking = rank(
        [
            offered("spar", "2.00"),
            offered("old", "1.00", days_ago=7),
            offered("odd", "9.99", past=("1.00", "1.10", "1.20")),
            offered("empty", "1.00", availability=Availability.OUT_OF_STOCK),
            offered("gone", "1.00", gone=True),
            offered("abroad", "1.00", currency="USD"),
        ]
    )
    assert chains(ranking) == ["spar"]
    assert {offer.listing.chain.code: offer.aside for offer in ranking.set_aside} == {
        "old": Aside.STALE,
        "odd": Aside.SUSPECT,
        "empty": Aside.OUT_OF_STOCK,
        "gone": Aside.NOT_LISTED,
        "abroad": Aside.OTHER_CURRENCY,
    }


def test_what_is_set_aside_stands_by_reason_store_and_price() -> None:
    ranking = rank(
        [
            offered("b", "2.00", days_ago=8),
            offered("b", "1.00", "2", days_ago=8),
            offered("a", "3.00", days_ago=8),
            offered("z", "1.00", availability=Availability.OUT_OF_STOCK),
        ]
    )
    assert [
        (str(offer.aside), offer.listing.chain.code, str(offer.landed and offer.landed.total))
        for offer in ranking.set_aside
    ] == [
        ("out_of_stock", "z", "1.00 EUR"),
        ("stale", "a", "3.00 EUR"),
        ("stale", "b", "1.00 EUR"),
        ("stale", "b", "2.00 EUR"),
    ]


def test_the_currency_is_the_one_that_most_chains_ask_in_however_many_branches_they_have() -> None:
    crowd = [offered("crowd", "1.00", str(number), currency="USD") for number in range(5)]
    ranking = rank([*crowd, offered("a", "9.00"), offered("b", "9.00")])
    assert ranking.currency == Currency("EUR")
    assert {offer.aside for offer in ranking.set_aside} == {Aside.OTHER_CURRENCY}


def test_among_as_many_chains_the_first_currency_by_its_code_is_taken() -> None:
    ranking = rank([offered("a", "1.00", currency="USD"), offered("b", "1.00", currency="EUR")])
    assert ranking.currency == Currency("EUR")


def test_what_is_stale_has_no_say_in_the_currency() -> None:
    old = [offered(chain, "1.00", days_ago=8) for chain in "abc"]
    ranking = rank([*old, offered("d", "1.00", currency="USD")])
    assert ranking.currency == Currency("USD")
    assert chains(ranking) == ["d"]


# Why


def test_the_winner_is_explained_with_its_terms_the_runner_up_and_the_difference() -> None:
    why = rank([offered("spar", "1.69"), offered("plodine", "1.69", special="1.19", days_ago=2)]).why
    assert why.winner is not None
    assert why.runner_up is not None
    assert (why.winner.chain.code, why.runner_up.chain.code) == ("plodine", "spar")
    assert why.difference == Money.of("0.50", "EUR")
    assert why.summary == (
        "Plodine asks least: 1.19 EUR (special price), seen 2025-12-08 00:00 UTC. "
        "That is 0.50 EUR less than Spar (1.69 EUR, seen 2025-12-09 00:00 UTC)."
    )


def test_a_winner_without_a_runner_up_says_that_no_other_can_be_relied_on() -> None:
    why = rank([offered("spar", "1.69"), offered("old", "1.00", days_ago=9)]).why
    assert why.runner_up is None
    assert why.difference is None
    assert why.summary == "Spar asks least: 1.69 EUR, seen 2025-12-09 00:00 UTC. No other offer can be relied on."


def test_a_tie_names_everybody_in_it_and_only_what_holds_for_all() -> None:
    why = rank(
        [offered("spar", "1.00", days_ago=2), offered("konzum", "2.00", special="1.00"), offered("c", "3.00")]
    ).why
    assert why.difference == Money.of("0", "EUR")
    assert why.summary == "A tie between Konzum and Spar at 1.00 EUR, last seen 2025-12-09 00:00 UTC."


def test_a_tie_of_special_prices_says_so() -> None:
    why = rank([offered(chain, "2.00", special="1.00") for chain in ("a", "b")]).why
    assert why.summary == "A tie between A and B at 1.00 EUR (special price), last seen 2025-12-09 00:00 UTC."


def test_a_tie_within_one_chain_says_so() -> None:
    why = rank([offered("spar", "1.00", branch) for branch in "ab"], unfold=True).why
    assert why.summary == "A tie within Spar at 1.00 EUR, last seen 2025-12-09 00:00 UTC."


def test_two_prices_of_one_chain_are_told_apart_by_their_branches() -> None:
    why = rank([offered("spar", "1.00", "8701"), offered("spar", "1.50", "8702")]).why
    assert why.summary == (
        "Spar 8701 asks least: 1.00 EUR, seen 2025-12-09 00:00 UTC. "
        "That is 0.50 EUR less than Spar 8702 (1.50 EUR, seen 2025-12-09 00:00 UTC)."
    )


def test_a_runner_up_whose_shipping_is_not_known_is_named_without_a_difference() -> None:
    why = rank([offered("spar", "1.69"), offered("web", "1.00", channel=Channel.ONLINE)]).why
    assert why.runner_up is not None
    assert why.difference is None
    assert why.summary.endswith("What Web takes for shipping is not known.")


def test_where_nobodys_total_is_known_nobody_wins() -> None:
    why = rank([offered(chain, "1.00", channel=Channel.ONLINE) for chain in ("a", "b")]).why
    assert (why.winner, why.runner_up, why.difference) == (None, None, None)
    assert why.summary == "No offer's total is known: the shipping is not stated."


def test_an_estimate_is_never_told_as_all_that_is_paid() -> None:
    why = rank([offered("depot", "1.00", tax_included=False), offered("spar", "1.50")]).why
    assert why.summary.startswith("Depot asks least: 1.00 EUR before tax, seen")


def test_where_everything_is_stale_the_answer_says_so() -> None:
    ranking = rank(
        [offered("a", "1.00", days_ago=8), offered("b", "1.00", days_ago=8), offered("c", "1.00", gone=True)]
    )
    assert ranking.ranked == ()
    assert ranking.currency is None
    assert ranking.why.winner is None
    assert ranking.why.summary == "No offer can be relied on as of then: 1 not listed, 2 stale."


def test_where_there_is_no_offer_at_all_the_answer_says_so() -> None:
    ranking = rank([])
    assert (ranking.ranked, ranking.set_aside, ranking.valid_until) == ((), (), None)
    assert ranking.why.summary == "Of the stores asked about, no list read by then carries it."


# Laws


@st.composite
def markets(draw: st.DrawFn) -> list[Offer]:
    places = draw(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("123")), unique=True, max_size=9))
    order = Order(draw(st.integers(1, 3)))
    return [
        offered(
            chain,
            draw(st.sampled_from(("1.00", "2.00", "3.00"))),
            branch,
            special=draw(st.sampled_from((None, None, "1.00"))),
            days_ago=draw(st.sampled_from((1, 2, 9))),
            channel=draw(st.sampled_from(Channel)),
            shipping=draw(st.sampled_from((None, "0.00", "1.00"))),
            currency=draw(st.sampled_from(("EUR", "EUR", "EUR", "USD"))),
            availability=draw(
                st.sampled_from((Availability.IN_STOCK, Availability.IN_STOCK, Availability.OUT_OF_STOCK))
            ),
            tax_included=draw(st.booleans()),
            condition=draw(st.sampled_from((Condition.NEW, Condition.NEW, Condition.USED))),
            order=order,
        )
        for chain, branch in places
    ]


@given(data=st.data(), offers=markets(), unfold=st.booleans())
def test_the_order_in_which_offers_are_found_does_not_matter(
    data: st.DataObject,
    offers: list[Offer],
    unfold: bool,
) -> None:
    assert rank(data.draw(st.permutations(offers)), unfold=unfold) == rank(offers, unfold=unfold)


@given(offers=markets(), unfold=st.booleans())
def test_no_offer_is_lost_and_none_stands_twice(offers: list[Offer], unfold: bool) -> None:
    ranking = rank(offers, unfold=unfold)
    told = [offer for entry in ranking.ranked for offer in entry.offers] + list(ranking.set_aside)
    assert sorted(str(offer.listing) for offer in told) == sorted(str(offer.listing) for offer in offers)
    assert all(offer.aside for offer in ranking.set_aside)


@given(offers=markets(), unfold=st.booleans())
def test_all_that_is_in_an_entry_asks_the_same(offers: list[Offer], unfold: bool) -> None:
    for entry in rank(offers, unfold=unfold).ranked:
        assert {offer.listing.chain.code for offer in entry.offers} == {entry.chain.code}
        asked = {(offer.condition, offer.asked, offer.landed) for offer in entry.offers}
        assert asked == {(entry.condition, entry.asked, entry.landed)}
        assert not unfold or len(entry.branches) == 1
        observed = [offer.observed_at for offer in entry.offers]
        assert observed == sorted(observed, reverse=True)


@given(offers=markets(), unfold=st.booleans())
def test_ranks_follow_totals(offers: list[Offer], unfold: bool) -> None:
    ranking = rank(offers, unfold=unfold)
    for one, following in pairwise(ranking.ranked):
        known, known_after = one.landed.total, following.landed.total
        assert known is not None or known_after is None
        if known is not None and known_after is not None:
            assert known <= known_after
        assert one.rank <= following.rank
        equal = (known, one.landed.completeness, one.condition) == (
            known_after,
            following.landed.completeness,
            following.condition,
        )
        assert (one.rank == following.rank) == (equal and known is not None)
    for place, entry in enumerate(ranking.ranked, 1):
        assert entry.rank <= place
        assert entry.tied == (len(_of_rank(ranking, entry.rank)) > 1)
        assert entry.rank == 1 + sum(other.rank < entry.rank for other in ranking.ranked)


def _of_rank(ranking: Ranking, rank_: int) -> list[RankedOffer]:
    return [entry for entry in ranking.ranked if entry.rank == rank_]


@given(offers=markets())
def test_what_is_compared_is_in_one_currency(offers: list[Offer]) -> None:
    ranking = rank(offers)
    assert {entry.asked.price.currency for entry in ranking.ranked} <= {ranking.currency}


@given(offers=markets())
def test_unfolding_changes_neither_the_winner_nor_what_is_set_aside(offers: list[Offer]) -> None:
    folded, unfolded = rank(offers), rank(offers, unfold=True)
    assert folded.set_aside == unfolded.set_aside
    assert [entry.best for entry in folded.ranked[:1]] == [entry.best for entry in unfolded.ranked[:1]]


@pytest.mark.parametrize("days_ago", [1, 3])
def test_a_ranking_holds_until_the_first_of_its_offers_changes(days_ago: float) -> None:
    offers = [
        offered("a", "1.00", days_ago=days_ago),
        offered("b", "1.00", days_ago=2),
        offered("c", "1.00", days_ago=9),
    ]
    oldest = max(days_ago, 2)
    assert rank(offers).valid_until == NOW - timedelta(days=oldest) + timedelta(days=7)
