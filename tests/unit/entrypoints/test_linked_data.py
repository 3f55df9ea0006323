"""Offers in the words of schema.org: what a search engine may show, and nothing that is not believed."""

import json

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import Channel
from coprra.domain.prices.compare_offers import CompareOffers
from coprra.domain.prices.list_run import ListRow
from coprra.domain.prices.observation import Availability, Condition, Shipping
from coprra.entrypoints import answers
from coprra.entrypoints.answers import Json, JsonObject
from coprra.testing.builders import PriceList, a_branch, a_chain, a_row, day, gtin_of, import_list

MILK = gtin_of(1)


def told(**rows: ListRow) -> JsonObject:
    """Of the milk that each chain lists."""
    store = MemoryStore()
    for chain, row in rows.items():
        branch = a_branch(chain, channel=Channel.ONLINE, address="Ilica 1")
        import_list(store, PriceList((row,), branch=branch, chain=a_chain(chain)))
    return answers.linked_data(CompareOffers(StoppedClock(day(1)), store.reads)(MILK))


def milk(chain: str, price: str | None = "2.00", **said: object) -> ListRow:
    return a_row(price=price, chain=chain, gtins=[MILK], title="Milk", **said)  # type: ignore[arg-type]  # fields by name


def offers_in(document: JsonObject) -> list[dict[str, Json]]:
    found: list[dict[str, Json]] = json.loads(json.dumps(document))["offers"]["offers"]
    return found


def test_a_product_is_described_with_the_range_of_what_is_asked() -> None:
    document = told(konzum=milk("konzum"), spar=milk("spar", "1.50"), lidl=milk("lidl", "1.75"))
    offers = document.pop("offers")
    assert isinstance(offers, dict)
    del offers["offers"]
    assert document == {
        "@context": "https://schema.org",
        "@type": "Product",
        "productID": document["productID"],
        "name": "Milk",
        "gtin13": MILK.short,
    }
    assert offers == {
        "@type": "AggregateOffer",
        "priceCurrency": "EUR",
        "lowPrice": "1.50",
        "highPrice": "2.00",
        "offerCount": 3,
    }


def test_a_special_price_says_until_when_and_what_it_was_before() -> None:
    euro = Money.of("4.00", "EUR")
    row = milk(
        "konzum",
        special="1.50",
        period=(day(0), day(3)),
        condition=Condition.REFURBISHED,
        shipping=(Shipping("HR", euro),),
        url="https://shop.example/milk",
    )
    assert offers_in(told(konzum=row)) == [
        {
            "@type": "Offer",
            "price": "1.50",
            "priceCurrency": "EUR",
            "priceSpecification": {
                "@type": "UnitPriceSpecification",
                "priceType": "https://schema.org/StrikethroughPrice",
                "price": "2.00",
                "priceCurrency": "EUR",
            },
            "priceValidUntil": "2025-12-04T00:00:00Z",
            "availability": "https://schema.org/InStock",
            "itemCondition": "https://schema.org/RefurbishedCondition",
            "sku": "1",
            "url": "https://shop.example/milk",
            "validFrom": "2025-12-01T00:00:00Z",
            "seller": {"@type": "Organization", "name": "Konzum", "identifier": "konzum"},
            "availableAtOrFrom": {"@type": "Place", "branchCode": "0613", "address": "Ilica 1"},
            "shippingDetails": {
                "@type": "OfferShippingDetails",
                "shippingDestination": {"@type": "DefinedRegion", "addressCountry": "HR"},
                "shippingRate": {"@type": "MonetaryAmount", "value": "4.00", "currency": "EUR"},
            },
        }
    ]


def test_what_is_sold_out_is_told_and_stands_outside_the_range() -> None:
    document = told(konzum=milk("konzum"), spar=milk("spar", "1.00", availability=Availability.BACKORDER))
    aggregate = json.loads(json.dumps(document))["offers"]
    assert (aggregate["lowPrice"], aggregate["highPrice"], aggregate["offerCount"]) == ("2.00", "2.00", 2)
    assert [offer["availability"] for offer in aggregate["offers"]] == [
        "https://schema.org/InStock",
        "https://schema.org/BackOrder",
    ]
    alone = json.loads(json.dumps(told(spar=milk("spar", availability=Availability.OUT_OF_STOCK))))["offers"]
    assert (alone["lowPrice"], alone["offerCount"]) == ("2.00", 1)


def test_another_currency_is_told_and_stands_outside_the_range() -> None:
    rows = {chain: milk(chain) for chain in ("konzum", "spar")}
    document = told(**rows, away=milk("away", "1.00", currency="USD"))
    aggregate = json.loads(json.dumps(document))["offers"]
    assert (aggregate["priceCurrency"], aggregate["lowPrice"]) == ("EUR", "2.00")
    assert [offer["priceCurrency"] for offer in aggregate["offers"]] == ["EUR", "EUR", "USD"]


def test_what_is_not_believed_is_not_told() -> None:
    rows = {chain: milk(chain) for chain in ("a", "b", "c")}
    assert len(offers_in(told(**rows, odd=milk("odd", "20.00")))) == 3
    assert "offers" not in told(konzum=milk("konzum", None, special="1.00", period=(day(-3), day(-1))))


def test_nothing_in_it_ends_the_script_of_a_page() -> None:
    row = a_row(gtins=[MILK], title="</script><!-- & <script>alert('\u2028')".replace("\u2028", ""), chain="konzum")
    text = answers.harmless(json.dumps(told(konzum=row), ensure_ascii=False))
    assert not set("<>&") & set(text)
    assert json.loads(text)["name"] == "</script><!-- & <script>alert('')"
    assert json.loads(answers.harmless('"\u2028\u2029"')) == "\u2028\u2029"
