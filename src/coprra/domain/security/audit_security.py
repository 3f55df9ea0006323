"""Audit security: weak accounts, old keys and tokens, a changed trail, undecided endpoints, and what tools find."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from coprra.domain.audit.ports import OpenAuditReads
from coprra.domain.audit.verify_audit import VerifyAudit
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.kernel.ports import Clock
from coprra.domain.keys.show_keys import ShowKeys
from coprra.domain.security.endpoint import Endpoint
from coprra.domain.security.finding import Finding, SecurityReport, Verdict, Waiver, waive
from coprra.domain.security.ports import Endpoints, Inspector, Inventory
from coprra.domain.sessions.ports import OpenSessionsReads, SessionsReads
from coprra.domain.sessions.token import TokenKind
from coprra.domain.users.role import NEEDS_SECOND_FACTOR, Role
from coprra.domain.users.user import User

KEYS_LAST = timedelta(days=90)
TOKENS_LAST = timedelta(days=90)
_PAGE = 500


@dataclass(frozen=True, slots=True)
class AuditSecurity:
    """Use case: look at everything once. A check that fails is unknown, and the others are made all the same."""

    clock: Clock
    reads: OpenSessionsReads
    audit_reads: OpenAuditReads
    show_keys: ShowKeys
    verify_audit: VerifyAudit
    inspectors: Sequence[Inspector]
    inventory: Inventory
    endpoints: Endpoints | None
    """None: nobody here knows the site."""

    def __call__(self, waivers: Sequence[Waiver] = ()) -> SecurityReport:
        """Raises: InvalidWaiver, before anything is looked at."""
        now = self.clock.now()
        waive((), waivers, now.date())
        checks = {
            "second-factors": self._second_factors,
            "tokens": lambda: self._tokens(now),
            "keys": lambda: self._keys(now),
            "audit-trail": self._audit_trail,
        }
        found: list[Finding] = []
        for check, look in checks.items():
            try:
                wrong = [Finding(check, subject, Verdict.WRONG, says) for subject, says in look()]
            except CoprraError as error:
                wrong = [Finding(check, "all", Verdict.UNKNOWN, error.message)]
            found += wrong or [Finding(check, "all", Verdict.PASSED, "Nothing is wrong.")]
        for inspector in self.inspectors:
            found += inspector.inspect()
        components = self.inventory.components()
        found.append(
            Finding("components", "all", Verdict.PASSED, "They are listed.")
            if components
            else Finding("components", "all", Verdict.UNKNOWN, "cyclonedx-py could not list them, or is not installed.")
        )
        endpoints = tuple(self.endpoints.endpoints()) if self.endpoints else ()
        found += _permissions(endpoints)
        return SecurityReport(now, waive(found, waivers, now.date()), components, endpoints)

    def _second_factors(self) -> Iterator[tuple[str, str]]:
        with self.reads() as look:
            for role in sorted(NEEDS_SECOND_FACTOR):
                for user in _accounts(look, role):
                    if user.may_enter and look.devices.find(user.id) is None:
                        yield user.id.value, f"An {role} has no second factor."

    def _tokens(self, now: datetime) -> Iterator[tuple[str, str]]:
        with self.reads() as look:
            for user in _accounts(look, None):
                for family in look.tokens.families(user.id, now):
                    if family.kind is TokenKind.PERSONAL and family.created_at < now - TOKENS_LAST:
                        days = (now - family.created_at).days
                        yield family.id, f"A token of {user.id} is {days} days old; make another one and revoke it."

    def _keys(self, now: datetime) -> Iterator[tuple[str, str]]:
        states = self.show_keys()
        for state in states:
            if not state.known:
                yield state.name, f"The key is missing, and {state.total} secrets need it."
            elif state.newest and (since := self._since(state.name)) and since < now - KEYS_LAST:
                yield state.name, f"It has been the newest key for {(now - since).days} days; rotate it."

    def _since(self, key: str) -> datetime | None:
        """When it was first rotated to; else as early as anything is known to have happened here. None: nothing has."""
        with self.audit_reads() as look:
            rotations = look.latest(events=("key.rotate",), actor=None, limit=_PAGE)
            begun = [entry.at for entry in rotations if entry.target == f"key:{key}"]
            return min(begun, default=None) or next((one.at for one in islice(look.entries(), 1)), None)

    def _audit_trail(self) -> Iterator[tuple[str, str]]:
        fault = self.verify_audit().fault
        if fault is not None:
            yield f"entry {fault.number}", f"The trail does not hold ({fault.kind}); see `coprra audit verify`."


def _permissions(endpoints: Sequence[Endpoint]) -> list[Finding]:
    check = "permissions"
    if not endpoints:
        return [Finding(check, "all", Verdict.UNKNOWN, "Nobody here knows what the site answers.")]
    says = "It names no permission of the table; say who may ask."
    wrong = [Finding(check, one.name, Verdict.WRONG, says) for one in endpoints if not one.decided]
    public = sum(one.public for one in endpoints)
    listed = f"{len(endpoints)} endpoints, {public} of them public; the report in JSON names who may ask each."
    return wrong or [Finding(check, "all", Verdict.PASSED, listed)]


def _accounts(look: SessionsReads, role: Role | None) -> Iterator[User]:
    page = look.users.page(after=None, limit=_PAGE, role=role)
    while page:
        yield from page
        page = look.users.page(after=page[-1].id, limit=_PAGE, role=role)
