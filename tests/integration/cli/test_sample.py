"""What the program says about the sample's real price lists, from memory and from SQLite."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import Result

Run: TypeAlias = Callable[..., Result]

RED_BULL = "9002490100070"
WHEN = ("--as-of", "2025-12-30")
KONZUM = next((Path(__file__).parents[3] / "sample/hr_pricelists").glob("konzum_0613_*"))


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_red_bull_is_compared_as_a_person_would(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    result = run("prices", "compare", RED_BULL, *WHEN)
    assert result.exit_code == 0, result.output
    assert re.sub(r"p_\w+", "p_…", result.stdout).split("\n") == [
        "Red Bull energy drink 0,25 l limenka",
        "GTIN 9002490100070 · Red Bull · drinks · p_…",
        "As of 2025-12-30 23:59 UTC, for 1 piece.",
        "",
        "#  Store     Branch    You pay     Regular    Per unit  Seen (UTC)",
        "────────────────────────────────────────────────────────────────────────",
        "1  Plodine   163     1.19 EUR*  not stated  4.76 EUR/l  2025-12-28 23:00",
        "2  Spar      8701     1.69 EUR              6.76 EUR/l  2025-12-28 23:00",
        "3  Studenac  T598     2.09 EUR              8.36 EUR/l  2025-12-28 23:00",
        "4  Konzum    0613     2.15 EUR              8.60 EUR/l  2025-12-28 23:00",
        "* special price",
        "",
        "Plodine asks least: 1.19 EUR (special price), seen 2025-12-28 23:00 UTC. That is",
        "0.50 EUR less than Spar (1.69 EUR, seen 2025-12-28 23:00 UTC).",
        "",
        "Set aside, not ranked:",
        "Store     Branch          Price  Seen (UTC)        Reason",
        "─────────────────────────────────────────────────────────",
        "Kaufland  1630        1.19 EUR*  2025-10-09 22:00  stale",
        "Konzum    0204, 0530   1.75 EUR  2025-07-02 22:00  stale",
        "Metro     S10          1.68 EUR  2025-07-31 22:00  stale",
        "stale: not seen for 7 days or more",
        "",
        "Holds until 2026-01-04 23:00 UTC, unless another list is imported.",
        "",
    ]


def test_the_same_in_json_has_the_api_s_shape(run: Run) -> None:
    answer = document(run("prices", "compare", RED_BULL, *WHEN, "--json"))
    assert [(one["chain"]["code"], one["landed_price"]["amount"], one["special"]) for one in answer["offers"]] == [
        ("plodine", "1.19", True),
        ("spar", "1.69", False),
        ("studenac", "2.09", False),
        ("konzum", "2.15", False),
    ]
    assert {(one["chain"]["code"], one["reason"], one["item_price"]["amount"]) for one in answer["set_aside"]} == {
        ("kaufland", "stale", "1.19"),
        ("konzum", "stale", "1.75"),
        ("metro", "stale", "1.68"),
    }
    assert answer["why"]["difference"] == {"amount": "0.50", "currency": "EUR"}
    assert answer["valid_until"] == "2026-01-04T23:00:00Z"


def test_json_is_utf_8_and_the_same_every_time(run: Run) -> None:
    once, again = (run("prices", "compare", RED_BULL, *WHEN, "--json").stdout_bytes for _ in range(2))
    assert once == again
    assert "Bana Josipa Jelačića".encode() in once


def test_when_every_list_is_old_the_answer_says_so_and_is_no_error(run: Run) -> None:
    result = run("prices", "compare", RED_BULL, "--as-of", "2026-06-01")
    assert result.exit_code == 0
    assert "You pay" not in result.stdout
    assert "No offer can be relied on as of then" in result.stdout


def test_what_was_seen_later_does_not_exist_yet(run: Run) -> None:
    answer = document(run("prices", "compare", RED_BULL, "--as-of", "2025-07-04", "--json"))
    assert [one["landed_price"]["amount"] for one in answer["offers"]] == ["1.75"]
    assert len(answer["offers"][0]["branches"]) == 2


def test_a_comparison_is_narrowed_and_unfolded(run: Run) -> None:
    narrow = document(run("prices", "compare", RED_BULL, *WHEN, "--branches", "spar,konzum/0613", "--json"))
    assert [one["chain"]["code"] for one in narrow["offers"]] == ["spar", "konzum"]
    unfolded = document(run("prices", "compare", RED_BULL, "--as-of", "2025-07-04", "--unfold", "--json"))
    assert [one["rank"] for one in unfolded["offers"]] == [1, 1]


def test_quantity_and_country_reach_the_order(run: Run) -> None:
    answer = document(
        run("prices", "compare", RED_BULL, *WHEN, "--quantity", "12", "--country", "hr", "--json"),
    )
    assert (answer["quantity"], answer["country"]) == (12, "HR")
    assert answer["offers"][0]["landed_price"]["amount"] == "14.28"


def test_history_shows_the_figures_and_a_plot(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    result = run("prices", "history", RED_BULL, *WHEN)
    assert result.exit_code == 0, result.output
    lines = result.stdout.split("\n")
    assert "Konzum    0204    1.75 EUR  1.75 EUR  1.75 EUR  1.75 EUR      1  7 days" in lines
    assert "Plodine   163     1.19 EUR  1.19 EUR  1.19 EUR  1.19 EUR      1  2 days" in lines
    assert any(line.startswith("2.15 ┤") for line in lines)
    assert lines[-3:-1] == [
        "● Kaufland 1.19 until 2025-10-16   ▲ Plodine 1.19",
        "■ Metro 1.68 until 2025-08-07   ◆ Spar 1.69   ○ Studenac 2.09   △ Konzum 2.15",
    ]
    assert max(len(line) for line in lines) <= 80
    assert "\x1b" not in result.stdout


def test_history_without_a_plot(run: Run) -> None:
    result = run("prices", "history", RED_BULL, *WHEN, "--no-plot", "--steps")
    assert "┤" not in result.stdout
    assert "From (UTC)" in result.stdout


def test_history_in_json_has_every_step(run: Run) -> None:
    answer = document(run("prices", "history", RED_BULL, *WHEN, "--days", "30", "--json"))
    assert answer["since"] == "2025-11-30T23:59:59.999999Z"
    assert {one["chain"]["code"]: len(one["steps"]) for one in answer["listings"]}["plodine"] == 1


def test_products_are_found_by_the_beginnings_of_words_whatever_the_accents(run: Run) -> None:
    result = run("products", "search", "red", "bul", "pice", "--as-of", "2025-12-30")
    assert RED_BULL in result.stdout
    assert "Red Bull energy drink" in result.stdout


def test_pages_of_a_search_follow_each_other(run: Run) -> None:
    first = document(run("products", "search", "--limit", "100", "--json"))
    second = document(run("products", "search", "--limit", "100", "--after", first["next"], "--json"))
    assert len(first["products"]) == len(second["products"]) == 100
    assert not {one["id"] for one in first["products"]} & {one["id"] for one in second["products"]}


def test_a_product_is_shown_by_its_gtin_and_by_its_id(run: Run) -> None:
    by_gtin = document(run("products", "show", RED_BULL, "--json"))
    by_id = document(run("products", "show", by_gtin["id"], "--json"))
    assert by_gtin == by_id
    assert by_gtin["gtins"] == [RED_BULL]
    assert "First listed 2025-07-02 22:00 UTC." in run("products", "show", RED_BULL).stdout


def test_the_stores_of_the_sample(run: Run) -> None:
    answer = document(run("prices", "chains", *WHEN, "--json"))
    assert [(one["code"], len(one["branches"])) for one in answer["chains"]] == [
        ("dm", 1),
        ("eurospin", 1),
        ("kaufland", 1),
        ("konzum", 3),
        ("metro", 1),
        ("plodine", 1),
        ("spar", 1),
        ("studenac", 1),
    ]
    assert "spar/8701" in run("prices", "chains", *WHEN).stdout


def test_the_profiles_are_listed(run: Run) -> None:
    names = [one["name"] for one in document(run("feeds", "profiles", "--json"))["profiles"]]
    assert {"konzum", "plodine", "spar", "studenac"} <= set(names)
    assert "Plodine, Croatia" in run("feeds", "profiles").stdout


def test_a_check_shows_how_a_list_is_read(run: Run) -> None:
    result = run("feeds", "check", str(KONZUM), "--rows", "2")
    assert result.exit_code == 0, result.output
    assert "Branch konzum/0613" in result.stdout
    assert "GRAH SMEĐI 230g LIM PODRAVKA" in result.stdout
    assert "3850104024870" in result.stdout
    assert len(document(run("feeds", "check", str(KONZUM), "--rows", "2", "--json"))["rows"]) == 2


def test_importing_the_sample_again_changes_nothing(run: Run, lists: list[str]) -> None:
    result = run("feeds", "import", *lists)
    assert result.exit_code == 0, result.output
    assert f"{len(lists)} lists: 0 imported, {len(lists)} imported before, 0 failed" in result.stdout


def test_the_reductions_of_red_bull_are_not_judged_after_one_list(run: Run) -> None:
    """Each branch's special prices stand in one list, so nobody saw the 30 days before them."""
    (verdict,) = document(run("prices", "discounts", RED_BULL, *WHEN, "--json"))["discounts"]
    assert (verdict["chain"]["code"], verdict["verdict"], verdict["reason"]) == (
        "plodine",
        "insufficient_data",
        "unknown_beginning",
    )
    assert verdict["announced"] == {
        "price": {"amount": "1.19", "currency": "EUR"},
        "reference": "lowest_30_days",
        "percent": "0.00",
    }
    assert "insufficient data" in run("prices", "discounts", RED_BULL, *WHEN).stdout
    assert run("prices", "discounts", RED_BULL, "--as-of", "2025-07-04").stdout.endswith(
        "No special price is in force.\n"
    )


