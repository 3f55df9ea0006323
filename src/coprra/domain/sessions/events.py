"""What the room tells after a commit. No event ever holds a secret."""

from dataclasses import dataclass

from coprra.domain.users.events import AccountEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInEvent(AccountEvent):
    """Somebody has signed in."""

    kind = "login.ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInAfterFailures(AccountEvent):
    """Told beside that somebody has signed in, where that had failed. failures: what still counts in the limits."""

    kind = "login.after_fail"
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFailed(AccountEvent):
    """A password was wrong, or the account can't be entered."""

    kind = "login.fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLocked(AccountEvent):
    """A sign-in was refused as too many passwords of the account were wrong; told once until it may be tried again."""

    kind = "login.locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManySignIns(AccountEvent):
    """So many try to sign in at once that somebody should look."""

    kind = "login.alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(AccountEvent):
    """Somebody has signed out."""

    kind = "logout"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRevoked(AccountEvent):
    """A session was ended from elsewhere. session: its id; None: all."""

    kind = "session.revoke"
    session: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEvicted(AccountEvent):
    """The oldest session or sign-in made room for another. session: its id."""

    kind = "session.evict"
    session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionExpired(AccountEvent):
    """A session ended by time, idle or at its end. session: its id."""

    kind = "session.expire"
    session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SteppedUp(AccountEvent):
    """Somebody has proved anew who they are."""

    kind = "step_up.ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUpFailed(AccountEvent):
    """Somebody could not prove anew who they are."""

    kind = "step_up.fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenEvent(AccountEvent):
    """Something about tokens. family: the id of their family."""

    family: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCreated(TokenEvent):
    """Somebody made a token, or signed in to the API."""

    kind = "token.create"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRefreshed(TokenEvent):
    """A refresh token was exchanged."""

    kind = "token.refresh"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenReused(TokenEvent):
    """A refresh token was shown a second time: somebody has a copy. Its whole family is revoked."""

    kind = "token.reuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(TokenEvent):
    """A family of tokens is good for nothing any more."""

    kind = "token.revoke"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenExpired(TokenEvent):
    """A family of tokens ended by time."""

    kind = "token.expire"


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedAway(AccountEvent):
    """Somebody was refused, perhaps often. reason: a code or the name of a limit; times: since the last report."""

    reason: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessDenied(TurnedAway):
    """Somebody known asked for what they may not."""

    kind = "authz.deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateExceeded(TurnedAway):
    """Somebody asked too often."""

    kind = "rate.exceeded"
