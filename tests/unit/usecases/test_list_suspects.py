"""What is quarantined is listed product by product, a page at a time."""

import pytest

from coprra.adapters.system.clock import StoppedClock
from coprra.domain.prices import list_suspects
from coprra.domain.prices.chain import BranchFilter, UnknownBranch
from coprra.domain.prices.list_suspects import InvalidPage, ListSuspects, Suspects
from coprra.domain.products.product import UnknownProduct
from coprra.testing.builders import PriceList, Store, a_branch, a_chain, a_row, day, gtin_of, import_list

SKUS = ("1", "2", "3", "4")


@pytest.fixture
def store(store: Store) -> Store:
    """Four articles at four chains; Konzum asks far too much for all but the second."""
    for chain in ("konzum", "spar", "plodine", "studenac"):
        rows = tuple(
            a_row(
                sku,
                "90.00" if chain == "konzum" and sku != "2" else "2.00",
                gtins=[gtin_of(int(sku))],
                title=f"Article {sku}",
                chain=chain,
                line=int(sku),
            )
            for sku in SKUS
        )
        import_list(store, PriceList(rows, branch=a_branch(chain), chain=a_chain(chain)))
    return store


def suspects(store: Store, *reference: object, at: float = 1, **question: object) -> Suspects:
    return ListSuspects(StoppedClock(day(at)), store.reads)(*reference, **question)  # type: ignore[arg-type]  # fields by name


def names(found: Suspects) -> list[str]:
    return [one.product.name for one in found.products]


def test_each_suspect_price_is_told_with_its_product_and_the_reason(store: Store) -> None:
    found = suspects(store)
    assert names(found) == ["Article 1", "Article 3", "Article 4"]
    assert (found.as_of, found.examined, found.next) == (day(1), 4, None)
    (price,) = found.products[0].prices
    assert (str(price.listing.id), price.step.start, str(price.step.price)) == ("konzum/0613/1", day(0), "90.00 EUR")
    assert (price.suspicion.against, str(price.suspicion.median)) == ("other_chains", "2.00 EUR")


def test_pages_follow_each_other_without_loss(store: Store) -> None:
    first = suspects(store, limit=2)
    second = suspects(store, limit=2, after=first.next)
    assert (names(first), names(second), second.next) == (["Article 1", "Article 3"], ["Article 4"], None)


def test_a_page_looks_through_so_many_products_and_no_more(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_suspects, "MOST_EXAMINED", 2)
    monkeypatch.setattr(list_suspects, "_BATCH", 1)
    first = suspects(store)
    assert (names(first), first.examined) == (["Article 1"], 2)
    assert first.next is not None
    assert names(suspects(store, after=first.next)) == ["Article 3", "Article 4"]


def test_one_product_can_be_asked_about(store: Store) -> None:
    assert names(suspects(store, gtin_of(3))) == ["Article 3"]
    assert names(suspects(store, gtin_of(2))) == []
    with pytest.raises(UnknownProduct):
        suspects(store, gtin_of(9))


def test_branches_narrow_what_is_shown_and_not_what_is_compared(store: Store) -> None:
    assert names(suspects(store, branches=BranchFilter.parse("konzum/0613"))) == names(suspects(store))
    assert names(suspects(store, branches=BranchFilter.parse("spar"))) == []
    with pytest.raises(UnknownBranch):
        suspects(store, branches=BranchFilter.parse("lidl"))


def test_only_prices_in_force_are_listed(store: Store) -> None:
    assert names(suspects(store, as_of=day(6.9))) == names(suspects(store))
    assert names(suspects(store, as_of=day(7))) == []
    assert names(suspects(store, as_of=day(-1))) == []


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_of_another_size_is_refused(store: Store, limit: int) -> None:
    with pytest.raises(InvalidPage, match="1 to 100"):
        suspects(store, limit=limit)
