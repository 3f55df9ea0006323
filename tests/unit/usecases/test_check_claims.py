"""Claims are checked for one product or for all that is listed, told one by one and counted."""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import Branch, BranchFilter, UnknownBranch
from coprra.domain.prices.check_claims import CheckClaims, CheckedClaims, ClaimCount
from coprra.domain.prices.claim_check import ClaimCheck, ClaimKind
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.observation import Claims
from coprra.domain.prices.ports import ClaimWatch, SoldSeries
from coprra.domain.prices.unit_price import UnitPrice
from coprra.domain.products.product import UnknownProduct
from coprra.testing.builders import PriceList, Store, a_branch, a_chain, a_row, day, gtin_of, import_list

MILK = gtin_of(1)
LITRE = Measure.of(1, "l")
LOWEST, ANCHOR, UNIT_PRICE = ClaimKind.LOWEST_30_DAYS, ClaimKind.ANCHOR, ClaimKind.UNIT_PRICE


@dataclass
class Told(ClaimWatch):
    """Remembers what it is told."""

    branches: list[str] = field(default_factory=list)
    claims: list[tuple[str, str, bool | None]] = field(default_factory=list)

    def branch(self, branch: Branch, number: int, of: int) -> None:
        self.branches.append(f"{branch.id} {number}/{of}")

    def claim(self, sold: SoldSeries, check: ClaimCheck) -> None:
        listing = sold.series.listing
        self.claims.append((f"{listing.branch.id} {listing.sku}", str(check.kind), check.agrees))


def claiming(low: str | None = None, anchor: str | None = None, per_litre: str | None = None) -> Claims:
    return Claims(
        Money.of(low, "EUR") if low else None,
        Money.of(anchor, "EUR") if anchor else None,
        day(2).date() if anchor else None,
        UnitPrice.of(per_litre, "EUR", LITRE) if per_litre else None,
    )


def publish(store: Store, branch: str, at: float, **prices: tuple[str, Claims]) -> None:
    """A complete list; the sku says which product it is."""
    chain, code = branch.split("/")
    rows = []
    for line, (sku, (price, claims)) in enumerate(prices.items(), 2):
        row = a_row(sku, price, gtins=[gtin_of(int(sku[1:]))], chain=chain, line=line, claims=claims)
        assert row.article
        rows.append(replace(row, article=replace(row.article, measure=LITRE)))
    import_list(store, PriceList(tuple(rows), day(at), True, a_branch(chain, code), a_chain(chain)))


def check(store: Store, at: float = 40, **question: object) -> tuple[CheckedClaims, Told]:
    told = Told()
    checked = CheckClaims(StoppedClock(day(at)), store.reads)(watch=told, **question)  # type: ignore[arg-type]  # fields by name
    return checked, told


@pytest.fixture
def market(store: Store) -> Store:
    plain = claiming()
    for week in range(6):
        publish(store, "konzum/a", 5 * week + 2, p1=("2.00", plain), p2=("3.00", plain))
        publish(store, "spar/1", 5 * week + 2, p1=("2.10", plain))
    publish(store, "konzum/a", 32, p1=("2.50", claiming("2.00", "2.00", "2.50")), p2=("3.00", claiming("2.90")))
    publish(store, "konzum/b", 33, p2=("3.00", claiming("2.90", per_litre="9.00")))
    publish(store, "spar/1", 34, p1=("2.10", claiming("2.20", "1.00")))
    return store


def test_everything_that_is_listed_is_checked_in_order(market: Store) -> None:
    checked, told = check(market)
    assert told.branches == ["konzum/a 1/3", "konzum/b 2/3", "spar/1 3/3"]
    assert told.claims == [
        ("konzum/a p1", "lowest_30_days", True),
        ("konzum/a p1", "anchor", True),
        ("konzum/a p1", "unit_price", True),
        ("konzum/a p2", "lowest_30_days", False),
        ("konzum/b p2", "lowest_30_days", None),
        ("konzum/b p2", "unit_price", False),
        ("spar/1 p1", "lowest_30_days", False),
        ("spar/1 p1", "anchor", False),
    ]
    assert checked.counts == (
        ClaimCount("konzum", LOWEST, 1, 1, 1),
        ClaimCount("konzum", ANCHOR, 1, 0, 0),
        ClaimCount("konzum", UNIT_PRICE, 1, 1, 0),
        ClaimCount("spar", LOWEST, 0, 1, 0),
        ClaimCount("spar", ANCHOR, 0, 1, 0),
    )
    assert (checked.as_of, checked.revision) == (day(40), 15)


def test_a_product_s_claims_are_checked_at_every_branch(market: Store) -> None:
    checked, told = check(market, reference=MILK)
    assert {claim[0] for claim in told.claims} == {"konzum/a p1", "spar/1 p1"}
    assert told.branches == []
    assert sum(count.agree + count.disagree for count in checked.counts) == 5
    with pytest.raises(UnknownProduct):
        check(market, reference=gtin_of(9))


def test_kinds_and_branches_narrow_what_is_checked(market: Store) -> None:
    checked, told = check(market, kinds=frozenset({ANCHOR}))
    assert {claim[1] for claim in told.claims} == {"anchor"}
    assert [count.kind for count in checked.counts] == [ANCHOR, ANCHOR]
    for reference in (None, MILK):
        _, told = check(market, branches=BranchFilter.parse("spar"), reference=reference)
        assert {claim[0] for claim in told.claims} == {"spar/1 p1"}
        with pytest.raises(UnknownBranch):
            check(market, branches=BranchFilter.parse("lidl"), reference=reference)


def test_as_of_an_instant_later_claims_do_not_exist(market: Store) -> None:
    assert check(market, as_of=day(31))[0].counts == ()
    assert check(market, at=32)[1].branches == ["konzum/a 1/2", "spar/1 2/2"]


def test_an_empty_store_has_nothing_to_check(store: Store) -> None:
    assert check(store)[0].counts == ()


def test_a_price_that_others_make_suspect_refutes_no_claim(store: Store) -> None:
    publish(store, "konzum/a", 10, p1=("0.20", claiming()))
    publish(store, "konzum/a", 12, p1=("2.00", claiming("2.00")))
    assert check(store)[1].claims == [("konzum/a p1", "lowest_30_days", False)]
    for chain in ("spar", "lidl", "dm"):
        publish(store, f"{chain}/1", 10, p1=("2.00", claiming()))
    assert check(store)[1].claims == [("konzum/a p1", "lowest_30_days", None)]


lists = st.lists(
    st.tuples(
        st.sampled_from(("konzum/a", "konzum/b", "spar/1", "lidl/1", "dm/1")),
        st.integers(0, 39),
        st.sampled_from(("0.20", "1.50", "2.00", "2.10")),
        st.builds(claiming, *[st.sampled_from((None, "0.20", "1.50", "2.00", "2.10"))] * 3),
    ),
    max_size=12,
)


@given(lists=lists)
def test_a_product_s_claims_are_told_the_same_within_everything_and_by_themselves(
    lists: list[tuple[str, int, str, Claims]],
) -> None:
    store = MemoryStore()
    for branch, at, price, claims in lists:
        publish(store, branch, at, p1=(price, claims))
    if lists:
        assert check(store)[0].counts == check(store, reference=MILK)[0].counts
        assert check(store)[1].claims == check(store, reference=MILK)[1].claims
