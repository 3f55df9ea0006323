"""What is done to accounts, as entries of the audit trail."""

from dataclasses import fields

from coprra.domain.audit.entry import Origin, Outcome, Record
from coprra.domain.kernel.actor import ActorKind
from coprra.domain.users.events import AccountEvent

_FAILED = (".fail", ".replay", ".reuse", ".lock")
_DENIED = (".deny", ".exceeded", ".locked")
_TOLD = {one.name for one in fields(AccountEvent)}


def record_of(event: AccountEvent) -> Record:
    """An event under the name that its class gives it. What only some events say becomes details."""
    own = {one.name: getattr(event, one.name) for one in fields(event) if one.name not in _TOLD}
    return Record(
        event=event.kind,
        at=event.occurred_at,
        actor=None if event.by.kind is ActorKind.GUEST else event.by,
        target=f"user:{event.user}" if event.user else None,
        outcome=_outcome_of(event),
        origin=Origin(
            ip=event.origin.address or None,
            user_agent=event.origin.user_agent or None,
            request_id=event.origin.request_id or None,
        ),
        details={name: str(value) for name, value in own.items() if value is not None},
    )


def _outcome_of(event: AccountEvent) -> Outcome:
    if event.kind.endswith(_DENIED):
        return Outcome.DENY
    return Outcome.FAIL if event.kind.endswith(_FAILED) else Outcome.OK
