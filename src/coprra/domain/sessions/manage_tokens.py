"""Personal access tokens: make, list, revoke; and forget what has ended long ago."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock, Macs, Randomness
from coprra.domain.limits.origin import ON_THE_HOST, Origin
from coprra.domain.limits.ports import Limiter
from coprra.domain.sessions.events import TokenCreated, TokenRevoked
from coprra.domain.sessions.ports import OpenSessionsReads, OpenSessionsUnitOfWork, SessionsUnitOfWork
from coprra.domain.sessions.refresh_tokens import MOST_GRACE
from coprra.domain.sessions.token import (
    MOST_FAMILIES,
    PERSONAL_LASTS,
    PERSONAL_LASTS_AT_MOST,
    REMEMBERED,
    Family,
    InvalidLifetime,
    NewToken,
    TokenKind,
    TooManyTokens,
    UnknownToken,
    make_token,
    new_id,
)
from coprra.domain.users.held import held, held_own
from coprra.domain.users.identity import Identity, Method, allowed_abilities
from coprra.domain.users.role import Permission
from coprra.domain.users.user import User, UserId

_SHORTEST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewPersonalToken:
    """A family of one, and its token, whose text is shown once."""

    family: Family
    token: NewToken


@dataclass(frozen=True, slots=True)
class CreateToken:
    """Use case: a token for a program of one's own. It always ends, and may no more than what is named."""

    clock: Clock
    randomness: Randomness
    macs: Macs
    unit_of_work: OpenSessionsUnitOfWork

    def __call__(
        self,
        me: Identity,
        name: str,
        abilities: Collection[Permission],
        *,
        origin: Origin,
        lasts: timedelta = PERSONAL_LASTS,
    ) -> NewPersonalToken:
        """Raises: NotAllowed, StepUpRequired, InvalidText, InvalidLifetime, TooManyTokens, NotSignedIn, Unavailable."""
        me.require(Permission.MANAGE_ACCOUNT)
        me.require_step_up(self.clock.now())
        with self.unit_of_work() as uow:
            user = held_own(uow, me, self.clock.now())
            return self.make(uow, user, name, abilities, methods=me.methods, lasts=lasts, by=me.actor, origin=origin)

    def make(
        self,
        uow: SessionsUnitOfWork,
        user: User,
        name: str,
        abilities: Collection[Permission],
        *,
        methods: frozenset[Method],
        lasts: timedelta,
        by: Actor,
        origin: Origin,
    ) -> NewPersonalToken:
        """For a held account; commits."""
        now = self.clock.now()
        if not _SHORTEST <= lasts <= PERSONAL_LASTS_AT_MOST:
            raise InvalidLifetime("A token lasts between a minute and 365 days.")
        if len(uow.tokens.families(user.id, now)) >= MOST_FAMILIES:
            raise TooManyTokens(f"There are {MOST_FAMILIES} tokens; revoke one that nobody needs.")
        family = Family(
            id=new_id(self.randomness),
            user=user.id,
            name=name,
            kind=TokenKind.PERSONAL,
            abilities=allowed_abilities(user.role, abilities),
            methods=methods,
            created_at=now,
            ends_at=now + lasts,
        )
        token = make_token(
            self.randomness, self.macs, TokenKind.PERSONAL, family=family.id, now=now, expires_at=family.ends_at
        )
        uow.tokens.found(family)
        uow.tokens.add(token.token)
        uow.record(TokenCreated(occurred_at=now, by=by, user=user.id, origin=origin, family=family.id))
        uow.commit()
        return NewPersonalToken(family, token)


@dataclass(frozen=True, slots=True)
class CreateTokenOnHost:
    """Use case: an operator makes a token for somebody. It was made without a second factor, so it is no admin's."""

    create: CreateToken

    def __call__(
        self,
        user: UserId,
        name: str,
        abilities: Collection[Permission],
        *,
        by: Actor,
        lasts: timedelta = PERSONAL_LASTS,
    ) -> NewPersonalToken:
        """Raises: UnknownUser, NotAllowed, InvalidText, InvalidLifetime, TooManyTokens, Unavailable."""
        with self.create.unit_of_work() as uow:
            owner = held(uow, user)
            return self.create.make(
                uow,
                owner,
                name,
                abilities,
                methods=frozenset({Method.PASSWORD}),
                lasts=lasts,
                by=by,
                origin=ON_THE_HOST,
            )


@dataclass(frozen=True, slots=True)
class ListTokens:
    """Use case: the families of one user that are alive, the newest first."""

    clock: Clock
    reads: OpenSessionsReads

    def __call__(self, user: UserId) -> Sequence[Family]:
        """Raises: Unavailable."""
        with self.reads() as look:
            return look.tokens.families(user, self.clock.now())


@dataclass(frozen=True, slots=True)
class RevokeToken:
    """Use case: a family of one's own is good for nothing from here on."""

    clock: Clock
    unit_of_work: OpenSessionsUnitOfWork

    def __call__(self, me: Identity, family: str, *, origin: Origin) -> None:
        """Raises: NotAllowed, NotSignedIn, UnknownToken also for somebody else's, Unavailable."""
        now = self.clock.now()
        me.require(Permission.MANAGE_ACCOUNT)
        with self.unit_of_work() as uow:
            held_own(uow, me, now)
            self.revoke(uow, me.user, family, by=me.actor, origin=origin)

    def revoke(self, uow: SessionsUnitOfWork, user: UserId, family: str, *, by: Actor, origin: Origin) -> None:
        """For a held account; commits."""
        now = self.clock.now()
        own = {one.id for one in uow.tokens.families(user, now)}
        if family not in own or not uow.tokens.revoke(family, now):
            raise UnknownToken("There is no such token, or it has ended.")
        uow.record(TokenRevoked(occurred_at=now, by=by, user=user, origin=origin, family=family))
        uow.commit()


@dataclass(frozen=True, slots=True)
class RevokeTokenOnHost:
    """Use case: an operator ends a family of somebody."""

    own: RevokeToken

    def __call__(self, user: UserId, family: str, *, by: Actor) -> None:
        """user: whose it is. Raises: UnknownUser, UnknownToken also for somebody else's, Unavailable."""
        with self.own.unit_of_work() as uow:
            held(uow, user)
            self.own.revoke(uow, user, family, by=by, origin=ON_THE_HOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many of each were removed."""

    tokens: int
    sessions: int
    tickets: int
    links: int
    limits: int


@dataclass(frozen=True, slots=True)
class PruneAccess:
    """Use case: forget what has ended. Tokens and sessions are remembered for 30 days, to be recognized when reused."""

    clock: Clock
    limiter: Limiter
    unit_of_work: OpenSessionsUnitOfWork

    def __call__(self) -> Pruned:
        """Raises: Unavailable."""
        now = self.clock.now()
        with self.unit_of_work() as uow:
            uow.tokens.forget_successors(now - MOST_GRACE)
            tokens = uow.tokens.prune(now - REMEMBERED)
            sessions = uow.sessions.prune(now - REMEMBERED)
            tickets, links = uow.tickets.prune(now), uow.links.prune(now)
            uow.commit()
        return Pruned(tokens=tokens, sessions=sessions, tickets=tickets, links=links, limits=self.limiter.prune(now))
