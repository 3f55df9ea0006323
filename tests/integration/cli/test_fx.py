"""The program takes in exchange rates, shows them, and converts by them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import Result

Run: TypeAlias = Callable[..., Result]

RATES = str(Path(__file__).parents[3] / "sample/fx/ecb_eurofxref_2023on.csv")
RED_BULL = "9002490100070"
WHEN = ("--as-of", "2025-12-30")


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def lines(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return [line.rstrip() for line in result.stdout.split("\n")]


def refusal(result: Result) -> str:
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    return result.stderr


def write(path: Path, content: str) -> str:
    path.write_text(content, "utf-8")
    return str(path)


def test_the_sample_is_imported_once(on_empty: Run) -> None:
    assert lines(on_empty("fx", "import", RATES))[:2] == [
        "ecb_eurofxref_2023on.csv: 979 days, 2023-01-02 to 2026-10-30",
        "  rates: 9,577 new",
    ]
    assert lines(on_empty("fx", "import", RATES))[0] == "ecb_eurofxref_2023on.csv: imported before, nothing changed"


def test_a_dry_run_saves_nothing(on_empty: Run) -> None:
    assert "(dry run, nothing was saved)" in lines(on_empty("fx", "import", RATES, "--dry-run"))[0]
    assert "[unknown_rate]" in refusal(on_empty("fx", "show", *WHEN))


def test_corrections_are_told_one_by_one(on_empty: Run, tmp_path: Path) -> None:
    on_empty("fx", "import", write(tmp_path / "a.csv", "Date,USD,JPY\n2025-12-29,1.1766,183.79\n"))
    later = write(tmp_path / "b.csv", "Date,USD,JPY\n2025-12-30,1.1757,184.03\n2025-12-29,1.1768,N/A\n")
    assert lines(on_empty("fx", "import", later))[:4] == [
        "b.csv: 2 days, 2025-12-29 to 2025-12-30",
        "  rates: 2 new, 2 corrected",
        "  2025-12-29 USD: 1.1766, corrected to 1.1768",
        "  2025-12-29 JPY: 183.79, corrected to none",
    ]
    earlier = write(tmp_path / "c.csv", "Date,USD\n2025-12-29,1.2\n")
    assert "  rates: 1 not taken, because a newer file says otherwise" in lines(on_empty("fx", "import", earlier))


def test_a_file_of_corrections_tells_the_first_ones_and_how_many_more(on_empty: Run, tmp_path: Path) -> None:
    def take(rate: str) -> Result:
        days = "".join(f"2025-{month}-{day:02},{rate}\n" for month in (10, 11) for day in range(1, 29))
        return on_empty("fx", "import", write(tmp_path / f"{rate}.csv", f"Date,USD\n{days}"))

    take("1.1")
    assert lines(take("1.2"))[-2] == "  and 36 more"


def test_the_report_in_json(on_empty: Run, tmp_path: Path) -> None:
    on_empty("fx", "import", write(tmp_path / "a.csv", "Date,USD\n2025-12-29,1.1766\n"))
    later = write(tmp_path / "b.csv", "Date,USD\n2025-12-30,1.1757\n2025-12-29,1.17\n")
    assert document(on_empty("fx", "import", later, "--json")) == {
        "file": "b.csv",
        "first": "2025-12-29",
        "last": "2025-12-30",
        "days": 2,
        "changes": {"new": 1, "unchanged": 0, "revised": 1, "overtaken": 0},
        "revisions": [{"currency": "USD", "date": "2025-12-29", "before": "1.1766", "after": "1.17"}],
        "already": False,
        "dry_run": False,
    }
    again = document(on_empty("fx", "import", later, "--json"))
    assert (again["already"], again["first"], again["days"]) == (True, None, 0)


def test_a_file_that_is_no_rates_leaves_nothing(on_empty: Run, tmp_path: Path) -> None:
    cut = write(tmp_path / "cut.csv", "Date,USD,JPY\n2025-12-30,1.1757,184.03\n2025-12-29,1.17")
    assert "cut.csv, line 3: 3 columns are expected, not 2" in refusal(on_empty("fx", "import", cut))
    assert "not there" in refusal(on_empty("fx", "import", str(tmp_path / "nothing.csv")))
    assert "[unknown_rate]" in refusal(on_empty("fx", "show", *WHEN))


def test_rates_are_shown_with_their_day_and_how_long_they_are_used(run: Run) -> None:
    assert lines(run("fx", "show", "usd", "CZK", *WHEN))[:6] == [
        "Currency  1 EUR is",
        "──────────────────",
        "USD         1.1757",
        "CZK         24.255",
        "",
        (
            "Reference rates of the European Central Bank (ECB) of 2025-12-30, the newest known as of "
            "2025-12-30 23:59 UTC. Used until 2026-01-06 15:00 UTC."
        ),
    ]


def test_rates_in_json_are_those_before_a_weekend(run: Run) -> None:
    answer = document(run("fx", "show", "--as-of", "2025-12-28", "--json"))
    assert (answer["date"], answer["stale"], answer["stale_at"]) == ("2025-12-24", False, "2025-12-31T15:00:00Z")
    assert [one["to"] for one in answer["rates"]] == [
        "AUD",
        "BGN",
        "CHF",
        "CZK",
        "GBP",
        "HUF",
        "PLN",
        "RON",
        "SEK",
        "USD",
    ]
    assert answer["rates"][-1] == {"from": "EUR", "to": "USD", "rate": "1.1787", "date": "2025-12-24", "source": "ECB"}


def test_rates_that_are_too_old_are_shown_and_not_used(run: Run) -> None:
    late = ("--as-of", "2026-11-20")
    assert "Too old to convert by since 2026-11-06 15:00 UTC." in run("fx", "show", *late).stdout
    assert "[stale_rate]" in refusal(run("fx", "convert", "10", "EUR", "USD", *late))


def test_an_amount_is_converted(run: Run) -> None:
    assert lines(run("fx", "convert", "10", "eur", "usd", *WHEN))[:2] == [
        "10.00 EUR = 11.76 USD",
        "1 EUR = 1.1757 USD (ECB, 2025-12-30)",
    ]
    assert lines(run("fx", "convert", "10", "EUR", "EUR", *WHEN))[:2] == ["10.00 EUR = 10.00 EUR", ""]
    assert document(run("fx", "convert", "10", "USD", "EUR", *WHEN, "--json")) == {
        "as_of": "2025-12-30T23:59:59.999999Z",
        "amount": {"amount": "10.00", "currency": "USD"},
        "converted": {"amount": "8.51", "currency": "EUR"},
        "exchange": {"from": "USD", "to": "EUR", "rate": "0.8505571149", "date": "2025-12-30", "source": "ECB"},
    }


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("10", "EUR", "HRK"), "unknown_rate"),
        (("ten", "EUR", "USD"), "invalid_money"),
        (("10.001", "EUR", "USD"), "invalid_money"),
        (("10", "EUR", "dollar"), "invalid_money"),
    ],
)
def test_what_can_not_be_converted_is_refused(run: Run, arguments: tuple[str, ...], code: str) -> None:
    assert f"[{code}]" in refusal(run("fx", "convert", *arguments, *WHEN))


def test_a_comparison_in_dollars(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = lines(run("prices", "compare", RED_BULL, *WHEN, "--currency", "usd"))
    assert shown[4:12] == [
        "#  Store     Branch    You pay    In USD     Regular    Per unit  Seen (UTC)",
        "────────────────────────────────────────────────────────────────────────────",
        "1  Plodine   163     1.19 EUR*  1.40 USD  not stated  4.76 EUR/l  2025-12-28",
        "2  Spar      8701     1.69 EUR  1.99 USD              6.76 EUR/l  2025-12-28",
        "3  Studenac  T598     2.09 EUR  2.46 USD              8.36 EUR/l  2025-12-28",
        "4  Konzum    0613     2.15 EUR  2.53 USD              8.60 EUR/l  2025-12-28",
        "1 EUR = 1.1757 USD (ECB, 2025-12-30).",
        "* special price",
    ]
    assert "Holds until 2026-01-04 23:00 UTC, unless another list or newer rates are imported." in " ".join(shown)


def test_a_comparison_in_dollars_in_json(run: Run) -> None:
    answer = document(run("prices", "compare", RED_BULL, *WHEN, "--currency", "USD", "--json"))
    assert [one["converted_price"]["amount"] for one in answer["offers"]] == ["1.40", "1.99", "2.46", "2.53"]
    assert [(one["from"], one["rate"], one["date"]) for one in answer["exchange"]] == [("EUR", "1.1757", "2025-12-30")]
    aside = {one["item_price"]["amount"]: one["converted_price"]["amount"] for one in answer["set_aside"]}
    assert aside["1.75"] == "2.06"


def test_a_comparison_in_a_currency_that_is_gone_is_refused(run: Run) -> None:
    assert "have none for HRK" in refusal(run("prices", "compare", RED_BULL, *WHEN, "--currency", "HRK"))
