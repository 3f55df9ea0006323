"""Security audits as blocks for a screen."""

from coprra.domain.security.finding import SecurityReport, Verdict
from coprra.entrypoints.cli.screen import Block, Column, Gap, Prose, Table, safe
from coprra.entrypoints.cli.wording import minute_utc

_SAID = {
    Verdict.PASSED: "Nothing is wrong.",
    Verdict.WRONG: "Something is wrong.",
    Verdict.UNKNOWN: "Nothing is wrong as far as is known, and something could not be looked at.",
}


def security_report(report: SecurityReport) -> list[Block]:
    """A row for each finding, and the verdict."""
    columns = (Column("Check"), Column("Subject", whole_words=True), Column("Verdict"), Column("", flexible=True))
    rows = tuple((one.check, safe(one.subject), str(one.verdict), safe(one.says)) for one in report.findings)
    return [Table(columns, rows), Gap(), Prose(f"{minute_utc(report.at)}: {_SAID[report.verdict]}")]
