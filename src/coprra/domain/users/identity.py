"""Identity: who asks, and what they have shown to prove it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Forbidden, Unauthenticated
from coprra.domain.users.role import NEEDS_SECOND_FACTOR, PERMISSIONS, WITHOUT_SECOND_FACTOR, Permission, Role
from coprra.domain.users.user import UserId

STEP_UP_LASTS = timedelta(minutes=5)


class NotSignedIn(Unauthenticated):
    """What somebody came in by is unknown, revoked or has ended."""

    code = "not_signed_in"


class NotAllowed(Forbidden):
    """The role, or the abilities of the token, do not hold this."""

    code = "not_allowed"


class MfaEnrollmentRequired(Forbidden):
    """An admin does nothing without a second factor."""

    code = "mfa_enrollment_required"


class StepUpRequired(Forbidden):
    """It wants a fresh proof of who asks."""

    code = "step_up_required"


class Method(StrEnum):
    """How somebody has proved who they are. Source of the values: RFC 8176 §2, where it has one."""

    PASSWORD = "pwd"  # noqa: S105  # a method's name  # pragma: allowlist secret
    TOTP = "otp"
    RECOVERY_CODE = "rec"


SECOND_FACTORS = frozenset({Method.TOTP, Method.RECOVERY_CODE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who asks. methods: what was shown when they signed in; second_factor: whether the account has one now.

    abilities: what the token is for; None in a session, which may whatever the role may. session: the id of the
    session; None for a token. family: the id of the token's family; None for a session. stepped_up_at: when they last
    proved it anew.
    """

    user: UserId
    role: Role
    methods: frozenset[Method]
    second_factor: bool
    abilities: frozenset[Permission] | None = None
    session: str | None = None
    family: str | None = None
    stepped_up_at: datetime | None = None

    @property
    def actor(self) -> Actor:
        """Who it is in the log."""
        return Actor.user(self.user.value)

    @property
    def holder(self) -> str:
        """What they came in by: the id of the session, or of the token's family."""
        return self.session or self.family or ""

    @property
    def lacks_second_factor(self) -> bool:
        """Whether the role wants a second factor that was not shown, or that the account has no longer."""
        proved = self.second_factor and bool(self.methods & SECOND_FACTORS)
        return self.role in NEEDS_SECOND_FACTOR and not proved

    @property
    def permissions(self) -> frozenset[Permission]:
        """All they may do now."""
        allowed = PERMISSIONS[self.role]
        if self.abilities is not None:
            allowed &= self.abilities
        return allowed & WITHOUT_SECOND_FACTOR if self.lacks_second_factor else allowed

    def require(self, permission: Permission) -> None:
        """Raises: NotAllowed, MfaEnrollmentRequired."""
        if permission in self.permissions:
            return
        if self.lacks_second_factor and permission in PERMISSIONS[self.role]:
            raise MfaEnrollmentRequired("An admin needs a second factor for this; set one up in your settings.")
        raise NotAllowed("Your account may not do this.")

    def require_step_up(self, now: datetime) -> None:
        """Only within five minutes of a fresh proof, and in a session. Raises: StepUpRequired."""
        if self.session is None or self.stepped_up_at is None or now >= self.stepped_up_at + STEP_UP_LASTS:
            raise StepUpRequired("Confirm that it is you, by a code or your password, and try again.")


def require_admin(me: Identity | None, now: datetime) -> None:
    """What changes the account of somebody else: an admin does it, freshly proved, or an operator, who is no identity.

    Raises: NotAllowed, MfaEnrollmentRequired, StepUpRequired.
    """
    if me is not None:
        me.require(Permission.MANAGE_USERS)
        me.require_step_up(now)


def allowed_abilities(role: Role, asked: Collection[Permission]) -> frozenset[Permission]:
    """Those of a new token. Raises: NotAllowed for more than the role may."""
    if not frozenset(asked) <= PERMISSIONS[role]:
        raise NotAllowed("A token can't be given more than your account may do.")
    return frozenset(asked)
