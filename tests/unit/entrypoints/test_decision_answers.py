"""What persons decide is told with who, when and why, in JSON and on the screen."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.actor import Actor
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.compare_offers import CompareOffers
from coprra.domain.prices.correct_price import Amendment, CorrectedPrice, CorrectPrice
from coprra.domain.prices.judge_price import JudgedPrice, Judgement, JudgePrice
from coprra.domain.prices.list_suspects import ListSuspects, Suspects
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.observation import Availability
from coprra.domain.prices.record_price import RecordPrice
from coprra.domain.prices.show_history import ShowHistory
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.layout import laid_out
from coprra.entrypoints.cli.screen import Block, Screen
from coprra.testing.builders import TESTER, PriceList, Store, a_branch, a_chain, a_row, day, gtin_of, import_list

MILK = gtin_of(1)
LISTING = ListingId.parse("konzum/0613/it's 1")
EVERYWHERE = BranchFilter()
TOLD = {
    "kind": "rejected",
    "at": "2025-12-01T00:00:00Z",
    "price": {"amount": "9.00", "currency": "EUR"},
    "decided_at": "2025-12-03T00:00:00Z",
    "by": "operator:ana",
    "note": "a slip",
}


@pytest.fixture
def store() -> Store:
    """Konzum asks far more than three others."""
    store = MemoryStore()
    for chain, price in (("konzum", "9.00"), ("spar", "2.00"), ("plodine", "2.10"), ("studenac", "1.90")):
        row = a_row(LISTING.sku, price, gtins=[MILK], title="Milk", chain=chain)
        import_list(store, PriceList((row,), branch=a_branch(chain), chain=a_chain(chain)))
    return store


def suspects(store: Store) -> Suspects:
    return ListSuspects(StoppedClock(day(1)), store.reads)()


def judge(store: Store, judgement: Judgement, now: datetime = day(2), *, dry_run: bool = False) -> JudgedPrice:  # noqa: B008 - frozen
    return JudgePrice(StoppedClock(now), store.unit_of_work)(
        LISTING,
        judgement,
        at=day(0),
        price=Decimal(9),
        by=Actor.operator("ana"),
        note="a slip",
        dry_run=dry_run,
    )


def comparison(store: Store) -> Any:
    return CompareOffers(StoppedClock(day(1)), store.reads)(MILK)


def screen(blocks: list[Block]) -> str:
    return laid_out(blocks, Screen(100))


def test_a_suspect_price_is_told_with_all_that_a_judgement_takes(store: Store) -> None:
    answer: Any = answers.suspects(suspects(store))
    assert {key: answer[key] for key in ("as_of", "examined", "next")} == {
        "as_of": "2025-12-02T00:00:00Z",
        "examined": 1,
        "next": None,
    }
    (one,) = answer["suspects"]
    assert one["product"]["name"] == "Milk"
    assert one["prices"] == [
        {
            "listing": "konzum/0613/it's 1",
            "chain": {"code": "konzum", "name": "Konzum", "country": "HR"},
            "branch": {"code": "0613", "address": None, "channel": "in_store"},
            "sku": "it's 1",
            "price": {"amount": "9.00", "currency": "EUR"},
            "special": False,
            "since": "2025-12-01T00:00:00Z",
            "last_seen": "2025-12-01T00:00:00Z",
            "suspicion": {
                "against": "other_chains",
                "median": {"amount": "2.00", "currency": "EUR"},
                "points": 3,
            },
        }
    ]


def test_the_screen_gives_the_command_that_confirms_each_suspect_price(store: Store) -> None:
    assert screen(tables.suspects(suspects(store), EVERYWHERE)).split("\n") == [
        "Product  Store   Branch     Price  Since (UTC)         Median  Of",
        "─────────────────────────────────────────────────────────────────────────────",
        "Milk     Konzum  0613    9.00 EUR  2025-12-01 00:00  2.00 EUR  3 other stores",
        "",
        "Look at each. Where the price is true, confirm it; else reject it:",
        "coprra prices confirm 'konzum/0613/it'\"'\"'s 1' --at 2025-12-01T00:00:00Z --price 9.00",
        "",
        "1 suspect price among 1 product, as of 2025-12-02 00:00 UTC.",
    ]


def test_the_screen_says_what_a_price_is_suspect_against_and_where_the_list_goes_on() -> None:
    store = MemoryStore()
    for number, price in enumerate(("1.00", "1.10", "1.00", "9.00")):
        rows = tuple(a_row(sku, price, title=sku, line=line) for line, sku in enumerate("AB", 2))
        import_list(store, PriceList(rows, at=day(number)))
    found = ListSuspects(StoppedClock(day(3)), store.reads)(limit=1)
    shown = screen(tables.suspects(found, BranchFilter.parse("konzum")))
    assert found.next is not None
    assert "3 prices before" in shown
    assert "1 suspect price among 1 product, as of 2025-12-04 00:00 UTC, at konzum only." in shown
    assert f"There may be more; they follow with --after {answers.cursor(found.next)}" in shown.replace("\n", " ")


def test_a_judgement_is_told_with_its_price_and_whether_anything_was_saved(store: Store) -> None:
    dry = judge(store, Judgement.REJECTED, dry_run=True)
    made = judge(store, Judgement.REJECTED)
    again = judge(store, Judgement.REJECTED, day(3))
    asked = "konzum/0613/it's 1: 9.00 EUR, asked since 2025-12-01 00:00 UTC, is rejected by ana on 2025-12-03: a slip"
    assert [" ".join(screen(tables.judged_price(one)).split()) for one in (dry, made, again)] == [
        f"{asked} (dry run, nothing was saved)",
        asked,
        f"{asked}; it was before, and nothing changed",
    ]
    answer: Any = answers.judged_price(made)
    assert answer["decision"] == TOLD
    assert (answer["listing"], answer["since"], answer["price"]) == (str(LISTING), TOLD["at"], TOLD["price"])
    assert [answers.judged_price(one)["already"] for one in (dry, made, again)] == [False, False, True]
    assert [answers.judged_price(one)["dry_run"] for one in (dry, made, again)] == [True, False, False]


def test_a_rejected_price_is_set_aside_with_who_rejected_it(store: Store) -> None:
    judge(store, Judgement.REJECTED)
    answer: Any = answers.comparison(comparison(store))
    (aside,) = answer["set_aside"]
    assert (aside["reason"], aside["suspicion"], aside["decision"]) == ("rejected", None, TOLD)
    assert aside["branches"][0]["decision"] == TOLD
    shown = screen(tables.comparison(comparison(store), EVERYWHERE))
    assert "rejected: Konzum, by ana on 2025-12-03: a slip" in shown


def test_a_confirmed_price_is_ranked_with_who_confirmed_it(store: Store) -> None:
    judge(store, Judgement.CONFIRMED)
    answer: Any = answers.comparison(comparison(store))
    told = [offer["branches"][0]["decision"] for offer in answer["offers"]]
    assert told == [None, None, None, {**TOLD, "kind": "confirmed"}]
    shown = screen(tables.comparison(comparison(store), EVERYWHERE))
    assert "Prices that a person looked at: Konzum, confirmed by ana on 2025-12-03: a slip." in shown


def test_the_history_shows_each_decision_on_its_step(store: Store) -> None:
    judge(store, Judgement.REJECTED)
    shown = ShowHistory(StoppedClock(day(1)), store.reads)(MILK)
    answer: Any = answers.history(shown)
    konzum = answer["listings"][0]
    assert (konzum["steps"][0]["suspect"], konzum["steps"][0]["decision"]) == (None, TOLD)
    assert (konzum["decisions"], konzum["statistics"]) == ([TOLD], None)
    assert [listing["decisions"] for listing in answer["listings"][1:]] == [[], [], []]
    lines = screen(tables.history(shown, EVERYWHERE, steps=True))
    assert "! so many of them are rejected, and left out of the figures" in lines
    assert "rejected by ana on 2025-12-03: a slip" in " ".join(lines.split())


def test_what_was_seen_is_told_beside_what_was_believed(store: Store) -> None:
    price = Decimal("1.50")
    use_case = RecordPrice(StoppedClock(day(2)), store.unit_of_work)
    recorded = use_case(
        LISTING,
        price=price,
        special=Decimal("1.20"),
        availability=Availability.OUT_OF_STOCK,
        at=day(1),
        by=Actor.operator("ana"),
        note="a slip",
    )
    again = use_case(
        LISTING, price=price, special=Decimal("1.20"), availability=Availability.OUT_OF_STOCK, at=day(1), by=TESTER
    )
    assert screen(tables.recorded_price(recorded)).split("\n") == [
        "konzum/0613/it's 1, 2025-12-02 00:00 UTC: 1.20 EUR*, regular 1.50 EUR, out of stock, recorded by ana",
        "on 2025-12-03: a slip",
        "before: 9.00 EUR",
    ]
    assert " ".join(screen(tables.recorded_price(again)).split()).endswith("said so before, and nothing changed")
    answer: Any = answers.recorded_price(recorded)
    assert answer["before"] == {
        "availability": "in_stock",
        "title": "Milk",
        "price": {"amount": "9.00", "currency": "EUR"},
        "special": None,
    }
    assert answer["after"] == {
        "availability": "out_of_stock",
        "title": "Milk",
        "price": {"amount": "1.50", "currency": "EUR"},
        "special": {"price": {"amount": "1.20", "currency": "EUR"}, "from": None, "until": None},
    }
    assert (answer["listing"], answer["at"]) == (str(LISTING), "2025-12-02T00:00:00Z")
    assert answer["decision"]["kind"] == "recorded"
    assert (answers.recorded_price(again)["decision"], answers.recorded_price(again)["already"]) == (None, True)


def test_each_corrected_sighting_is_told_as_it_was_and_as_it_is(store: Store) -> None:
    import_list(store, PriceList((a_row(LISTING.sku, "9.10", gtins=[MILK]),), at=day(1)))
    use_case = CorrectPrice(StoppedClock(day(2)), store.unit_of_work)

    def correct(amendment: Amendment) -> CorrectedPrice:
        return use_case(LISTING, amendment, since=day(0), through=day(1), by=Actor.operator("ana"), note="a slip")

    corrected = correct(Amendment(price=Decimal("9.10")))
    assert screen(tables.corrected_price(corrected)).split("\n") == [
        "Seen (UTC)        Was       Is",
        "────────────────────────────────────",
        "2025-12-01 00:00  9.00 EUR  9.10 EUR",
        "",
        "konzum/0613/it's 1: corrected by ana on 2025-12-03: a slip; 1 said so already",
    ]
    answer: Any = answers.corrected_price(corrected)
    assert (answer["unchanged"], answer["dry_run"], len(answer["corrections"])) == (1, False, 1)
    (one,) = answer["corrections"]
    assert (one["at"], one["before"]["price"]["amount"]) == ("2025-12-01T00:00:00Z", "9.00")
    assert (one["after"]["price"]["amount"], one["decision"]["kind"]) == ("9.10", "corrected")
    nothing = correct(Amendment(price=Decimal("9.10")))
    assert screen(tables.corrected_price(nothing)).endswith("2 sightings said so already, and nothing changed")
    assert "not listed" in screen(tables.corrected_price(correct(Amendment(absent=True))))