def test_the_claims_of_the_sample_are_refuted_where_lists_mean_something_else(run: Run) -> None:
    checked = document(run("prices", "claims", "--as-of", "2026-01-25", "--json"))
    assert Counter((claim["chain"]["code"], claim["kind"]) for claim in checked["claims"]) == {
        ("dm", "unit_price"): 1,
        ("kaufland", "unit_price"): 43,
        ("lidl", "unit_price"): 9,
        ("metro", "unit_price"): 22,
        ("metro", "lowest_30_days"): 7,
        ("studenac", "unit_price"): 1,
    }
    counts = {(one["chain"], one["kind"]): (one["agree"], one["disagree"]) for one in checked["counts"]}
    assert counts["studenac", "unit_price"] == (208, 1)
    assert counts["konzum", "anchor"] == (0, 0)
    printed = run("prices", "claims", "--as-of", "2026-01-25", "--branches", "studenac").stdout.split("\n")
    assert "#190535" in printed[0]
    assert printed[1] == ""


def test_claims_are_narrowed_by_kind_and_product(run: Run) -> None:
    checked = document(run("prices", "claims", RED_BULL, *WHEN, "--kind", "lowest_30_days", "--all", "--json"))
    assert [(claim["chain"]["code"], claim["agrees"]) for claim in checked["claims"]] == [
        ("kaufland", None),
        ("metro", None),
        ("plodine", None),
    ]
    assert {one["kind"] for one in checked["counts"]} == {"lowest_30_days"}


