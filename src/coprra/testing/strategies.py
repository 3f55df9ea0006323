"""Hypothesis strategies: price lists of a few branches, as odd as real ones."""

from datetime import datetime

from hypothesis import strategies as st

from coprra.domain.prices.list_run import ListRow
from coprra.domain.prices.observation import Availability
from coprra.testing.builders import PriceList, a_branch, a_chain, a_row, day, gtin_of

_SKUS = ("1", "2", "3")
_DAYS = 20
_TITLES = ("Milk", "Fresh milk", "Mil\uff4d", "Mil\U0001f95b")
"""Of other and of equal lengths; the last two sort the other way round in UTF-16."""
_BRANDS = (None, "Dukat", "DUKAT", "Dukat-Lactalis")
_CATEGORIES = (None, "food", "drinks", "fresh_food")
# Most lists are complete ones of one branch, because those are what can disturb each other.


@st.composite
def rows(draw: st.DrawFn, chain: str, sku: str, line: int) -> ListRow:
    """A row of that article: priced, on special with or without a period, sold out, reworded, or unreadable."""
    amounts = st.sampled_from(("1.00", "1.50", "2.00", "9.00"))
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
        category=draw(st.sampled_from(_CATEGORIES)),
        chain=chain,
        line=line,
        availability=Availability.OUT_OF_STOCK if kind == "sold_out" else Availability.IN_STOCK,
    )


@st.composite
def price_lists(draw: st.DrawFn, *, repeats: bool = False) -> PriceList:
    """A list of one of three branches of two chains, on one of twenty days, complete or partial.

    repeats: an article may have several rows.
    """
    chain, code = draw(st.sampled_from((*[("konzum", "a")] * 3, ("konzum", "b"), ("spar", "a"))))
    known = st.sampled_from(_SKUS)
    skus = sorted(draw(st.lists(known, min_size=1, max_size=5) if repeats else st.sets(known, min_size=1)))
    return PriceList(
        tuple(draw(rows(chain, sku, line)) for line, sku in enumerate(skus, start=2)),
        at=day(draw(st.integers(0, _DAYS))),
        complete=draw(st.sampled_from((True, True, True, False))),
        branch=a_branch(chain, code),
        chain=a_chain(chain),
        source=f"{chain}_{code}.csv",
    )


def batches() -> st.SearchStrategy[list[PriceList]]:
    """Lists in some order of arrival, repeats among them."""
    return st.lists(price_lists(), min_size=1, max_size=8)
