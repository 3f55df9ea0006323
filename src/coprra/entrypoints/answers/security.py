"""Security audits as JSON-ready values."""

from coprra.domain.security.finding import SecurityReport
from coprra.entrypoints.answers.values import JsonObject, instant


def security_report(value: SecurityReport) -> JsonObject:
    """verdict: the worst of all findings. The bill of materials is a document of its own."""
    return {
        "at": instant(value.at),
        "verdict": str(value.verdict),
        "findings": [
            {"check": one.check, "subject": one.subject, "verdict": str(one.verdict), "says": one.says}
            for one in value.findings
        ],
    }
