"""Hypothesis strategies: price lists of a few branches, as odd as real ones."""

from dataclasses import dataclass, replace
from datetime import datetime

from hypothesis import strategies as st

from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import BranchId, Channel
from coprra.domain.prices.decision import Decision, DecisionKind
from coprra.domain.prices.list_run import ListRow
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.observation import Availability, Claims, Condition, Shipping
from coprra.domain.prices.unit_price import UnitPrice
from coprra.domain.products.move import MoveKind
from coprra.testing.builders import TESTER, PriceList, a_branch, a_chain, a_row, day, gtin_of

_SKUS = ("1", "2", "3")
_DAYS = 20
_TITLES = ("Milk", "Fresh milk", "Mil\uff4d", "Mil\U0001f95b")
"""Of other and of equal lengths; the last two sort the other way round in UTF-16."""
_BRANDS = (None, "Dukat", "DUKAT", "Dukat-Lactalis")
_CATEGORIES = (None, "food", "drinks", "fresh_food")
_AMOUNTS = ("1.00", "1.50", "2.00", "9.00")
_RATES = (Shipping("HR", Money.of("3.00", "EUR"), free_over=Money.of("5.00", "EUR")),)
# What shops' feeds state besides, and price lists don't.
_BESIDES: tuple[dict[str, object], ...] = (
    {},
    {},
    {},
    {"condition": Condition.USED},
    {"shipping": _RATES, "url": "https://konzum.example/milk"},
)
_BRANCHES = (*[("konzum", "a")] * 3, ("konzum", "b"), ("spar", "a"))
# Most lists are complete ones of one branch, because those are what can disturb each other.


@st.composite
def rows(draw: st.DrawFn, chain: str, sku: str, line: int, *, categories: bool = True) -> ListRow:
    """A row of that article: priced, on special with or without a period, sold out, used, reworded, or unreadable."""
    amounts = st.sampled_from(_AMOUNTS)
    gtins = draw(st.sampled_from(((gtin_of(int(sku)),), (gtin_of(int(sku)), gtin_of(9)), ())))
    kind = draw(st.sampled_from(("price", "price", "price", "special", "period", "sold_out", "unreadable")))
    if kind == "unreadable":
        return a_row(sku, None, chain=chain, line=line)
    period: tuple[datetime | None, datetime | None] = (None, None)
    if kind == "period":
        begins = draw(st.integers(0, _DAYS))
        period = (day(begins), day(begins + draw(st.integers(1, 5))))
    return a_row(
        sku,
        draw(amounts),
        special=draw(amounts) if kind in ("special", "period") else None,
        period=period,
        gtins=gtins,
        title=f"{draw(st.sampled_from(_TITLES))} {sku}",
        brand=draw(st.sampled_from(_BRANDS)),
        category=draw(st.sampled_from(_CATEGORIES)) if categories else None,
        chain=chain,
        line=line,
        availability=Availability.OUT_OF_STOCK if kind == "sold_out" else Availability.IN_STOCK,
        **draw(st.sampled_from(_BESIDES)),  # type: ignore[arg-type]  # fields by name
    )


@st.composite
def price_lists(draw: st.DrawFn, *, repeats: bool = False, categories: bool = True) -> PriceList:
    """A list of one of three branches of two chains, on one of twenty days, complete or partial.

    repeats: an article may have several rows; categories: rows may say one.
    """
    chain, code = draw(st.sampled_from(_BRANCHES))
    known = st.sampled_from(_SKUS)
    skus = sorted(draw(st.lists(known, min_size=1, max_size=5) if repeats else st.sets(known, min_size=1)))
    return PriceList(
        tuple(draw(rows(chain, sku, line, categories=categories)) for line, sku in enumerate(skus, start=2)),
        at=day(draw(st.integers(0, _DAYS))),
        complete=draw(st.sampled_from((True, True, True, False))),
        branch=a_branch(chain, code),
        chain=a_chain(chain),
        source=f"{chain}_{code}.csv",
    )


@st.composite
def histories(draw: st.DrawFn) -> list[PriceList]:
    """The lists of one branch by day, in which most articles stay as they are from one to the next."""
    lists: list[PriceList] = []
    carried: dict[str, ListRow] = {}
    for number in sorted(draw(st.sets(st.integers(0, _DAYS), min_size=1, max_size=6))):
        for line, sku in enumerate(_SKUS, start=2):
            fate = draw(st.sampled_from(("stays", "stays", "stays", "changes", "goes")))
            if fate == "changes" or not lists:
                carried[sku] = draw(rows("konzum", sku, line))
            elif fate == "goes" and len(carried) > 1:
                carried.pop(sku, None)
        complete = draw(st.sampled_from((True, True, True, True, False)))
        said = tuple(carried.values())
        lists.append(PriceList(said, day(number), complete, a_branch(code="a"), a_chain(), "konzum_a.csv"))
    return lists


