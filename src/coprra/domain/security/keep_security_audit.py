"""Keep a security audit: for a job, which nobody watches."""

from dataclasses import dataclass

from coprra.domain.kernel.errors import Refused, Unavailable
from coprra.domain.security.audit_security import AuditSecurity
from coprra.domain.security.finding import Verdict
from coprra.domain.security.ports import Records


class SecurityProblem(Refused):
    """An audit found what must not be; the same audit would find it again."""

    code = "security_problem"


class SecurityUnknown(Unavailable):
    """An audit could not look at everything; it may later."""

    code = "security_unknown"


@dataclass(frozen=True, slots=True)
class KeepSecurityAudit:
    """Use case: audit, keep the report, and fail unless all is well: a job that failed stays until somebody looks."""

    audit: AuditSecurity
    records: Records

    def __call__(self) -> None:
        """Raises: SecurityProblem or SecurityUnknown, the report kept; InvalidWaiver, Unreadable, Unavailable."""
        report = self.audit(self.records.waivers())
        self.records.keep(report)
        day, found = report.at.date(), [one.verdict for one in report.findings]
        if report.verdict is Verdict.WRONG:
            number = found.count(Verdict.WRONG)
            raise SecurityProblem(f"What must not be: {number} findings; the report of {day} names them.")
        if report.verdict is Verdict.UNKNOWN:
            raise SecurityUnknown(f"{found.count(Verdict.UNKNOWN)} checks could not be made; see the report of {day}.")
