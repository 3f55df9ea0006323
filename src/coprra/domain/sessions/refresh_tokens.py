"""Refresh: a refresh token is exchanged for the next pair, once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock
from coprra.domain.limits.limit import Bucket, Limit
from coprra.domain.limits.origin import Origin
from coprra.domain.limits.ports import Limiter
from coprra.domain.sessions.entry import Entrance
from coprra.domain.sessions.events import TokenRefreshed, TokenReused
from coprra.domain.sessions.ports import (
    OpenSessionsReads,
    OpenSessionsUnitOfWork,
    SessionsUnitOfWork,
    SuccessorSeals,
    TokenHolder,
)
from coprra.domain.sessions.token import InvalidGrant, TokenKind, is_token, read_token_id
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.notices import tell

NETWORK = Limit("refresh-network", 60, timedelta(minutes=1))
FAMILY = Limit("refresh", 10, timedelta(minutes=1))
MOST_GRACE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class RefreshedTokens:
    """The texts of the next pair, and when the access token ends: aware, UTC."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Grace:
    """How long a lost answer may be asked for again; the same pair is given then. seals: keep it until then."""

    lasts: timedelta
    seals: SuccessorSeals

    def __post_init__(self) -> None:
        if not timedelta(0) < self.lasts <= MOST_GRACE:
            raise ValueError("A grace lasts up to 30 seconds.")


@dataclass(frozen=True, slots=True)
class RefreshTokens:
    """Use case: the next pair, for the same abilities and never beyond the family's end.

    Whoever shows a used or revoked one has a copy, or was robbed: the whole family is revoked and its owner told.
    strangers: counts whoever shows anything, before it is looked up; limiter: whoever shows a token of ours.
    grace: None, the default, where that holds from the first moment on.
    """

    clock: Clock
    strangers: Limiter
    limiter: Limiter
    entrance: Entrance
    reads: OpenSessionsReads
    unit_of_work: OpenSessionsUnitOfWork
    grace: Grace | None = None

    def __call__(self, text: str, *, origin: Origin) -> RefreshedTokens:
        """A reuse is remembered although it raises. Raises: InvalidGrant, LimitExceeded, Unavailable."""
        now = self.clock.now()
        network = Bucket.of(self.entrance.macs, NETWORK, origin.network)
        self.strangers.consume(network, at=now)
        known = self._recognize(text)
        family = known.family
        self.limiter.consume(network, Bucket.of(self.entrance.macs, FAMILY, family.id), at=now)
        tokens = self.entrance.make_tokens(family, now)
        pair = RefreshedTokens(tokens.access.text, tokens.refresh.text, tokens.access.token.expires_at)
        sealed = self.grace.seals.seal(text, _written(pair)) if self.grace else None
        with self.unit_of_work() as uow:
            user = uow.users.hold(family.user)
            if user is None or not user.may_enter:
                raise invalid_grant()
            if not uow.tokens.exchange(known.token.id, now, sealed):
                return self._again(uow, text, now, origin)
            uow.tokens.revoke_access(family.id, now)
            uow.tokens.add(tokens.access.token)
            uow.tokens.add(tokens.refresh.token)
            by = Actor.user(user.id.value)
            uow.record(TokenRefreshed(occurred_at=now, by=by, user=user.id, origin=origin, family=family.id))
            uow.commit()
        return pair

    def _recognize(self, text: str) -> TokenHolder:
        id = read_token_id(text, TokenKind.REFRESH)
        if id is None:
            raise invalid_grant()
        with self.reads() as look:
            holder = look.tokens.holder(id)
        if holder is None or not is_token(self.entrance.macs, holder.token, text):
            raise invalid_grant()
        return holder

    def _again(self, uow: SessionsUnitOfWork, text: str, now: datetime, origin: Origin) -> RefreshedTokens:
        """What a token gets that was not good: within the grace the same again. Raises: InvalidGrant."""
        holder = uow.tokens.holder(read_token_id(text, TokenKind.REFRESH) or "")
        if holder is None:
            raise invalid_grant()
        token, family = holder.token, holder.family
        graceful = self.grace and token.used_at and now < token.used_at + self.grace.lasts
        if self.grace and graceful and token.successor and family.is_alive(now):
            return _read(self.grace.seals.open(text, token.successor))
        if (token.used_at or token.revoked_at) and uow.tokens.revoke(family.id, now):
            tell(uow.outbox, Letter.to_user(LetterKind.TOKEN_REUSED, holder.user, note=family.name))
            uow.record(
                TokenReused(occurred_at=now, by=Actor.guest(), user=holder.user.id, origin=origin, family=family.id)
            )
            uow.commit()
        raise invalid_grant()


def invalid_grant() -> InvalidGrant:
    """The one refusal, whatever is wrong."""
    return InvalidGrant("The refresh token is not valid; sign in anew.")


def _written(pair: RefreshedTokens) -> str:
    return f"{pair.access} {pair.refresh} {pair.expires_at.isoformat()}"


def _read(written: str) -> RefreshedTokens:
    access, refresh, expires_at = written.split(" ")
    return RefreshedTokens(access, refresh, datetime.fromisoformat(expires_at))