@st.composite
def claimed_rows(draw: st.DrawFn, chain: str, sku: str) -> ListRow:
    """A row with what lists claim of their own prices, most of them near each other."""
    row = draw(rows(chain, sku, int(sku) + 1))
    article, terms = row.article, row.terms
    if article is None or terms is None:
        return row
    near = st.sampled_from(("1.00", "1.50", "2.00"))
    lowest, anchor, each = draw(near), draw(st.sampled_from((None, "1.00", "2.00"))), draw(st.none() | near)
    if draw(st.sampled_from((True, True, True, True, False))):
        price, special = Money.of(draw(near), "EUR"), terms.special
        reduced = special and replace(special, price=Money.of(draw(near), "EUR"))
        terms = replace(terms, price=price, special=reduced)
    claims = Claims(
        Money.of(lowest, "EUR"),
        Money.of(anchor, "EUR") if anchor else None,
        draw(st.sampled_from((day(0), day(3), day(9)))).date() if anchor else None,
        UnitPrice.of(each, "EUR", Measure.of("1", "kg")) if each else None,
    )
    measure = draw(st.sampled_from((None, Measure.of("0.5", "kg"), Measure.of("1", "l"))))
    return replace(row, article=replace(article, measure=measure, gtins=(gtin_of(1),)), terms=terms, claims=claims)


@st.composite
def market_days(draw: st.DrawFn) -> list[PriceList]:
    """Lists of three branches, one of them online, by day; in most of them little is new."""
    lists: list[PriceList] = []
    carried: dict[tuple[str, str], dict[str, ListRow]] = {}
    at = 0.0
    for _ in range(draw(st.integers(1, 9))):
        at += draw(st.sampled_from((0.0, 0.5, 1.0, 1.0, 1.0, 3.0, 8.0)))
        place = draw(st.sampled_from((("konzum", "a"), ("konzum", "b"), ("spar", "a"))))
        rows = carried.setdefault(place, {})
        for sku in ("1", "2"):
            if not rows or draw(st.sampled_from((*[False] * 9, True))):
                rows[sku] = draw(claimed_rows(place[0], sku))
        if len(rows) > 1 and draw(st.sampled_from((*[False] * 9, True))):
            rows.pop("2")
        channel = Channel.ONLINE if place[1] == "b" else Channel.IN_STORE
        complete = draw(st.sampled_from((True, True, True, True, False)))
        branch, said = a_branch(*place, channel=channel), tuple(rows.values())
        lists.append(PriceList(said, day(at), complete, branch, a_chain(place[0]), f"{place[0]}_{place[1]}.csv"))
    return lists


def batches(*, categories: bool = True) -> st.SearchStrategy[list[PriceList]]:
    """Lists in some order of arrival, repeats among them. categories: see `price_lists`."""
    return st.lists(price_lists(categories=categories), min_size=1, max_size=8)


@st.composite
def judgements(draw: st.DrawFn) -> tuple[ListingId, Decision]:
    """That a person confirmed or rejected a price of one of those listings; it need never have been asked."""
    decision = Decision(
        day(draw(st.integers(0, _DAYS)) + draw(st.sampled_from((0, 0.5)))),
        draw(st.sampled_from((DecisionKind.CONFIRMED, DecisionKind.REJECTED))),
        Money.of(draw(st.sampled_from(_AMOUNTS)), "EUR"),
        day(30 + draw(st.integers(0, 5))),
        TESTER,
        draw(st.sampled_from((None, "seen at the shelf"))),
    )
    return ListingId(BranchId(*draw(st.sampled_from(_BRANCHES))), draw(st.sampled_from(_SKUS))), decision


@st.composite
def sightings(draw: st.DrawFn) -> tuple[ListingId, datetime, str]:
    """That a person saw a price, between the lists."""
    listing = ListingId(BranchId(*draw(st.sampled_from(_BRANCHES))), draw(st.sampled_from(_SKUS)))
    return listing, day(draw(st.integers(0, _DAYS)) + 0.25), draw(st.sampled_from(_AMOUNTS))


@dataclass(frozen=True)
class Acting:
    """A merge of the first two products into one, or a split of the second's GTIN off the first, into the third."""

    kind: MoveKind
    numbers: tuple[int, ...]


def acts_on_products() -> st.SearchStrategy[Acting]:
    """Merges and splits of the products of those lists; many of them make no sense."""
    numbers = st.sampled_from((1, 2, 3, 9))
    pairs, triples = st.tuples(numbers, numbers), st.tuples(numbers, numbers, numbers)
    merges = st.builds(Acting, st.just(MoveKind.MERGED), pairs)
    return st.one_of(merges, merges, st.builds(Acting, st.just(MoveKind.SPLIT), st.one_of(pairs, triples)))
