"""What is wrong stays wrong unless somebody waived it for a short while; what is unknown is no pass."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from coprra.domain.kernel.errors import Invalid
from coprra.domain.security.finding import Finding, InvalidWaiver, SecurityReport, Verdict, Waiver, waive
from coprra.testing.builders import day

TODAY = date(2026, 11, 23)
WRONG = Finding("vulnerabilities", "PYSEC-1", Verdict.WRONG, "It is vulnerable.")
UNKNOWN = Finding("vulnerabilities", "all", Verdict.UNKNOWN, "Nobody answers.")
PASSED = Finding("code", "all", Verdict.PASSED, "Nothing is wrong.")


def a_waiver(days: int, subject: str = "PYSEC-1") -> Waiver:
    return Waiver("vulnerabilities", subject, "not reachable here", TODAY + timedelta(days=days), cvss=8.9)


@pytest.mark.parametrize(("days", "verdict"), [(0, Verdict.WAIVED), (30, Verdict.WAIVED), (-1, Verdict.WRONG)])
def test_a_waiver_holds_to_its_last_day(days: int, verdict: Verdict) -> None:
    (waived,) = waive([WRONG], [a_waiver(days)], TODAY)
    assert waived.verdict is verdict
    assert ("not reachable here" in waived.says) == (verdict is Verdict.WAIVED)


def test_a_waiver_for_longer_than_a_month_or_without_a_reason_is_none() -> None:
    with pytest.raises(InvalidWaiver):
        waive([], [a_waiver(31)], TODAY)
    with pytest.raises(Invalid):
        Waiver("code", "x", "", TODAY)


@pytest.mark.parametrize("cvss", [None, 9, 10.0, -1, float("nan")])
def test_a_critical_vulnerability_is_not_waived_nor_one_of_unknown_score(cvss: float | None) -> None:
    with pytest.raises(InvalidWaiver):
        waive([WRONG], [replace(a_waiver(0), cvss=cvss)], TODAY)
    assert waive([WRONG], [replace(a_waiver(-1), cvss=cvss)], TODAY) == (WRONG,)
    waive([WRONG], [replace(a_waiver(0), check="code", cvss=cvss)], TODAY)


def test_only_what_is_wrong_is_waived_and_only_what_is_named() -> None:
    assert waive([UNKNOWN, WRONG], [a_waiver(1, "all"), a_waiver(1, "PYSEC-2")], TODAY) == (UNKNOWN, WRONG)


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [((PASSED,), Verdict.PASSED), ((PASSED, UNKNOWN), Verdict.UNKNOWN), ((WRONG, UNKNOWN), Verdict.WRONG)],
)
def test_the_verdict_is_the_worst(findings: tuple[Finding, ...], verdict: Verdict) -> None:
    assert SecurityReport(day(0), findings).verdict is verdict
