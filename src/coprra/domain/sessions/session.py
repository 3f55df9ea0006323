"""Session: a person who has signed in with a browser."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from coprra.domain.kernel.base62 import drawn_text
from coprra.domain.kernel.errors import NotFound
from coprra.domain.kernel.ports import Randomness
from coprra.domain.limits.origin import Origin
from coprra.domain.users.identity import Method
from coprra.domain.users.role import Role
from coprra.domain.users.secret import digest_of, draw_secret
from coprra.domain.users.user import UserId

MOST_SESSIONS = 10
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when a session was last used: a write for every page would cost too much."""


class UnknownSession(NotFound):
    """The user has no such session."""

    code = "unknown_session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """How long sessions last. idle: without a request; absolute: from signing in, whatever happens."""

    idle: timedelta = timedelta(minutes=60)
    absolute: timedelta = timedelta(hours=12)
    absolute_for_admins: timedelta = timedelta(hours=8)

    def of(self, role: Role) -> timedelta:
        """The absolute one for a role."""
        return self.absolute_for_admins if role is Role.ADMIN else self.absolute


DEFAULT_LIFETIMES = Lifetimes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What is kept of one. id: its public name; digest: of the secret in the cookie. Instants are aware, UTC.

    idle_until: when it ends without a request; ends_at: when it ends whatever happens; at that instant it has ended.
    """

    id: str
    digest: str = field(repr=False)
    user: UserId
    methods: frozenset[Method]
    created_at: datetime
    seen_at: datetime
    idle_until: datetime
    ends_at: datetime
    origin: Origin
    stepped_up_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_alive(self, now: datetime) -> bool:
        """Whether it lets anybody in."""
        return self.revoked_at is None and now < self.idle_until and now < self.ends_at

    def seen(self, now: datetime, lifetimes: Lifetimes) -> "Session":
        """After a request; the same while the last one was within a minute."""
        if now < self.seen_at + SEEN_EVERY:
            return self
        return replace(self, seen_at=now, idle_until=now + lifetimes.idle)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session, and the secret of its cookie, which is kept nowhere else."""

    session: Session
    secret: str = field(repr=False)


def begin_session(
    randomness: Randomness,
    user: UserId,
    role: Role,
    methods: frozenset[Method],
    now: datetime,
    *,
    lifetimes: Lifetimes,
    origin: Origin,
) -> NewSession:
    """A new one, with a name and a secret of its own."""
    secret = draw_secret(randomness)
    session = Session(
        id="s_" + drawn_text(randomness.draw(24), 22),
        digest=digest_of(secret),
        user=user,
        methods=methods,
        created_at=now,
        seen_at=now,
        idle_until=now + lifetimes.idle,
        ends_at=now + lifetimes.of(role),
        origin=origin,
    )
    return NewSession(session, secret)
