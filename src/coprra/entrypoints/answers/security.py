"""Security audits as JSON-ready values."""

from coprra.domain.security.finding import SecurityReport
from coprra.entrypoints.answers.values import JsonObject


def security_report(value: SecurityReport) -> JsonObject:
    """verdict: the worst of all findings; the same document as is kept."""
    return value.document
