"""A check of claims is told line by line, and as one document in JSON, and keeps nothing of what it told."""

import json
from datetime import date, timedelta

import pytest

from coprra.domain.kernel.instants import to_micros
from coprra.domain.kernel.money import Money
from coprra.domain.prices.check_claims import CheckedClaims, ClaimCount
from coprra.domain.prices.claim_check import ClaimCheck, ClaimKind
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.observation import Moment, Observation
from coprra.domain.prices.ports import SoldSeries
from coprra.domain.prices.series import Listing, Series
from coprra.domain.prices.unit_price import UnitPrice
from coprra.domain.products.product import ProductId, ProductKey
from coprra.entrypoints.cli.claims import ClaimsReport, ProgressLine
from coprra.testing.builders import a_branch, a_chain, a_row, day

ROW = a_row("17", "2.00", title="Beans")
SOLD = SoldSeries(
    ProductId.born_of(ProductKey.of_article("konzum", "17")),
    Series(Listing(a_chain(), a_branch(), "17"), day(3), (Observation(Moment(to_micros(day(1)), 0), ROW.state),), ()),
)
COUNTS = CheckedClaims((ClaimCount("konzum", ClaimKind.ANCHOR, 1, 2, 1300),), day(3), 7)


def euro(amount: str) -> Money:
    return Money.of(amount, "EUR")


def lowest(agrees: bool | None, ours: str | None = None) -> ClaimCheck:
    return ClaimCheck(
        ClaimKind.LOWEST_30_DAYS,
        euro("1.79"),
        euro(ours) if ours else None,
        agrees,
        day(1),
        covered=timedelta(days=7.5),
    )


def anchor() -> ClaimCheck:
    return ClaimCheck(ClaimKind.ANCHOR, euro("2.05"), euro("2.15"), False, day(1), on=date(2025, 5, 2))


def per_litre() -> ClaimCheck:
    litre = Measure.of(1, "l")
    return ClaimCheck(
        ClaimKind.UNIT_PRICE, UnitPrice.of("9.99", "EUR", litre), UnitPrice.of("4", "EUR", litre), False, day(1)
    )


def report(*checks: ClaimCheck, as_json: bool = False, all_claims: bool = False) -> None:
    told = ClaimsReport(ProgressLine(), as_json, all_claims)
    told.branch(a_branch(), 1, 2)
    for check in checks:
        told.claim(SOLD, check)
    told.end(COUNTS)


def test_what_disagrees_is_told_with_both_figures_and_then_the_counts(capsys: pytest.CaptureFixture[str]) -> None:
    report(lowest(False, "1.69"), lowest(True, "1.79"), lowest(None), anchor(), per_litre())
    assert capsys.readouterr().out.split("\n") == [
        "konzum/0613 #17 Beans: lowest of 30 days 1.79 EUR, ours 1.69 EUR",
        "konzum/0613 #17 Beans: anchor price of 2025-05-02 2.05 EUR, ours 2.15 EUR",
        "konzum/0613 #17 Beans: unit price 9.99 EUR/l, ours 4.00 EUR/l",
        "",
        "Store   Claim         Agree  Disagree  Not known",
        "────────────────────────────────────────────────",
        "konzum  anchor price      1         2      1,300",
        "As of 2025-12-04 00:00 UTC; what is not known may be either.",
        "",
    ]


def test_all_are_told_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    report(lowest(True, "1.79"), lowest(None), all_claims=True)
    assert capsys.readouterr().out.split("\n")[:2] == [
        "konzum/0613 #17 Beans: lowest of 30 days 1.79 EUR, ours agrees",
        "konzum/0613 #17 Beans: lowest of 30 days 1.79 EUR, ours not known (7 of 30 days seen)",
    ]


def test_without_any_claim_the_counts_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    ClaimsReport(ProgressLine(), False, False).end(CheckedClaims((), day(3), 7))
    assert capsys.readouterr().out.startswith("No list claims anything of the kind.\nAs of 2025-12-04")


@pytest.mark.parametrize("checks", [[], [lowest(False, "1.69")], [anchor(), per_litre()]])
def test_in_json_it_is_one_document(capsys: pytest.CaptureFixture[str], checks: list[ClaimCheck]) -> None:
    report(*checks, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["claims", "counts", "as_of"]
    assert [claim["kind"] for claim in document["claims"]] == [str(check.kind) for check in checks]
    assert document["counts"] == [{"chain": "konzum", "kind": "anchor", "agree": 1, "disagree": 2, "unknown": 1300}]
    assert document["as_of"] == "2025-12-04T00:00:00Z"


def test_in_json_a_claim_says_all_that_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    report(lowest(None), anchor(), as_json=True, all_claims=True)
    unknown, refuted = json.loads(capsys.readouterr().out)["claims"]
    assert unknown == {
        "chain": {"code": "konzum", "name": "Konzum", "country": "HR"},
        "branch": {"code": "0613", "address": None, "channel": "in_store"},
        "sku": "17",
        "product": SOLD.product.value,
        "title": "Beans",
        "kind": "lowest_30_days",
        "on": None,
        "claimed": {"amount": "1.79", "currency": "EUR"},
        "ours": None,
        "agrees": None,
        "covered_days": 7.5,
        "said_at": "2025-12-02T00:00:00Z",
    }
    assert (refuted["on"], refuted["covered_days"], refuted["agrees"]) == ("2025-05-02", None, False)


def test_progress_is_one_line_on_a_terminal_that_gives_way(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    report(*[lowest(True, "1.79")] * 1_000, lowest(False, "1.69"))
    written = capsys.readouterr().err
    assert written.startswith("\rkonzum/0613 (1 of 2) …\rkonzum/0613 (1 of 2): 1,000 claims checked\r")
    assert written.endswith(" \r")
    assert "\x1b" not in written


def test_no_progress_is_written_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    report(*[lowest(True, "1.79")] * 1_000)
    assert capsys.readouterr().err == ""
