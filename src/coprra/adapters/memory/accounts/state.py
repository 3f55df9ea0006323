"""What a memory store of accounts holds: one state after each commit, never changed once it is shared."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields

from coprra.domain.mfa.device import Device, PendingDevice
from coprra.domain.mfa.recovery_code import RecoveryCode
from coprra.domain.mfa.reset import SecondFactorReset
from coprra.domain.sessions.session import Session
from coprra.domain.sessions.ticket import Ticket
from coprra.domain.sessions.token import Family, Token
from coprra.domain.users.inquiry import Inquiry
from coprra.domain.users.link import Link
from coprra.domain.users.user import User, UserId


@dataclass(slots=True)
class State:
    """Everything that is stored. A look is a reference to it; a change works on a `copy`."""

    users: dict[UserId, User] = field(default_factory=dict)
    emails: dict[str, UserId] = field(default_factory=dict)
    """By canonical spelling."""
    links: dict[str, Link] = field(default_factory=dict)
    """By digest, those that are good until they expire."""
    sessions: dict[str, Session] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    """By digest."""
    families: dict[str, Family] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    devices: dict[UserId, Device] = field(default_factory=dict)
    pending: dict[UserId, PendingDevice] = field(default_factory=dict)
    recovery_codes: dict[UserId, dict[int, RecoveryCode]] = field(default_factory=dict)
    resets: dict[UserId, SecondFactorReset] = field(default_factory=dict)
    inquiries: dict[int, Inquiry] = field(default_factory=dict)
    """By number, those that were not answered."""

    def copy(self) -> "State":
        """A state to change; the values are immutable, so the containers are all that is copied."""
        return State(**{one.name: dict(getattr(self, one.name)) for one in fields(self)})


Changing = Callable[[], State]
"""The state that a unit of work will commit."""
