"""Entry: what somebody gets who has shown enough."""

from dataclasses import dataclass, field
from datetime import datetime

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Macs, Randomness
from coprra.domain.limits.origin import Origin
from coprra.domain.sessions.events import SessionEvicted, SignedInAfterFailures, SignedInEvent, TokenCreated
from coprra.domain.sessions.ports import SessionsUnitOfWork
from coprra.domain.sessions.session import DEFAULT_LIFETIMES, MOST_SESSIONS, Lifetimes, NewSession, begin_session
from coprra.domain.sessions.ticket import Channel, NewTicket, Wish
from coprra.domain.sessions.token import (
    ACCESS_LASTS,
    FAMILY_LASTS,
    MOST_FAMILIES,
    REFRESH_IDLES,
    Family,
    NewToken,
    TokenKind,
    make_token,
    new_id,
)
from coprra.domain.users.identity import Method, allowed_abilities
from coprra.domain.users.role import PERMISSIONS
from coprra.domain.users.user import User


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTokens:
    """What a program gets: an access token for an hour, and what it is exchanged for another by."""

    family: Family
    access: NewToken
    refresh: NewToken


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorNeeded:
    """The password was right; the ticket and a code make a session or tokens."""

    ticket: NewTicket


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who has signed in, and to what: a session of pages, or tokens of the API.

    device: for a cookie by which this browser is known next time; it lets nobody in.
    """

    user: User
    entry: NewSession | NewTokens
    device: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entrance:
    """Lets people in, within the unit of work that has used up what they showed."""

    randomness: Randomness
    macs: Macs
    lifetimes: Lifetimes = DEFAULT_LIFETIMES

    def admit(
        self,
        uow: SessionsUnitOfWork,
        user: User,
        wish: Wish,
        methods: frozenset[Method],
        *,
        failures: int,
        now: datetime,
        origin: Origin,
    ) -> NewSession | NewTokens:
        """The account is held. failures: wrong passwords and codes that count in the limits of the account.

        Raises: NotAllowed for abilities that the role does not hold.
        """
        by = Actor.user(user.id.value)
        uow.record(SignedInEvent(occurred_at=now, by=by, user=user.id, origin=origin))
        if failures > 0:
            told = SignedInAfterFailures(occurred_at=now, by=by, user=user.id, origin=origin, failures=failures)
            uow.record(told)
        if wish.channel is Channel.WEB:
            return self._begin_session(uow, user, methods, now, origin)
        family = self._found_family(uow, user, wish, methods, now=now, origin=origin)
        uow.record(TokenCreated(occurred_at=now, by=by, user=user.id, origin=origin, family=family.id))
        return self.add_tokens(uow, family, now)

    def add_tokens(self, uow: SessionsUnitOfWork, family: Family, now: datetime) -> NewTokens:
        """The next pair of a family, which was found or whose last refresh token was used up."""
        tokens = self.make_tokens(family, now)
        uow.tokens.add(tokens.access.token)
        uow.tokens.add(tokens.refresh.token)
        return tokens

    def make_tokens(self, family: Family, now: datetime) -> NewTokens:
        """A pair that is stored nowhere yet; neither lasts longer than the family."""
        access, refresh = (
            make_token(
                self.randomness, self.macs, kind, family=family.id, now=now, expires_at=min(now + lasts, family.ends_at)
            )
            for kind, lasts in ((TokenKind.ACCESS, ACCESS_LASTS), (TokenKind.REFRESH, REFRESH_IDLES))
        )
        return NewTokens(family=family, access=access, refresh=refresh)

    def _begin_session(
        self, uow: SessionsUnitOfWork, user: User, methods: frozenset[Method], now: datetime, origin: Origin
    ) -> NewSession:
        for one in uow.sessions.alive(user.id, now)[MOST_SESSIONS - 1 :]:
            uow.sessions.revoke(one.id, now)
            uow.record(_evicted(one.id, user, now, origin))
        new = begin_session(self.randomness, user.id, user.role, methods, now, lifetimes=self.lifetimes, origin=origin)
        uow.sessions.add(new.session)
        return new

    def _found_family(
        self,
        uow: SessionsUnitOfWork,
        user: User,
        wish: Wish,
        methods: frozenset[Method],
        *,
        now: datetime,
        origin: Origin,
    ) -> Family:
        alive = uow.tokens.families(user.id, now)
        # Personal tokens stay: their owner has counted on the day that they end.
        sign_ins = [one for one in alive if one.kind is TokenKind.REFRESH]
        for one in sign_ins[::-1][: max(0, len(alive) - MOST_FAMILIES + 1)]:
            uow.tokens.revoke(one.id, now)
            uow.record(_evicted(one.id, user, now, origin))
        family = Family(
            id=new_id(self.randomness),
            user=user.id,
            name=wish.name,
            kind=TokenKind.REFRESH,
            abilities=allowed_abilities(user.role, wish.abilities or PERMISSIONS[user.role]),
            methods=methods,
            created_at=now,
            ends_at=now + FAMILY_LASTS,
        )
        uow.tokens.found(family)
        return family


def _evicted(id: str, user: User, now: datetime, origin: Origin) -> SessionEvicted:
    by = Actor.user(user.id.value)
    return SessionEvicted(occurred_at=now, by=by, user=user.id, origin=origin, session=id)