def test_what_goes_wrong_before_the_first_claim_leaves_nothing_on_stdout(run: Run) -> None:
    result = run("prices", "claims", "96385074", *WHEN, "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert json.loads(result.stderr)["error"]["code"] == "unknown_product"


def test_categories_and_brands_are_listed_and_narrow_a_search(run: Run) -> None:
    counts = {one["code"]: one["products"] for one in document(run("products", "categories", "--json"))["categories"]}
    assert (counts["drinks"], counts["soft_drinks"]) == (115, 0)
    (brand,) = document(run("products", "brands", "RED", "bull", "--json"))["brands"]
    assert brand == {"name": "Red Bull", "slug": "red-bull", "products": 1}
    for spelling in ("Red Bull", "RED BULL", "red-bull"):
        found = document(run("products", "search", "--brand", spelling, "--category", "drinks", "--json"))
        assert [one["gtins"] for one in found["products"]] == [[RED_BULL]]
    assert run("products", "search", "--category", "cars").exit_code == 1
    first = document(run("products", "brands", "--limit", "100", "--json"))
    second = document(run("products", "brands", "--limit", "100", "--after", first["next"], "--json"))
    slugs = [one["slug"] for one in first["brands"] + second["brands"]]
    assert slugs == sorted(set(slugs))


def test_products_are_browsed_by_price_counted_and_completed(run: Run) -> None:
    when = ("--as-of", "2025-12-30")
    found = document(run("products", "search", "red", "bull", "--facets", *when, "--json"))
    (drink,) = found["products"]
    assert drink["best_price"]["price"] == {"amount": "1.19", "currency": "EUR"}
    assert drink["best_price"]["offers"] == 4
    assert found["facets"]["complete"]
    cheap = document(
        run("products", "search", "--sort", "price", "--max-price", "0.50", "--chain", "spar", *when, "--json")
    )
    amounts = [float(product["best_price"]["price"]["amount"]) for product in cheap["products"]]
    assert amounts == sorted(amounts)
    assert all("spar" in product["best_price"]["chains"] for product in cheap["products"])
    assert document(run("products", "suggest", "red", "bu", *when, "--json"))["products"][0]["id"] == drink["id"]
    assert "worked out" in run("prices", "refresh").stdout
