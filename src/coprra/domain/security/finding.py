"""Finding: what a check found, or could not find out; and the report of all checks."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.instants import format_instant
from coprra.domain.kernel.text import plain_text
from coprra.domain.security.endpoint import Endpoint

WAIVED_AT_MOST = timedelta(days=30)
REASON_LENGTH = 500

VULNERABILITIES = "vulnerabilities"
"""The check whose findings have a CVSS score."""

CRITICAL_CVSS = 9.0
"""From here on it is critical. Source: FIRST, CVSS v3.1 specification, section 5."""


class InvalidWaiver(Invalid):
    """A waiver that would outlast what anybody remembers, or of a vulnerability that is critical or has no score."""

    code = "invalid_waiver"


class Verdict(StrEnum):
    """How a check ended. What could not be looked at is unknown, which is no pass."""

    PASSED = "passed"
    WRONG = "wrong"
    WAIVED = "waived"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """check: which; subject: what it is about, stable from one audit to the next; says: what a person should know."""

    check: str
    subject: str
    verdict: Verdict
    says: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """Somebody has decided to live with a finding for a while. until: the last day on which it holds, in UTC.

    cvss: the score of a vulnerability, as whoever waives it has looked it up; no tool tells it.

    Raises: InvalidText for a reason that is none.
    """

    check: str
    subject: str
    reason: str
    until: date
    cvss: float | None = None

    def __post_init__(self) -> None:
        plain_text("reason", self.reason, REASON_LENGTH)


@dataclass(frozen=True, slots=True)
class SecurityReport:
    """What was found at that instant (aware, UTC), by check.

    components: a software bill of materials, or None; endpoints: all that the site answers, and who may ask.
    """

    at: datetime
    findings: tuple[Finding, ...]
    components: str | None = None
    endpoints: tuple[Endpoint, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of all: wrong, then unknown; else passed."""
        found = {one.verdict for one in self.findings}
        return next((one for one in (Verdict.WRONG, Verdict.UNKNOWN) if one in found), Verdict.PASSED)

    @property
    def document(self) -> dict[str, Any]:
        """Ready for JSON. The bill of materials is a document of its own."""
        return {
            "at": format_instant(self.at),
            "verdict": str(self.verdict),
            "findings": [
                {"check": one.check, "subject": one.subject, "verdict": str(one.verdict), "says": one.says}
                for one in self.findings
            ],
            "endpoints": [one.document for one in self.endpoints],
        }


def waive(findings: Iterable[Finding], waivers: Iterable[Waiver], today: date) -> tuple[Finding, ...]:
    """What is wrong and waived today is told as that.

    Raises: InvalidWaiver for one that lasts longer than 30 days, or of a vulnerability without a score below 9.
    """
    good = {}
    for waiver in waivers:
        if waiver.until > today + WAIVED_AT_MOST:
            raise InvalidWaiver(f"The waiver of {waiver.check} {waiver.subject} lasts longer than 30 days.")
        if waiver.until >= today:
            _require_below_critical(waiver)
            good[waiver.check, waiver.subject] = waiver
    return tuple(_waived(one, good.get((one.check, one.subject))) for one in findings)


def _require_below_critical(waiver: Waiver) -> None:
    if waiver.check != VULNERABILITIES or (waiver.cvss is not None and 0 <= waiver.cvss < CRITICAL_CVSS):
        return
    raise InvalidWaiver(
        f"The waiver of {waiver.check} {waiver.subject} names no CVSS score below 9; mend what is critical."
    )


def _waived(finding: Finding, waiver: Waiver | None) -> Finding:
    if waiver is None or finding.verdict is not Verdict.WRONG:
        return finding
    return replace(finding, verdict=Verdict.WAIVED, says=f"{finding.says} Waived until {waiver.until}: {waiver.reason}")
